"""The terms of one rule of Soufflé: in which form each is written, and what can be computed.

Soufflé is typed: a variable has the form of the columns that bind it, and `to_string` turns a whole number
into the symbol that it is in a column of mixed kinds.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field

from alignment.exchange import souffle_text
from alignment.exchange.averages import averages
from alignment.exchange.content import Content
from alignment.exchange.kinds import DATE, DECIMAL, WHOLE, ColumnKinds, Kinds, told
from alignment.exchange.magnitudes import LAST_DAY
from alignment.exchange.names import variable_names
from alignment.exchange.refusals import Refusals
from alignment.exchange.rules import stored
from alignment.exchange.souffle_text import Form, form_of
from alignment.program.model import (
    Aggregation,
    Argument,
    BodyLiteral,
    Comparison,
    Const,
    Expression,
    Operation,
    Positive,
    Rule,
    Var,
    Wildcard,
)
from alignment.records import mutable


@mutable
class Shared:
    """What the rules of a program share, and which orders they turned out to need."""

    content: Content
    kinds: ColumnKinds
    forms: Mapping[str, Sequence[Form]]
    names: Mapping[str, str]
    refusals: Refusals
    compares: bool = field(default=False)
    lists: bool = field(default=False)


class RuleTerms:
    """The terms of one rule."""

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
        self.forms = {name: self.form_of_variable(name) for name in self.kinds}

    def new(self) -> str:
        """A variable that no other is."""
        self.fresh += 1
        return f"V{self.fresh}_"

    def refuse(self, literal: BodyLiteral | Rule, message: str, hint: str | None = None) -> list[str]:
        """Nothing is written where something is refused."""
        if isinstance(literal, Rule):
            self.shared.refusals.add(literal.origin.span, message, hint)
        else:
            self.shared.refusals.literal(self.rule, literal, message, hint)
        return []

    def form_of_variable(self, name: str) -> Form:
        """The form of what binds a variable: symbol where only columns of mixed kinds do."""
        own = form_of(self.kinds[name])
        for literal in self.rule.body:
            match literal:
                case Positive(relation=relation, args=args):
                    columns = zip(args, self.shared.forms[relation], strict=True)
                    if any(arg == Var(name) and form is own for arg, form in columns):
                        return own
                case Aggregation(result=Var(name=result)) if result == name:
                    picked = literal.function in ("min", "max")
                    return self.shared.forms[literal.relation][len(literal.group)] if picked else own
                case _:
                    pass
        return Form.SYMBOL if self.read(name) else own

    def read(self, name: str) -> bool:
        """Whether a relation binds a variable."""
        return any(isinstance(one, Positive) and Var(name) in one.args for one in self.rule.body)

    def of(self, term: Expression | Argument) -> Kinds:
        """The kinds of a term."""
        return self.shared.kinds.of(term, self.kinds)

    def form(self, term: Expression | Argument) -> Form:
        """The form in which a term is written."""
        return self.forms[term.name] if isinstance(term, Var) else form_of(self.of(term))

    def atom(self, place: BodyLiteral | Rule, relation: str, args: Sequence[Argument]) -> str:
        """An atom, each argument in the form of its column."""
        forms = self.shared.forms[relation]
        inside = ", ".join(self.in_form(place, arg, form) for arg, form in zip(args, forms, strict=True))
        return f"{self.shared.names[relation]}({inside})"

    def in_form(self, place: BodyLiteral | Rule, term: Argument, form: Form) -> str:
        """A variable or constant in the form of a column."""
        match term:
            case Wildcard():
                return "_"
            case Const(id=code):
                if reason := souffle_text.refused(self.shared.content.dictionary, code):
                    self.refuse(place, reason)
                return souffle_text.constant(self.shared.content.dictionary, code, form)
            case Var(name=name):
                own = self.forms[name]
                if own is form or self.variables[name] == "_":
                    return self.variables[name]
                if (own, form) == (Form.NUMBER, Form.SYMBOL):
                    return f"to_string({self.variables[name]})"
                if (own, form) == (Form.SYMBOL, Form.NUMBER) and self.kinds[name] == WHOLE:
                    return f"to_number({self.variables[name]})"
                message = f"{name} as a {own.value} where a {form.value} stands"
                self.refuse(place, message, "declare what the relations hold: number, date, text or a type")
                return "_"

    def computed(self, literal: BodyLiteral, term: Expression) -> str:
        """A term to compute with. `//` cuts towards zero; `mod` has the divisor's sign."""
        if not isinstance(term, Operation):
            return self.in_form(literal, term, self.form(term))
        left, right = self.computed(literal, term.left), self.computed(literal, term.right)
        if term.operator in ("//", "mod") and not self.divides(term.right):
            right = f"({right} + (lnot {right}))"  # 1 for 0, whatever is evaluated first; `guards` leave 0 out
        if term.operator == "mod":
            return f"((({left} % {right}) + {right}) % {right})"
        return f"({left} {'/' if term.operator == '//' else term.operator} {right})"

    def uncomputable(self, term: Expression) -> str | None:
        """Why Soufflé cannot compute a term, or None."""
        if not isinstance(term, Operation):
            return None
        for side in (term.left, term.right):
            if reason := self.uncomputable(side):
                return reason
            if self.of(side) & DECIMAL:
                return "arithmetic with decimals"
            if not isinstance(side, Operation) and self.form(side) not in (Form.NUMBER, Form.DAY):
                return f"arithmetic with what may be a {told(self.of(side))}"
        if term.operator == "/":
            return "a quotient that may be a decimal (`//` cuts it to a whole number)"
        return None

    def divides(self, term: Expression) -> bool:
        """Whether a divisor is a constant other than 0."""
        return isinstance(term, Const) and self.shared.content.dictionary.decode(term.id) != 0

    def guards(self, literal: Comparison, term: Expression) -> Iterator[str]:
        """The conditions that a computed term has a value: a day is one, and no divisor is 0."""
        if not isinstance(term, Operation):
            return
        yield from self.guards(literal, term.left)
        yield from self.guards(literal, term.right)
        if self.of(term) == DATE:
            yield f"1 <= {self.computed(literal, term)}"
            yield f"{self.computed(literal, term)} <= {LAST_DAY}"
        if term.operator in ("//", "mod") and not self.divides(term.right):
            yield f"{self.computed(literal, term.right)} != 0"
