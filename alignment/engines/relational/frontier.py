"""Recursion in steps on NumPy columns: a round costs as much as it finds.

A round in SQL costs a millisecond and reads whole tables, however little is new. Here constants are
renumbered 0, 1, 2, … and a row is one integer; the rows found last, the frontier, are extended through
adjacency lists in compressed sparse rows, and what was seen before is dropped by looking it up in a table
of rounds, one entry for each row that could be, or in sorted runs where that table would be too large and
the row could be found twice at all.
Rounds in which much of such a table is new go on bits.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from alignment.engines.relational.bits import BitRounds
from alignment.engines.relational.chasing import chased, step_of
from alignment.engines.relational.closing import closing_step, rounds_of_doubling
from alignment.engines.relational.domains import Domains
from alignment.engines.relational.moves import Columns, Given, Move, Read, Watch
from alignment.engines.relational.numbering import NONE, Codes, Mask, Numbering
from alignment.engines.relational.once import found_once
from alignment.engines.relational.reached import within_reach
from alignment.engines.relational.seen import MOST_ROUNDS, SMALL_TABLE, Seen
from alignment.engines.relational.seen import seen as seen_rows
from alignment.engines.relational.steps import Steps
from alignment.records import frozen, mutable

Rounds: TypeAlias = NDArray[np.int32]


@frozen
class Found:
    """For each relation its rows and their rounds, and the last round in which a row was found, kept or not."""

    rows: Mapping[str, tuple[Columns, Rounds]]
    last: int


@mutable
class _Pairs:
    """What is known of one relation. Its columns are numbered apart; `major` is the one that rows are kept by.

    `once` says which numbers of that column stand in rows that are found once, where that is of use, and `step` where
    the one move leads from each number of the other column, where it can be chased.
    """

    numberings: tuple[Numbering, ...]
    major: int
    seen: Seen
    once: Mask | None = None
    step: Codes | None = None

    def keys(self, columns: Columns) -> Codes:
        """Rows of numbers as single integers."""
        if len(columns) == 1:
            return columns[0]
        return columns[self.major] * self.numberings[1 - self.major].size + columns[1 - self.major]

    def columns(self, keys: Codes) -> Columns:
        """Single integers as rows of numbers."""
        if len(self.numberings) == 1:
            return [keys]
        width = self.numberings[1 - self.major].size
        major = keys // width  # with the remainder two thirds of the time of `divmod`
        minor = major * width
        np.subtract(keys, minor, out=minor)
        return [minor, major] if self.major else [major, minor]

    def numbers(self, columns: Columns) -> Columns:
        """Rows of codes as rows of numbers."""
        return [one.numbers(column) for one, column in zip(self.numberings, columns, strict=True)]

    def found(self, rows: Columns, round_: int) -> list[Codes]:
        """Those of some rows of numbers that are new, which are seen from now on, as single integers."""
        keys = self.keys(rows)
        if self.once is None or self.seen.table is not None:  # to look a row up in a table is as quick
            return [self.seen.add(keys, round_)]
        once = self.once[rows[self.major]]
        new = keys[once]
        self.seen.take(new, round_)
        return [new, self.seen.add(keys[~once], round_)]

    def loops(self) -> tuple[Columns, Rounds]:
        """The rows of one constant twice, as codes, and their rounds."""
        if self.seen.table is None:
            (first, second), rounds = self.codes()
            same = first == second
            return [first[same], second[same]], rounds[same]
        major, minor = self.numberings[self.major], self.numberings[1 - self.major]
        numbers, there = minor.found(major.codes)
        at = self.seen.table[np.flatnonzero(there) * minor.size + numbers]
        codes = major.codes[there][at >= 0]
        return [codes, codes], at[at >= 0].astype(np.int32)

    def bytes_of_codes(self, *, loops: bool) -> int:
        """What the rows take of memory, or those of one constant twice."""
        return 0 if loops and self.seen.table is not None else self.seen.bytes_of_pairs()

    def codes(self) -> tuple[Columns, Rounds]:
        """All rows, as codes, and their rounds."""
        if len(self.numberings) == 1:
            _, column, rounds = self.seen.pairs(np.zeros(1, np.int64), self.numberings[0].codes)
            return [column], rounds
        major, minor = self.numberings[self.major], self.numberings[1 - self.major]
        first, second, rounds = self.seen.pairs(major.codes, minor.codes)
        return [second, first] if self.major else [first, second], rounds


def read(steps: Steps, given: Given) -> Sequence[Read]:
    """The steps with what their premises read."""
    return [Read.of(step, place, given) for place, step in enumerate(steps.steps)]


def run(
    steps: Steps,
    reads: Sequence[Read],
    start: Mapping[str, tuple[Columns, Columns]],
    watch: Watch,
    loops: Collection[str] = (),
) -> Found | None:
    """The rows of a stratum with their rounds; None where there are too many rounds for this.

    `reads` are its steps as `read` gave them, `start` has for each relation its reported rows and those of its base
    rules. Of the relations `loops` only the rows that lead back are wanted. Raises LimitReached, NoRoom.
    """
    rounds_of = None
    if steps.doubling is not None:
        rounds_of = rounds_of_doubling(start[steps.doubling.head])
        if rounds_of is None:
            return None
        reads = [closing_step(steps.doubling, start[steps.doubling.head])]
    reads = within_reach(reads, start)
    domains = Domains()
    for name, both in start.items():
        for columns in both:
            for at, column in enumerate(columns):
                domains.add((name, at), column)
    for read in reads:
        read.join_domains(domains)
    moves = [Move.of(read, domains) for read in reads]
    pairs = {}
    for name, (reported, _) in start.items():
        pairs[name] = _pairs(name, len(reported), moves, domains, lambda size: watch.look(moves[0].rule, size))
    if not _all_rounds(moves, pairs, start, watch):
        return None
    watch.look(moves[0].rule, sum(one.bytes_of_codes(loops=name in loops) for name, one in pairs.items()))
    found = {name: one.loops() if name in loops else one.codes() for name, one in pairs.items()}
    last = max(one.seen.last for one in pairs.values())
    if rounds_of is not None:
        found = {name: (rows, rounds_of(at)) for name, (rows, at) in found.items()}
        last = int(rounds_of(np.array([last], np.int32))[0])
    return Found(found, last)


def _pairs(
    name: str, arity: int, moves: Sequence[Move], domains: Domains, look: Callable[[int], None]
) -> _Pairs:
    numberings = tuple(domains.numbering((name, at)) for at in range(arity))
    if arity != 2:
        return _Pairs(numberings, 0, seen_rows(numberings[0].size, look))
    major = next((at for move in moves for at, arg in enumerate(move.start) if move.extends == arg is not None), 0)
    possible = numberings[0].size * numberings[1].size
    step = _step(moves, major) if possible <= SMALL_TABLE else None
    if step is not None:
        major = 1 - major  # rows that follow each other are then neighbours in the table
    return _Pairs(numberings, major, seen_rows(possible, look), step=step)


def _all_rounds(
    moves: Sequence[Move], pairs: Mapping[str, _Pairs], start: Mapping[str, tuple[Columns, Columns]], watch: Watch
) -> bool:
    """Find everything, round by round; False where there are too many rounds."""
    bits = _bits(moves, pairs)
    newest: dict[str, Columns] = {}
    fresh: dict[str, list[Codes]] = {}
    for name, one in pairs.items():
        reported, derived = (one.numbers(columns) for columns in start[name])
        newest[name] = one.columns(one.seen.add(one.keys(reported), 0))
        fresh[name] = [one.seen.add(one.keys(derived), 1)]
        if len(one.numberings) == 2 and one.seen.table is None:
            writing = [move for move in moves if move.writes == name]
            begun = [reported[one.major], derived[one.major]]
            one.once = found_once(writing, one.major, one.numberings[one.major].size, begun)
    round_ = 0
    while True:
        round_ += 1
        if round_ > MOST_ROUNDS:
            return False
        for move in moves:
            watch.look(move.rule)
            if len(newest[move.reads][0]):
                into = pairs[move.writes]
                for rows in move.apply(newest[move.reads], watch):
                    fresh[move.writes] += into.found(rows, round_)
        newest = {name: one.columns(_joined(fresh[name])) for name, one in pairs.items()}
        fresh = {name: [] for name in pairs}
        if not any(len(columns[0]) for columns in newest.values()):
            return True
        ended = _chased(moves, pairs, newest, round_, watch)
        if ended is not None:
            return ended
        bits = bits or _bits(moves, pairs)  # there may be a table by now
        if bits is not None:
            ((name, one),) = pairs.items()
            if bits.pays(newest[name][one.major]):
                rule = moves[0].rule
                round_ = bits.run(round_, lambda size: watch.look(rule, size))  # noqa: B023  # called at once
                watch.look(rule, 32 * bits.newest)
                newest[name] = one.columns(np.flatnonzero(bits.table.reshape(-1) == round_))


def _chased(
    moves: Sequence[Move], pairs: Mapping[str, _Pairs], newest: Mapping[str, Columns], round_: int, watch: Watch
) -> bool | None:
    """Find the rest at once, where that can be; False where there are too many rounds, None where it cannot."""
    for name, one in pairs.items():
        if one.step is not None and one.seen.table is not None:  # it is the only relation then
            goes_on, taken = newest[name][1 - one.major], newest[name][one.major]
            return chased(one.step, (goes_on, taken), one.seen.table, round_, partial(watch.look, moves[0].rule))
    return None


def _joined(parts: Sequence[Codes]) -> Codes:
    if len(parts) == 1:
        return parts[0]
    return np.concatenate(parts) if parts else NONE


def _step(moves: Sequence[Move], extended: int) -> Codes | None:
    """Where the one move leads from each number of a column, if it tests nothing and no two ways meet or part."""
    if len(moves) != 1 or not moves[0].carries(extended) or moves[0].before or any(moves[0].after):
        return None
    ((_, _, link),) = moves[0].links
    return step_of(link)


def _bits(moves: Sequence[Move], pairs: Mapping[str, _Pairs]) -> BitRounds | None:
    """The rounds on bits, where each step is of that kind."""
    if len(pairs) != 1:
        return None
    ((_, one),) = pairs.items()
    if len(one.numberings) != 2 or one.seen.table is None:
        return None
    if not all(move.carries(one.major) for move in moves):
        return None
    shape = (one.numberings[one.major].size, one.numberings[1 - one.major].size)
    return BitRounds(one.seen.table.reshape(shape), moves, one.major)
