"""Links cut to what a recursion can reach, where it begins with little: one country and a million links.

To number the constants of all links and to sort them takes ten times as long as to read them. So, from a few rows on,
the constants that can ever occur are found first, each round one look at a table of flags. Links from other
constants are left out; that the kernel would not have followed them anyway is why its answers are the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

import numpy as np

from alignment.engines.relational.hashed import slots
from alignment.engines.relational.moves import Columns, Read
from alignment.engines.relational.numbering import LARGEST_TABLE, SPREAD, Codes, Mask
from alignment.program.model import Const

MANY = 10_000
"""Links from which on it pays."""

SHARE = 100
"""Links to each row of the start, at the least."""

MOST_ROUNDS = 32
"""Rounds after which all links are taken: each round looks at all of them, and a long chain has many."""


def within_reach(reads: Sequence[Read], start: Mapping[str, tuple[Columns, Columns]]) -> Sequence[Read]:
    """The steps with those links alone that something leads to from the start."""
    links = sum(len(known) for read in reads for _, _, (known, _) in read.joins)
    begun = [column for both in start.values() for columns in both for column in columns]
    if links < MANY or sum(map(len, begun)) * SHARE > links:
        return reads
    constants = [arg.id for read in reads for arg in read.step.head if isinstance(arg, Const)]
    pairs = [pair for read in reads for _, _, pair in read.joins]
    kept = iter(_reached([*begun, np.array(constants, np.int64)], pairs))
    return [replace(read, joins=[_cut(join, next(kept)) for join in read.joins]) for read in reads]


def _reached(begun: Sequence[Codes], links: Sequence[Columns]) -> list[Mask]:
    """For each column of links which of them something leads to from the start, and perhaps some more."""
    size, begun, links = _placed(begun, links)
    occurs = np.zeros(size, np.bool_)
    for column in begun:
        occurs[column] = True
    left = [np.ones(len(known), np.bool_) for known, _ in links]
    for _ in range(MOST_ROUNDS):
        grown = False
        for i, (known, new) in enumerate(links):
            followed = left[i] & occurs[known]
            if followed.any():
                grown = True
                left[i] &= ~followed
                occurs[new[followed]] = True
        if not grown:
            return [occurs[known] for known, _ in links]
    return [np.ones(len(known), np.bool_) for known, _ in links]


def _placed(begun: Sequence[Codes], links: Sequence[Columns]) -> tuple[int, list[Codes], list[Columns]]:
    """The same columns with a place in a table of flags for each code, and how many places it has.

    Codes far apart are hashed. Two of them may then have one place: what is found is more than what can be reached.
    """
    columns = [column for column in (*begun, *(column for pair in links for column in pair)) if len(column)]
    first, last = min(int(column.min()) for column in columns), max(int(column.max()) for column in columns)
    cells = sum(map(len, columns))
    if last - first < min(LARGEST_TABLE, SPREAD * cells):
        return last - first + 1, [one - first for one in begun], [[one - first for one in pair] for pair in links]
    bits = min(LARGEST_TABLE, 4 * cells).bit_length()
    places = partial(slots, shift=64 - bits)
    return 1 << bits, [places(one) for one in begun], [[places(one) for one in pair] for pair in links]


def _cut(join: tuple[str, str, Columns], kept: Mask) -> tuple[str, str, Columns]:
    name, other, (known, new) = join
    return name, other, [known[kept], new[kept]]
