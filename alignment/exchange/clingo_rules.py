"""One plain rule as a rule of clingo, or the reason why it cannot be one.

clingo orders all terms and computes with whole numbers of 32 bits. So a variable that can only be a date is
written as its day, `date(D)` where it stands as an argument; whole numbers and days are compared and computed
directly; whatever else has an order is compared by its place in a relation `order_`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field

from alignment.exchange import clingo_text
from alignment.exchange.averages import averages, scaled
from alignment.exchange.content import Content
from alignment.exchange.kinds import DATE, DECIMAL, NAMES, WHOLE, ColumnKinds, Kind, Kinds, kind_of, told
from alignment.exchange.names import variable_names
from alignment.exchange.refusals import Refusals
from alignment.exchange.rules import stored
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
)
from alignment.records import mutable

OPERATORS = {"=": "=", "!=": "!=", "<": "<", "=<": "<=", ">": ">", ">=": ">=", "=:=": "="}
FALSE = "#false"


@mutable
class Shared:
    """What the rules of a program share, and which orders they turned out to need."""

    content: Content
    kinds: ColumnKinds
    names: Mapping[str, str]
    refusals: Refusals
    compares: bool = field(default=False)
    lists: bool = field(default=False)
    days: bool = field(default=False)


class RuleText:
    """The text of one rule."""

    def __init__(self, shared: Shared, rule: Rule) -> None:
        self.shared = shared
        self.rule = rule
        self.kinds = shared.kinds.variables(rule)
        self.variables = dict(variable_names(rule))
        self.stored = stored(rule)
        self.averages = averages(rule)
        self.fresh = 0
        for literal in rule.body:
            if isinstance(literal, Aggregation) and self.variables[literal.result.name] == "_":
                self.variables[literal.result.name] = self.new()

    def text(self) -> str | None:
        """The rule; None if it has no answers on these rows."""
        if not all(self.kinds.values()):
            return None
        head = self.atom(self.rule.head, self.rule.args)
        body = [text for literal in self.rule.body for text in self.literal(literal)]
        return f"{head} :- {', '.join(body)}." if body else f"{head}."

    def new(self) -> str:
        """A variable that no other is."""
        self.fresh += 1
        return f"V{self.fresh}_"

    def refuse(self, literal: BodyLiteral, message: str, hint: str | None = None) -> list[str]:
        """Nothing is written where something is refused."""
        self.shared.refusals.literal(self.rule, literal, message, hint)
        return []

    def literal(self, literal: BodyLiteral) -> list[str]:
        """The literals of clingo that say the same."""
        match literal:
            case Positive(relation=relation, args=args):
                return [self.atom(relation, args)]
            case Negative(relation=relation, args=args):
                return [f"not {self.atom(relation, args)}"]
            case Membership(term=term, items=items):
                listed = [Const(item) for item in items if self.can_be(term, item)]
                values = ";".join(self.bare(item) if self.is_day(term) else self.argument(item) for item in listed)
                mine = self.bare(term) if self.is_day(term) else self.argument(term)
                return [f"{mine} = ({values})" if values else FALSE]
            case Comparison():
                if average := scaled(literal, self.averages):
                    return self.average_compared(literal, *average)
                return self.comparison(literal)
            case Aggregation():
                return self.aggregation(literal)

    def can_be(self, term: Var | Const, item: int) -> bool:
        """Whether a term can be a constant, by its kind."""
        return kind_of(self.shared.content.dictionary, item) in self.of(term)

    def of(self, term: Expression | Argument) -> Kinds:
        """The kinds of a term."""
        return self.shared.kinds.of(term, self.kinds)

    def is_day(self, term: Expression | Argument) -> bool:
        """Whether a term is always a date."""
        return self.of(term) == DATE

    def atom(self, relation: str, args: Sequence[Argument]) -> str:
        """An atom."""
        inside = ",".join(self.argument(arg) for arg in args)
        return f"{self.shared.names[relation]}({inside})" if args else self.shared.names[relation]

    def argument(self, arg: Argument) -> str:
        """A term as it stands in an atom."""
        match arg:
            case Var(name=name):
                text = self.variables[name]
                return f"date({text})" if self.is_day(arg) else text
            case Const(id=code):
                if reason := clingo_text.refused(self.shared.content.dictionary, code):
                    self.shared.refusals.add(self.rule.origin.span, reason)
                return clingo_text.constant(self.shared.content.dictionary, code)
            case _:
                return "_"

    def bare(self, term: Expression) -> str:
        """A term as something to compute with: whole numbers, and days without `date(…)`."""
        if isinstance(term, Operation):
            return self.operation(term)
        text = self.argument(term)
        return text[5:-1] if self.is_day(term) else text

    def operation(self, term: Operation) -> str:
        """Arithmetic over whole numbers and days. `//` cuts towards zero; `mod` has the divisor's sign."""
        left, right = self.bare(term.left), self.bare(term.right)
        if term.operator == "mod":
            return f"((({left})\\({right})+({right}))\\({right}))"
        return f"(({left}){'/' if term.operator == '//' else term.operator}({right}))"

    # Comparisons ---------------------------------------------------------------------------------

    def comparison(self, literal: Comparison) -> list[str]:
        """What each side may be decides how they are compared."""
        left, right, operator = literal.left, literal.right, literal.operator
        for side in (left, right):
            if reason := self.uncomputable(side):
                return self.refuse(literal, reason)
        a, b = self.of(left), self.of(right)
        if operator in ("=", "!="):
            return self.identity(literal, a, b)
        sorts = {kind.sort for kind in a} & {kind.sort for kind in b}
        if not sorts:
            return [FALSE]
        if sorts == {"number"} and not (a | b) & DECIMAL:
            guards = [*self.days(left), *self.days(right)]
            return [*guards, f"{self.whole(left)} {OPERATORS[operator]} {self.whole(right)}"]
        if sorts == {"date"} and a == b == DATE:
            return [*self.days(left), *self.days(right), f"{self.bare(left)} {OPERATORS[operator]} {self.bare(right)}"]
        return self.by_place(literal)

    def identity(self, literal: Comparison, a: Kinds, b: Kinds) -> list[str]:
        """`=` and `!=` between values of one kind or of any."""
        left, right, sign = literal.left, literal.right, literal.operator
        if not a or not b or (sign == "=" and not a & b):
            return [FALSE]
        guards = [*self.days(left), *self.days(right)]
        if a == b == DATE:
            return [*guards, f"{self.bare(left)} {sign} {self.bare(right)}"]
        sides = (f"date({self.bare(side)})" if self.is_day(side) else self.bare(side) for side in (left, right))
        if sign == "!=" and not a & b:
            return [*guards, *self.defined(left), *self.defined(right)]
        return [*guards, f" {sign} ".join(sides)]

    def whole(self, term: Expression) -> str:
        """A whole number; of a term that can be something else, only that."""
        text = self.bare(term)
        return text if self.of(term) == WHOLE else f"{text}+0"

    def days(self, term: Expression) -> Iterator[str]:
        """The condition that a computed day is one; clingo would go through all days between two constants."""
        if not isinstance(term, Operation):
            return
        yield from self.days(term.left)
        yield from self.days(term.right)
        if self.is_day(term):
            first, last = self.new(), self.new()
            self.shared.days = True
            yield f"days_({first},{last})"
            yield f"{first} <= {self.bare(term)}"
            yield f"{self.bare(term)} <= {last}"

    def defined(self, term: Expression) -> Iterator[str]:
        """The condition that a computed number has a value."""
        if isinstance(term, Operation) and not self.is_day(term):
            text = self.bare(term)
            yield f"{text} = {text}"

    def uncomputable(self, term: Expression) -> str | None:
        """Why clingo cannot compute a term, or None."""
        if not isinstance(term, Operation):
            return None
        for side in (term.left, term.right):
            if reason := self.uncomputable(side):
                return reason
            kinds = self.of(side)
            if kinds & DECIMAL:
                return "arithmetic with decimals"
            if kinds & DATE and kinds != DATE:
                return f"arithmetic with what may be a {told(kinds)}"
        if term.operator == "/" and self.of(term):
            return "a quotient that may be a decimal (`//` cuts it to a whole number)"
        return None

    def by_place(self, literal: Comparison) -> list[str]:
        """A comparison by the places of two constants in their order."""
        found: list[str] = []
        places: list[str] = []
        sort = self.new()
        for side in (literal.left, literal.right):
            if isinstance(side, Operation) or (isinstance(side, Var) and side.name not in self.stored):
                kinds = told(self.of(literal.left) | self.of(literal.right))
                return self.refuse(literal, f"an order of computed values that may be a {kinds}")
            places.append(self.new())
            found.append(f"order_({self.argument(side)},{sort},{places[-1]})")
        self.shared.compares = True
        return [*found, f"{places[0]} {OPERATORS[literal.operator]} {places[1]}"]

    # Aggregates ----------------------------------------------------------------------------------

    def aggregation(self, literal: Aggregation) -> list[str]:
        """The aggregate over the rows of its elements."""
        kinds = self.shared.kinds.aggregated(literal)
        result = self.variables[literal.result.name]
        terms = [self.new() for _ in range(self.shared.content.arity(literal.relation) - len(literal.group))]
        atom = self.element(literal, terms)
        inside = f"{{ {','.join(terms)} : {atom} }}"
        match literal.function:
            case "count":
                return [f"{result} = #count{inside}"]
            case "sum" | "avg" if kinds & DECIMAL:
                return self.refuse(literal, f"#{literal.function} of decimals")
            case "sum":
                return [f"{result} = #sum{inside}"]
            case "avg":
                return self.average(literal, terms, atom)
        end = "#sup" if literal.function == "min" else "#inf"
        if kinds <= WHOLE:
            return [f"{result} = #{literal.function}{inside}", f"{result} != {end}"]
        self.shared.lists = True
        rank, place = self.new(), self.new()
        listed = f"{{ {place} : {atom}, rank_({terms[0]},{place}) }}"
        value = f"date({result})" if self.is_day(literal.result) else result
        return [f"{rank} = #{literal.function}{listed}", f"{rank} != {end}", f"rank_({value},{rank})"]

    def element(self, literal: Aggregation, terms: Sequence[str]) -> str:
        """The atom of an aggregate's elements."""
        args = [*(self.argument(arg) for arg in literal.group), *terms]
        return f"{self.shared.names[literal.relation]}({','.join(args)})"

    def average(self, literal: Aggregation, terms: Sequence[str], atom: str) -> list[str]:
        """The sum and the number of an average's terms, for what it is compared with."""
        if literal.result.name not in self.averages:
            hint = "compare it, as in `#avg{ … } >= 2`, or ask for #sum and #count"
            return self.refuse(literal, "the value of #avg, which may be a decimal", hint)
        kinds = self.shared.kinds.aggregated(literal)
        only = f", {terms[0]}+0 = {terms[0]}" if kinds & (NAMES | DATE) else ""
        inside = f"{{ {','.join(terms)} : {atom}{only} }}"
        name = self.variables[literal.result.name]
        return [f"{name}sum_ = #sum{inside}", f"{name}count_ = #count{inside}", f"{name}count_ > 0"]

    def average_compared(self, literal: Comparison, name: str, operator: str, other: Expression) -> list[str]:
        """An average against a whole number: the sum against the number times the count."""
        kinds = self.of(other)
        if reason := self.uncomputable(other):
            return self.refuse(literal, reason)
        if kinds & DECIMAL:
            return self.refuse(literal, "an average compared with a decimal")
        if Kind.WHOLE not in kinds:
            return [FALSE] if operator != "!=" else []
        if operator == "!=" and kinds != WHOLE:
            return self.refuse(literal, f"an average that differs from what may be a {told(kinds)}")
        mean = self.variables[name]
        return [*self.days(other), f"{mean}sum_ {OPERATORS[operator]} ({self.bare(other)})*{mean}count_"]
