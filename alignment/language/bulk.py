"""The fast path for runs of plain facts: columns straight from the text, nodes only when asked for.

One regular expression recognises facts whose arguments are constants, with or without annotations, on
the top level or in a block. A run of them becomes columns of argument tokens as written, by predicate.
A node, an annotation or a place is made by the grammar from the same text when somebody looks at it, so
there is no second meaning; whatever the expression does not recognise goes to the grammar at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeAlias, overload

from alignment.language import scanner, tree
from alignment.source import SourceText, Span

_GAP = r"(?:[ \t\r\n\f]+|%(?!!)[^\n]*+)*+"
_DAY = (
    r"(?!0000)\d{4}-(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])"
    r"|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31)"
)
_CONSTANT = rf"""(?:[a-z]\w*+|{_DAY}(?![\w-])|-?\d{{1,15}}(?:\.\d{{1,9}})?+(?![\w-])|'[^'\\\n]*+'|"[^"\\\n]*+")"""
_BLANK = r"[ \t]*+"
_ARGS = rf"{_CONSTANT}(?:{_BLANK},{_BLANK}{_CONSTANT})*+"
_TAIL = rf"""(?:(?:[ \t]*+,[ \t]*+|[ \t]++)(?:[a-z]\w*+|{_DAY}(?![\w-])|\d(?:\.\d{{1,9}})?+(?![\w-])|"[^"\\\n]*+"|\.\.))*+"""


def _fact(group: str) -> str:
    """The expression of one fact, its parts in groups that begin with `group`."""
    return (
        rf"{group}-?+){group}[a-z]\w*+)\({_BLANK}{group}{_ARGS}){_BLANK}\)"
        rf"{group}{_TAIL}){_BLANK}\.(?=\s|%|\Z)"
    )


FACT = re.compile(_fact("("), re.ASCII)
"""Groups: the sign, the predicate, the arguments, the tail."""
RUN = re.compile(rf"(?:{_fact('(?:')}{_GAP})++", re.ASCII)
BLOCK = re.compile(r"(?:from|since|until|on|during|confidence)\b[^{}()%.]*+(?:\.\.[^{}()%.]*+)?+\{", re.ASCII)
TOKEN = re.compile(_CONSTANT, re.ASCII)

SHORTEST_RUN = 4
"""Facts in a row that are worth a column of their own; fewer go through the grammar with the rest."""


@dataclass(frozen=True, slots=True)
class Region:
    """A part of a text for the grammar."""

    start: int
    end: int


@dataclass(frozen=True)
class Run:
    """A run of facts: a range of a text that holds nothing else but white space and comments."""

    source: SourceText
    start: int
    end: int
    annotations: tuple[tree.Annotation, ...] = ()
    block: Region | None = None

    @cached_property
    def starts(self) -> list[int]:
        """The offset of each fact."""
        return [match.start() for match in FACT.finditer(self.source.text, self.start, self.end)]

    @cached_property
    def columns(self) -> tuple[FactColumns, ...]:
        """The facts by predicate and number of arguments, in order of first appearance."""
        groups: dict[tuple[str, str, int], tuple[list[int], list[list[str]], list[str]]] = {}
        found = FACT.findall(self.source.text, self.start, self.end)
        for ordinal, (sign, predicate, written, tail) in enumerate(found):
            args = _arguments(written)
            key = (sign, predicate, len(args))
            group = groups.get(key)
            if group is None:
                group = groups[key] = ([], [], [])
            group[0].append(ordinal)
            group[1].append(args)
            group[2].append(tail)
        return tuple(
            FactColumns(
                self,
                predicate,
                bool(sign),
                tuple(map(list, zip(*rows, strict=True))),
                ordinals,
                tails if any(tails) else None,
            )
            for (sign, predicate, _), (ordinals, rows, tails) in groups.items()
        )

    @property
    def is_sound(self) -> bool:
        """Whether the grammar reads each distinct tail as annotations without a complaint."""
        tails = {tail for columns in self.columns for tail in columns.tails or () if tail}
        return all(self.annotations_of(tail) is not None for tail in tails)

    def annotations_of(self, tail: str) -> tuple[tree.Annotation, ...] | None:
        """The annotations of a tail where it first stands, or None if it is none."""
        from alignment.language.parser import parse_annotations  # noqa: PLC0415  # the grammar is the way out

        for columns in self.columns:
            if columns.tails is not None and tail in columns.tails:
                start = self.starts[columns.ordinals[columns.tails.index(tail)]]
                match = FACT.match(self.source.text, start)
                assert match is not None
                return parse_annotations(self.source, match.start(4), match.end(4))
        return None

    @cached_property
    def statements(self) -> list[tree.Statement]:
        """The nodes that the grammar gives for this text."""
        from alignment.language.parser import parse_region  # noqa: PLC0415  # the grammar is the way out

        whole = self.block or Region(self.start, self.end)
        return parse_region(self.source, whole.start, whole.end)[0]

    def __len__(self) -> int:
        """The number of statements: a block is one."""
        return 1 if self.block else sum(map(len, self.columns))


def _arguments(written: str) -> list[str]:
    if "'" in written or '"' in written:
        return TOKEN.findall(written)
    if " " in written or "\t" in written:
        return [argument.strip() for argument in written.split(",")]
    return written.split(",")


