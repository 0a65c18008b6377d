"""Rules as written to plain rules: evidence, aggregates, `now` and arithmetic in arguments unfolded.

Before: `late(X, N + 1) :- supplies(X, _, G) since D, D >= now - 90, N = #count{ Y : buys(Y, X, G) }.`
After:  `late(X, #1) :- supplies@since(X, _, G, D), @now(#2), D >= #2 - 90,
                         N = count over late.1 grouped by X, G, #1 = N + 1.`
        `late.1(X, G, Y) :- buys(Y, X, G).`
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Sequence
from dataclasses import field

from alignment.checks.binding import helping
from alignment.language import tree
from alignment.program.model import (
    PADDING,
    Aggregation,
    Argument,
    BodyLiteral,
    Bound,
    Comparison,
    Const,
    Evidence,
    Expression,
    Membership,
    Negative,
    Operation,
    Positive,
    Rule,
    Var,
    Wildcard,
)
from alignment.records import mutable

Encode = Callable[[tree.Constant], int]
"""The dictionary's `constant`: this room knows no dictionary, only that there is one."""

NOW = "@now"
"""The relation whose one row is the date in view."""

EVIDENCE_COLUMNS = ("from", "since", "until", "on", "confidence")


@mutable
class Lowered:
    """What lowering some statements gave: plain rules and the evidence relations that they read."""

    rules: list[Rule] = field(default_factory=list)
    evidence: dict[str, Evidence] = field(default_factory=dict)


def lower_rules(rules: Iterable[tree.Rule], encode: Encode) -> Lowered:
    """Plain rules for checked rules, each followed by those of its aggregates."""
    lowered = Lowered()
    for number, rule in enumerate(rules, 1):
        _RuleLowering(encode, lowered, rule, f"{rule.head.relation}.{number}").run(rule.head, rule.body)
    return lowered


def lower_goal(
    body: Sequence[tree.BodyLiteral], columns: Sequence[str], encode: Encode, name: str = "?"
) -> Lowered:
    """A rule `name(columns) :- body` for a checked goal."""
    lowered = Lowered()
    query = tree.Query(tuple(body), span=body[0].span if body else None)
    head = tree.Atom(name, tuple(tree.Variable(column) for column in columns))
    _RuleLowering(encode, lowered, query, name).run(head, query.body)
    return lowered


def variables(body: Iterable[tree.BodyLiteral]) -> list[str]:
    """The named variables outside braces, in order of appearance: the columns of a goal's answers.

    A variable whose name begins with `_` asks for no column.
    """
    found: dict[str, None] = {}
    for literal in body:
        for term in _outer_terms(literal):
            found.update(dict.fromkeys(_names(term)))
    return [name for name in found if not name.startswith("_")]


def _outer_terms(literal: tree.BodyLiteral) -> list[tree.Term]:
    match literal:
        case tree.Literal():
            return [*literal.atom.args, *(term for item in literal.evidence for term in _evidence_terms(item))]
        case tree.Comparison():
            return [side for side in (literal.left, literal.right) if not isinstance(side, tree.Aggregate)]
        case tree.Membership():
            return [literal.term]


def _evidence_terms(annotation: tree.Annotation) -> list[tree.Term]:
    match annotation:
        case tree.From():
            return [annotation.source]
        case tree.During():
            return [annotation.start, annotation.end]
        case tree.Confidence():
            return [annotation.value]
        case _:
            return [annotation.date]


def _names(term: tree.Term) -> list[str]:
    match term:
        case tree.Variable(name=name):
            return [] if term.is_anonymous else [name]
        case tree.Arithmetic(left=left, right=right):
            return _names(left) + _names(right)
        case _:
            return []


def _outer_names(body: Iterable[tree.BodyLiteral]) -> set[str]:
    """The variables of a body outside braces: what an aggregate can share with it."""
    return {name for literal in body for term in _outer_terms(literal) for name in _names(term)}


def _all_names(body: Iterable[tree.BodyLiteral]) -> set[str]:
    """Every variable of a body, those inside braces included."""
    names: set[str] = set()
    for literal in body:
        for term in _outer_terms(literal):
            names.update(_names(term))
        if isinstance(literal, tree.Comparison):
            for side in (literal.left, literal.right):
                if isinstance(side, tree.Aggregate):
                    for element in side.elements:
                        names.update(name for term in element.terms for name in _names(term))
                        names |= _all_names(element.body)
    return names


