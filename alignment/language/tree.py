"""The syntax tree: what a person wrote, as frozen values.

Every node knows its place (`span`), which takes no part in equality or `repr`, so trees compare as
written text does. Grammar rules and node classes share their names. Meaning is given further down:
nothing here is resolved, typed or evaluated.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import field
from typing import Literal as OneOf
from typing import TypeAlias

from alignment.records import frozen
from alignment.source import Span


@frozen
class Node:
    """What all nodes have: a place in a text, or None for a node built by a program."""

    span: Span | None = field(default=None, compare=False, repr=False, kw_only=True)

    @property
    def file(self) -> str | None:
        """The name of the file it stands in."""
        return self.span.file if self.span else None

    @property
    def line(self) -> int | None:
        """The line it begins on, from 1."""
        return self.span.line if self.span else None

    @property
    def column(self) -> int | None:
        """The column it begins at, from 1."""
        return self.span.column if self.span else None


# Terms ---------------------------------------------------------------------------------------------


@frozen
class Symbol(Node):
    """A constant by name: `china`, `'Côte d''Ivoire'` (the name without quotes)."""

    name: str


@frozen
class Text(Node):
    """A text constant in double quotes: `"Su-35 fighter"` (the value without quotes and escapes)."""

    value: str


@frozen
class Integer(Node):
    """A whole number; a different constant from the decimal of the same value."""

    value: int


@frozen
class Decimal(Node):
    """A number written with a decimal point."""

    value: float


@frozen
class Date(Node):
    """A day: `2024-07-03`."""

    value: datetime.date


@frozen
class Variable(Node):
    """`X`, `Country`; each `_` is a variable of its own, so `_` has the name `_` and never joins."""

    name: str

    @property
    def is_anonymous(self) -> bool:
        """Whether it is written `_`."""
        return self.name == "_"


@frozen
class Now(Node):
    """`now` in a comparison or in arithmetic: the date in view."""


@frozen
class Arithmetic(Node):
    """`left operator right`, operator one of `+ - * / // mod`."""

    operator: str
    left: Term
    right: Term


Constant: TypeAlias = Symbol | Text | Integer | Decimal | Date
Term: TypeAlias = Constant | Variable | Now | Arithmetic


# Atoms and annotations -----------------------------------------------------------------------------


@frozen
class Atom(Node):
    """`predicate(args)`; `negative` for strong negation, `-predicate(args)`."""

    predicate: str
    args: tuple[Term, ...] = ()
    negative: bool = False

    @property
    def relation(self) -> str:
        """The key of the relation it speaks of: `supports`, or `-supports` under strong negation."""
        return f"-{self.predicate}" if self.negative else self.predicate


@frozen
class From(Node):
    """`from briefing "boosted purchases"`: who says so, and in which words."""

    source: Term
    quote: str | None = None


@frozen
class On(Node):
    """`on 2024-07-03`: happened on that day."""

    date: Term


@frozen
class Since(Node):
    """`since 2022-02-24`: holds from that day, inclusive."""

    date: Term


@frozen
class Until(Node):
    """`until 2024-01-01`: holds to that day, exclusive."""

    date: Term


@frozen
class During(Node):
    """`during 2022-02-24 .. 2024-01-01`: since the first, until the second."""

    start: Term
    end: Term


@frozen
class Confidence(Node):
    """`confidence 0.8`, or a word of likelihood as a Symbol (`likely`).

    In the body of a rule the value may be a variable; `expect p confidence >= 0.7` sets `operator`.
    """

    value: Term
    operator: str = "="


Annotation: TypeAlias = From | On | Since | Until | During | Confidence

LIKELIHOOD: dict[str, float] = {
    "almost_certain": 0.97,
    "very_likely": 0.875,
    "likely": 0.675,
    "even": 0.5,
    "unlikely": 0.325,
    "very_unlikely": 0.125,
    "remote": 0.03,
}
"""Words of likelihood and the midpoints of their ranges in Intelligence Community Directive 203."""

RELIABILITY: dict[str, float | None] = {"a": 0.95, "b": 0.8, "c": 0.6, "d": 0.4, "e": 0.2, "f": None}
"""Admiralty code of a source: the confidence of its facts; `f` cannot be judged."""


# Bodies --------------------------------------------------------------------------------------------


@frozen
class Literal(Node):
    """An atom in a body: perhaps under `not` (negation as failure), perhaps asking for evidence."""

    atom: Atom
    negated: bool = False
    evidence: tuple[Annotation, ...] = ()


@frozen
class AggregateElement(Node):
    """`terms : body` inside the braces of an aggregate."""

    terms: tuple[Term, ...]
    body: tuple[BodyLiteral, ...]


@frozen
class Aggregate(Node):
    """`#count{ G : supplies(X, Y, G) }`; elements are separated by `;` as in ASP-Core-2."""

    function: OneOf["count", "sum", "min", "max", "avg"]
    elements: tuple[AggregateElement, ...]


@frozen
class Comparison(Node):
    r"""`left operator right`, operator one of `= != < =< > >= =:=`.

    `is` and `==` are read as `=`, `\=` as `!=`, `<=` as `=<`.
    """

    operator: str
    left: Term | Aggregate
    right: Term | Aggregate


@frozen
class Membership(Node):
    """`X in [a, b, c]`."""

    term: Term
    items: tuple[Constant, ...]


BodyLiteral: TypeAlias = Literal | Comparison | Membership


# Statements ----------------------------------------------------------------------------------------


@frozen
class Statement(Node):
    """What all statements have: the text of the `%!` comment before them, or None."""

    doc: str | None = field(default=None, kw_only=True)


@frozen
class TypeDeclaration(Statement):
    """`type country, person.`"""

    names: tuple[Symbol, ...]


@frozen
class EntityDeclaration(Statement):
    """`country russia "Russia" aka "Moscow".`"""

    type: Symbol
    id: Symbol
    name: str | None = None
    aliases: tuple[str, ...] = ()


@frozen
class Parameter(Node):
    """`supplier: country` in the declaration of a relation."""

    name: str
    type: str


@frozen
class RelationDeclaration(Statement):
    """`relation`, `event` or `stance`, its parameters, and the template of its sentences."""

    kind: OneOf["relation", "event", "stance"]
    name: str
    parameters: tuple[Parameter, ...] = ()
    template: str | None = None


@frozen
class SourceDeclaration(Statement):
    """`source briefing "Astana briefing", 2024-07-03, reliability b, text "astana.txt", url "…".`"""

    id: Symbol
    title: str | None = None
    date: Date | None = None
    reliability: str | None = None
    text: str | None = None
    url: str | None = None


@frozen
class Fact(Statement):
    """`member(kazakhstan, sco) since 2001-06-15 from charter.`"""

    atom: Atom
    annotations: tuple[Annotation, ...] = ()


@frozen
class Block(Statement):
    """`from briefing, since 2022-02-24 { facts }`: annotations shared by the facts inside."""

    annotations: tuple[Annotation, ...]
    facts: tuple[Fact, ...]


@frozen
class Rule(Statement):
    """`label: head :- body.`; `normally` makes it a default, and a number after that caps it."""

    head: Atom
    body: tuple[BodyLiteral, ...] = ()
    label: str | None = None
    default: bool = False
    cap: float | None = None


@frozen
class Constraint(Statement):
    """`:- body.`: an answer to the body is a conflict."""

    body: tuple[BodyLiteral, ...]
    label: str | None = None


@frozen
class Query(Statement):
    """`?- body.`"""

    body: tuple[BodyLiteral, ...]


@frozen
class Prefer(Statement):
    """`prefer stronger over weaker.`, both labels of rules."""

    stronger: Symbol
    weaker: Symbol


@frozen
class Exclusive(Statement):
    """`exclusive supports(X, Y), opposes(X, Y).`: no two of them hold together."""

    atoms: tuple[Atom, ...]


@frozen
class Load(Statement):
    """`load "blocs.rules", "../facts/astana.facts".`"""

    paths: tuple[Text, ...]


@frozen
class TableDeclaration(Statement):
    """`table transfers from "file", … table "t".`: where a table is that imports know by name."""

    id: Symbol
    paths: tuple[Text, ...]
    table: str | None = None


@frozen
class Import(Statement):
    """`import p(Column, literal) on C confidence C from "file", … table "t" source s where ….`

    Instead of files it may name a table that is declared elsewhere: `from table transfers`.
    """

    atom: Atom
    annotations: tuple[Annotation, ...]
    paths: tuple[Text, ...]
    table: str | None = None
    source: Symbol | None = None
    where: tuple[BodyLiteral, ...] = ()
    named: Symbol | None = None

    @property
    def is_from_nowhere(self) -> bool:
        """Whether it stands for facts that are at hand, and not for a table to be read."""
        return not self.paths and self.named is None


# Scripted tests ------------------------------------------------------------------------------------


@frozen
class AsOf(Node):
    """`as of 2024-07-04.`; None for `as of ever.`"""

    date: Date | None


@frozen
class MinConfidence(Node):
    """`min confidence 0.5.` or a word of likelihood."""

    value: Term


@frozen
class Without(Node):
    """`without kremlin, summary.`"""

    sources: tuple[Symbol, ...]


@frozen
class Given(Node):
    """`given { statements }`: only in this test."""

    statements: tuple[Statement, ...]


@frozen
class Expect(Node):
    """`expect body.`: the body has an answer."""

    body: tuple[BodyLiteral, ...]


@frozen
class Refute(Node):
    """`refute body.`: the body has no answer."""

    body: tuple[BodyLiteral, ...]


@frozen
class Answers(Node):
    """`answers body = { rows }`: exactly these; each row has the variables in their order."""

    body: tuple[BodyLiteral, ...]
    rows: tuple[tuple[Constant, ...], ...]


@frozen
class Unknown(Node):
    """`unknown atom.`: neither it nor its strong negation holds."""

    atom: Atom


@frozen
class Contested(Node):
    """`contested atom.`: both it and its strong negation hold."""

    atom: Atom


@frozen
class Because(Node):
    """`because atom uses atom, ….`: some proof of the first rests on all the others."""

    atom: Atom
    uses: tuple[Atom, ...]


@frozen
class Period(Node):
    """`2022-02-24 .. 2024-07-04`; an open end is None."""

    start: Date | None
    end: Date | None


@frozen
class TimelineRow(Node):
    """One row of an expected timeline: `(china, 2022-02-24 .. )`."""

    values: tuple[Constant, ...]
    period: Period


@frozen
class Timeline(Node):
    """`timeline body = { (china, 2022-02-24 .. 2024-07-04) }`."""

    body: tuple[BodyLiteral, ...]
    rows: tuple[TimelineRow, ...]


TestStep: TypeAlias = (
    Load
    | AsOf
    | MinConfidence
    | Without
    | Given
    | Expect
    | Refute
    | Answers
    | Unknown
    | Contested
    | Because
    | Timeline
)


@frozen
class Test(Statement):
    """`test "name" { steps }`."""

    __test__ = False  # pytest must not collect it

    name: str
    steps: tuple[TestStep, ...]


@frozen
class File(Node):
    """All statements of one text, in order.

    `statements` is any sequence: `language.bulk` hands in one that holds long runs of plain facts as
    columns and builds their nodes only when somebody looks at them.
    """

    name: str = field(compare=False)
    statements: Sequence[Statement]
