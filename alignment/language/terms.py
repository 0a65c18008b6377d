"""Tokens to nodes, first half: terms, atoms, bodies and annotations. Methods are named as grammar rules.

Each method gets what its rule holds (tokens as their text, nodes, lists of either) and the range of the
text that it covers. What is well formed but cannot be a node (a day that is none) is gathered in
`problems`; the statement around it is left out.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any, TypeAlias

from alignment.language import tree
from alignment.language.lexical import symbol_name, text_value, unknown_escape
from alignment.problems import Problem
from alignment.source import SourceText, Span

COMPARATORS = {"is": "=", "==": "=", "\\=": "!=", "<=": "=<"}
"""Other ways to write a comparison."""

LARGEST = 2**63 - 1
"""Whole numbers have 64 bits in every engine."""

LONGEST_TEXT = 1_000_000
"""Characters between two quotation marks: more is a file that lost one of them."""

MOST_OPERATORS = 100
"""Arithmetic operators in one literal: what reads trees recurses."""

Children: TypeAlias = Sequence[Any]


class Refusal(Exception):  # it never leaves the parser: the machine makes a problem of it
    """A literal has more operators than may be."""


class TermBuilder:
    """Builds the terms, atoms, bodies and annotations of one text."""

    def __init__(self, source: SourceText) -> None:
        self.source = source
        self.problems: list[Problem] = []
        self.operators = 0

    def problem(self, begin: int, end: int, message: str, hint: str | None = None, code: str = "syntax") -> None:
        """Note what is wrong in a range."""
        self.problems.append(Problem(code, Span(self.source, begin, end), message, hint))

    def unquoted(self, written: str, begin: int) -> str:
        """The value of a text in double quotes that begins at `begin`."""
        self._check_escapes(written, begin)
        return text_value(written[:LONGEST_TEXT])

    def _check_escapes(self, written: str, begin: int) -> None:
        if len(written) > LONGEST_TEXT:
            message = f"there are more than {LONGEST_TEXT:,} characters between these quotes"
            self.problem(begin, begin + 1, message, "is a quotation mark missing?")
            return
        bad = unknown_escape(written)
        if bad is not None:
            escape = written[bad : bad + 2]
            message = f"'{escape}' means nothing inside quotes"
            self.problem(begin + bad, begin + bad + 2, message, "write \\\\ for a backslash")

    # Terms -------------------------------------------------------------------------------------

    def symbol(self, children: Children, begin: int, end: int) -> tree.Symbol:
        written = children[0]
        if written[0] == "'":
            self._check_escapes(written, begin)
            written = symbol_name(written)
        return tree.Symbol(written, span=Span(self.source, begin, end))

    plain = likelihood = symbol

    def variable(self, children: Children, begin: int, end: int) -> tree.Variable:
        return tree.Variable(children[0], span=Span(self.source, begin, end))

    def now(self, _: Children, begin: int, end: int) -> tree.Now:
        return tree.Now(span=Span(self.source, begin, end))

    def text(self, children: Children, begin: int, end: int) -> tree.Text:
        return tree.Text(self.unquoted(children[0], begin), span=Span(self.source, begin, end))

    def number(self, children: Children, begin: int, end: int) -> tree.Integer | tree.Decimal:
        written, span = children[0], Span(self.source, begin, end)
        if written.isdigit():
            value = int(written) if len(written) < 4000 else LARGEST + 1
            if value > LARGEST:
                self.problem(begin, end, f"the number {written[:25]} is too large", "whole numbers have 64 bits")
            return tree.Integer(min(value, LARGEST), span=span)
        decimal = float(written)
        if decimal == float("inf"):
            self.problem(begin, end, f"the number {written[:25]} is too large")
        return tree.Decimal(decimal, span=span)

    def date(self, children: Children, begin: int, end: int) -> tree.Date:
        written, value = children[0], datetime.date.min
        try:
            value = datetime.date.fromisoformat(written)
        except ValueError:
            hint = "dates are written year-month-day, as 2024-07-03"
            self.problem(begin, end, f"{written} is not a day of the calendar", hint)
        return tree.Date(value, span=Span(self.source, begin, end))

    def minus(self, children: Children, begin: int, end: int) -> tree.Term:
        operand, span = children[1], Span(self.source, begin, end)
        if isinstance(operand, tree.Integer) and operand.value >= 0:
            return tree.Integer(-operand.value, span=span)
        if isinstance(operand, tree.Decimal) and operand.value >= 0:
            return tree.Decimal(-operand.value, span=span)
        self._count_operator()
        return tree.Arithmetic("-", tree.Integer(0, span=span), _now(operand), span=span)

    def arithmetic(self, children: Children, begin: int, end: int) -> tree.Arithmetic:
        left, operator, right = children
        self._count_operator()
        return tree.Arithmetic(operator, _now(left), _now(right), span=Span(self.source, begin, end))

    def _count_operator(self) -> None:
        self.operators += 1
        if self.operators > MOST_OPERATORS:
            raise Refusal

    def group(self, children: Children, _begin: int, _end: int) -> tree.Term:
        inner: tree.Term = children[1]
        return inner

    # Atoms and bodies --------------------------------------------------------------------------

    def atom(self, children: Children, begin: int, end: int) -> tree.Atom:
        negative = children[0] == "-"
        name, *rest = children[1:] if negative else children
        self.operators = 0
        if name[0] == "'":
            self._check_escapes(name, self.source.text.index("'", begin))
            name = symbol_name(name)
        return tree.Atom(name, tuple(rest[1:-1]), negative, span=Span(self.source, begin, end))

    call = atom

    def literal(self, children: Children, begin: int, end: int) -> tree.Literal:
        negated = isinstance(children[0], str)
        atom, *evidence = children[1:] if negated else children
        return tree.Literal(atom, negated, tuple(evidence), span=Span(self.source, begin, end))

    def comparator(self, children: Children, _begin: int, _end: int) -> str:
        written: str = children[0]
        return COMPARATORS.get(written, written)

    def comparison(self, children: Children, begin: int, end: int) -> tree.Comparison:
        left, operator, right = children
        self.operators = 0
        return tree.Comparison(operator, _now(left), _now(right), span=Span(self.source, begin, end))

    def membership(self, children: Children, begin: int, end: int) -> tree.Membership:
        term, _in, _open, *items, _close = children
        self.operators = 0
        return tree.Membership(_now(term), tuple(items), span=Span(self.source, begin, end))

    def aggregate(self, children: Children, begin: int, end: int) -> tree.Aggregate:
        function, _open, *elements, _close = children
        return tree.Aggregate(function[1:], tuple(elements), span=Span(self.source, begin, end))

    def aggregate_element(self, children: Children, begin: int, end: int) -> tree.AggregateElement:
        terms = [child for child in children if isinstance(child, tree.Node)]
        body = children[-1] if isinstance(children[-1], tuple) else ()
        span = Span(self.source, begin, end)
        return tree.AggregateElement(tuple(terms), body, span=span)  # type: ignore[arg-type]  # terms by the grammar

    def body(self, children: Children, _begin: int, _end: int) -> tuple[tree.BodyLiteral, ...]:
        return tuple(children)

    # Annotations -------------------------------------------------------------------------------

    def from_(self, children: Children, begin: int, end: int) -> tree.From:
        quote = None
        if len(children) > 2:
            quote = self.unquoted(children[2], end - len(children[2]))
        return tree.From(children[1], quote, span=Span(self.source, begin, end))

    def on(self, children: Children, begin: int, end: int) -> tree.On:
        return tree.On(children[1], span=Span(self.source, begin, end))

    def since(self, children: Children, begin: int, end: int) -> tree.Since:
        return tree.Since(children[1], span=Span(self.source, begin, end))

    def until(self, children: Children, begin: int, end: int) -> tree.Until:
        return tree.Until(children[1], span=Span(self.source, begin, end))

    def during(self, children: Children, begin: int, end: int) -> tree.During:
        return tree.During(children[1], children[3], span=Span(self.source, begin, end))

    def confidence(self, children: Children, begin: int, end: int) -> tree.Confidence:
        operator = children[1] if len(children) == 3 else "="
        return tree.Confidence(children[-1], operator, span=Span(self.source, begin, end))

    def annotation_list(self, children: Children, _begin: int, _end: int) -> tuple[tree.Annotation, ...]:
        return tuple(children)


def _now(term: Any) -> Any:  # noqa: ANN401
    """`now` bare in a comparison or in arithmetic is the date in view."""
    if type(term) is tree.Symbol and term.name == "now" and term.span and term.span.text == "now":
        return tree.Now(span=term.span)
    return term
