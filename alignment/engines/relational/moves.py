"""A step of a recursion made ready for columns of numbers: its joins as adjacency lists, its filters as sets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field
from typing import Protocol, TypeAlias

import numpy as np

from alignment.engines.relational.domains import Domains, Place
from alignment.engines.relational.links import Link
from alignment.engines.relational.numbering import Codes, Mask, Members
from alignment.engines.relational.steps import Filter, Step
from alignment.program.model import Comparison, Const, Negative, Positive, Rule, Var
from alignment.records import mutable

Columns: TypeAlias = list[Codes]
"""The columns of some rows, of one length."""

_AT_ONCE = 2**20
"""Pairs that are tested at a time."""

_BYTES = 24
"""Bytes that a value takes on its way through a link: itself, its copy, and what picks it."""

Values: TypeAlias = Mapping[str, Codes]
"""The columns of variables."""


class Given(Protocol):
    """What the kernel reads: the different rows of a premise's variables, as columns of codes."""

    def __call__(self, literal: Positive | Negative, names: Sequence[str]) -> Columns: ...


class Watch(Protocol):
    """Looks around for limits while the kernel works."""

    def look(self, rule: Rule, bytes_: int = 0) -> None:
        """Look before so many bytes are taken. Raises LimitReached, or NoRoom where memory would not suffice."""
        ...


class NoRoom(Exception):  # nobody's mistake: another way takes less
    """The kernel would need more memory than it may use."""


class Test(Protocol):
    """A filter made ready. `names` are the variables that it reads."""

    names: tuple[str, ...]

    def passes(self, values: Values) -> Mask:
        """Which rows pass."""
        ...


@mutable
class Differ:
    """`left != right`; sides are variables or codes. `codes` are those of the numbers of each variable."""

    names: tuple[str, ...]
    left: str | int
    right: str | int
    codes: Mapping[str, Codes]

    def passes(self, values: Values) -> Mask:
        """Which rows pass."""
        differ: Mask = self._side(self.left, values) != self._side(self.right, values)
        return differ

    def _side(self, side: str | int, values: Values) -> Codes:
        return self.codes[side][values[side]] if isinstance(side, str) else np.array([side])


@mutable
class Among:
    """Some row of a premise agrees, or none where it is negated."""

    names: tuple[str, ...]
    members: Members
    wanted: bool

    def passes(self, values: Values) -> Mask:
        """Which rows pass."""
        held = self.members.holds([values[name] for name in self.names])
        return held if self.wanted else ~held


@mutable
class Read:
    """A step with what its premises read, before constants are numbered.

    `joins` are the known and the new variable with their columns; `tests` the filters with theirs. Of several pairs
    that lead on from what is known, the one that leads to the fewest is joined, and what then brings nothing new
    tests: from a row of `reach(Y, Z)` one edge leads back to `X`, a demand for `(X, Z)` to everybody who asks.
    """

    step: Step
    place: int
    joins: list[tuple[str, str, Columns]]
    tests: list[tuple[Filter, tuple[str, ...], Columns]]

    @classmethod
    def of(cls, step: Step, place: int, given: Given) -> Read:
        """Read the premises."""
        bound = {arg.name for arg in step.start.args if isinstance(arg, Var)}
        joins: list[tuple[str, str, Columns]] = []
        waiting, filters = list(step.pairs), list(step.filters)
        while True:
            filters += [one for one in waiting if set(variables(one.args)) <= bound]
            waiting = [one for one in waiting if not set(variables(one.args)) <= bound]
            if not waiting:
                break
            chosen, link = _narrowest([one for one in waiting if bound.intersection(variables(one.args))], bound, given)
            waiting.remove(chosen)
            joins.append(link)
            bound.add(link[1])
        tests: list[tuple[Filter, tuple[str, ...], Columns]] = []
        for one in filters:
            if isinstance(one, Comparison):
                tests.append((one, variables((one.left, one.right)), []))
            else:
                tests.append((one, variables(one.args), given(one, variables(one.args))))
        return cls(step, place, joins, tests)

    def join_domains(self, domains: Domains) -> None:
        """Say which columns draw on the same constants, and which constants come in here."""
        for at, arg in enumerate(self.step.start.args):
            if isinstance(arg, Var):
                domains.join((self.step.start.relation, at), self.at(arg.name))
        for at, arg in enumerate(self.step.head):
            here = (self.step.rule.head, at)
            if isinstance(arg, Var):
                domains.join(here, self.at(arg.name))
            else:
                domains.add_constant(here, arg.id)
        for _, new, (_, column) in self.joins:
            domains.add(self.at(new), column)

    def at(self, name: str) -> Place:
        """The place of a variable."""
        return (self.place, name)


