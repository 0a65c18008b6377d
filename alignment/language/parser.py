"""Text in, tree and problems out. Nothing here raises for bad input, and nothing is executed.

Runs of plain facts take the fast path (`bulk`); everything between goes through the grammar as a
whole, and only where that fails statement by statement, so that every mistake of a file is reported.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from alignment.language import bulk, scanner, tree
from alignment.problems import Problem
from alignment.source import SourceText, Span

if TYPE_CHECKING:
    from lark import Lark

    from alignment.language.builder import Builder

_local = threading.local()
MOST_PROBLEMS = 100
"""Syntax problems reported for one text; a binary file has no use for more."""


def decode(name: str, data: bytes) -> SourceText | Problem:
    """The text of a file, or the problem that it is not UTF-8 text."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        good = data[: error.start].decode("utf-8", "replace").rsplit("\n", 1)[-1]
        readable = SourceText(name, "\n" * (line - 1) + good + "�")
        place = readable.span(len(readable.text) - 1, len(readable.text))
        message = f"this is not UTF-8 text (byte {data[error.start]:#04x})"
        return Problem("syntax", place, message, "save the file with the encoding UTF-8")
    nul = text.find("\0")
    if nul >= 0:
        source = SourceText(name, text)
        message = "this is not text: it contains a zero byte"
        return Problem("syntax", source.span(nul, nul + 1), message, "is it a binary file?")
    return SourceText(name, text)


def parse(source: SourceText) -> tuple[tree.File, tuple[Problem, ...]]:
    """The statements that could be read, and what is wrong with the others."""
    problems: list[Problem] = []
    parts: list[bulk.Part] = []
    for part in bulk.split(source):
        if isinstance(part, bulk.Region):
            statements, found = parse_region(source, part.start, part.end)
            problems += found
            parts.append(statements)
        else:
            parts.append(part)
    statements = bulk.Statements(source, tuple(parts))
    return tree.File(source.name, statements, span=source.span(0, len(source.text))), tuple(problems[:MOST_PROBLEMS])


def parse_region(source: SourceText, start: int, end: int) -> tuple[list[tree.Statement], list[Problem]]:
    """The statements of a part of a text by the grammar: whole if it can, else one by one."""
    good: list[tree.Statement] = []
    problems: list[Problem] = []
    odd = [piece for piece in scanner.pieces(source.text, start, end) if _refused(piece)]
    if not odd:
        whole, found = _read(source, start, end, "file", explained=False)
        if whole is not None:
            return whole, found
    for piece in scanner.pieces(source.text, start, end):
        if len(problems) >= MOST_PROBLEMS:
            break
        refused = _refusal(source, piece)
        if refused is not None:
            problems.append(refused)
            continue
        statements, found = _read(source, piece.start, piece.end, "file", piece)
        problems += found
        good += statements or []
    return good, problems


def parse_body(source: SourceText) -> tuple[tuple[tree.BodyLiteral, ...] | None, tuple[Problem, ...]]:
    """A goal as people type it: with or without `?-` before it and `.` after it."""
    return _whole(source, "goal")


def parse_atom(source: SourceText) -> tuple[tree.Atom | None, tuple[Problem, ...]]:
    """One atom, with or without `.` after it."""
    return _whole(source, "atom_goal")


def parse_annotations(source: SourceText, start: int, end: int) -> tuple[tree.Annotation, ...] | None:
    """The annotations that stand in a range, or None where it holds anything else."""
    annotations, problems = _read(source, start, end, "annotation_list", explained=False)
    return None if problems else annotations


def _whole(source: SourceText, goal: str) -> tuple[Any, tuple[Problem, ...]]:
    text = source.text
    start = len(text) - len(text.lstrip())
    if text.startswith("?-", start):
        start += 2
    piece = scanner.next_piece(text, start, len(text))
    refused = _refusal(source, piece)
    if refused is not None:
        return None, (refused,)
    value, problems = _read(source, start, len(text), goal, piece)
    return (None if problems else value), tuple(problems)


def _read(
    source: SourceText,
    start: int,
    end: int,
    goal: str,
    piece: scanner.Piece | None = None,
    *,
    explained: bool = True,
) -> tuple[Any, list[Problem]]:
    from lark import LarkError, TextSlice, UnexpectedInput  # noqa: PLC0415  # slow to import

    parser, builder = _parser()
    builder.begin(source)
    try:
        value = parser.parse(TextSlice(source.text, start, end), start=goal)
    except UnexpectedInput as error:
        if not explained:
            return None, [Problem("syntax", source.span(start, end), "")]
        from alignment.language.mistakes import explain  # noqa: PLC0415  # only when there is a mistake

        piece = piece or scanner.Piece(start, end)
        return None, [*builder.problems, explain(source, error, piece, goal)]
    except LarkError as error:
        return None, [Problem("syntax", source.span(start, end), str(error))]
    return value, builder.problems


def _parser() -> tuple[Lark, Builder]:
    """A parser for each thread: the builder gathers what it reads."""
    if not hasattr(_local, "parser"):
        from alignment.language.builder import Builder  # noqa: PLC0415
        from alignment.language.tables import load  # noqa: PLC0415

        _local.builder = Builder()
        _local.parser = load(_local.builder)
    return _local.parser, _local.builder


def _refused(piece: scanner.Piece) -> bool:
    return piece.deep is not None or too_long(piece)


def too_long(piece: scanner.Piece) -> bool:
    """Whether the scanner gave a statement up for its length."""
    return not piece.ended and piece.end - piece.start > scanner.LONGEST


def _refusal(source: SourceText, piece: scanner.Piece) -> Problem | None:
    """What is not even shown to the grammar, because no reader of it is safe from it."""
    if piece.deep is not None:
        message = f"brackets are nested more than {scanner.DEEPEST} deep here"
        return Problem("syntax", Span(source, piece.deep, piece.deep + 1), message)
    if too_long(piece):
        message = f"this statement is longer than {scanner.LONGEST:,} characters"
        return Problem("syntax", Span(source, piece.start, piece.start + 1), message, "is a `.` missing?")
    return None
