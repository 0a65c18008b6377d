"""The fast path for runs of plain facts: columns straight from the text, nodes only when asked for.

One regular expression recognises facts whose arguments are constants, with or without annotations. Where
the machine could read a statement it first asks for a run of them here; a run becomes columns of argument
tokens as written, by predicate. A node is made by the grammar from the same text when somebody looks at
it, so there is no second meaning; whatever the expression does not recognise goes to the grammar.
"""

from __future__ import annotations

import datetime
import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import field, replace
from functools import cache, cached_property
from typing import TypeAlias, overload

from alignment.language import tree
from alignment.language.lexical import symbol_name, text_value
from alignment.language.patterns import re
from alignment.records import frozen
from alignment.source import SourceText, Span

FEWEST = 4
"""Facts in a row that are worth columns; fewer go through the grammar with the rest."""

MOST_ARGUMENTS = 100
"""Arguments of a plain fact; one that has more goes through the grammar."""

_GAP = r"(?:[\s\uFEFF\u200E\u200F]++|%(?!!)[^\n]*+|/\*[^*]*+\*++(?:[^*/][^*]*+\*++)*+/)*+"
_DAY = (
    r"(?!0000)[0-9]{4}-(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])"
    r"|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31)(?![\w-])"
)
_TEXT = r'"[^"\\\n]*+"'
_QUOTED = r"'(?:[^'\\\n]++|'')*+'"
_NUMBER = r"-?[0-9]{1,15}(?:\.[0-9]{1,9})?+(?![\w-])"
_LIKELY = r"(?:almost_certain|very_likely|likely|even|unlikely|very_unlikely|remote)\b"
_SHARE = r"(?:0(?:\.[0-9]{1,9})?+|1(?:\.0{1,9})?+)(?!\w|\.[0-9])"
SOON = 500
"""Letters of a statement that are looked at before expressions are made: few, since it may be done at each."""

_BLANK = r"[ \t]"
_OTHER_LETTERS = (
    r"ß-öø-ÿα-ωа-џ\u05d0-\u05ea\u0620-\u064a\u0904-\u0939\u10d0-\u10fa\u3041-\u3096\u30a1-\u30fa\u4e00-\u9fff\uac00-\ud7a3"
)
"""Letters besides a-z with which names begin in plain facts: a few great scripts, the rest is left to the grammar."""


@frozen
class Patterns:
    """The expressions for one alphabet: a fact with its parts in groups, its end, an argument, a run."""

    fact: re.Pattern[str]
    argument: re.Pattern[str]
    run: re.Pattern[str]


@cache
def patterns(letters: str = "") -> Patterns:
    """The expressions for names that begin with a-z or one of `letters`."""
    name = rf"[a-z{letters}]\w*+"
    constant = rf"(?:{name}|{_DAY}|{_NUMBER}|{_QUOTED}|{_TEXT})"
    arguments = rf"(?:(?:(?<=\()|,{_BLANK}*+){constant}{_BLANK}*+){{1,{MOST_ARGUMENTS}}}+"
    annotation = (
        rf"(?:from{_BLANK}++(?:{name}|{_QUOTED})(?:{_BLANK}++{_TEXT})?+"
        rf"|(?:on|since|until|during{_BLANK}++{_DAY}{_BLANK}*+\.\.){_BLANK}++{_DAY}"
        rf"|confidence{_BLANK}++{_SHARE}|(?:confidence{_BLANK}++)?+{_LIKELY})"
    )
    tail = rf"(?!{_BLANK}*+,)(?:(?:{_BLANK}*+,{_BLANK}*+|{_BLANK}++){annotation})*+"

    def fact(group: str) -> str:
        return rf"{_GAP}{group}-?+{name})\({group}{arguments})\){group}{tail}){_BLANK}*+\.(?!\.)"

    return Patterns(
        re.compile(fact("(")), re.compile(rf"{constant}|\n"), re.compile(rf"(?:{fact('(?:')}){{{FEWEST},}}+")
    )


_OTHER_LETTER = re.compile(r"[(,]\s*+[^\x00-\x7F]|^-?[^\x00-\x7F]", re.MULTILINE)


def patterns_for(source: SourceText) -> Patterns:
    """The expressions for a text. Those for ASCII alone are much quicker to make."""
    ascii_only = source.text.isascii() or not _OTHER_LETTER.search(source.text)
    return patterns("" if ascii_only else _OTHER_LETTERS)


# Runs ----------------------------------------------------------------------------------------------


def may_begin(text: str, at: int) -> bool:
    """Whether what begins here may be a plain fact: a look at its shape, before expressions are made for it.

    A rule or a statement with a keyword is none. A fact with a text that looks like one is left to the grammar.
    """
    head = text[at : at + SOON]
    name, opened, rest = head.partition("(")
    if any(map(str.isspace, name)):
        return False
    _, closed, after = rest.partition(")")
    return not (opened and closed and after.lstrip().startswith(":-"))


@frozen
class Doc:
    """A doc comment on its way to the statement after it."""

    text: str


