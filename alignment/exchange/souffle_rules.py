"""One plain rule as a rule of Soufflé, or the reason why it cannot be one.

Names, and what mixes kinds, are compared by their places in a relation `order_`.
"""

from __future__ import annotations

from collections.abc import Sequence

from alignment.exchange.averages import scaled
from alignment.exchange.kinds import DECIMAL, WHOLE, Kind, kind_of, told
from alignment.exchange.souffle_terms import RuleTerms
from alignment.exchange.souffle_text import Form
from alignment.program.model import (
    Aggregation,
    BodyLiteral,
    Comparison,
    Const,
    Expression,
    Membership,
    Negative,
    Operation,
    Positive,
    Var,
    Wildcard,
)

OPERATORS = {"=": "=", "!=": "!=", "<": "<", "=<": "<=", ">": ">", ">=": ">=", "=:=": "="}
FALSE = "1 = 0"


class RuleText(RuleTerms):
    """The text of one rule."""

    def text(self) -> str | None:
        """The rule; None if it has no answers on these rows."""
        if not all(self.kinds.values()) or not all(self.can_match(one) for one in self.rule.body):
            return None
        head = self.atom(self.rule, self.rule.head, self.rule.args)
        body = [text for literal in self.rule.body for text in self.literal(literal)]
        return f"{head} :- {', '.join(body)}." if body else f"{head}."

    def can_match(self, literal: BodyLiteral) -> bool:
        """Whether the constants of an atom are of the kinds of its columns."""
        if not isinstance(literal, Positive):
            return True
        columns = zip(literal.args, self.shared.kinds.columns[literal.relation], strict=True)
        return all(not isinstance(arg, Const) or self.of(arg) <= kinds for arg, kinds in columns)

    def literal(self, literal: BodyLiteral) -> list[str]:
        """The literals of Soufflé that say the same."""
        match literal:
            case Positive(relation=relation, args=args):
                return [self.atom(literal, relation, args)]
            case Negative(relation=relation, args=args):
                columns = zip(args, self.shared.kinds.columns[relation], strict=True)
                if any(not isinstance(arg, Wildcard) and not self.of(arg) & kinds for arg, kinds in columns):
                    return []  # nothing of that kind is there
                return [f"!{self.atom(literal, relation, args)}"]
            case Membership(term=term, items=items):
                return self.membership(literal, term, items)
            case Comparison():
                if average := scaled(literal, self.averages):
                    return self.average_compared(literal, *average)
                return self.comparison(literal)
            case Aggregation():
                return self.aggregation(literal)

    def membership(self, literal: BodyLiteral, term: Var | Const, items: Sequence[int]) -> list[str]:
        """One of several constants, in brackets."""
        form = self.form(term)
        mine = self.in_form(literal, term, form)
        own = [item for item in items if kind_of(self.shared.content.dictionary, item) in self.of(term)]
        said = [f"{mine} = {self.in_form(literal, Const(item), form)}" for item in own]
        return [f"({'; '.join(said)})"] if said else [FALSE]

    # Comparisons ---------------------------------------------------------------------------------

    def comparison(self, literal: Comparison) -> list[str]:
        """What each side may be decides how they are compared."""
        left, right, operator = literal.left, literal.right, literal.operator
        for side in (left, right):
            if reason := self.uncomputable(side):
                return self.refuse(literal, reason)
        a, b = self.of(left), self.of(right)
        if not a or not b:
            return [FALSE]
        guards = [*self.guards(literal, left), *self.guards(literal, right)]
        sign = OPERATORS[operator]
        if operator in ("=", "!="):
            if not a & b:
                return guards if operator == "!=" else [FALSE]
            return [*guards, *self.sides(literal, sign)]
        sorts = {kind.sort for kind in a} & {kind.sort for kind in b}
        if not sorts:
            return [FALSE]
        forms = {self.form(left), self.form(right)}
        if len(forms) == 1 and forms != {Form.SYMBOL}:
            return [*guards, *self.sides(literal, sign)]
        if forms == {Form.NUMBER, Form.FLOAT}:
            said = (
                f"to_float({text})" if self.form(side) is Form.NUMBER else text
                for side in (left, right)
                for text in [self.computed(literal, side)]
            )
            return [*guards, f" {sign} ".join(said)]
        return self.by_place(literal)

    def sides(self, literal: Comparison, sign: str) -> list[str]:
        """Both sides in one form."""
        left, right = literal.left, literal.right
        form = self.form(left) if self.form(left) is self.form(right) else Form.SYMBOL
        said = []
        for side in (left, right):
            if not isinstance(side, Operation):
                said.append(self.in_form(literal, side, form))
            elif self.form(side) is form:
                said.append(self.computed(literal, side))
            elif self.form(side) is Form.NUMBER:
                said.append(f"to_string({self.computed(literal, side)})")
            else:
                return self.refuse(literal, "a computed day compared with what may be something else")
        return [f" {sign} ".join(said)]

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
            found.append(f"order_({self.in_form(literal, side, Form.SYMBOL)}, {sort}, {places[-1]})")
        self.shared.compares = True
        return [*found, f"{places[0]} {OPERATORS[literal.operator]} {places[1]}"]

    # Aggregates ----------------------------------------------------------------------------------

    def aggregation(self, literal: Aggregation) -> list[str]:
        """The aggregate over the rows of its elements."""
        form, kinds = self.shared.forms[literal.relation][len(literal.group)], self.shared.kinds.aggregated(literal)
        result = self.variables[literal.result.name]
        terms = [self.new() for _ in range(self.shared.content.arity(literal.relation) - len(literal.group))]
        atom = self.element(literal, terms)
        match literal.function:
            case "count":
                return [f"{result} = count : {{ {atom} }}"]
            case "sum" if not kinds & (WHOLE | DECIMAL):
                return [f"{result} = 0"]
            case "avg" if not kinds & (WHOLE | DECIMAL):
                return [FALSE]
            case "sum" | "avg" if form is not Form.NUMBER:
                return self.refuse(literal, f"#{literal.function} of what may be a {told(kinds)}")
            case "sum":
                return [f"{result} = sum {terms[0]} : {{ {atom} }}"]
            case "avg":
                return self.average(literal, terms, atom)
        if form is not Form.SYMBOL:
            return [f"{result} = {literal.function} {terms[0]} : {{ {atom} }}"]
        self.shared.lists = True
        rank, place = self.new(), self.new()
        listed = f"{{ {atom}, rank_({terms[0]}, {place}) }}"
        return [f"{rank} = {literal.function} {place} : {listed}", f"rank_({result}, {rank})"]

    def element(self, literal: Aggregation, terms: Sequence[str]) -> str:
        """The atom of an aggregate's elements."""
        forms = self.shared.forms[literal.relation]
        args = [self.in_form(literal, arg, form) for arg, form in zip(literal.group, forms, strict=False)]
        return f"{self.shared.names[literal.relation]}({', '.join([*args, *terms])})"

    def average(self, literal: Aggregation, terms: Sequence[str], atom: str) -> list[str]:
        """The sum and the number of an average's terms, for what it is compared with."""
        if literal.result.name not in self.averages:
            hint = "compare it, as in `#avg{ … } >= 2`, or ask for #sum and #count"
            return self.refuse(literal, "the value of #avg, which may be a decimal", hint)
        name = self.variables[literal.result.name]
        others = [self.new() for _ in terms]
        again = self.element(literal, others)
        return [
            f"{name}sum_ = sum {terms[0]} : {{ {atom} }}", f"{name}count_ = count : {{ {again} }}",
            f"{name}count_ > 0",
        ]  # fmt: skip

    def average_compared(self, literal: Comparison, name: str, operator: str, other: Expression) -> list[str]:
        """An average against a whole number: the sum against the number times the count."""
        kinds = self.of(other)
        if reason := self.uncomputable(other):
            return self.refuse(literal, reason)
        if Kind.WHOLE not in kinds | DECIMAL and operator != "!=":
            return [FALSE]
        if kinds != WHOLE or self.form(other) is not Form.NUMBER:
            return self.refuse(literal, f"an average compared with what may be a {told(kinds)}")
        mean = self.variables[name]
        guards = self.guards(literal, other)
        return [*guards, f"{mean}sum_ {OPERATORS[operator]} {self.computed(literal, other)} * {mean}count_"]
