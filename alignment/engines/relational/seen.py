"""The rows that a recursion has found, each one integer, with the round in which it was found."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from alignment.engines.relational.aside import in_halves
from alignment.engines.relational.numbering import Codes, distinct, is_in

Rounds: TypeAlias = NDArray[np.int16]

LARGEST_TABLE = 2**27
"""Entries of a table of rounds, of two bytes each; above that, sorted runs."""

SMALL_TABLE = 2**22
"""Entries of a table that is made at once. To fill one of 2**26 takes 0.3 s, more than a sparse recursion."""

SPARSE = 256
"""Rows that could be for one that is there, above which rows are kept in runs."""

_BLOCK = 2**16
"""Entries that are looked through at a time: what stays in the cache of the processor."""

_LONG = 64
"""Repetitions from which on it pays to fill a part of an array with them."""

MANY = 2**18
"""Entries and rows from which on two threads look through them."""

MOST_ROUNDS = 2**15 - 2
"""Rounds that such a table can tell apart."""

_FRESH = -2
"""What stands in such a table for a moment in place of the round."""


class Seen(Protocol):
    """The rows found so far with their rounds; `table` has a round for each that could be, if there is one."""

    @property
    def table(self) -> Rounds | None: ...

    def add(self, keys: Codes, round_: int) -> Codes:
        """Those of the keys that are new, each once; they are seen from now on."""
        ...

    def take(self, keys: Codes, round_: int) -> None:
        """Keys that are new and different, and of which none is ever added again."""
        ...

    def pairs(self, majors: Codes, minors: Codes) -> tuple[Codes, Codes, NDArray[np.int32]]:
        """All keys as pairs of codes, and their rounds.

        The key `k` is the pair of `majors[k // n]` and `minors[k % n]`, where n is the number of minors.
        """
        ...

    def bytes_of_pairs(self) -> int:
        """What `pairs` takes of memory."""
        ...

    @property
    def last(self) -> int:
        """The last round in which a row was found, 0 if none was."""
        ...


def seen(possible: int, look: Callable[[int], None]) -> Seen:
    """An empty memory of rows, of which so many are possible. `look` is called before so many bytes are taken."""
    if possible > LARGEST_TABLE:
        return Runs(look)
    if possible > SMALL_TABLE:
        return Growing(possible, look)
    look(2 * possible)
    return Table(possible)


def filled(entries: Rounds) -> Codes:
    """Which entries of a table have a round, in order."""
    blocks = range(0, len(entries), _BLOCK)
    return np.concatenate([np.flatnonzero(entries[first : first + _BLOCK] >= 0) + first for first in blocks])


class Table:
    """A round for each row that could be: -1 for one that is not there."""

    def __init__(self, possible: int) -> None:
        self.rounds: Rounds = np.full(possible, -1, np.int16)

    @property
    def table(self) -> Rounds | None:
        return self.rounds

    def add(self, keys: Codes, round_: int) -> Codes:
        fresh = keys[self.rounds[keys] < 0]
        if len(fresh) > len(self.rounds) // 32:
            self.rounds[fresh] = _FRESH  # not the round: other keys may have been added in it
            fresh = np.flatnonzero(self.rounds == _FRESH)
            self.rounds[fresh] = round_
            return fresh
        if len(fresh) <= MOST_ROUNDS:
            # each key leaves its place in the table; of equal keys the one that is read back is kept
            places = np.arange(_FRESH - len(fresh), _FRESH, dtype=np.int16)
            self.rounds[fresh] = places
            fresh = fresh[self.rounds[fresh] == places]
        else:
            fresh = distinct(fresh)
        self.rounds[fresh] = round_
        return fresh

    def take(self, keys: Codes, round_: int) -> None:
        self.rounds[keys] = round_

    def pairs(self, majors: Codes, minors: Codes) -> tuple[Codes, Codes, NDArray[np.int32]]:
        table = self.rounds.reshape(-1, len(minors))
        counts = np.empty(len(table), np.int64)

        def count(rows: range) -> None:
            some = slice(rows.start, rows.stop)
            counts[some] = np.count_nonzero(table[some] >= 0, axis=1)

        in_halves(count, len(table), at_once=len(self.rounds) > MANY)
        ends = np.cumsum(counts)
        firsts, seconds = np.empty(ends[-1], np.int64), np.empty(ends[-1], np.int64)
        rounds = np.empty(ends[-1], np.int32)
        step = max(1, _BLOCK // len(minors))
        several = np.tile(minors, step)

        def fill(rows: range) -> None:
            part = slice(ends[rows.start] - counts[rows.start], ends[rows.stop - 1])
            _repeat(majors[rows.start : rows.stop], counts[rows.start : rows.stop], firsts[part])
            for first in range(rows.start, rows.stop, step):
                last = min(first + step, rows.stop)
                block = table[first:last].reshape(-1)
                keys = np.flatnonzero(block >= 0)
                there = slice(ends[last - 1] - len(keys), ends[last - 1])
                rounds[there] = block[keys]
                np.take(several, keys, out=seconds[there], mode="clip")  # all are within

        in_halves(fill, len(table), at_once=len(firsts) > MANY)
        return firsts, seconds, rounds

    def bytes_of_pairs(self) -> int:
        blocks = range(0, len(self.rounds), _BLOCK)
        return 28 * sum(int(np.count_nonzero(self.rounds[first : first + _BLOCK] >= 0)) for first in blocks)

    @property
    def last(self) -> int:
        return max(0, int(self.rounds.max()))


def _repeat(codes: Codes, counts: Codes, repeated: Codes) -> None:
    """`np.repeat`, which takes three times as long as to fill parts of an array where these are long."""
    if len(repeated) < _LONG * len(codes):
        repeated[:] = np.repeat(codes, counts)
        return
    ends = np.cumsum(counts)
    for code, end, count in zip(codes.tolist(), ends.tolist(), counts.tolist(), strict=True):
        repeated[end - count : end] = code


class Runs:
    """Sorted runs of keys, merged when there are many: each key is moved a logarithmic number of times.

    `rounds` has the keys of each round, `size` is how many there are.
    """

    def __init__(self, look: Callable[[int], None]) -> None:
        self._look = look
        self.runs: list[Codes] = []
        self.rounds: list[tuple[Codes, int]] = []
        self.size = 0

    @property
    def table(self) -> Rounds | None:
        return None

    def add(self, keys: Codes, round_: int) -> Codes:
        self._look(16 * len(keys))
        fresh = distinct(keys)
        for run in self.runs:
            fresh = fresh[~is_in(fresh, run)]
        self.take(fresh, round_)
        run = fresh
        while self.runs and len(self.runs[-1]) <= 2 * len(run):
            self._look(16 * (len(self.runs[-1]) + len(run)))
            run = np.sort(np.concatenate((self.runs.pop(), run)), kind="stable")
        if len(run):
            self.runs.append(run)
        return fresh

    def take(self, keys: Codes, round_: int) -> None:
        self.rounds.append((keys, round_))
        self.size += len(keys)

    def pairs(self, majors: Codes, minors: Codes) -> tuple[Codes, Codes, NDArray[np.int32]]:
        keys = np.concatenate([keys for keys, _ in self.rounds])
        numbers = np.array([round_ for _, round_ in self.rounds], np.int32)
        rounds = np.repeat(numbers, [len(keys) for keys, _ in self.rounds])
        firsts, seconds = np.empty(len(keys), np.int64), np.empty(len(keys), np.int64)
        for first in range(0, len(keys), _BLOCK):  # what is between takes the memory of one block
            rows = slice(first, first + _BLOCK)
            upper, lower = np.divmod(keys[rows], len(minors))
            firsts[rows], seconds[rows] = majors[upper], minors[lower]
        return firsts, seconds, rounds

    def bytes_of_pairs(self) -> int:
        return 28 * self.size

    @property
    def last(self) -> int:
        return max((round_ for keys, round_ in self.rounds if len(keys)), default=0)


class Growing:
    """Runs as long as few of the rows that could be are there, then a table."""

    def __init__(self, possible: int, look: Callable[[int], None]) -> None:
        self._possible = possible
        self._look = look
        self._kept: Table | Runs = Runs(look)

    @property
    def table(self) -> Rounds | None:
        return self._kept.table

    def add(self, keys: Codes, round_: int) -> Codes:
        fresh = self._kept.add(keys, round_)
        self._grow()
        return fresh

    def take(self, keys: Codes, round_: int) -> None:
        self._kept.take(keys, round_)
        self._grow()

    def _grow(self) -> None:
        if isinstance(self._kept, Runs) and self._kept.size * SPARSE > self._possible:
            self._look(2 * self._possible)
            table = Table(self._possible)
            for found, at in self._kept.rounds:
                table.rounds[found] = at
            self._kept = table

    def pairs(self, majors: Codes, minors: Codes) -> tuple[Codes, Codes, NDArray[np.int32]]:
        return self._kept.pairs(majors, minors)

    def bytes_of_pairs(self) -> int:
        return self._kept.bytes_of_pairs()

    @property
    def last(self) -> int:
        return self._kept.last
