"""How one rule body is evaluated: which literals are joined in which order, and which only test or compute.

A pure function from a rule to a plan; engines and proofs may both use it. Before:
`leans(X, Y) :- member(X, G), friendly_group(G, Y), trusts(X, _, Note), not sanctions(X, Y), X != Y.`
After: scan `friendly_group(G, Y)` where `member(_, G)`, then scan `member(X, G)` where `trusts(X, _, _)`;
test `X != Y` and `not sanctions(X, Y)` on what is left. The order depends on sizes, so it never shows in
the answers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TypeAlias

from alignment.engines.rewriting import names, simplified, variables
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

Placed: TypeAlias = tuple[int, Positive]
Size: TypeAlias = Callable[[Positive], int]


@dataclass(frozen=True, slots=True)
class Scan:
    """Read a relation; `tests` speak of this literal's own variables only.

    A positive literal among tests asks whether some row matches. `position` is the literal's place in the
    rule's body.
    """

    literal: Positive
    position: int
    tests: tuple[BodyLiteral, ...] = ()


@dataclass(frozen=True, slots=True)
class Compute:
    """Give `result` the values that the literal allows, because a later scan reads it."""

    literal: Comparison | Aggregation
    result: str


Step: TypeAlias = Scan | Compute


@dataclass(frozen=True, slots=True)
class BodyPlan:
    """What must hold at all, the join, what is tested and computed after it, and the head's terms."""

    before: tuple[BodyLiteral, ...]
    steps: tuple[Step, ...]
    after: tuple[BodyLiteral, ...]
    head: tuple[Var | Const, ...]

    @property
    def needed(self) -> tuple[str, ...]:
        """The variables of the join that the head or a literal after it reads, in the order of binding."""
        read = {arg.name for arg in self.head if isinstance(arg, Var)}
        read.update(name for literal in self.after for name in variables(literal))
        return tuple(dict.fromkeys(name for step in self.steps for name in bound_by(step) if name in read))


def bound_by(step: Step) -> tuple[str, ...]:
    """The variables that a step binds or reads, in order."""
    return (step.result,) if isinstance(step, Compute) else tuple(variables(step.literal))


def plan(rule: Rule, first: int | None, size: Size) -> BodyPlan:
    """Order a body. `first` is the position of the literal to begin with, if any; `size` counts rows.

    A literal whose variables another one has too is a test of that one. The others come greedily: the
    fewest rows expected next, each bound column counted as a tenfold reduction. Sizes matter by their
    magnitude alone, so that a rule is planned once for the many views and small changes of a session.
    """
    literals = (literal for literal in rule.body if isinstance(literal, Positive))
    return _planned(rule, first, tuple((literal.relation, size(literal).bit_length()) for literal in literals))


@lru_cache(maxsize=4096)
def _planned(rule: Rule, first: int | None, magnitudes: tuple[tuple[str, int], ...]) -> BodyPlan:
    sizes: dict[str, int] = {relation: (1 << magnitude) - 1 for relation, magnitude in magnitudes}

    def size(literal: Positive) -> int:
        return sizes[literal.relation]

    head, body = simplified(rule)
    before = tuple(literal for place, literal in body if not variables(literal) and place != first)
    scans: list[Placed] = []
    waiting: list[BodyLiteral] = []
    for place, literal in body:
        if isinstance(literal, Positive) and (variables(literal) or place == first):
            scans.append((place, literal))
        elif variables(literal):
            waiting.append(literal)
    kept = _unabsorbed(scans, first, size)
    waiting += [literal for place, literal in scans if place not in kept]
    steps = _join([(place, literal) for place, literal in scans if place in kept], waiting, first, size)
    bound = {name for step in steps for name in bound_by(step)}
    return BodyPlan(before, _with_partners(steps), _in_order(waiting, bound), head)


def _unabsorbed(scans: Sequence[Placed], first: int | None, size: Size) -> set[int]:
    """The places of the literals that are no mere test of another."""
    kept: set[int] = set()
    by_width = sorted(
        scans, key=lambda item: (item[0] != first, -len(variables(item[1])), size(item[1]), item[0])
    )
    chosen: list[set[str]] = []
    for place, literal in by_width:
        own = set(variables(literal))
        if place == first or not any(own <= other for other in chosen):
            kept.add(place)
            chosen.append(own)
    return kept


def _join(scans: Sequence[Placed], waiting: list[BodyLiteral], first: int | None, size: Size) -> list[Step]:
    """Scans in order, with what must be computed between them. Takes what it places out of `waiting`."""
    left = dict(scans)
    steps: list[Step] = []
    bound: set[str] = set()
    while left:
        delta = first is not None and not steps
        if not delta:
            steps += _computed(waiting, bound, left.values())
            if bound and all(set(variables(literal)) <= bound for literal in left.values()):
                while steps and isinstance(steps[-1], Compute):
                    waiting.insert(0, steps.pop().literal)
                waiting += left.values()  # nothing new to bind: they only test
                break
        chosen = first if delta else min(left, key=lambda at: (_cost(left[at], bound, size), at))
        assert chosen is not None
        literal = left.pop(chosen)
        own = set(variables(literal))
        bound |= own
        tests = [lit for lit in waiting if set(variables(lit)) <= own]
        waiting[:] = [lit for lit in waiting if lit not in tests]
        steps.append(Scan(literal, chosen, tuple(sorted(tests, key=effort))))
    if sum(isinstance(step, Scan) for step in steps) == 1:  # a scan alone needs no join: compute after it
        waiting[:0] = [step.literal for step in steps if isinstance(step, Compute)]
        steps = [step for step in steps if isinstance(step, Scan)]
    return steps


def _cost(literal: Positive, bound: set[str], size: Size) -> float:
    own = set(variables(literal))
    if own <= bound:
        return 0.0
    known = {*map(Var, bound)}
    fixed = sum(isinstance(arg, Const) or arg in known for arg in literal.args)
    cross = 1e6 if bound and not own & bound else 1.0  # a cross product comes last
    return cross * max(1, size(literal)) / 10.0**fixed


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
