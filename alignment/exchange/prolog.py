"""The plain program as Prolog text for SWI-Prolog: tabled predicates, facts, and the runtime they call."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from importlib.resources import files

from alignment.exchange import prolog_text
from alignment.exchange.content import Content
from alignment.exchange.lines import Lines
from alignment.exchange.names import relation_names, remark, variable_names
from alignment.exchange.order import ordered
from alignment.exchange.rules import constants_of
from alignment.exchange.shapes import Shape
from alignment.exchange.targets import Part
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
    Wildcard,
)

NOTHING = "none(0)"
"""What fills the rows of an aggregate's shorter elements; it is no constant."""


def names_of(content: Content) -> Mapping[str, str]:
    """The predicate of each relation."""
    return relation_names(content.all, prolog_text.may_keep)


def prolog_lines(content: Content) -> Iterator[str]:
    """The lines of a file that SWI-Prolog loads."""
    writer = _Writer(content, names_of(content))
    yield from writer.header()
    for name in content.all:
        yield from writer.relation(name)
    if writer.orders_names:
        yield from writer.ranks()
    yield from files("alignment.exchange").joinpath("runtime.pl").read_text(encoding="utf-8").splitlines()


class _Writer:
    """Writes relations under the names that they have there."""

    def __init__(self, content: Content, names: Mapping[str, str]) -> None:
        self.content = content
        relations = {name: content.evaluation.reported(name) for name in content.all}
        self.names = {name: prolog_text.atom(new) for name, new in names.items()}
        self.renamed = {name: new for name, new in names.items() if name != new}
        self.facts = Lines(content, relations, {name: self.shape(name) for name in content.all})
        bodies = (rule.body for rules in content.rules.values() for rule in rules)
        self.orders_names = any(
            isinstance(literal, Aggregation) and literal.function in ("min", "max")
            for body in bodies
            for literal in body
        )

    def header(self) -> Iterator[str]:
        """What the file is, and what holds for all of it."""
        yield ":- encoding(utf8)."
        view = self.content.evaluation.view
        yield f"% Exported by Alignment for SWI-Prolog; as of {view.as_of or 'ever'}."
        yield "% Symbols are atoms, texts strings, dates date(Year, Month, Day)."
        for name, new in self.renamed.items():
            if name in self.content.public:
                yield f"% {remark(name)} is {new} here."
        yield ":- set_prolog_flag(double_quotes, string)."

    def relation(self, name: str) -> Iterator[str]:
        """The facts and rules of a relation; what has rules is tabled."""
        head, arity = self.names[name], self.content.arity(name)
        rules = self.content.rules.get(name, ())
        yield ""
        yield f":- table {head}/{arity}." if rules else f":- dynamic {head}/{arity}."
        yield from self.facts.of(name)
        for rule in rules:
            yield from self.rule(rule)

    def shape(self, name: str) -> Shape:
        """A row as a fact."""
        head, width = self.names[name], self.content.arity(name)
        return Shape(f"{head}(", ", ", ").", (prolog_text.spelled,) * width, f"{head}.")

    def constant(self, code: int) -> str:
        """A constant, or what pads."""
        return NOTHING if code == PADDING.id else prolog_text.constant(self.content.dictionary, code)

    def ranks(self) -> Iterator[str]:
        """The order of names for `#min` and `#max`."""
        codes = self.names_used()
        yield ""
        yield "% The order of names, without regard to case."
        yield ":- dynamic alignment_rank/2."
        for rank, (code,) in enumerate(self.content.in_order((code,) for code in codes)):
            yield f"alignment_rank({self.constant(code)},{rank})."

    def names_used(self) -> set[int]:
        """The symbols and texts of all rows and rules."""
        found = {code for name in self.content.all for codes in self.content.reported_codes(name) for code in codes}
        for rules in self.content.rules.values():
            for rule in rules:
                found.update(constants_of(rule))
        found.discard(PADDING.id)
        return {code for code in found if isinstance(self.content.dictionary.decode(code), str)}

    def rule(self, rule: Rule) -> Iterator[str]:
        """A rule under a remark that names it."""
        doc = remark(getattr(rule.origin, "doc", None))
        yield f"% {remark(rule.name)}{': ' if doc else ''}{doc}"
        text = _RuleText(self, variable_names(rule))
        head = _atom(self.names[rule.head], [text.argument(arg) for arg in rule.args])
        body = [text.literal(literal) for literal in ordered(rule)]
        yield head + (" :-\n    " + ",\n    ".join(body) if body else "") + "."


