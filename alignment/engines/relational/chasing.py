"""Rounds along a link that leads from each number to one other at most, and to each from one: chains and rings.

Before: a round of `reaches(X, Z) :- reaches(X, Y), edge(Y, Z)` over a chain looks which of its pairs are new, which
        of these are the same, and into how many parts it should go.
After:  a pair is followed by those of the numbers after its own, a round each, as far as one that is there already:
        in a table whose columns stand as the chain goes, that is a part of a row, filled at once.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from alignment.engines.relational.links import Link
from alignment.engines.relational.numbering import Codes, Mask
from alignment.engines.relational.seen import MOST_ROUNDS, Rounds, filled
from alignment.records import frozen

_LONG = 64
"""Entries of a part from which on it is filled by itself; shorter ones are filled together."""


def step_of(link: Link) -> Codes | None:
    """Where a link leads from each number, -1 for nowhere; None if it leads to several, or from several to one."""
    if link.degrees.max(initial=0) > 1 or np.bincount(link.targets).max(initial=0) > 1:
        return None
    step = np.full(len(link.degrees), -1, np.int64)
    step[link.sources] = link.targets
    return step


def chased(step: Codes, newest: tuple[Codes, Codes], table: Rounds, round_: int, look: Callable[[int], None]) -> bool:
    """Write the rounds of all pairs that follow from the newest, those of a round; False where there are too many.

    A pair goes on from its first number, and stands in the row of the table that the second one tells. `look` is
    called before so many bytes are taken.
    """
    goes_on, taken = newest
    look(table.nbytes + 64 * (len(step) + len(taken)))
    chains = _Chains.of(step)
    entries = table if chains.are_in_order else _moved(table, chains.order)
    row, place = taken * len(step), chains.place[goes_on]
    begins, ends, rounds = _parts(chains, filled(entries), row, place)
    if int((rounds + ends - begins).max(initial=0)) + round_ > MOST_ROUNDS:
        return False
    _fill(entries, begins, ends, rounds + round_ + 1, look)
    if entries is not table:
        table[:] = _moved(entries, chains.place)
    return True


def _moved(table: Rounds, columns: Codes) -> Rounds:
    """The table with its columns in another order."""
    return np.take(table.reshape(-1, len(columns)), columns, axis=1).reshape(-1)


def _parts(chains: _Chains, there: Codes, row: Codes, place: Codes) -> tuple[Codes, Codes, Codes]:
    """The parts of the rows that are to be filled: where they begin and end, and in which round, counted from 0.

    `there` are the entries that are filled, in order; `row` and `place` tell those of the newest pairs.
    """
    there = np.append(there, np.iinfo(np.int64).max)
    first, last = row + chains.begins[place], row + chains.ends[place]
    begins = row + place + 1
    ends = np.minimum(there[np.searchsorted(there, begins)], last)
    around = chains.is_ring[place] & (ends == last)  # a ring goes on where it begins, as far as the pair itself
    begins_again = first[around]
    ends_again = there[np.searchsorted(there, begins_again)]
    rounds = np.concatenate((np.zeros_like(begins), (last - begins)[around]))
    return np.concatenate((begins, begins_again)), np.concatenate((ends, ends_again)), rounds


def _fill(entries: Rounds, begins: Codes, ends: Codes, rounds: Codes, look: Callable[[int], None]) -> None:
    """Fill parts with rounds that rise by one from entry to entry."""
    lengths = ends - begins
    size = int(lengths.sum())
    if size >= _LONG * len(lengths):
        rising = np.arange(MOST_ROUNDS + 1, dtype=np.int16)
        for begin, end, first in zip(begins.tolist(), ends.tolist(), rounds.tolist(), strict=True):
            entries[begin:end] = rising[first : first + end - begin]
        return
    look(32 * size)
    after = np.arange(size) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    entries[np.repeat(begins, lengths) + after] = np.repeat(rounds, lengths) + after


@frozen(eq=False)
class _Chains:
    """Numbers as they follow each other, chain by chain; a ring is cut before its smallest number.

    `order` has the numbers, `place` says where each stands there; for each place its chain `begins` and `ends`.
    """

    order: Codes
    place: Codes
    begins: Codes
    ends: Codes
    is_ring: Mask

    @property
    def are_in_order(self) -> bool:
        """Whether the numbers stand so already."""
        return bool((self.order[1:] > self.order[:-1]).all())

    @classmethod
    def of(cls, step: Codes) -> _Chains:
        """The chains of a step."""
        size = len(step)
        before = np.arange(size)  # of the first of a chain, itself
        before[step[step >= 0]] = np.flatnonzero(step >= 0)
        first, _, smallest = _followed(before)
        in_ring = before[first] != first
        heads = np.flatnonzero(in_ring & (smallest == np.arange(size)))
        before[heads] = heads
        first, distance, _ = _followed(before)
        order = np.lexsort((distance, first))
        place = np.empty(size, np.int64)
        place[order] = np.arange(size)
        starts = np.flatnonzero(distance[order] == 0)
        lengths = np.diff(starts, append=size)
        return cls(order, place, np.repeat(starts, lengths), np.repeat(starts + lengths, lengths), in_ring[order])


def _followed(before: Codes) -> tuple[Codes, Codes, Codes]:
    """Where each number leads in the end if one goes back, how far that is, and the smallest number on the way.

    Each looks as far again as the one that it has come to (Wyllie, The Complexity of Parallel Computations, 1979).
    In a ring, where there is no end, all of it is seen.
    """
    at, smallest = before.copy(), np.minimum(before, np.arange(len(before)))
    distance = (before != np.arange(len(before))).astype(np.int64)
    for _ in range(len(before).bit_length()):
        distance += distance[at]
        np.minimum(smallest, smallest[at], out=smallest)
        at = at[at]
    return at, distance, smallest
