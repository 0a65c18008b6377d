"""Ways to make an atom hold by supposing facts: backward from the atom, as Prolog would, with facts supposed.

Abduction by resolution (Kakas, Kowalski and Toni, "Abductive logic programming", 1992): a premise is met by a
row that holds, by a rule, or, where nothing concludes it, by supposing that it was reported. What a rule
excludes is only looked at where it holds already; who asks tries out what is proposed here.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias

from alignment.engines.base import Limits
from alignment.engines.evaluation import Evaluation
from alignment.factbase.arithmetic import aggregate, compare
from alignment.factbase.relation import Relation, Row
from alignment.program.lower import NOW
from alignment.program.model import (
    Aggregation,
    Argument,
    BodyLiteral,
    Comparison,
    Const,
    Expression,
    Membership,
    Negative,
    Operation,
    Positive,
    Rule,
    Var,
    Wildcard,
)
from alignment.records import frozen

MOST_STEPS = 20_000
"""Goals looked at for one atom, for each number of facts."""

MOST_ROWS = 200
"""Rows tried for one premise: where more hold, the premise is no lead."""

DEEPEST = 12
"""Rules applied one below the other."""

Term: TypeAlias = Var | Const
RelationOf: TypeAlias = Callable[[str], Relation]
Substitution: TypeAlias = Mapping[str, Term]


@frozen
class Supposed:
    """A fact that is supposed; a variable stands for any constant."""

    relation: str
    args: tuple[Term, ...]


Hypothesis: TypeAlias = tuple[Supposed, ...]


@frozen
class _Goal:
    """A literal to be met. `above` are the atoms that it is to prove; `anew`: by a row that does not hold yet."""

    literal: BodyLiteral
    above: tuple[tuple[str, tuple[Argument, ...]], ...]
    anew: bool = False


class Hypothesising:
    """Looks for hypotheses. `may_suppose` says of which relations facts may be supposed."""

    def __init__(
        self, evaluation: Evaluation, relation: RelationOf, may_suppose: frozenset[str], limits: Limits
    ) -> None:
        self.relation = relation
        self.dictionary = evaluation.dictionary
        self.may_suppose = may_suppose
        self.limits = limits
        self.rules: dict[str, list[Rule]] = {}
        for stratum in evaluation.program.strata:
            for rule in stratum.rules:
                self.rules.setdefault(rule.head, []).append(rule)
        self.steps = 0
        self._fresh = itertools.count(1)

    def proposals(self, relation: str, row: Row, size: int) -> Iterator[Hypothesis]:
        """Hypotheses of exactly `size` facts under which some rule may conclude a row, some more than once."""
        self.steps = 0
        goal = _Goal(Positive(relation, tuple(map(Const, row))), (), anew=True)
        yield from self._solve((goal,), {}, (), size)

    def _solve(
        self, goals: Sequence[_Goal], known: Substitution, supposed: Hypothesis, left: int
    ) -> Iterator[Hypothesis]:
        self.steps += 1
        if self.steps > MOST_STEPS:
            return
        if self.steps % 64 == 0:
            self.limits.check()
        if not goals:
            if left == 0:
                yield tuple(dict.fromkeys(Supposed(one.relation, _terms(one.args, known)) for one in supposed))
            return
        at = self._next(goals, known)
        goal, rest = goals[at], [*goals[:at], *goals[at + 1 :]]
        if isinstance(goal.literal, Positive):
            yield from self._premise(goal, goal.literal, rest, known, supposed, left)
        elif isinstance(goal.literal, Aggregation):
            yield from self._counted(goal, goal.literal, rest, known, supposed, left)
        else:
            for extended in self._tested(goal.literal, known):
                yield from self._solve(rest, extended, supposed, left)

    def _tested(
        self, literal: Negative | Membership | Comparison, known: Substitution
    ) -> Iterator[Substitution]:
        """What a condition allows."""
        match literal:
            case Negative():
                if not self._holds(literal, known):
                    yield known
            case Membership(term=term, items=items):
                for item in items:
                    extended = _unified((term,), (Const(item),), known)
                    if extended is not None:
                        yield extended
            case Comparison():
                extended = self._compared(literal, known)
                if extended is not None:
                    yield extended

    def _next(self, goals: Sequence[_Goal], known: Substitution) -> int:
        """The goal to meet next: a test that can be made, else the premise of which most is known."""
        best, least = 0, float("inf")
        for at, goal in enumerate(goals):
            literal = goal.literal
            if isinstance(literal, Positive):
                free = sum(not isinstance(arg, Const) for arg in _walked(literal.args, known))
                supposable = literal.relation in self.may_suppose
                cost = 1 + free + (0.5 if literal.relation in self.rules else 0) + (0.25 if supposable else 0)
            elif isinstance(literal, Aggregation):
                free = sum(not isinstance(arg, Const) for arg in _walked(literal.group, known))
                cost = 50 + free if free == 0 else 1000
            else:
                cost = 0 if self._is_ready(literal, known) else 2000 + isinstance(literal, Negative)
            if cost < least:
                best, least = at, cost
        return best

    def _is_ready(self, literal: BodyLiteral, known: Substitution) -> bool:
        match literal:
            case Comparison(operator=operator, left=left, right=right):
                sides = [self._value(side, known) is not None for side in (left, right)]
                binds = operator == "=" and any(
                    ready and isinstance(side, Var)
                    for ready, side in zip(sides, (right, left), strict=True)
                )
                return all(sides) or binds
            case Negative(args=args):
                return all(isinstance(arg, Const | Wildcard) for arg in _walked(args, known))
            case _:
                return True

    def _premise(
        self,
        goal: _Goal,
        literal: Positive,
        rest: Sequence[_Goal],
        known: Substitution,
        supposed: Hypothesis,
        left: int,
    ) -> Iterator[Hypothesis]:
        args = tuple(self._named(arg) for arg in _walked(literal.args, known))
        pattern = [arg.id if isinstance(arg, Const) else None for arg in args]
        rows = list(itertools.islice(self.relation(literal.relation).match(pattern), MOST_ROWS + 1))
        ground = None not in pattern
        if not goal.anew and len(rows) <= MOST_ROWS:
            for row in sorted(rows):
                extended = _unified(args, tuple(map(Const, row)), known)
                if extended is not None:
                    yield from self._solve(rest, extended, supposed, left)
        if (ground and rows) or not left:
            return
        atom = (literal.relation, tuple(Wildcard() if isinstance(arg, Var) else arg for arg in args))
        if literal.relation in self.rules and atom not in goal.above and len(goal.above) < DEEPEST:
            for rule in self.rules[literal.relation]:
                head, body = self._renamed(rule)
                extended = _unified(args, head, known)
                if extended is not None:
                    below = [_Goal(one, (*goal.above, atom)) for one in body]
                    yield from self._solve([*below, *rest], extended, supposed, left)
        if literal.relation in self.may_suppose:
            yield from self._solve(rest, known, (*supposed, Supposed(literal.relation, args)), left - 1)

    def _counted(
        self,
        goal: _Goal,
        literal: Aggregation,
        rest: Sequence[_Goal],
        known: Substitution,
        supposed: Hypothesis,
        left: int,
    ) -> Iterator[Hypothesis]:
        """An aggregate as it is, and a count with one to `left` rows more that are to be shown."""
        group = _walked(literal.group, known)
        pattern = [arg.id if isinstance(arg, Const) else None for arg in group]
        relation = self.relation(literal.relation)
        width = len(self.rules[literal.relation][0].args) if literal.relation in self.rules else len(group) + 1
        terms = [row[len(group) :] for row in relation.match([*pattern, *[None] * (width - len(group))])]
        value = aggregate(self.dictionary, literal.function, terms)
        for more in range(left + 1 if literal.function == "count" else 1):
            if more:
                value = self.dictionary.value(len(set(terms)) + more)
            extended = None if value is None else _unified((literal.result,), (Const(value),), known)
            if extended is None:
                continue
            rows = [(*group, *(self._new() for _ in range(width - len(group)))) for _ in range(more)]
            added = [_Goal(Positive(literal.relation, row), goal.above, anew=True) for row in rows]
            yield from self._solve([*rest, *added], extended, supposed, left)

    def _holds(self, literal: Negative, known: Substitution) -> bool:
        """Whether what a rule excludes holds already, as far as it is known what that is."""
        args = _walked(literal.args, known)
        if any(isinstance(arg, Var) for arg in args):
            return False
        pattern = [arg.id if isinstance(arg, Const) else None for arg in args]
        return next(iter(self.relation(literal.relation).match(pattern)), None) is not None

    def _compared(self, literal: Comparison, known: Substitution) -> Substitution | None:
        left, right = self._value(literal.left, known), self._value(literal.right, known)
        if literal.operator == "=":
            for side, value in ((literal.left, right), (literal.right, left)):
                if isinstance(side, Var) and value is not None:
                    return _unified((side,), (Const(value),), known)
            if isinstance(literal.left, Var) and isinstance(literal.right, Var):
                return _unified((literal.left,), (literal.right,), known)
        if left is None or right is None:
            return known if literal.operator == "!=" else None  # any other constant than the one excluded
        return known if compare(self.dictionary, literal.operator, left, right) else None

    def _value(self, expression: Expression, known: Substitution) -> int | None:
        if isinstance(expression, Operation):
            from alignment.factbase.arithmetic import NumberTooLarge, apply  # noqa: PLC0415  # seldom asked for

            left, right = self._value(expression.left, known), self._value(expression.right, known)
            if left is None or right is None:
                return None
            try:
                return apply(self.dictionary, expression.operator, left, right)
            except NumberTooLarge:
                return None
        (term,) = _walked((expression,), known)
        return term.id if isinstance(term, Const) else None

    def _named(self, arg: Argument) -> Term:
        return self._new() if isinstance(arg, Wildcard) else arg

    def _new(self) -> Var:
        return Var(f"#h{next(self._fresh)}")

    def _renamed(self, rule: Rule) -> tuple[tuple[Term, ...], list[BodyLiteral]]:
        """A rule with variables of its own; the date in view is put in place."""
        number = next(self._fresh)

        def term(arg: Argument) -> Argument:
            return Var(f"{arg.name}#{number}") if isinstance(arg, Var) else arg

        def expression(one: Expression) -> Expression:
            if isinstance(one, Operation):
                return Operation(one.operator, expression(one.left), expression(one.right))
            return Var(f"{one.name}#{number}") if isinstance(one, Var) else one

        body: list[BodyLiteral] = []
        for literal in rule.body:
            match literal:
                case Positive() | Negative():
                    body.append(replace(literal, args=tuple(map(term, literal.args))))
                case Comparison():
                    body.append(replace(literal, left=expression(literal.left), right=expression(literal.right)))
                case Membership():
                    body.append(replace(literal, term=expression(literal.term)))  # type: ignore[arg-type]
                case Aggregation():
                    group = tuple(map(term, literal.group))
                    body.append(replace(literal, result=term(literal.result), group=group))  # type: ignore[arg-type]
        head = tuple(map(term, rule.args))
        return head, body  # type: ignore[return-value]  # a head has no wildcards


def _walked(args: Sequence[Argument | Expression], known: Substitution) -> tuple[Argument, ...]:
    """Arguments with what is known put in."""
    found: list[Argument] = []
    for arg in args:
        term = arg
        while isinstance(term, Var) and term.name in known:
            term = known[term.name]
        assert not isinstance(term, Operation)
        found.append(term)
    return tuple(found)


def _terms(args: Sequence[Term], known: Substitution) -> tuple[Term, ...]:
    return tuple(arg for arg in _walked(args, known) if isinstance(arg, Var | Const))


def _unified(args: Sequence[Argument], others: Sequence[Argument], known: Substitution) -> Substitution | None:
    """The substitution under which two rows of arguments are the same; None if they cannot be."""
    extended = dict(known)
    for arg, other in zip(args, others, strict=True):
        (one,), (two,) = _walked((arg,), extended), _walked((other,), extended)
        if one == two or isinstance(one, Wildcard) or isinstance(two, Wildcard):
            continue
        if isinstance(one, Var):
            extended[one.name] = two
        elif isinstance(two, Var):
            extended[two.name] = one
        else:
            return None
    return extended


def is_supposable(name: str) -> bool:
    """Whether a relation is one that sources report: no evidence, no date in view, no help of lowering."""
    return name != NOW and not any(mark in name for mark in "@?~.^*")
