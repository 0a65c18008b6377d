"""Which reported facts bear on an atom, and in which direction: for it or against it.

Backward from the atom through the rules: what a premise rests on speaks for it; against it speaks what makes
hold what a rule excludes, and a report of the contrary. What another label rests on that `exclusive` names beside it
does not: a reason to lean is no evidence against support. Steps that rest on what holds count for nearer than steps
that only could be taken; a fact that speaks for the atom and against it is taken for what it is nearest to.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from heapq import heappop, heappush
from itertools import compress, count, islice
from typing import Literal as OneOf
from typing import TypeAlias

from alignment.engines.base import Limits
from alignment.engines.evaluation import Evaluation
from alignment.program.contraries import standing_against
from alignment.program.lower import NOW
from alignment.program.model import (
    Aggregation,
    BodyLiteral,
    Comparison,
    Const,
    Negative,
    Positive,
    Rule,
    Var,
)
from alignment.reasoning.ground import Node
from alignment.reasoning.solving import Binding, match_row, value_of

DEEPEST = 10
"""Rules followed one below the other."""

MOST_OPEN = 2
"""Rules among them that cannot be applied as things are."""

MOST_ROWS = 100
"""Rows followed for one premise."""

MOST_VISITS = 20_000
"""Atoms looked at for one hypothesis."""

Direction: TypeAlias = OneOf["consistent", "inconsistent", "neutral"]
Pattern: TypeAlias = tuple["int | None", ...]
Distance: TypeAlias = tuple[int, int]
"""The rules between a fact and the atom: those that cannot be applied as things are, and all of them."""

Visit: TypeAlias = tuple[str, Pattern, int, bool]
"""An atom to look at, the direction, and whether only what makes it hold now counts."""


def bearing(evaluation: Evaluation, root: Node, limits: Limits) -> dict[Node, Direction]:
    """The facts in view that bear on an atom. What kind of thing something else is, is no evidence."""
    found = _Bearing(evaluation, limits).run(root)
    named = set(root[1])
    return {
        fact: _direction(near)
        for fact, near in found.items()
        if len(fact[1]) != 1 or named.intersection(fact[1])
    }


def _direction(near: Mapping[int, Distance]) -> Direction:
    farthest = (MOST_OPEN + 1, DEEPEST + 1)
    speaks_for, against = near.get(1, farthest), near.get(-1, farthest)
    if speaks_for == against:
        return "neutral"
    return "consistent" if speaks_for < against else "inconsistent"


class _Bearing:
    def __init__(self, evaluation: Evaluation, limits: Limits) -> None:
        self.evaluation, self.limits = evaluation, limits
        self.rules: dict[str, list[Rule]] = {}
        for stratum in evaluation.program.strata:
            for rule in stratum.rules:
                self.rules.setdefault(rule.head, []).append(rule)
        self.found: dict[Node, dict[int, Distance]] = {}
        self.waiting: list[tuple[Distance, int, Visit]] = []
        self.seen: set[Visit] = set()
        self.order = count()

    def run(self, root: Node) -> dict[Node, dict[int, Distance]]:
        """For each fact how near it is to the root, by direction: 1 for it, -1 against it."""
        name, row = root
        self.look(name, row, 1, (0, 0))
        for contrary in self.evaluation.contraries(name):
            for literal in standing_against(tuple(map(Const, row)), contrary) or ():
                if isinstance(literal, Positive) and contrary.origin is None:
                    self.look(literal.relation, _pattern(literal, {}), -1, (0, 0))
                elif isinstance(literal, Positive):
                    self.reported(literal.relation, _pattern(literal, {}), -1, (0, 0))
        while self.waiting and len(self.seen) < MOST_VISITS:
            self.limits.check()
            distance, _, key = heappop(self.waiting)
            if key not in self.seen:
                self.seen.add(key)
                self.visit(*key, distance)
        return self.found

    def look(
        self, name: str, pattern: Pattern, sign: int, distance: Distance, *, holding: bool = False
    ) -> None:
        """Put an atom on the list of a direction; the nearest comes first."""
        if distance[0] <= MOST_OPEN and distance[1] <= DEEPEST and name != NOW:
            heappush(self.waiting, (distance, next(self.order), (name, pattern, sign, holding)))

    def visit(self, name: str, pattern: Pattern, sign: int, holding: bool, distance: Distance) -> None:
        """Note the reports of an atom and of its contrary, and go on to what its rules ask for."""
        if any(value is not None for value in pattern) or not pattern:
            self.reported(name, pattern, sign, distance)
            self.reported(name[1:] if name.startswith("-") else f"-{name}", pattern, -sign, distance)
        for rule in self.rules.get(name, ()):
            binding: dict[str, int] = {}
            fits = True
            for arg, value in zip(rule.args, pattern, strict=True):
                if isinstance(arg, Const):
                    fits = fits and value in (None, arg.id)
                elif value is not None:
                    fits = fits and binding.setdefault(arg.name, value) == value
            if fits:
                self.follow(rule, binding, sign, distance, holding=holding)

    def reported(self, name: str, pattern: Pattern, sign: int, distance: Distance) -> None:
        """Note the reports of an atom."""
        for row in islice(self.evaluation.reported(name).match(pattern), MOST_ROWS):
            self.found.setdefault(self.fact(name, row), {}).setdefault(sign, distance)

    def fact(self, name: str, row: tuple[int, ...]) -> Node:
        """A reported row as the fact that it is: evidence relations have more columns."""
        evidence = self.evaluation.program.evidence.get(name)
        return (name, row) if evidence is None else (evidence.base, row[: len(row) - len(evidence.columns)])

    def follow(self, rule: Rule, binding: Binding, sign: int, distance: Distance, *, holding: bool) -> None:
        """Look at the premises of a rule, joined as far as rows hold, and at what it excludes."""
        premises = [literal for literal in rule.body if isinstance(literal, Positive)]
        excluded = [literal for literal in rule.body if isinstance(literal, Negative)]
        counts = [literal for literal in rule.body if isinstance(literal, Aggregation)]
        for known, followed, whole in self.joined(premises, binding, premises, whole=True):
            standing = [self.holds(literal, known) for literal in excluded]
            applies = whole and not any(standing)
            if holding and not applies:
                continue
            further = _further(distance, applies=applies)
            for literal in followed:
                self.look(literal.relation, _pattern(literal, known), sign, further, holding=holding)
            for absent in compress(excluded, standing):
                blocks = _further(distance, applies=whole)
                self.look(absent.relation, _pattern(absent, known), -sign, blocks, holding=True)
            for aggregation in counts:
                self.counted(aggregation, rule.body, known, sign, further, holding=holding)

    def joined(
        self, waiting: Sequence[Positive], binding: Binding, followed: Sequence[Positive], *, whole: bool
    ) -> Iterator[tuple[Binding, Sequence[Positive], bool]]:
        """The bindings under which the premises hold that can, those that are followed, and whether all hold.

        Where a premise does not hold, it is looked at with what is known, but what only it would lead to is not.
        """
        if not waiting:
            yield binding, followed, whole
            return
        literal = max(waiting, key=lambda one: sum(value is not None for value in _pattern(one, binding)))
        rest = [one for one in waiting if one is not literal]
        relation = self.evaluation.relation(literal.relation, self.limits)
        rows = sorted(islice(relation.match(_pattern(literal, binding)), MOST_ROWS))
        if not rows:
            missing = _names(literal) - binding.keys()
            left = [one for one in rest if not missing & (_names(one) - binding.keys())]
            lost = [one for one in rest if one not in left]
            yield from self.joined(left, binding, [one for one in followed if one not in lost], whole=False)
        for row in rows:
            extended = match_row(literal.args, row, binding)
            if extended is not None:
                yield from self.joined(rest, extended, followed, whole=whole)

    def holds(self, literal: Negative, known: Binding) -> bool:
        """Whether something holds that a rule excludes."""
        relation = self.evaluation.relation(literal.relation, self.limits)
        return next(iter(relation.match(_pattern(literal, known))), None) is not None

    def counted(
        self,
        literal: Aggregation,
        body: Sequence[BodyLiteral],
        known: Binding,
        sign: int,
        distance: Distance,
        *,
        holding: bool,
    ) -> None:
        """What is counted speaks for the atom where much is asked for, against it where little is."""
        rules = self.rules.get(literal.relation)
        if not rules:
            return
        width = len(rules[0].args) - len(literal.group)
        pattern = (*(value_of(arg, known) for arg in literal.group), *[None] * width)
        self.look(literal.relation, pattern, sign * _asked(literal.result, body), distance, holding=holding)


def _names(literal: Positive) -> set[str]:
    return {arg.name for arg in literal.args if isinstance(arg, Var)}


def _further(distance: Distance, *, applies: bool) -> Distance:
    """One rule further away."""
    return distance[0] + (not applies), distance[1] + 1


def _asked(result: Var, body: Sequence[BodyLiteral]) -> int:
    """-1 where a value may be no larger than something, else 1."""
    for literal in body:
        if isinstance(literal, Comparison) and result in (literal.left, literal.right):
            smaller = literal.operator in ("<", "=<")
            larger = literal.operator in (">", ">=")
            if smaller or larger:
                return 1 if smaller == (literal.right == result) else -1
    return 1


def _pattern(literal: Positive | Negative, binding: Binding) -> Pattern:
    return tuple(value_of(arg, binding) for arg in literal.args)