@mutable
class Move:
    """A step made ready. It gives rows of `writes` out of the newest rows of `reads`.

    Tests of what one link alone holds are in the link; `before` are those of what the newest rows hold,
    `after[i]` those of what the first i + 1 links bring. `fixed` are the numbers of constants that the newest
    rows must have, by place, `constants` those of the head.
    """

    rule: Rule
    reads: str
    writes: str
    start: tuple[str | None, ...]
    head: tuple[str | None, ...]
    fixed: dict[int, int] = field(default_factory=dict)
    constants: dict[int, int] = field(default_factory=dict)
    links: list[tuple[str, str, Link]] = field(default_factory=list)
    before: list[Test] = field(default_factory=list)
    after: list[list[Test]] = field(default_factory=list)

    @classmethod
    def of(cls, read: Read, domains: Domains) -> Move:
        """The step, with its constants numbered."""
        step = read.step
        move = cls(
            step.rule,
            step.start.relation,
            step.rule.head,
            tuple(arg.name if isinstance(arg, Var) else None for arg in step.start.args),
            tuple(arg.name if isinstance(arg, Var) else None for arg in step.head),
        )
        for at, arg in enumerate(step.start.args):
            if isinstance(arg, Const):
                move.fixed[at] = domains.numbering((step.start.relation, at)).number(arg.id)
        for at, arg in enumerate(step.head):
            if isinstance(arg, Const):
                move.constants[at] = domains.numbering((step.rule.head, at)).number(arg.id)
        bound = {name for name in move.start if name is not None}
        waiting = [_ready(test, read, domains) for test in read.tests]
        links = []
        for known, new, columns in read.joins:
            own, waiting = _split(waiting, {known, new})
            links.append((known, new, _link(read, known, new, columns, own, domains)))
        move.links = links
        move.before, waiting = _split(waiting, bound)
        for _, new, _ in links:
            bound.add(new)
            later, waiting = _split(waiting, bound)
            move.after.append(later)
        return move

    def apply(self, newest: Columns, watch: Watch) -> Iterator[Columns]:
        """The rows that it gives from the newest ones, some at a time."""
        for at, number in self.fixed.items():
            kept = newest[at] == number
            newest = [column[kept] for column in newest]
        values = {name: column for name, column in zip(self.start, newest, strict=True) if name is not None}
        for some in self._through(0, _tested(values, self.before), watch):
            length = len(next(iter(some.values()), newest[0]))
            yield [self._column(at, name, some, length) for at, name in enumerate(self.head)]

    def _through(self, place: int, values: dict[str, Codes], watch: Watch) -> Iterator[dict[str, Codes]]:
        """What the links from a place on bring, in parts: a look around, and one part in memory, at a time."""
        if place == len(self.links):
            yield values
            return
        known, new, link = self.links[place]
        for part, counts in link.parts(values[known], _AT_ONCE * 4):
            watch.look(self.rule, int(counts.sum()) * _BYTES * (len(values) + 1))
            some = {name: column[part] for name, column in values.items()}
            picked, reached = link.reached(some[known], counts)
            some = {name: column[picked] for name, column in some.items()}
            some[new] = reached
            yield from self._through(place + 1, _tested(some, self.after[place]), watch)

    @property
    def extends(self) -> str | None:
        """The variable that its first link goes from."""
        return self.links[0][0] if self.links else None

    def carries(self, major: int) -> bool:
        """Whether it only goes on from one column of a pair, through one link, and takes the other along."""
        if len(self.links) != 1 or self.reads != self.writes or self.fixed or len(self.start) != 2:
            return False
        ((known, new, _),) = self.links
        other = self.start[1 - major]
        goes_on = self.start[major] == known and self.head[major] == new
        taken_along = other is not None and self.head[1 - major] == other
        return goes_on and taken_along and all(set(test.names) <= {other} for test in self.before)

    def allowed(self, major: int, shape: tuple[int, int]) -> Mask | None:
        """Which pairs pass its tests, rows by what is new; None if there are none. Only of one that `carries`."""
        tests = [*self.before, *self.after[0]]
        if not tests:
            return None
        (new, other) = self.head[major], self.start[1 - major]
        assert new is not None
        assert other is not None
        rows = max(1, _AT_ONCE // shape[1])
        return np.concatenate([self._passed(new, other, tests, range(shape[0])[first : first + rows], shape[1])
                               for first in range(0, shape[0], rows)])

    @staticmethod
    def _passed(new: str, other: str, tests: Sequence[Test], rows: range, width: int) -> Mask:
        values = {new: np.repeat(np.arange(rows.start, rows.stop), width), other: np.tile(np.arange(width), len(rows))}
        passed: Mask = np.logical_and.reduce([test.passes(values) for test in tests])
        return passed.reshape(len(rows), width)

    def _column(self, at: int, name: str | None, values: Values, length: int) -> Codes:
        return np.full(length, self.constants[at], np.int64) if name is None else values[name]


def _narrowest(
    pairs: Sequence[Positive], bound: set[str], given: Given
) -> tuple[Positive, tuple[str, str, Columns]]:
    """The pair that has the fewest new values for a known one, as a join."""
    links = []
    for pair in pairs:
        known, new = sorted(variables(pair.args), key=lambda name: name not in bound)
        links.append((pair, (known, new, given(pair, (known, new)))))
    if len(links) == 1:
        return links[0]
    return min(links, key=lambda one: len(one[1][2][0]) / max(1, len(np.unique(one[1][2][0]))))


def _split(tests: Sequence[Test], bound: set[str]) -> tuple[list[Test], list[Test]]:
    """The tests that read nothing but what is bound, and the others."""
    ready = [test for test in tests if set(test.names) <= bound]
    return ready, [test for test in tests if test not in ready]


def variables(args: Sequence[object]) -> tuple[str, ...]:
    """The names of variables, each once, in order."""
    return tuple(dict.fromkeys(arg.name for arg in args if isinstance(arg, Var)))


def _ready(test: tuple[Filter, tuple[str, ...], Columns], read: Read, domains: Domains) -> Test:
    literal, names, columns = test
    numberings = {name: domains.numbering(read.at(name)) for name in names}
    if isinstance(literal, Comparison):
        left, right = (side.name if isinstance(side, Var) else side.id for side in (literal.left, literal.right))  # type: ignore[union-attr]  # no operations here
        return Differ(names, left, right, {name: one.codes for name, one in numberings.items()})
    there = np.ones(len(columns[0]), np.bool_)
    for name, column in zip(names, columns, strict=True):
        there &= numberings[name].known(column)
    rows = [numberings[name].numbers(column[there]) for name, column in zip(names, columns, strict=True)]
    members = Members(rows, [numberings[name].size for name in names])
    return Among(names, members, isinstance(literal, Positive))


def _link(
    read: Read, known: str, new: str, columns: Columns, tests: Sequence[Test], domains: Domains
) -> Link:
    """The pairs of a join that start from something that occurs and pass all tests of their own."""
    sources, targets = domains.numbering(read.at(known)), domains.numbering(read.at(new))
    numbers, there = sources.found(columns[0])
    pairs = {known: numbers, new: targets.numbers(columns[1][there])}
    passed = _tested(pairs, tests)
    return Link(passed[known], passed[new], sources.size)


def _tested(values: dict[str, Codes], tests: Sequence[Test]) -> dict[str, Codes]:
    for test in tests:
        kept = test.passes(values)
        values = {name: column[kept] for name, column in values.items()}
    return values
