"""Recursion in steps on NumPy columns: a round costs as much as it finds.

A round in SQL costs a millisecond and reads whole tables, however little is new. Here constants are
renumbered 0, 1, 2, … and a row is one integer; the rows found last, the frontier, are extended through an
adjacency list in compressed sparse rows, and what was seen before is dropped by looking it up in a table
of rounds, one entry for each row that could be, or in sorted runs where that table would be too large.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from alignment.engines.relational.numbering import NONE, Codes, Numbering, adjacency, distinct, extended, is_in
from alignment.engines.relational.seen import MOST_ROUNDS, Seen
from alignment.engines.relational.seen import seen as seen_rows
from alignment.engines.relational.steps import Step, Steps
from alignment.program.model import Argument, Comparison, Const, Negative, Positive, Rule, Var

Columns: TypeAlias = list[Codes]
"""The columns of some rows, of one length."""


class Given(Protocol):
    """What the kernel reads: the different rows of a premise's variables, as columns of codes."""

    def __call__(self, literal: Positive | Negative, names: Sequence[str]) -> Columns: ...


RoundsOf: TypeAlias = Callable[[NDArray[np.int32]], NDArray[np.int32]]
"""From the rounds of the linear closure to those of doubling."""

Check: TypeAlias = Callable[[Rule], None]
Found: TypeAlias = dict[str, tuple[Columns, NDArray[np.int32]]]
"""For each relation its rows and their rounds."""


def run(
    steps: Steps, given: Given, start: Mapping[str, tuple[Columns, Columns]], check: Check
) -> Found | None:
    """The rows of a stratum with their rounds; None where there are too many rounds for this.

    `start` gives for each relation its reported rows and those of its base rules. `check` is called in
    every round; it may raise.
    """
    arity = {name: len(reported) for name, (reported, _) in start.items()}
    rounds_of: RoundsOf | None = None
    moves = [_Move.of(step, given) for step in steps.steps]
    codes = [column for pair in start.values() for columns in pair for column in columns]
    codes += [column for move in moves for column in move.codes()]
    universe = Numbering(codes)
    size = universe.size
    seen: dict[str, Seen] = {name: seen_rows(size ** arity[name]) for name in start}
    reported = {name: seen[name].add(_keys(pair[0], universe), 0) for name, pair in start.items()}
    if steps.doubling is not None:
        (name,) = start
        (base, derived) = start[name]
        edges = _keys([np.concatenate(both) for both in zip(base, derived, strict=True)], universe)
        moves = [_Move.doubling(name, distinct(edges), size, steps.doubling)]
        rounds_of = _doubled(reported=len(base[0]) > 0, derived=len(derived[0]) > 0)
        if rounds_of is None:
            return None
    for move in moves:
        move.ready(universe)
    found = {name: [_keys(pair[1], universe)] for name, pair in start.items()}
    newest, round_ = reported, 0
    while True:
        round_ += 1
        if round_ > MOST_ROUNDS:
            return None
        for move in moves:
            check(move.rule)
            keys = newest[move.reads]
            if len(keys):
                found.setdefault(move.writes, []).append(move.apply(keys, arity[move.reads]))
        newest = {name: seen[name].add(np.concatenate(found.get(name, [NONE])), round_) for name in start}
        found = {}
        if not any(map(len, newest.values())):
            break
    return {name: _rows(one, universe, arity[name], rounds_of) for name, one in seen.items()}


def _doubled(*, reported: bool, derived: bool) -> RoundsOf | None:
    """From the length of a shortest path, less one, to the round in which doubling finds its ends.

    Rows that are reported are there in round 0 and double in round 1; rows of base rules are there in round
    1. None where both occur: then the rounds are not a matter of lengths alone.
    """
    if reported and derived:
        return None
    shift = 0 if reported else 1

    def rounds(linear: NDArray[np.int32]) -> NDArray[np.int32]:
        lengths = linear + (1 if reported else 0)  # linear rounds: d - 1 from reported, d from base rows
        return (np.ceil(np.log2(np.maximum(lengths, 1))) + shift).astype(np.int32)

    return rounds


def _keys(columns: Columns, universe: Numbering) -> Codes:
    """Rows as single integers."""
    keys = universe.numbers(columns[0])
    for column in columns[1:]:
        keys = keys * universe.size + universe.numbers(column)
    return keys