@dataclass(frozen=True)
class FactColumns:
    """Facts of one predicate as columns of argument tokens, as written. `tails` are their annotations.

    `annotations` are those of the block they stand in; the facts' own are not merged into them.
    """

    run: Run = field(repr=False)
    predicate: str
    negative: bool
    columns: tuple[list[str], ...] = field(repr=False)
    ordinals: list[int] = field(repr=False)
    tails: list[str] | None = field(repr=False)

    def __len__(self) -> int:
        return len(self.ordinals)

    @property
    def arity(self) -> int:
        """The number of arguments."""
        return len(self.columns)

    @property
    def annotations(self) -> tuple[tree.Annotation, ...]:
        """What the block around them says of all."""
        return self.run.annotations

    def span(self, index: int) -> Span:
        """The place of a fact, its final `.` included."""
        source = self.run.source
        start = self.run.starts[self.ordinals[index]]
        match = FACT.match(source.text, start)
        return Span(source, start, match.end() if match else start)

    def argument_span(self, index: int, column: int) -> Span:
        """The place of one argument of a fact."""
        source = self.run.source
        match = FACT.match(source.text, self.run.starts[self.ordinals[index]])
        assert match is not None
        tokens = list(TOKEN.finditer(source.text, match.start(3), match.end(3)))
        return Span(source, tokens[column].start(), tokens[column].end())

    def fact(self, index: int) -> tree.Fact:
        """The node of a fact, as the grammar builds it, without what its block adds."""
        from alignment.language.parser import parse_region  # noqa: PLC0415

        span = self.span(index)
        statements, _ = parse_region(self.run.source, span.start, span.end)
        fact = statements[0]
        assert isinstance(fact, tree.Fact)
        return fact

    def annotations_of(self, tail: str) -> tuple[tree.Annotation, ...]:
        """The annotations of a tail, at the first place where it stands."""
        return (self.run.annotations_of(tail) or ()) if tail.strip() else ()

    def constant(self, token: str) -> tree.Constant:
        """The constant that a token stands for."""
        return constant(token)


def constant(token: str) -> tree.Constant:
    """The constant that a token of a plain fact stands for, without a place."""
    import datetime  # noqa: PLC0415

    first = token[0]
    if first == "'":
        return tree.Symbol(token[1:-1])
    if first == '"':
        return tree.Text(token[1:-1])
    if first.isalpha():
        return tree.Symbol(token)
    if len(token) == 10 and token[4] == "-" and token[7] == "-":
        return tree.Date(datetime.date.fromisoformat(token))
    return tree.Decimal(float(token)) if "." in token else tree.Integer(int(token))


Part: TypeAlias = "Run | list[tree.Statement]"
Chunk: TypeAlias = "tree.Statement | FactColumns"


class Statements(Sequence[tree.Statement]):
    """The statements of a text in order, runs of facts kept as columns until somebody looks at them."""

    def __init__(self, source: SourceText, parts: tuple[Part, ...]) -> None:
        self.source = source
        self.parts = parts

    def chunks(self) -> Iterator[Chunk]:
        """Statements, and runs of facts as columns; a block of plain facts is its columns."""
        for part in self.parts:
            if isinstance(part, Run):
                yield from part.columns
            else:
                yield from part

    def __len__(self) -> int:
        return sum(map(len, self.parts))

    def __iter__(self) -> Iterator[tree.Statement]:
        for part in self.parts:
            yield from part.statements if isinstance(part, Run) else part

    @overload
    def __getitem__(self, index: int) -> tree.Statement: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[tree.Statement]: ...
    def __getitem__(self, index: int | slice) -> tree.Statement | Sequence[tree.Statement]:
        return list(self)[index]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and list(self) == list(other)

    def __hash__(self) -> int:
        return hash((self.source.name, len(self.source.text)))

    def __repr__(self) -> str:
        return repr(list(self))


def split(source: SourceText) -> Iterator[Region | Run]:
    """The text as runs of plain facts and regions for the grammar, in order and without overlap."""
    text, stop = source.text, len(source.text)
    at = region = 0
    while at < stop:
        gap = scanner.GAP.match(text, at)
        at = gap.end() if gap else at
        run = RUN.match(text, at)
        found = Run(source, at, run.end()) if run and _long_enough(text, at, run.end()) else _block(source, at)
        if found is not None and found.is_sound:
            if region < at:
                yield Region(region, at)
            yield found
            at = region = found.block.end if found.block else found.end
        elif run:
            at = run.end()
        elif at < stop:
            at = max(scanner.next_piece(text, at, stop).end, at + 1)
    if region < stop:
        yield Region(region, stop)


def _long_enough(text: str, start: int, end: int) -> bool:
    """Whether a run has at least `SHORTEST_RUN` facts."""
    at = start
    for _ in range(SHORTEST_RUN):
        match = FACT.search(text, at, end)
        if match is None:
            return False
        at = match.end()
    return True


def _block(source: SourceText, at: int) -> Run | None:
    """A block that holds nothing but plain facts, if one begins here."""
    from alignment.language.parser import parse_annotations  # noqa: PLC0415

    header = BLOCK.match(source.text, at)
    if header is None:
        return None
    gap = scanner.GAP.match(source.text, header.end())
    begin = gap.end() if gap else header.end()
    run = RUN.match(source.text, begin)
    if run is None or not source.text.startswith("}", run.end()):
        return None
    if not _long_enough(source.text, run.start(), run.end()):
        return None
    annotations = parse_annotations(source, at, header.end() - 1)
    if annotations is None:
        return None
    return Run(source, run.start(), run.end(), annotations, Region(at, run.end() + 1))