class _RuleLowering:
    """Lowers one rule. Fresh variables are named `#n`, which no written variable can be."""

    def __init__(self, encode: Encode, out: Lowered, origin: tree.Rule | tree.Query, name: str) -> None:
        self.encode = encode
        self.out = out
        self.origin = origin
        self.name = name
        self.fresh = itertools.count(1)
        self.auxiliary = itertools.count(1)

    def run(self, head: tree.Atom, body: Sequence[tree.BodyLiteral]) -> None:
        """Append the plain rule and those of its aggregates."""
        outer = {name for term in head.args for name in _names(term)}
        literals: list[BodyLiteral] = []
        for i, literal in enumerate(body):
            others = [*body[:i], *body[i + 1 :]]
            literals += self.body_literal(literal, outer | _outer_names(others), others)
        args = [self.head_argument(term, literals) for term in head.args]
        cap = self.origin.cap if isinstance(self.origin, tree.Rule) else None
        self.out.rules.append(Rule(head.relation, tuple(args), tuple(literals), self.origin, cap))

    def head_argument(self, term: tree.Term, literals: list[BodyLiteral]) -> Var | Const:
        """A variable or constant; arithmetic becomes a variable set in the body."""
        lowered = self.expression(term, literals)
        if isinstance(lowered, Operation):
            result = self.new_variable()
            literals.append(Comparison("=", result, lowered))
            return result
        return lowered

    def new_variable(self) -> Var:
        return Var(f"#{next(self.fresh)}")

    def body_literal(
        self, literal: tree.BodyLiteral, outer: set[str], others: Sequence[tree.BodyLiteral]
    ) -> list[BodyLiteral]:
        """The plain literals of a written one, those that bind before those that use."""
        match literal:
            case tree.Literal(negated=True, evidence=evidence) if (asked := _compared(evidence)) is not None:
                return self.body_literal(_none_counted(literal, asked), outer, others)
            case tree.Literal():
                return self.atom_literal(literal)
            case tree.Membership():
                before: list[BodyLiteral] = []
                term = self.expression(literal.term, before)
                if isinstance(term, Operation):
                    result = self.new_variable()
                    before.append(Comparison("=", result, term))
                    term = result
                items = tuple(dict.fromkeys(self.encode(item) for item in literal.items))
                return [*before, Membership(term, items, literal)]
            case tree.Comparison():
                before = []
                left = self.side(literal.left, outer, others, before)
                right = self.side(literal.right, outer, others, before)
                last = before[-1] if before else None
                if isinstance(last, Aggregation) and literal.operator == "=":
                    merged = _aggregate_into(last, left, right)
                    if merged:
                        return [*before[:-1], merged]
                return [*before, Comparison(literal.operator, left, right, literal)]

    def atom_literal(self, literal: tree.Literal) -> list[BodyLiteral]:
        before: list[BodyLiteral] = []
        args = [self.argument(term, before) for term in literal.atom.args]
        relation = literal.atom.relation
        if literal.evidence:
            bound = _bound(literal.evidence)
            columns = self.evidence([one for one in literal.evidence if _bound((one,)) is None], before)
            relation = self.evidence_relation(relation, tuple(columns), bound)
            args += columns.values()
        if literal.negated:
            return [*before, Negative(relation, tuple(args), literal)]
        return [Positive(relation, tuple(args), literal), *before]

    def argument(self, term: tree.Term, before: list[BodyLiteral]) -> Argument:
        if isinstance(term, tree.Variable) and term.is_anonymous:
            return Wildcard()
        lowered = self.expression(term, before)
        if not isinstance(lowered, Operation):
            return lowered
        result = self.new_variable()
        before.append(Comparison("=", result, lowered))
        return result

    def evidence(
        self, annotations: Iterable[tree.Annotation], before: list[BodyLiteral]
    ) -> dict[str, Argument]:
        """The evidence columns asked for, in their fixed order, with what must stand in each."""
        columns: dict[str, Argument] = {}
        for annotation in annotations:
            match annotation:
                case tree.From():
                    columns["from"] = self.argument(annotation.source, before)
                case tree.Since():
                    columns["since"] = self.argument(annotation.date, before)
                case tree.Until():
                    columns["until"] = self.argument(annotation.date, before)
                case tree.On():
                    columns["on"] = self.argument(annotation.date, before)
                case tree.During():
                    columns["since"] = self.argument(annotation.start, before)
                    columns["until"] = self.argument(annotation.end, before)
                case tree.Confidence():
                    columns["confidence"] = self.confidence(annotation, before)
        return {column: columns[column] for column in EVIDENCE_COLUMNS if column in columns}

    def confidence(self, annotation: tree.Confidence, before: list[BodyLiteral]) -> Argument:
        value = _level(annotation.value)
        if annotation.operator == "=":
            return self.argument(value, before)
        result = self.new_variable()
        before.append(Comparison(annotation.operator, result, self.expression(value, before), annotation))
        return result

    def evidence_relation(self, base: str, columns: tuple[str, ...], bound: Bound | None) -> str:
        name = f"{base}@{'+'.join(columns)}"
        if bound is not None:
            name += f"{bound.operator}{bound.number}"
        self.out.evidence[name] = Evidence(base, columns, bound)
        return name

    def side(
        self,
        side: tree.Term | tree.Aggregate,
        outer: set[str],
        others: Sequence[tree.BodyLiteral],
        before: list[BodyLiteral],
    ) -> Expression:
        if isinstance(side, tree.Aggregate):
            return self.aggregate(side, outer, others, before)
        return self.expression(side, before)

    def expression(self, term: tree.Term, before: list[BodyLiteral]) -> Expression:
        match term:
            case tree.Variable(name=name):
                return self.new_variable() if term.is_anonymous else Var(name)
            case tree.Now():
                result = self.new_variable()
                before.append(Positive(NOW, (result,)))
                return result
            case tree.Arithmetic(operator=operator, left=left, right=right):
                return Operation(operator, self.expression(left, before), self.expression(right, before))
            case _:
                return Const(self.encode(term))

    def aggregate(
        self,
        aggregate: tree.Aggregate,
        outer: set[str],
        others: Sequence[tree.BodyLiteral],
        before: list[BodyLiteral],
    ) -> Var:
        """A variable for the aggregate's value, computed from a relation of its elements' rows."""
        inner: set[str] = set()
        for element in aggregate.elements:
            inner.update(name for term in element.terms for name in _names(term))
            inner |= _all_names(element.body)
        group = tuple(Var(name) for name in sorted(inner & outer))
        relation = f"{self.name}.{next(self.auxiliary)}"
        width = max(len(element.terms) for element in aggregate.elements)
        for element in aggregate.elements:
            self.element(relation, group, element, others, width)
        result = self.new_variable()
        before.append(Aggregation(aggregate.function, result, relation, group, aggregate))
        return result

    def element(
        self,
        relation: str,
        group: tuple[Var, ...],
        element: tree.AggregateElement,
        others: Sequence[tree.BodyLiteral],
        width: int,
    ) -> None:
        """The rule of one element, its terms padded to `width`.

        A group variable that its own body does not bind is bound by the rest.
        """
        lowering = _RuleLowering(self.encode, self.out, self.origin, f"{relation}.")
        outer = {variable.name for variable in group} | {n for t in element.terms for n in _names(t)}
        literals: list[BodyLiteral] = []
        for i, literal in enumerate(element.body):
            rest = [*element.body[:i], *element.body[i + 1 :]]
            literals += lowering.body_literal(literal, outer | _outer_names(rest), rest)
        bound = {arg.name for lit in literals if isinstance(lit, Positive) for arg in lit.args if isinstance(arg, Var)}
        if not {variable.name for variable in group} <= bound:
            for other in helping(element.body, others):
                literals += lowering.body_literal(other, set(), ())
        terms = [lowering.head_argument(term, literals) for term in element.terms]
        terms += [PADDING] * (width - len(terms))
        self.out.rules.append(Rule(relation, (*group, *terms), tuple(literals), self.origin))