class _RuleText:
    """The parts of one rule."""

    def __init__(self, writer: _Writer, variables: Mapping[str, str]) -> None:
        self.writer = writer
        self.variables = variables

    def literal(self, literal: BodyLiteral) -> str:
        """A goal that succeeds where the literal holds."""
        match literal:
            case Positive(relation=relation, args=args):
                return self.atom(relation, args)
            case Negative(relation=relation, args=args):
                return f"\\+ {self.atom(relation, args)}"
            case Comparison():
                return self.comparison(literal)
            case Membership(term=term, items=items):
                listed = ", ".join(map(self.writer.constant, items))
                return f"alignment_in({self.argument(term)}, [{listed}])"
            case Aggregation():
                return self.aggregation(literal)

    def atom(self, relation: str, args: Sequence[Argument]) -> str:
        """A goal."""
        return _atom(self.writer.names[relation], [self.argument(arg) for arg in args])

    def argument(self, arg: Argument) -> str:
        """A variable or a constant."""
        match arg:
            case Wildcard():
                return "_"
            case Var(name=name):
                return self.variables[name]
            case Const(id=code):
                return self.writer.constant(code)

    def expression(self, expression: Expression) -> str:
        """A term for `alignment_value`."""
        if not isinstance(expression, Operation):
            return prolog_text.operand(self.argument(expression))
        left, right = (
            f"({self.expression(side)})" if isinstance(side, Operation) else self.expression(side)
            for side in (expression.left, expression.right)
        )
        return f"{left} {expression.operator} {right}"

    def comparison(self, literal: Comparison) -> str:
        """Equality is unification where nothing is computed; what may have no value goes through the runtime."""
        left, right = literal.left, literal.right
        computed = isinstance(left, Operation) or isinstance(right, Operation)
        if literal.operator == "=" and not computed:
            return f"{self.expression(left)} = {self.expression(right)}"
        if literal.operator == "!=" and not computed:
            return f"{self.expression(left)} \\== {self.expression(right)}"
        if literal.operator != "=":
            operator = "\\==" if literal.operator == "!=" else literal.operator
            return f"alignment_compare({operator}, {self.expression(left)}, {self.expression(right)})"
        if not isinstance(left, Operation):
            left, right = right, left
        if not isinstance(right, Operation):
            return f"alignment_value({self.expression(left)}, {self.expression(right)})"
        return f"alignment_compare(==, {self.expression(left)}, {self.expression(right)})"

    def aggregation(self, literal: Aggregation) -> str:
        """The aggregate over the goal of its elements."""
        width = self.writer.content.arity(literal.relation) - len(literal.group)
        terms = [f"T{i}_" for i in range(1, width + 1)]
        result = self.argument(literal.result)
        args = [self.argument(arg) for arg in literal.group]
        if literal.function == "count":
            goal = _atom(self.writer.names[literal.relation], [*args, *["_"] * width])
            return f"alignment_count({goal}, {result})"
        goal = _atom(self.writer.names[literal.relation], [*args, terms[0], *["_"] * (width - 1)])
        return f"alignment_{literal.function}({terms[0]}, {goal}, {result})"


def _atom(head: str, args: Sequence[str]) -> str:
    return f"{head}({', '.join(args)})" if args else head


def parts(content: Content) -> Iterator[Part]:
    """The one file of the export."""
    yield Part("base.pl", prolog_lines(content))
