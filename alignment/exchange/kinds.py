"""Which kinds of constants each column and each variable can hold: what typed and ordered targets go by.

An abstract interpretation of the program over the reported rows: the least fixed point of what the rules
can hand on (Cousot and Cousot, "Abstract interpretation", 1977). It holds for the rows in view; a column
without rows takes its kinds from its declared type.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import Enum
from itertools import product
from typing import TypeAlias

from alignment.exchange.content import Content
from alignment.exchange.order import ordered
from alignment.factbase.dictionary import INTEGER, Dictionary, Sort
from alignment.program.model import (
    PADDING,
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
)


class Kind(Enum):
    """A kind of constants."""

    WHOLE = "whole number"
    DECIMAL = "decimal"
    DATE = "date"
    SYMBOL = "symbol"
    TEXT = "text"

    @property
    def sort(self) -> str:
        """The kinds that have an order among them have one sort."""
        return "number" if self in (Kind.WHOLE, Kind.DECIMAL) else self.value


Kinds: TypeAlias = frozenset[Kind]

NONE: Kinds = frozenset()
ANYTHING: Kinds = frozenset(Kind)
WHOLE: Kinds = frozenset({Kind.WHOLE})
DATE: Kinds = frozenset({Kind.DATE})
DECIMAL: Kinds = frozenset({Kind.DECIMAL})
NAMES: Kinds = frozenset({Kind.SYMBOL, Kind.TEXT})

_DECLARED = {"number": WHOLE, "date": DATE, "text": frozenset({Kind.TEXT}), "any": NONE}
_SORTS = {Sort.DATE: Kind.DATE, Sort.SYMBOL: Kind.SYMBOL, Sort.TEXT: Kind.TEXT}


def kind_of(dictionary: Dictionary, code: int) -> Kind:
    """The kind of a constant."""
    if code & 3 == INTEGER:
        return Kind.WHOLE
    sort = dictionary.sort(code)
    if sort is Sort.NUMBER:
        return Kind.WHOLE if isinstance(dictionary.decode(code), int) else Kind.DECIMAL
    return _SORTS[sort]


def told(kinds: Kinds) -> str:
    """`a whole number or a date`."""
    return " or a ".join(kind.value for kind in Kind if kind in kinds)


class ColumnKinds:
    """The kinds of every column of a content, and of the variables of its rules."""

    def __init__(self, content: Content) -> None:
        self.content = content
        self.columns = {name: self._reported(name) for name in content.all}
        for stratum in content.program.strata:
            news = True
            while news:
                widened = [self._widen(rule) for rule in stratum.rules]
                news = stratum.recursive and any(widened)

    def variables(self, rule: Rule) -> dict[str, Kinds]:
        """The kinds of a rule's variables; where one has none, the rule has no answers on these rows."""
        found: dict[str, Kinds] = {}
        body = ordered(rule)
        before = None
        while found != before:
            before = dict(found)
            for literal in body:
                self._narrow(literal, found)
        return found

    def of(self, term: Expression | Argument, variables: Mapping[str, Kinds]) -> Kinds:
        """The kinds that a term can have."""
        match term:
            case Const(id=code):
                return frozenset({kind_of(self.content.dictionary, code)})
            case Var(name=name):
                return variables.get(name, ANYTHING)
            case Operation(operator=operator, left=left, right=right):
                pairs = product(self.of(left, variables), self.of(right, variables))
                return NONE.union(*(_result(operator, *pair) for pair in pairs))
            case _:
                return ANYTHING

    def aggregated(self, literal: Aggregation) -> Kinds:
        """The kinds of an aggregate's first terms."""
        return self.columns[literal.relation][len(literal.group)]

    def _reported(self, name: str) -> list[Kinds]:
        columns = self.content.reported_codes(name)
        kinds = [frozenset(kind_of(self.content.dictionary, code) for code in column) for column in columns]
        relation = self.content.declared(name)
        if relation is None or name in self.content.rules:
            return kinds
        declared = (_DECLARED.get(one.type, frozenset({Kind.SYMBOL})) for one in relation.parameters)
        return [own or seed for own, seed in zip(kinds, declared, strict=True)]

    def _widen(self, rule: Rule) -> bool:
        """Add what a rule can hand on to the columns of its head; whether that was news."""
        variables = self.variables(rule)
        if not all(variables.values()):
            return False
        columns, before = self.columns[rule.head], list(self.columns[rule.head])
        for i, arg in enumerate(rule.args):
            if arg != PADDING:
                columns[i] |= self.of(arg, variables)
        return columns != before

    def _narrow(self, literal: BodyLiteral, found: dict[str, Kinds]) -> None:
        """Keep of each variable's kinds those that the literal allows."""
        match literal:
            case Positive(relation=relation, args=args):
                for arg, kinds in zip(args, self.columns[relation], strict=True):
                    _keep(found, arg, kinds)
            case Membership(term=term, items=items):
                _keep(found, term, (kind_of(self.content.dictionary, item) for item in items))
            case Comparison(operator="=", left=left, right=right):
                _keep(found, left, self.of(right, found))
                _keep(found, right, self.of(left, found))
            case Aggregation(result=result):
                _keep(found, result, self._aggregate(literal))
            case Comparison() | Negative():
                pass

    def _aggregate(self, literal: Aggregation) -> Kinds:
        first = self.aggregated(literal)
        match literal.function:
            case "count":
                return WHOLE
            case "sum":
                return (first & DECIMAL) | WHOLE
            case "avg":
                return (first & (WHOLE | DECIMAL)) and WHOLE | DECIMAL
            case _:
                return first


def _keep(found: dict[str, Kinds], term: Expression | Argument, kinds: Iterable[Kind]) -> None:
    if isinstance(term, Var):
        found[term.name] = found.get(term.name, ANYTHING) & frozenset(kinds)


def _result(operator: str, left: Kind, right: Kind) -> Kinds:
    """The kinds of `left operator right`."""
    sorts = (left.sort, right.sort)
    if sorts == ("number", "number"):
        if Kind.DECIMAL in (left, right):
            return DECIMAL
        return WHOLE | DECIMAL if operator == "/" else WHOLE
    if operator == "-" and sorts == ("date", "date"):
        return WHOLE
    if (operator in "+-" and (left, right) == (Kind.DATE, Kind.WHOLE)) or (
        operator == "+" and (left, right) == (Kind.WHOLE, Kind.DATE)
    ):
        return DATE
    return NONE
