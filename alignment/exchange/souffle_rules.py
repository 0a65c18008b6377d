"""One plain rule as a rule of Soufflé, or the reason why it cannot be one.

Soufflé is typed: a variable has the form of the columns that bind it, and `to_string` turns a whole number
into the symbol that it is in a column of mixed kinds. Names have their places in a relation `order_`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from alignment.exchange import souffle_text
from alignment.exchange.averages import averages, scaled
from alignment.exchange.content import Content
from alignment.exchange.kinds import DATE, DECIMAL, WHOLE, ColumnKinds, Kind, Kinds, kind_of, told
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
    Membership,
    Negative,
    Operation,
    Positive,
    Rule,
    Var,
    Wildcard,
)

OPERATORS = {"=": "=", "!=": "!=", "<": "<", "=<": "<=", ">": ">", ">=": ">=", "=:=": "="}
FALSE = "1 = 0"


@dataclass(slots=True)
class Shared:
    """What the rules of a program share, and which orders they turned out to need."""

    content: Content
    kinds: ColumnKinds
    forms: Mapping[str, Sequence[Form]]
    names: Mapping[str, str]
    refusals: Refusals
    compares: bool = field(default=False)
    lists: bool = field(default=False)


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
        self.forms = {name: self.form_of_variable(name) for name in self.kinds}

    def text(self) -> str | None:
        """The rule; None if it has no answers on these rows."""
        if not all(self.kinds.values()) or not all(self.can_match(one) for one in self.rule.body):
            return None
        head = self.atom(self.rule, self.rule.head, self.rule.args)
        body = [text for literal in self.rule.body for text in self.literal(literal)]
        return f"{head} :- {', '.join(body)}." if body else f"{head}."

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

    def membership(self, literal: BodyLiteral, term: Var | Const, items: Sequence[int]) -> list[str]:
        """One of several constants, in brackets."""
        form = self.form(term)
        mine = self.in_form(literal, term, form)
        own = [item for item in items if kind_of(self.shared.content.dictionary, item) in self.of(term)]
        said = [f"{mine} = {self.in_form(literal, Const(item), form)}" for item in own]
        return [f"({'; '.join(said)})"] if said else [FALSE]

    def computed(self, literal: BodyLiteral, term: Expression) -> str:
        """A term to compute with. `//` cuts towards zero; `mod` has the divisor's sign."""
        if not isinstance(term, Operation):
            return self.in_form(literal, term, self.form(term))
        left, right = self.computed(literal, term.left), self.computed(literal, term.right)
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
        if term.operator in ("//", "mod") and not self.divides(term.right):
            return "a division by what may be 0"
        return None

    def divides(self, term: Expression) -> bool:
        """Whether a divisor is a constant other than 0."""
        return isinstance(term, Const) and self.shared.content.dictionary.decode(term.id) != 0

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
        guards = [*self.days(literal, left), *self.days(literal, right)]
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
            return [f" {sign} ".join(said)]
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

    def days(self, literal: Comparison, term: Expression) -> Iterator[str]:
        """The condition that a computed day is one."""
        if isinstance(term, Operation) and self.of(term) == DATE:
            yield f"1 <= {self.computed(literal, term)}"
            yield f"{self.computed(literal, term)} <= {LAST_DAY}"

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
        return [f"{mean}sum_ {OPERATORS[operator]} {self.computed(literal, other)} * {mean}count_"]
