"""How one rule body is evaluated: which literals are joined in which order, and which only test or compute.

A pure function from a rule to a plan; engines and proofs may both use it. Before:
`leans(X, Y) :- member(X, G), friendly_group(G, Y), trusts(X, _, Note), not sanctions(X, Y), X != Y.`
After: scan `friendly_group(G, Y)` where `member(_, G)`, then scan `member(X, G)` where `trusts(X, _, _)`;
test `X != Y` and `not sanctions(X, Y)` on what is left. The order depends on sizes, so it never shows in
the answers.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import field, replace
from typing import Protocol, TypeAlias

from alignment.engines.rewriting import Located, apart, names, simplified, variables
from alignment.program.model import (
    Aggregation,
    BodyLiteral,
    Comparison,
    Const,
    Membership,
    Operation,
    Positive,
    Rule,
    Var,
    Wildcard,
)
from alignment.records import frozen

MOST_KEPT = 4096
"""Plans that are kept; then all are forgotten."""

Placed: TypeAlias = tuple[int, Positive]


@frozen
class Scan:
    """Read a relation; `tests` speak of this literal's own variables only.

    A positive literal among tests asks whether some row matches. `position` is the literal's place in the
    rule's body.
    """

    literal: Positive
    position: int
    tests: tuple[BodyLiteral, ...] = ()


@frozen
class Compute:
    """Give `result` the values that the literal allows, because a later scan reads it."""

    literal: Comparison | Aggregation
    result: str


Step: TypeAlias = Scan | Compute


@frozen
class BodyPlan:
    """What must hold at all, the join, what is tested and computed after it, and the head's terms.

    `exists` are the bodies of which one row must be there, whatever it is: they share no variable with this one.
    """

    before: tuple[BodyLiteral, ...]
    steps: tuple[Step, ...]
    after: tuple[BodyLiteral, ...]
    head: tuple[Var | Const, ...]
    exists: tuple[BodyPlan, ...] = ()
    needed: tuple[str, ...] = field(init=False, compare=False)
    """The variables of the join that the head or a literal after it reads, in the order of binding."""

    def __post_init__(self) -> None:
        read = {arg.name for arg in self.head if isinstance(arg, Var)}
        read.update(name for literal in self.after for name in variables(literal))
        needed = dict.fromkeys(name for step in self.steps for name in bound_by(step) if name in read)
        object.__setattr__(self, "needed", tuple(needed))


def bound_by(step: Step) -> tuple[str, ...]:
    """The variables that a step binds or reads, in order."""
    return (step.result,) if isinstance(step, Compute) else tuple(variables(step.literal))


class Statistics(Protocol):
    """What is known of the relations that rules read."""

    def rows(self, relation: str) -> int:
        """The number of rows."""
        ...

    def distinct(self, relation: str, column: int) -> int:
        """The number of different values in a column."""
        ...


def plan(rule: Rule, first: int | None, statistics: Statistics) -> BodyPlan:
    """Order a body. `first` is the position of the literal to begin with, if any.

    A literal whose variables another one has too is a test of that one. The others come greedily, the fewest rows
    expected next, from whichever beginning leads to the fewest rows in all; values are taken to be spread evenly and
    independent of each other (Selinger et al., "Access path selection in a relational database management
    system", 1979). A plan is kept by the magnitudes of the relations (to the nearest power of four), so that a rule
    is planned once for the many views and small changes of a session.
    """
    literals = (literal for literal in rule.body if isinstance(literal, Positive))
    key = (rule, first, tuple(statistics.rows(literal.relation).bit_length() // 2 for literal in literals))
    found = _plans.get(key)
    if found is None:
        if len(_plans) >= MOST_KEPT:
            _plans.clear()
        found = _plans[key] = _planned(rule, first, statistics)
    return found


_plans: dict[tuple[Rule, int | None, tuple[int, ...]], BodyPlan] = {}


def _planned(rule: Rule, first: int | None, statistics: Statistics) -> BodyPlan:
    head, body = simplified(rule)
    body, groups = apart(head, body)
    joined = [group for group in groups if any(place == first for place, _ in group)]
    body = sorted((one for group in (body, *joined) for one in group), key=lambda one: one[0])
    exists = tuple(_planned_body((), group, None, statistics) for group in groups if group not in joined)
    return replace(_planned_body(head, body, first, statistics), exists=exists)


def _planned_body(
    head: tuple[Var | Const, ...], body: Sequence[Located], first: int | None, statistics: Statistics
) -> BodyPlan:
    before = tuple(literal for place, literal in body if not variables(literal) and place != first)
    scans: list[Placed] = []
    waiting: list[BodyLiteral] = []
    for place, literal in body:
        if isinstance(literal, Positive) and (variables(literal) or place == first):
            scans.append((place, literal))
        elif variables(literal):
            waiting.append(literal)
    kept = _unabsorbed(scans, first, statistics)
    waiting += [literal for place, literal in scans if place not in kept]
    steps, waiting = _join([(place, literal) for place, literal in scans if place in kept], waiting, first, statistics)
    bound = {name for step in steps for name in bound_by(step)}
    return BodyPlan(before, _with_partners(steps), _in_order(waiting, bound), head)


def _unabsorbed(scans: Sequence[Placed], first: int | None, statistics: Statistics) -> set[int]:
    """The places of the literals that are no mere test of another."""
    kept: set[int] = set()
    by_width = sorted(
        scans,
        key=lambda item: (item[0] != first, -len(variables(item[1])), statistics.rows(item[1].relation), item[0]),
    )
    chosen: list[set[str]] = []
    for place, literal in by_width:
        own = set(variables(literal))
        if place == first or not any(own <= other for other in chosen):
            kept.add(place)
            chosen.append(own)
    return kept


def _join(
    scans: Sequence[Placed], waiting: list[BodyLiteral], first: int | None, statistics: Statistics
) -> tuple[list[Step], list[BodyLiteral]]:
    """Scans in the order that leads to the fewest rows, with what must be computed between them, and the rest."""
    if first is not None or len(scans) < 3:
        steps, rest, _ = _join_from(scans, waiting, first, None, statistics)
        return steps, rest
    begun = [_join_from(scans, waiting, None, begin, statistics) for begin, _ in scans]
    steps, rest, _ = min(begun, key=lambda one: one[2])
    return steps, rest


def _join_from(
    scans: Sequence[Placed], given: Sequence[BodyLiteral], first: int | None, begin: int | None, statistics: Statistics
) -> tuple[list[Step], list[BodyLiteral], float]:
    """Scans in order from a beginning, with what must be computed between them; the rest; the rows expected in all."""
    left, waiting = dict(scans), list(given)
    steps: list[Step] = []
    bound: set[str] = set()
    rows, total = 1.0, 0.0
    while left:
        delta = first is not None and not steps
        if not delta:
            steps += _computed(waiting, bound, left.values())
            if bound and all(set(variables(literal)) <= bound for literal in left.values()):
                while steps and isinstance(steps[-1], Compute):
                    waiting.insert(0, steps.pop().literal)
                waiting += left.values()  # nothing new to bind: they only test
                break
        if delta:
            chosen = first
        elif begin is not None and not any(isinstance(step, Scan) for step in steps):
            chosen = begin
        else:
            chosen = min(left, key=lambda at: (_cost(left[at], bound, waiting, statistics), at))
        assert chosen is not None
        literal = left.pop(chosen)
        rows *= _cost(literal, bound, waiting, statistics)
        total += rows
        own = set(variables(literal))
        bound |= own
        tests = [lit for lit in waiting if set(variables(lit)) <= own]
        waiting[:] = [lit for lit in waiting if lit not in tests]
        steps.append(Scan(literal, chosen, tuple(sorted(tests, key=effort))))
    if sum(isinstance(step, Scan) for step in steps) == 1:  # a scan alone needs no join: compute after it
        waiting[:0] = [step.literal for step in steps if isinstance(step, Compute)]
        steps = [step for step in steps if isinstance(step, Scan)]
    return steps, waiting, total


def _cost(literal: Positive, bound: set[str], waiting: Iterable[BodyLiteral], statistics: Statistics) -> float:
    """The rows expected of a literal for each row so far, those that its own tests let through."""
    own = set(variables(literal))
    if own <= bound:
        return 0.0
    expected = float(max(1, statistics.rows(literal.relation)))
    seen: set[str] = set()
    for column, arg in enumerate(literal.args):
        if isinstance(arg, Const) or (isinstance(arg, Var) and (arg.name in bound or arg.name in seen)):
            expected /= max(1, statistics.distinct(literal.relation, column))
        elif isinstance(arg, Var):
            seen.add(arg.name)
    for test in waiting:
        if isinstance(test, Positive) and set(variables(test)) <= own:
            expected *= _passing(literal, test, statistics)
    return expected * (1e6 if bound and not own & bound else 1.0)  # a cross product comes last


def _passing(literal: Positive, test: Positive, statistics: Statistics) -> float:
    """The part of a literal's rows that has a row in another relation, by the column that lets the fewest through."""
    columns = {arg.name: column for column, arg in enumerate(literal.args) if isinstance(arg, Var)}
    parts = [1.0]
    for column, arg in enumerate(test.args):
        if isinstance(arg, Var):
            values = statistics.distinct(literal.relation, columns[arg.name])
            parts.append(statistics.distinct(test.relation, column) / max(1, values))
    return min(parts)


def _computed(waiting: list[BodyLiteral], bound: set[str], later: Iterable[Positive]) -> list[Step]:
    """The literals that can bind a variable now which a later scan reads, directly or through another."""
    found: list[Step] = []
    wanted = {name for literal in later for name in variables(literal)} - bound
    for _ in waiting:
        for literal in waiting:
            if isinstance(literal, Comparison | Aggregation) and set(variables(literal)) & wanted:
                wanted |= set(variables(literal)) - bound
    progress = True
    while progress:
        progress = False
        for literal in waiting:
            result = binds(literal, bound)
            if result in wanted and isinstance(literal, Comparison | Aggregation):
                waiting.remove(literal)
                found.append(Compute(literal, result))
                bound.add(result)
                progress = True
                break
    return found


def binds(literal: BodyLiteral, bound: set[str]) -> str | None:
    """The one variable that a literal gives values to once `bound` are known, or None."""
    free = [name for name in variables(literal) if name not in bound]
    if len(free) != 1:
        return None
    match literal:
        case Membership():
            return free[0]
        case Aggregation(result=result):
            return free[0] if result.name == free[0] and Var(free[0]) not in literal.group else None
        case Comparison(operator="=", left=left, right=right):
            for side, other in ((left, right), (right, left)):
                if side == Var(free[0]) and free[0] not in names(other):
                    return free[0]
    return None


def _with_partners(steps: Sequence[Step]) -> tuple[Step, ...]:
    """Each scan also tests that a later one has a row for what it hands on: a semi-join.

    Bernstein and Chiu, "Using semi-joins to solve relational queries", 1981.
    """
    made = list(steps)
    bound: set[str] = set()
    for i, later in enumerate(steps):
        own = set(bound_by(later))
        shared = own & bound
        if isinstance(later, Scan) and shared:
            partner = _partner(later.literal, shared)
            for j, earlier in enumerate(made[:i]):
                if isinstance(earlier, Scan) and shared <= set(bound_by(earlier)):
                    made[j] = replace(earlier, tests=(*earlier.tests, partner))
                    break
        bound |= own
    return tuple(made)


def _partner(literal: Positive, shared: set[str]) -> Positive:
    """The literal with a wildcard for each variable that is not shared."""
    args = (Wildcard() if isinstance(arg, Var) and arg.name not in shared else arg for arg in literal.args)
    return replace(literal, args=tuple(args))


def _in_order(waiting: list[BodyLiteral], bound: set[str]) -> tuple[BodyLiteral, ...]:
    """The literals left, each after what it reads: cheap tests first, what multiplies rows last."""
    known = set(bound)
    left = list(waiting)
    ordered: list[BodyLiteral] = []
    while left:
        ready = [lit for lit in left if set(variables(lit)) <= known or binds(lit, known)]
        if not ready:
            message = f"a body without an order of evaluation passed the safety check: {left}"
            raise AssertionError(message)
        chosen = min(ready, key=lambda lit: (not set(variables(lit)) <= known, effort(lit)))
        left.remove(chosen)
        ordered.append(chosen)
        known.update(variables(chosen))
    return tuple(ordered)


def effort(literal: BodyLiteral) -> int:
    """A rank of how much work a test is; among equals the rule's order stays."""
    if isinstance(literal, Comparison):
        return 2 if isinstance(literal.left, Operation) or isinstance(literal.right, Operation) else 0
    return 3 if isinstance(literal, Aggregation) else 1
