"""Rounds in which very much is new, on bits: each row of a matrix is the set of what is paired with one number.

In `p(X, Z) :- p(X, Y), e(Y, Z)` the set of Z is that of all its Y, `or`ed: 64 pairs at a time. A round costs as
much as the matrix is large, however little it finds, so only rounds that find much are done so.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from alignment.engines.relational.moves import Move
from alignment.engines.relational.numbering import Codes, Mask
from alignment.engines.relational.seen import MOST_ROUNDS, Rounds

Words: TypeAlias = NDArray[np.uint64]
"""Bits of a matrix, a row of words for each row."""

Look: TypeAlias = Callable[[int], None]
"""Called before so many bytes are taken; it may raise."""

PAYS = 40
"""Pairs of the matrix for each row that a round would otherwise look at, from which on bits are slower."""

_AT_ONCE = 2**21
"""Words that are gathered at a time."""


class BitRounds:
    """A relation of pairs in which every step goes from one column, through one link, into the same column.

    `table` has the round of each pair, its rows by the column that the links extend.
    """

    def __init__(self, table: Rounds, moves: Sequence[Move], major: int) -> None:
        self.table = table
        self._moves = moves
        self._major = major
        self.newest = 0
        self._degrees: Codes = sum((move.links[0][2].degrees for move in moves), np.zeros(len(table), np.int64))

    def pays(self, extended: Codes) -> bool:
        """Whether the next round is quicker on bits. `extended` is the column that the links extend."""
        return self._pays(int(self._degrees[extended].sum()))

    def _pays(self, work: int) -> bool:
        return work > self.table.size // PAYS

    @cached_property
    def _pairs(self) -> list[tuple[Codes, Codes]]:
        """The pairs of each move's link in the order of their targets."""
        links = [move.links[0][2] for move in self._moves]
        orders = [np.argsort(link.targets, kind="stable") for link in links]
        return [(link.sources[order], link.targets[order]) for link, order in zip(links, orders, strict=True)]

    @cached_property
    def _allowed(self) -> list[Words | None]:
        """The pairs that pass the tests of each move."""
        shape = (self.table.shape[0], self.table.shape[1])
        masks = (move.allowed(self._major, shape) for move in self._moves)
        return [None if mask is None else _packed(mask) for mask in masks]

    def run(self, round_: int, look: Look) -> int:
        """Rounds after `round_` as long as bits pay; the last one in which anything may be new.

        `newest` is how many rows it found.
        """
        look(self.table.size)
        newest = _packed(self.table == round_)
        seen = _packed(self.table >= 0)
        while round_ < MOST_ROUNDS:
            found = self._next(newest, look) & ~seen
            round_ += 1
            some = np.flatnonzero(found.any(axis=1))
            width = self.table.shape[1]
            for rows in np.array_split(some, max(1, len(some) * width // 2**24)):
                block = self.table[rows]
                block[_unpacked(found[rows], width)] = round_
                self.table[rows] = block
            seen |= found
            newest = found
            sizes = np.bitwise_count(found).sum(axis=1, dtype=np.int64)
            self.newest = int(sizes.sum())
            if not self._pays(int((sizes * self._degrees).sum())):
                break
        return round_

    def _next(self, newest: Words, look: Look) -> Words:
        """What the newest pairs give."""
        found = np.zeros_like(newest)
        active: Mask = np.any(newest, axis=1)
        for (sources, targets), allowed in zip(self._pairs, self._allowed, strict=True):
            kept = active[sources]
            given = _united(newest, sources[kept], targets[kept], look)
            if given is None:
                continue
            rows, words = given
            found[rows] |= words if allowed is None else words & allowed[rows]
        return found


def _united(newest: Words, sources: Codes, targets: Codes, look: Look) -> tuple[Codes, Words] | None:
    """For each target the union of the rows of its sources; None if there is none."""
    if not len(sources):
        return None
    begins = np.flatnonzero(np.concatenate(([True], targets[1:] != targets[:-1])))
    rows = targets[begins]
    words = np.empty((len(rows), newest.shape[1]), np.uint64)
    ends = np.append(begins[1:], len(sources))
    step = max(1, _AT_ONCE // newest.shape[1])
    first = 0
    while first < len(rows):
        look(0)
        last = max(first + 1, int(np.searchsorted(ends, begins[first] + step)))
        gathered = newest[sources[begins[first] : ends[last - 1]]]
        words[first:last] = np.bitwise_or.reduceat(gathered, begins[first:last] - begins[first], axis=0)
        first = last
    return rows, words


def _packed(mask: Mask) -> Words:
    """Truth values as bits, each row padded to whole words."""
    packed = np.packbits(mask, axis=1, bitorder="little")
    padded = np.zeros((len(mask), -(-packed.shape[1] // 8) * 8), np.uint8)
    padded[:, : packed.shape[1]] = packed
    words: Words = padded.view(np.uint64)
    return words


def _unpacked(words: Words, width: int) -> Mask:
    """Bits as truth values, the padding cut off."""
    values: Mask = np.unpackbits(words.view(np.uint8), axis=1, count=width, bitorder="little").view(np.bool_)
    return values
