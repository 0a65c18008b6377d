"""One rule, ready to be evaluated again in each round: a scan, or a join, then what follows it.

Rows go through in batches: read and tested, joined, computed and tested, put into the head's order. A
body that reads a single relation needs no join.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import TypeAlias

from alignment.engines.access import join_literals, selection
from alignment.engines.base import Limits
from alignment.engines.bodyplan import BodyPlan, Scan
from alignment.engines.conditions import Conditions, RelationOf, Test, Values, layout, picker
from alignment.engines.joins import Join, Joins
from alignment.engines.rewriting import variables
from alignment.factbase.relation import Row
from alignment.program.model import Const, Rule
from alignment.records import frozen

BATCH = 8192
"""Rows of the first scan that go through at once: it bounds what a join holds."""

Transform: TypeAlias = Callable[[Iterable[Row]], Iterable[Row]]


@frozen
class Setting:
    """What the rules of one evaluation share."""

    relation: RelationOf
    conditions: Conditions
    joins: Joins
    limits: Limits


class Body:
    """A planned rule over live relations.

    With `first`, the position of a literal, it reads newest rows there, those that `rows` is given. A scan
    of a relation in `growing` that stands before it in the rule then leaves the newest rows out: the rule
    has another body, which begins with that literal.
    """

    def __init__(
        self,
        rule: Rule,
        plan: BodyPlan,
        setting: Setting,
        first: int | None = None,
        growing: Sequence[str] = (),
    ) -> None:
        self._check = partial(setting.limits.check, rule)
        self._plan = plan
        self._setting = setting
        self._now = _Now(setting.relation, first, growing)
        self._join: Join | None = None
        conditions = setting.conditions
        scans = [step for step in plan.steps if isinstance(step, Scan)]
        self._relations = [setting.relation(scan.literal.relation) for scan in scans]
        self._begins = plan.steps[0] if plan.steps else None
        self._select = None
        if isinstance(self._begins, Scan):
            self._select = selection(self._begins, conditions, constants=first is not None)
        self._before = [conditions.test(literal, {}) for literal in plan.before]
        columns, width = {name: i for i, name in enumerate(plan.needed)}, len(plan.needed)
        if len(plan.steps) == 1 and isinstance(self._begins, Scan):
            columns, width = layout(self._begins.literal), len(self._begins.literal.args)
        self._exists = [Body(rule, one, setting) for one in plan.exists]
        self._after, columns = _after(plan, columns, width, conditions)
        self._head = picker(plan.head, columns)

    def rows(self, delta: Iterable[Row] | None = None, newest: int = 0) -> Iterator[Iterable[Row]]:
        """Batches of head rows. `delta` is what the first literal reads, `newest` the round of those rows."""
        self._check()
        if not all(self._relations) or not all(test(()) for test in self._before):
            return
        if not all(any(True for batch in one.rows() for _ in batch) for one in self._exists):
            return
        self._now.newest = newest
        for batch in batches(self._source() if delta is None else delta):
            self._check()
            rows = self._joined(batch)
            for transform in self._after:
                rows = transform(rows)
            yield map(self._head, rows)

    def _source(self) -> Iterable[Row]:
        """The rows that the body begins with; one empty row where it begins with no scan."""
        if not isinstance(self._begins, Scan):
            return [()]
        pattern = [arg.id if isinstance(arg, Const) else None for arg in self._begins.literal.args]
        return self._relations[0].match(pattern)

    def _joined(self, rows: Iterable[Row]) -> Iterable[Row]:
        """The bindings that a batch of rows leads to."""
        if self._select is not None:
            rows = self._select(rows)
        if len(self._plan.steps) < 2:
            return rows
        now = self._now
        now.batch = list(rows)
        if not now.batch:
            return ()
        if self._join is None:
            literals = list(
                join_literals(self._plan, self._setting.conditions, lambda: now.batch, now.left_out)
            )
            self._join = self._setting.joins.join(literals, self._plan.needed, self._check)
        return self._join.rows()


class _Now:
    """What a body's join looks at by the time it runs. It does not lead back to the body: no collector is needed."""

    def __init__(self, relation: RelationOf, first: int | None, growing: Sequence[str]) -> None:
        self._relation, self._first, self._growing = relation, first, growing
        self.newest = 0
        self.batch: Sequence[Row] = ()

    def left_out(self, scan: Scan) -> Test | None:
        """The test that leaves the newest rows out of a scan that stands before `first` in the rule."""
        if self._first is None or scan.position > self._first or scan.literal.relation not in self._growing:
            return None
        rounds = self._relation(scan.literal.relation).rounds
        return lambda row: rounds[row] != self.newest


def _after(
    plan: BodyPlan, columns: dict[str, int], width: int, conditions: Conditions
) -> tuple[list[Transform], dict[str, int]]:
    """What is tested and computed on rows of a width, and where each variable stands in the end."""
    transforms: list[Transform] = []
    for literal in plan.after:
        free = [name for name in variables(literal) if name not in columns]
        if free:
            transforms.append(_extend(conditions.values(literal, free[0], columns)))
            columns = {**columns, free[0]: width}
            width += 1
        else:
            transforms.append(_keep(conditions.test(literal, columns)))
    return transforms, columns


def _keep(test: Test) -> Transform:
    return lambda rows: filter(test, rows)


def _extend(values: Values) -> Transform:
    def extend(rows: Iterable[Row]) -> Iterable[Row]:
        return [(*row, value) for row in rows for value in values(row)]

    return extend


def batches(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """The rows in lists of at most `BATCH`."""
    iterator = iter(rows)
    while batch := list(itertools.islice(iterator, BATCH)):
        yield batch
