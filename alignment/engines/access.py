"""How the literals of a join are answered: what is read for them in place of facts.

The first scan hands on the rows of a batch. A later one looks its rows up by the columns that are known
when its turn comes. A computed step gives its one value.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from alignment.engines.bodyplan import BodyPlan, Compute, Scan, bound_by
from alignment.engines.conditions import Conditions, Test, columns_of, layout, picker, repeated
from alignment.engines.joins import Answer, JoinLiteral
from alignment.engines.rewriting import variables
from alignment.factbase.relation import MemoryRelation, Row
from alignment.program.model import Const, Positive, Var

Select = Callable[[Iterable[Row]], Iterable[Row]]


def selection(scan: Scan, conditions: Conditions, *, constants: bool) -> Select | None:
    """The rows that pass a scan's own tests, or None if it has none; `constants` are tested if asked."""
    columns = layout(scan.literal)
    tests: list[Test] = _constant_tests(scan.literal) if constants else []
    tests += repeated(scan.literal)
    tests += [conditions.test(literal, columns) for literal in scan.tests]
    if not tests:
        return None

    def select(rows: Iterable[Row]) -> Iterable[Row]:
        for test in tests:
            rows = filter(test, rows)
        return rows

    return select


def _constant_tests(literal: Positive) -> list[Test]:
    def equal(column: int, constant: int) -> Test:
        return lambda row: row[column] == constant

    return [equal(i, arg.id) for i, arg in enumerate(literal.args) if isinstance(arg, Const)]


def join_literals(
    plan: BodyPlan,
    conditions: Conditions,
    batch: Callable[[], Iterable[Row]],
    unread: Callable[[Scan], Callable[[Row], bool] | None],
) -> Iterator[JoinLiteral]:
    """One literal for each step of a join of several steps.

    `batch` gives the selected rows of the first scan; `unread` a test that leaves out rows that a scan
    need not read, or None.
    """
    bound: set[str] = set()
    for i, step in enumerate(plan.steps):
        later = {name for other in plan.steps[i + 1 :] for name in _reads(other)}.union(plan.needed)
        if isinstance(step, Compute):
            yield _computed(step, conditions)
        elif i == 0:
            yield _first(step, later, batch)
        else:
            names = tuple(name for name in bound_by(step) if name in bound or name in later)
            yield _looked_up(step, names, bound, conditions, unread(step))
        bound.update(bound_by(step))


def _reads(step: Scan | Compute) -> tuple[str, ...]:
    return variables(step.literal)


def _first(scan: Scan, later: set[str], batch: Callable[[], Iterable[Row]]) -> JoinLiteral:
    columns = layout(scan.literal)
    names = tuple(name for name in columns if name in later)
    project = columns_of([columns[name] for name in names])
    return JoinLiteral(names, (), lambda _: set(map(project, batch())))


def _computed(step: Compute, conditions: Conditions) -> JoinLiteral:
    inputs = tuple(name for name in variables(step.literal) if name != step.result)
    values = conditions.values(step.literal, step.result, {name: i for i, name in enumerate(inputs)})
    known = tuple(range(len(inputs)))
    return JoinLiteral((*inputs, step.result), known, lambda key: [(*key, value) for value in values(key)])


def _looked_up(
    scan: Scan, names: tuple[str, ...], bound: set[str], conditions: Conditions, unread: Test | None
) -> JoinLiteral:
    """A scan by the constants and the variables that are known."""
    args, columns = scan.literal.args, layout(scan.literal)
    inputs = tuple(i for i, name in enumerate(names) if name in bound)
    given = {names[i]: at for at, i in enumerate(inputs)}
    known = {*map(Var, bound)}
    at = tuple(i for i, arg in enumerate(args) if isinstance(arg, Const) or arg in known)
    key_of = picker([args[i] for i in at], given)
    find = _finder(conditions.relation(scan.literal.relation), at, len(args))
    select = selection(scan, conditions, constants=False)
    project = columns_of([columns[name] for name in names])
    whole = len(names) == len(args)  # each column is a variable of its own: nothing to drop or repeat

    def answer(key: Row) -> Iterable[Row]:
        rows = find(key_of(key))
        if unread is not None:
            rows = filter(unread, rows)
        if select is not None:
            rows = select(rows)
        return rows if whole else set(map(project, rows))

    return JoinLiteral(names, inputs, answer)


def _finder(relation: MemoryRelation, at: Sequence[int], width: int) -> Answer:
    """Rows by the values of the columns `at`. Indexes are extended in place as a recursive relation grows."""
    if not at:
        return lambda _: relation.rounds
    if len(at) == width:
        rounds = relation.rounds
        return lambda key: (key,) if key in rounds else ()
    index: Mapping[Row, list[Row]] = relation.index(tuple(at))
    return lambda key: index.get(key, ())
