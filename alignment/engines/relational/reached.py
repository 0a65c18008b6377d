"""Links cut to what a recursion can reach, where it begins with little: one country and a million links.

To number the constants of all links and to sort them takes ten times as long as to read them. So, from a few rows on,
the constants that can ever occur are found first, each round one look at a table of flags. Links from other
constants are left out; that the kernel would not have followed them anyway is why its answers are the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

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
    flags = _flags([*begun, np.array(constants, np.int64)], [pair for read in reads for _, _, pair in read.joins])
    if flags is None:
        return reads
    return [replace(read, joins=[_cut(join, flags) for join in read.joins]) for read in reads]


def _flags(begun: Sequence[Codes], links: Sequence[Columns]) -> tuple[int, Mask] | None:
    """Which constants can occur, as flags from the least code on; None if that takes too long to say."""
    columns = [column for column in (*begun, *(column for pair in links for column in pair)) if len(column)]
    first, last = min(int(column.min()) for column in columns), max(int(column.max()) for column in columns)
    if last - first >= min(LARGEST_TABLE, SPREAD * sum(map(len, columns))):
        return None
    occurs = np.zeros(last - first + 1, np.bool_)
    shifted = [(known - first, new - first) for known, new in links]
    for column in begun:
        occurs[column - first] = True
    left = [np.ones(len(known), np.bool_) for known, _ in shifted]
    for _ in range(MOST_ROUNDS):
        grown = False
        for i, (known, new) in enumerate(shifted):
            followed = left[i] & occurs[known]
            if followed.any():
                grown = True
                left[i] &= ~followed
                occurs[new[followed]] = True
        if not grown:
            return first, occurs
    return None


def _cut(join: tuple[str, str, Columns], flags: tuple[int, Mask]) -> tuple[str, str, Columns]:
    name, other, (known, new) = join
    first, occurs = flags
    kept = occurs[known - first]
    return name, other, [known[kept], new[kept]]
