"""Tokens to nodes: one method for each rule of the grammar, called as the parser reduces.

Every token is handed in, punctuation too, so that the first and last child give a node's place. What
is well formed but cannot be a node (a day that is none) is gathered in `problems`.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from lark import Token, Transformer

from alignment.language import tree
from alignment.problems import Problem
from alignment.source import SourceText, Span

N = TypeVar("N")
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_ESCAPES = {"n": "\n", "t": "\t"}
COMPARATORS = {"is": "=", "==": "=", "\\=": "!=", "<=": "=<"}


def unquote_text(written: str) -> str:
    """The value of a text in double quotes."""
    inner = written[1:-1]
    return _ESCAPE.sub(lambda m: _ESCAPES.get(m[1], m[1]), inner) if "\\" in inner else inner


def unquote_symbol(written: str) -> str:
    """The name in single quotes."""
    inner = written[1:-1].replace("''", "'")
    return _ESCAPE.sub(r"\1", inner) if "\\" in inner else inner


class Builder(Transformer[Token, Any]):
    """Builds the nodes of one text at a time: set `source` before, read `problems` after."""

    def __init__(self) -> None:
        super().__init__()
        self.source = SourceText("", "")
        self.problems: list[Problem] = []

    def begin(self, source: SourceText) -> None:
        """Get ready for a text."""
        self.source = source
        self.problems = []

    def span(self, children: Sequence[Any]) -> Span:
        return Span(self.source, _start(children[0]), _end(children[-1]))

    # Terms -------------------------------------------------------------------------------------

    def symbol(self, children: list[Any]) -> tree.Symbol:
        token = children[0]
        return tree.Symbol(_name(token), span=Span(self.source, token.start_pos, token.end_pos))

    plain = likelihood = symbol

    def variable(self, children: list[Any]) -> tree.Variable:
        token = children[0]
        return tree.Variable(token.value, span=Span(self.source, token.start_pos, token.end_pos))

    def text(self, children: list[Any]) -> tree.Text:
        return tree.Text(unquote_text(children[0].value), span=self.span(children))

    def number(self, children: list[Any]) -> tree.Integer | tree.Decimal:
        written = children[0].value
        if written.isdigit():
            if len(written) > 19 or int(written) >= 2**63:
                self._problem(children, f"the number {written[:30]} is too large", "whole numbers have 64 bits")
                return tree.Integer(0, span=self.span(children))
            return tree.Integer(int(written), span=self.span(children))
        value = float(written)
        if value == float("inf"):
            self._problem(children, f"the number {written[:30]} is too large")
            value = 0.0
        return tree.Decimal(value, span=self.span(children))

    def date(self, children: list[Any]) -> tree.Date:
        written = children[0].value
        try:
            value = datetime.date.fromisoformat(written)
        except ValueError:
            message = f"{written} is not a day of the calendar"
            self._problem(children, message, "dates are written year-month-day: 2024-07-03")
            value = datetime.date.min
        return tree.Date(value, span=self.span(children))

    def minus(self, children: list[Any]) -> tree.Term:
        operand = children[1]
        if isinstance(operand, tree.Integer):
            return tree.Integer(-operand.value, span=self.span(children))
        if isinstance(operand, tree.Decimal):
            return tree.Decimal(-operand.value, span=self.span(children))
        return tree.Arithmetic("-", tree.Integer(0), _now(operand), span=self.span(children))

    def arithmetic(self, children: list[Any]) -> tree.Arithmetic:
        left, operator, right = children
        return tree.Arithmetic(operator.value, _now(left), _now(right), span=self.span(children))

    def group(self, children: list[Any]) -> tree.Term:
        inner: tree.Term = children[1]
        return inner

    # Atoms and bodies --------------------------------------------------------------------------

    def atom(self, children: list[Any]) -> tree.Atom:
        negative = children[0] == "-"
        args = tuple(child for child in children if isinstance(child, tree.Node))
        return tree.Atom(_name(children[1 if negative else 0]), args, negative, span=self.span(children))  # type: ignore[arg-type]

    call = atom

    def literal(self, children: list[Any]) -> tree.Literal:
        negated = isinstance(children[0], Token)
        atom, *evidence = children[1:] if negated else children
        return tree.Literal(atom, negated, tuple(evidence), span=self.span(children))

    pattern_literal = literal

    def comparator(self, children: list[Any]) -> Token:
        token: Token = children[0]
        return token

    def comparison(self, children: list[Any]) -> tree.Comparison:
        left, operator, right = children
        op = COMPARATORS.get(operator.value, operator.value)
        return tree.Comparison(op, _now(left), _now(right), span=self.span(children))

    def membership(self, children: list[Any]) -> tree.Membership:
        term, *items = _nodes(children)
        return tree.Membership(_now(term), tuple(items), span=self.span(children))

    def aggregate(self, children: list[Any]) -> tree.Aggregate:
        return tree.Aggregate(children[0].value[1:], tuple(_nodes(children)), span=self.span(children))

    def aggregate_element(self, children: list[Any]) -> tree.AggregateElement:
        body = children[-1] if isinstance(children[-1], tuple) else ()
        return tree.AggregateElement(tuple(_nodes(children)), body, span=Span(self.source, _start(children[0]), _end(children[-1])))

    def body(self, children: list[Any]) -> tuple[tree.BodyLiteral, ...]:
        return tuple(_nodes(children))

    pattern = body

    # Annotations -------------------------------------------------------------------------------

    def from_(self, children: list[Any]) -> tree.From:
        quote = unquote_text(children[2].value) if len(children) > 2 else None
        return tree.From(children[1], quote, span=self.span(children))

    def on(self, children: list[Any]) -> tree.On:
        return tree.On(children[1], span=self.span(children))

    def since(self, children: list[Any]) -> tree.Since:
        return tree.Since(children[1], span=self.span(children))

    def until(self, children: list[Any]) -> tree.Until:
        return tree.Until(children[1], span=self.span(children))

    def during(self, children: list[Any]) -> tree.During:
        return tree.During(children[1], children[3], span=self.span(children))

    def confidence(self, children: list[Any]) -> tree.Confidence:
        if len(children) == 1:
            return tree.Confidence(self.symbol(children), span=self.span(children))
        operator = children[1].value if len(children) == 3 else "="
        op = COMPARATORS.get(operator, operator)
        return tree.Confidence(children[-1], op, span=self.span(children))

    def annotation_list(self, children: list[Any]) -> tuple[tree.Annotation, ...]:
        return tuple(_nodes(children))

    # Statements --------------------------------------------------------------------------------

    def file(self, children: list[Any]) -> list[tree.Statement]:
        """The statements, each with the doc comments before it."""
        return list(_documented(children))

    def goal(self, children: list[Any]) -> tuple[tree.BodyLiteral, ...]:
        body: tuple[tree.BodyLiteral, ...] = children[0]
        return body

    def atom_goal(self, children: list[Any]) -> tree.Atom:
        atom: tree.Atom = children[0]
        return atom

    def type_declaration(self, children: list[Any]) -> tree.TypeDeclaration:
        return tree.TypeDeclaration(tuple(_nodes(children)), span=self.span(children))

    def display_name(self, children: list[Any]) -> str:
        return unquote_text(children[0].value)

    template = display_name

    def aliases(self, children: list[Any]) -> tuple[str, ...]:
        return tuple(unquote_text(child.value) for child in children if child.type == "TEXT")

    def entity_declaration(self, children: list[Any]) -> tree.EntityDeclaration:
        name = next((child for child in children if type(child) is str), None)
        aliases = next((child for child in children if isinstance(child, tuple)), ())
        return tree.EntityDeclaration(children[0], children[1], name, aliases, span=self.span(children))

    def parameter(self, children: list[Any]) -> tree.Parameter:
        return tree.Parameter(_name(children[0]), _name(children[2]), span=self.span(children))

    def parameters(self, children: list[Any]) -> tuple[tree.Parameter, ...]:
        return tuple(_nodes(children))

    def relation_declaration(self, children: list[Any]) -> tree.RelationDeclaration:
        template = next((child for child in children if type(child) is str), None)
        parameters = next((child for child in children if isinstance(child, tuple)), ())
        name = _name(children[1])
        return tree.RelationDeclaration(children[0].value, name, parameters, template, span=self.span(children))

    def title(self, children: list[Any]) -> tuple[str, Any, Any]:
        return ("title", unquote_text(children[0].value), children[0])

    def published(self, children: list[Any]) -> tuple[str, Any, Any]:
        return ("date", self.date(children), children[0])

    def reliability(self, children: list[Any]) -> tuple[str, Any, Any]:
        code = children[1].value
        if code not in tree.RELIABILITY:
            message = f"'{code}' is not a reliability"
            self._problem([children[1]], message, "the Admiralty code has a, b, c, d, e, and f: cannot be judged")
            code = None
        return ("reliability", code, children[0])

    def text_file(self, children: list[Any]) -> tuple[str, Any, Any]:
        return ("text", unquote_text(children[1].value), children[0])

    def url(self, children: list[Any]) -> tuple[str, Any, Any]:
        return ("url", unquote_text(children[1].value), children[0])

    def source_declaration(self, children: list[Any]) -> tree.SourceDeclaration:
        options: dict[str, Any] = {}
        for option in children:
            if isinstance(option, tuple):
                key, value, token = option
                if key in options:
                    self._problem([token], f"the {key} of this source is given twice", "leave one of them out")
                options[key] = value
        return tree.SourceDeclaration(children[1], **options, span=self.span(children))

    def fact(self, children: list[Any]) -> tree.Fact:
        annotations = children[1] if isinstance(children[1], tuple) else ()
        return tree.Fact(children[0], annotations, span=self.span(children))

    def block(self, children: list[Any]) -> tree.Block:
        facts = tuple(_documented(children[2:-1]))
        start = _start(children[0][0])
        return tree.Block(children[0], facts, span=Span(self.source, start, _end(children[-1])))  # type: ignore[arg-type]

    def cap(self, children: list[Any]) -> float:
        return float(children[0].value)

    def label(self, children: list[Any]) -> tuple[str, Token, Token]:
        return ("label", children[0], children[1])

    def rule(self, children: list[Any]) -> tree.Rule:
        head = next(child for child in children if isinstance(child, tree.Atom))
        label = next((_name(child[1]) for child in children if _is_label(child)), None)
        body = next((child for child in children if isinstance(child, tuple) and not _is_label(child)), ())
        cap = next((child for child in children if isinstance(child, float)), None)
        default = isinstance(children[0], Token)
        if cap is not None and not 0.0 <= cap <= 1.0:
            self._problem([children[0]], f"a confidence is between 0 and 1, not {cap:g}")
        return tree.Rule(head, body, label, default, cap, span=self._statement_span(children))

    def constraint(self, children: list[Any]) -> tree.Constraint:
        label = _name(children[0][1]) if _is_label(children[0]) else None
        return tree.Constraint(children[-2], label, span=self._statement_span(children))

    def query(self, children: list[Any]) -> tree.Query:
        return tree.Query(children[1], span=self.span(children))

    def prefer(self, children: list[Any]) -> tree.Prefer:
        return tree.Prefer(children[1], children[3], span=self.span(children))

    def exclusive(self, children: list[Any]) -> tree.Exclusive:
        return tree.Exclusive(tuple(_nodes(children)), span=self.span(children))

    def load(self, children: list[Any]) -> tree.Load:
        return tree.Load(tuple(_nodes(children)), span=self.span(children))

    def import_paths(self, children: list[Any]) -> tuple[str, Any, Any]:
        return ("paths", tuple(_nodes(children)), children[0])

    def import_table(self, children: list[Any]) -> tuple[str, Any, Any]:
        return ("table", unquote_text(children[1].value), children[0])

    def import_source(self, children: list[Any]) -> tuple[str, Any, Any]:
        return ("source", children[1], children[0])

    def where(self, children: list[Any]) -> tuple[str, Any, Any]:
        return ("where", children[1], children[0])

    def import_statement(self, children: list[Any]) -> tree.Import:
        options: dict[str, Any] = {}
        for part in children:
            if isinstance(part, tuple):
                key, value, token = part
                if key in options:
                    self._problem([token], f"this import has two parts '{token}'", "leave one of them out")
                options[key] = value
        if "paths" not in options:
            self._problem(children[:1], "this import does not say from where", 'add: from "file.csv"')
            options["paths"] = ()
        annotations = tuple(child for child in children[2:] if isinstance(child, tree.Node))
        return tree.Import(children[1], annotations, **options, span=self.span(children))  # type: ignore[arg-type]

    # Tests -------------------------------------------------------------------------------------

    def test(self, children: list[Any]) -> tree.Test:
        steps = tuple(child for child in children if isinstance(child, tree.Node))
        return tree.Test(unquote_text(children[1].value), steps, span=self.span(children))  # type: ignore[arg-type]

    def as_of(self, children: list[Any]) -> tree.AsOf:
        date = children[2] if isinstance(children[2], tree.Date) else None
        return tree.AsOf(date, span=self.span(children))

    def min_confidence(self, children: list[Any]) -> tree.MinConfidence:
        return tree.MinConfidence(children[2], span=self.span(children))

    def without(self, children: list[Any]) -> tree.Without:
        return tree.Without(tuple(_nodes(children)), span=self.span(children))

    def given(self, children: list[Any]) -> tree.Given:
        return tree.Given(tuple(_documented(children[2:-1])), span=self.span(children))

    def expect(self, children: list[Any]) -> tree.Expect:
        return tree.Expect(children[1], span=self.span(children))

    def refute(self, children: list[Any]) -> tree.Refute:
        return tree.Refute(children[1], span=self.span(children))

    def row(self, children: list[Any]) -> tuple[tree.Constant, ...]:
        return tuple(_nodes(children))

    def answers(self, children: list[Any]) -> tree.Answers:
        rows = tuple(child for child in children[2:] if isinstance(child, tuple))
        return tree.Answers(children[1], rows, span=self.span(children))

    def period(self, children: list[Any]) -> tree.Period:
        dots = next(i for i, child in enumerate(children) if child == "..")
        start = self.date(children[:dots]) if dots else None
        end = self.date(children[dots + 1 :]) if children[dots + 1 :] else None
        return tree.Period(start, end, span=self.span(children))

    def timeline_row(self, children: list[Any]) -> tree.TimelineRow:
        *values, period = _nodes(children)
        return tree.TimelineRow(tuple(values), period, span=self.span(children))

    def timeline(self, children: list[Any]) -> tree.Timeline:
        return tree.Timeline(children[1], tuple(_nodes(children[2:])), span=self.span(children))

    def unknown(self, children: list[Any]) -> tree.Unknown:
        return tree.Unknown(children[1], span=self.span(children))

    def contested(self, children: list[Any]) -> tree.Contested:
        return tree.Contested(children[1], span=self.span(children))

    def because(self, children: list[Any]) -> tree.Because:
        claim, *uses = _nodes(children)
        return tree.Because(claim, tuple(uses), span=self.span(children))

    # Help --------------------------------------------------------------------------------------

    def _statement_span(self, children: list[Any]) -> Span:
        first = children[0][1] if _is_label(children[0]) else children[0]
        return Span(self.source, _start(first), _end(children[-1]))

    def _problem(self, children: Sequence[Any], message: str, hint: str | None = None) -> None:
        self.problems.append(Problem("syntax", self.span(children), message, hint))


def _documented(children: Sequence[Any]) -> Sequence[tree.Statement]:
    """Statements with the text of the doc comments that stand before them."""
    statements: list[tree.Statement] = []
    docs: list[str] = []
    for child in children:
        if isinstance(child, Token):
            docs.append(child.value[2:].strip())
        else:
            statements.append(with_doc(child, "\n".join(docs)) if docs else child)
            docs = []
    return statements


def with_doc(statement: tree.Statement, doc: str) -> tree.Statement:
    """A statement just built, given its doc comment before anybody sees it."""
    object.__setattr__(statement, "doc", doc)
    return statement


def _is_label(child: Any) -> bool:  # noqa: ANN401
    return isinstance(child, tuple) and len(child) == 3 and child[0] == "label"


def _name(token: Token) -> str:
    return unquote_symbol(token.value) if token.type == "QUOTED" else token.value


def _nodes(children: Sequence[Any]) -> list[Any]:
    return [child for child in children if isinstance(child, tree.Node)]


def _now(term: Any) -> Any:  # noqa: ANN401
    """`now` bare in a comparison or in arithmetic is the date in view."""
    if isinstance(term, tree.Symbol) and term.name == "now" and term.span and term.span.text == "now":
        return tree.Now(span=term.span)
    return term


def _start(child: Any) -> int:  # noqa: ANN401
    if isinstance(child, Token):
        return child.start_pos or 0
    if isinstance(child, tuple):
        return _start(child[0])
    return int(child.span.start)


def _end(child: Any) -> int:  # noqa: ANN401
    if isinstance(child, Token):
        return child.end_pos or 0
    if isinstance(child, tuple):
        return _end(child[-1])
    return int(child.span.end)


Build = Callable[[list[Any]], N]
