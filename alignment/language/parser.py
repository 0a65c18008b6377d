"""Text in, tree and problems out. Nothing here raises for bad input, and nothing in it is executed."""

from __future__ import annotations

from typing import Any

from alignment.language import bulk, tree
from alignment.language.builder import Builder
from alignment.language.machine import Reading
from alignment.problems import Problem, ordered
from alignment.source import SourceText


def decode(name: str, data: bytes) -> SourceText | Problem:
    """The text of a file, or the problem that it is not UTF-8 text."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        good = data[: error.start].decode("utf-8", "replace").rsplit("\n", 1)[-1]
        readable = SourceText(name, "\n" * (line - 1) + good + "\ufffd")
        place = readable.span(len(readable.text) - 1, len(readable.text))
        message = f"this is not UTF-8 text (byte {data[error.start]:#04x})"
        return Problem("syntax", place, message, "save the file with the encoding UTF-8")
    nul = text.find("\0")
    if nul >= 0:
        source = SourceText(name, text)
        message = "this is not text: it contains a zero byte"
        return Problem("syntax", source.span(nul, nul + 1), message, "is it a binary file?")
    return SourceText(name, text)


def parse(source: SourceText, *, fast: bool = True) -> tuple[tree.File, tuple[Problem, ...]]:
    """The statements that could be read, and what is wrong with the others.

    Without `fast` every fact goes through the grammar; the result is the same.
    """
    builder = Builder(source)
    parts = Reading(source, builder, fast=fast).read("file", 0, len(source.text))
    file = tree.File(source.name, bulk.Statements(parts or ()), span=source.span(0, len(source.text)))
    return file, ordered(builder.problems)


def parse_body(source: SourceText) -> tuple[tuple[tree.BodyLiteral, ...] | None, tuple[Problem, ...]]:
    """A goal as people type it: with or without `?-` before it and `.` after it."""
    return _whole(source, "goal")


def parse_atom(source: SourceText) -> tuple[tree.Atom | None, tuple[Problem, ...]]:
    """One atom, with or without `.` after it."""
    return _whole(source, "atom_goal")


def _whole(source: SourceText, goal: str) -> tuple[Any, tuple[Problem, ...]]:
    builder = Builder(source)
    value = Reading(source, builder, fast=False).read(goal, 0, len(source.text))
    return (None if builder.problems else value), ordered(builder.problems)