def _level(value: tree.Term) -> tree.Term:
    """A confidence as the reports have it: a decimal; a word stands for its number."""
    match value:
        case tree.Symbol(name=word):
            return tree.Decimal(tree.LIKELIHOOD.get(word, -1.0))
        case tree.Integer(value=number):
            return tree.Decimal(float(number))
        case _:
            return value


def _bound(evidence: Iterable[tree.Annotation]) -> Bound | None:
    """The bound that evidence sets to the confidence, if it is a number."""
    for annotation in evidence:
        if isinstance(annotation, tree.Confidence) and annotation.operator != "=":
            level = _level(annotation.value)
            if isinstance(level, tree.Decimal):
                return Bound(annotation.operator, level.value)
    return None


def _compared(evidence: Iterable[tree.Annotation]) -> tree.Confidence | None:
    """The confidence in some evidence that is compared with what other literals give."""
    found = (one for one in evidence if isinstance(one, tree.Confidence) and one.operator != "=")
    return next((one for one in found if _bound((one,)) is None), None)


def _none_counted(literal: tree.Literal, asked: tree.Confidence) -> tree.Comparison:
    """`not p(X) confidence > C` as `0 = #count{ N : p(X) confidence N, N > C }`: a bound that rows give is no row."""
    number = tree.Variable("#confidence")
    evidence = tuple(tree.Confidence(number) if one is asked else one for one in literal.evidence)
    body = (
        tree.Literal(literal.atom, evidence=evidence, span=literal.span),
        tree.Comparison(asked.operator, number, asked.value, span=asked.span),
    )
    counted = tree.Aggregate("count", (tree.AggregateElement((number,), body),), span=literal.span)
    return tree.Comparison("=", tree.Integer(0), counted, span=literal.span)


def _aggregate_into(aggregation: Aggregation, left: Expression, right: Expression) -> Aggregation | None:
    """`N = #count{…}` without the fresh variable between, where N is a plain variable."""
    other = right if left == aggregation.result else left
    if not isinstance(other, Var) or other == aggregation.result or other in aggregation.group:
        return None
    return Aggregation(
        aggregation.function, other, aggregation.relation, aggregation.group, aggregation.origin
    )