@frozen(slots=False)
class Run:
    """A run of facts: a range of a text that holds nothing else but white space and comments."""

    source: SourceText = field(repr=False)
    start: int
    end: int
    patterns: Patterns = field(repr=False, compare=False)
    annotations: tuple[tree.Annotation, ...] = ()

    @cached_property
    def columns(self) -> tuple[FactColumns, ...]:
        """The facts by predicate and number of arguments, in order of first appearance."""
        heads, arguments, tails = self._plain() or self._noted()
        kinds = dict.fromkeys(heads)
        if len(kinds) == 1:
            return tuple(self._columns(heads[0], range(len(heads)), arguments, tails))
        groups: dict[str, list[int]] = {head: [] for head in kinds}
        for ordinal, head in enumerate(heads):
            groups[head].append(ordinal)
        found: list[FactColumns] = []
        for head, ordinals in groups.items():
            noted = [tails[i] for i in ordinals] if tails else tails
            found += self._columns(head, ordinals, [arguments[i] for i in ordinals], noted)
        return tuple(found)

    def _plain(self) -> tuple[Sequence[str], Sequence[str], Sequence[str]] | None:
        """Heads, arguments and no tails, by cutting up the text; None where that is not safe."""
        written = self.source.text[self.start : self.end]
        if any(mark in written for mark in "'\"%/\ufeff\u200e\u200f") or written.count(")") != written.count(")."):
            return None
        parts = "".join(written.split())[:-2].replace("(", ").").split(").")
        return parts[::2], parts[1::2], ()

    def _noted(self) -> tuple[Sequence[str], Sequence[str], Sequence[str]]:
        """Heads, arguments and tails of the facts; no tails if none has any."""
        found = self.patterns.fact.findall(self.source.text, self.start, self.end)
        heads, arguments, tails = zip(*found, strict=True)
        return heads, arguments, tails if any(tails) else ()

    def _columns(
        self, head: str, ordinals: Sequence[int], arguments: Sequence[str], tails: Sequence[str]
    ) -> Iterator[FactColumns]:
        """The facts of one predicate: one group, unless their numbers of arguments differ."""
        tokens = self._tokens("\n".join(arguments))
        arity = tokens.index("\n") if len(arguments) > 1 else len(tokens)
        if tokens[arity :: arity + 1] == ["\n"] * (len(arguments) - 1) and len(tokens) % (arity + 1) == arity:
            columns = tuple(tokens[place :: arity + 1] for place in range(arity))
            noted = list(tails) if any(tails) else None
            yield FactColumns(self, head.removeprefix("-"), head[0] == "-", columns, ordinals, noted)
            return
        by_arity: dict[int, list[int]] = {}
        for place, written in enumerate(arguments):
            by_arity.setdefault(len(self._tokens(written)), []).append(place)
        for places in by_arity.values():
            of_arity = [arguments[place] for place in places]
            noted = [tails[place] for place in places] if tails else []
            yield from self._columns(head, [ordinals[place] for place in places], of_arity, noted)

    def _tokens(self, lines: str) -> list[str]:
        """The arguments of facts, one fact a line, and the ends of lines between them."""
        if "'" in lines or '"' in lines:
            return self.patterns.argument.findall(lines)
        if " " in lines or "\t" in lines:
            lines = lines.replace(" ", "").replace("\t", "")
        return lines.replace("\n", ",\n,").split(",")

    @cached_property
    def bounds(self) -> tuple[list[int], list[int]]:
        """The offsets at which the facts begin, and those after them."""
        starts: list[int] = []
        ends: list[int] = []
        for match in self.patterns.fact.finditer(self.source.text, self.start, self.end):
            starts.append(match.start(1))
            ends.append(match.end())
        return starts, ends

    def match(self, ordinal: int) -> re.Match[str]:
        """The parts of one fact."""
        match = self.patterns.fact.match(self.source.text, self.bounds[0][ordinal])
        assert match is not None
        return match

    def read(self, goal: str, start: int, end: int) -> list[tree.Node]:
        """What the grammar makes of a part of this run."""
        from alignment.language.builder import Builder  # noqa: PLC0415  # the way out to the grammar
        from alignment.language.machine import Reading  # noqa: PLC0415

        return list(Reading(self.source, Builder(self.source), fast=False).read(goal, start, end))

    def __len__(self) -> int:
        return sum(map(len, self.columns))


def run_at(source: SourceText, patterns: Patterns, start: int, stop: int) -> Run | None:
    """The run of facts that begins at an offset, if one does."""
    match = patterns.run.match(source.text, start, stop)
    return Run(source, start, match.end(), patterns) if match else None