def _rows(
    seen: Seen, universe: Numbering, arity: int, rounds_of: RoundsOf | None
) -> tuple[Columns, NDArray[np.int32]]:
    keys, rounds = seen.all()
    codes, size = universe.codes, universe.size
    columns = [codes[keys // size], codes[keys % size]] if arity == 2 else [codes[keys]]
    return columns, rounds if rounds_of is None else rounds_of(rounds)


@dataclass(slots=True)
class _Move:
    """A step made ready: what it reads and writes, its adjacency list, and its filters."""

    rule: Rule
    reads: str
    writes: str
    head: tuple[Var | Const, ...]
    start: tuple[Argument, ...]
    join: tuple[str, str, Columns] | None
    tests: list[tuple[Any, Columns]]
    size: int = 0
    universe: Numbering | None = None
    offsets: Codes | None = None
    targets: Codes | None = None
    sets: list[Any] | None = None

    @classmethod
    def of(cls, step: Step, given: Given) -> _Move:
        """The step with the rows that its premises read."""
        join = None
        if step.join is not None:
            bound = {arg.name for arg in step.start.args if isinstance(arg, Var)}
            names = list(dict.fromkeys(arg.name for arg in step.join.args if isinstance(arg, Var)))
            known = next(name for name in names if name in bound)
            new = next(name for name in names if name not in bound)
            join = (known, new, given(step.join, (known, new)))
        tests: list[tuple[Any, Columns]] = []
        for one in step.filters:
            if isinstance(one, Comparison):
                tests.append((one, []))
            else:
                names = list(dict.fromkeys(arg.name for arg in one.args if isinstance(arg, Var)))
                tests.append(((isinstance(one, Positive), names), given(one, names)))
        return cls(step.rule, step.start.relation, step.rule.head, step.head, step.start.args, join, tests)

    @classmethod
    def doubling(cls, name: str, edges: Codes, size: int, rule: Rule) -> _Move:
        """The linear step that a closure by doubling amounts to."""
        x, y, z = Var("x"), Var("y"), Var("z")
        move = cls(rule, name, name, (x, z), (x, y), ("y", "z", []), [])
        move.offsets, move.targets = adjacency(edges // size, edges % size, size)
        return move

    def codes(self) -> Columns:
        """Every constant that it may bring in."""
        constants = [arg.id for arg in self.head if isinstance(arg, Const)]
        columns = [*(self.join[2] if self.join else []), np.array(constants, np.int64)]
        return columns + [column for _, given in self.tests for column in given]

    def ready(self, universe: Numbering) -> None:
        """Renumber what it reads."""
        self.universe, self.size = universe, universe.size
        if self.join is not None and self.offsets is None:
            known, new = (universe.numbers(column) for column in self.join[2])
            self.offsets, self.targets = adjacency(known, new, self.size)
        self.sets = [
            None if isinstance(test, Comparison) else distinct(_keys(given, universe)) for test, given in self.tests
        ]

    def apply(self, keys: Codes, arity: int) -> Codes:
        """The rows, as integers, that it gives from the newest ones."""
        parts = [keys // self.size, keys % self.size] if arity == 2 else [keys]
        values = {arg.name: part for arg, part in zip(self.start, parts, strict=True) if isinstance(arg, Var)}
        if self.join is not None:
            known, new, _ = self.join
            assert self.offsets is not None
            assert self.targets is not None
            rows, reached = extended(values[known], self.offsets, self.targets)
            values = {name: column[rows] for name, column in values.items()}
            values[new] = reached
        length = len(next(iter(values.values()), keys))
        for (test, _), members in zip(self.tests, self.sets or (), strict=True):
            kept = self._kept(test, members, values, length)
            values = {name: column[kept] for name, column in values.items()}
            length = int(np.count_nonzero(kept))
        columns = [self._column(arg, values, length) for arg in self.head]
        return columns[0] if len(columns) == 1 else columns[0] * self.size + columns[1]

    def _column(self, arg: Var | Const, values: Mapping[str, Codes], length: int) -> Codes:
        if isinstance(arg, Var):
            return values[arg.name]
        assert self.universe is not None
        return np.full(length, self.universe.number(arg.id), np.int64)

    def _kept(self, test: Any, members: Codes, values: Mapping[str, Codes], length: int) -> NDArray[np.bool_]:  # noqa: ANN401
        if isinstance(test, Comparison):
            assert self.universe is not None
            left, right = (
                values[side.name] if isinstance(side, Var) else self._code(side) for side in (test.left, test.right)
            )
            kept: NDArray[np.bool_] = np.broadcast_to(np.not_equal(left, right), (length,))
            return kept
        wanted, names = test
        keys = values[names[0]]
        for name in names[1:]:
            keys = keys * self.size + values[name]
        passed: NDArray[np.bool_] = np.equal(is_in(keys, members), wanted)
        return passed

    def _code(self, side: Any) -> int:  # noqa: ANN401  # a constant
        """The number of a constant, -1 if it occurs nowhere."""
        assert self.universe is not None
        return self.universe.number(side.id)