@frozen(slots=False)
class FactColumns:
    """Facts of one predicate as columns of argument tokens, as written; `tails` are their annotations.

    `annotations` are those of the block around them; they are not merged into the facts' own.
    `ordinals` are the facts' places in their run.
    """

    run: Run = field(repr=False)
    predicate: str
    negative: bool
    columns: tuple[list[str], ...] = field(repr=False)
    ordinals: Sequence[int] = field(repr=False)
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
        starts, ends = self.run.bounds
        ordinal = self.ordinals[index]
        return Span(self.run.source, starts[ordinal], ends[ordinal])

    def argument_span(self, index: int, column: int) -> Span:
        """The place of one argument of a fact."""
        written = self.run.match(self.ordinals[index])
        tokens = self.run.patterns.argument.finditer(self.run.source.text, written.start(2), written.end(2))
        token = next(itertools.islice(tokens, column, None))
        return Span(self.run.source, token.start(), token.end())

    def fact(self, index: int) -> tree.Fact:
        """The node of a fact, as the grammar builds it, without what its block adds."""
        span = self.span(index)
        (fact,) = self.run.read("file", span.start, span.end)
        assert isinstance(fact, tree.Fact)
        return fact

    def annotations_of(self, tail: str) -> tuple[tree.Annotation, ...]:
        """The annotations of a tail, read by the grammar where the tail first stands, and only once."""
        if tail not in self._annotations:
            written = self.run.match(self.ordinals[self._first[tail]])
            self._annotations[tail] = tuple(self.run.read("annotation_list", written.start(3), written.end(3)))  # type: ignore[arg-type]
        return self._annotations[tail]

    @cached_property
    def _annotations(self) -> dict[str, tuple[tree.Annotation, ...]]:
        return {"": ()}

    @cached_property
    def _first(self) -> dict[str, int]:
        """Where each tail first stands."""
        tails = self.tails or []
        return dict(zip(reversed(tails), range(len(tails) - 1, -1, -1), strict=True))

    def constant(self, token: str) -> tree.Constant:
        """The constant that a token stands for."""
        return constant(token)


def constant(token: str) -> tree.Constant:
    """The constant that an argument of a plain fact stands for, without a place."""
    first = token[0]
    if first == '"':
        return tree.Text(text_value(token))
    if first not in "-0123456789":
        return tree.Symbol(symbol_name(token))
    if token[4:5] == "-":
        return tree.Date(datetime.date.fromisoformat(token))
    return tree.Decimal(float(token)) if "." in token else tree.Integer(int(token))


# Statements ----------------------------------------------------------------------------------------


@frozen(slots=False)
class FactBlock:
    """A block that holds runs of facts: its node is made when somebody looks at it."""

    annotations: tuple[tree.Annotation, ...]
    parts: tuple[Run | tree.Fact, ...]
    span: Span | None = field(compare=False, repr=False)
    doc: str | None = None

    @classmethod
    def of(cls, annotations: tuple[tree.Annotation, ...], parts: Iterable[Part], span: Span) -> FactBlock:
        """The block of parts of which the runs do not know yet what the block says."""
        told = [replace(part, annotations=annotations) if isinstance(part, Run) else part for part in parts]
        return cls(annotations, tuple(told), span)  # type: ignore[arg-type]  # the grammar lets in facts only

    def node(self) -> tree.Block:
        """The block as the grammar builds it."""
        return tree.Block(self.annotations, tuple(nodes(self.parts)), span=self.span, doc=self.doc)  # type: ignore[arg-type]

    def chunks(self) -> Iterator[Chunk]:
        """Its runs as columns, and blocks of the facts between."""
        for is_run, parts in itertools.groupby(self.parts, lambda part: isinstance(part, Run)):
            if is_run:
                yield from (columns for run in parts for columns in run.columns)  # type: ignore[union-attr]
            else:
                yield tree.Block(self.annotations, tuple(parts), span=self.span, doc=self.doc)  # type: ignore[arg-type]


Part: TypeAlias = Run | FactBlock | tree.Statement
Chunk: TypeAlias = tree.Statement | FactColumns


def nodes(parts: Iterable[Part]) -> Iterator[tree.Statement]:
    """The statements of parts, each as a node."""
    for part in parts:
        if isinstance(part, Run):
            yield from part.read("file", part.start, part.end)  # type: ignore[misc]  # statements
        elif isinstance(part, FactBlock):
            yield part.node()
        else:
            yield part


class Statements(Sequence[tree.Statement]):
    """The statements of a text in order, runs of facts kept as columns until somebody looks at them."""

    def __init__(self, parts: Iterable[Part]) -> None:
        self.parts = tuple(parts)

    def chunks(self) -> Iterator[Chunk]:
        """Statements, and runs of facts as columns: a block's facts are chunks of their own."""
        for part in self.parts:
            if isinstance(part, Run):
                yield from part.columns
            elif isinstance(part, FactBlock):
                yield from part.chunks()
            else:
                yield part

    @cached_property
    def nodes(self) -> tuple[tree.Statement, ...]:
        """All statements as nodes."""
        return tuple(nodes(self.parts))

    def __len__(self) -> int:
        return sum(len(part) if isinstance(part, Run) else 1 for part in self.parts)

    @overload
    def __getitem__(self, index: int) -> tree.Statement: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[tree.Statement]: ...
    def __getitem__(self, index: int | slice) -> tree.Statement | Sequence[tree.Statement]:
        return self.nodes[index]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and self.nodes == tuple(other)

    def __hash__(self) -> int:
        return hash(self.nodes)

    def __repr__(self) -> str:
        return repr(self.nodes)
