"""What is wrong with an input, as values; and the one exception root that carries them.

Checks and readers gather `Problem`s and hand them on together. `AlignmentError` is raised only at the
façade, so nothing is half-loaded. The codes are a promise (SURFACE.md); `docs/problems.md` has a
section for each, and a test holds the two together.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import StrEnum

from alignment.records import frozen
from alignment.source import Span


class Severity(StrEnum):
    """An error stops the load; a warning is told by `check` and stops only with `--strict`."""

    ERROR = "error"
    WARNING = "warning"


@frozen
class Note:
    """A second place that a problem speaks of."""

    span: Span
    message: str


@frozen
class Problem:
    """One thing wrong, in the reader's words: where it is, what it is, and what to do."""

    code: str
    span: Span | None
    message: str
    hint: str | None = None
    severity: Severity = Severity.ERROR
    notes: tuple[Note, ...] = ()

    @property
    def file(self) -> str | None:
        """The file's name, or None for a problem of the call itself."""
        return self.span.file if self.span else None

    @property
    def line(self) -> int | None:
        """The line, from 1."""
        return self.span.line if self.span else None

    @property
    def column(self) -> int | None:
        """The column, from 1."""
        return self.span.column if self.span else None

    def __str__(self) -> str:
        """The form people read: headline, the line with a caret under it, notes, hint."""
        lines = [self._headline()]
        if self.span:
            lines += excerpt(self.span)
        for note in self.notes:
            place = f"{note.span.file}:{note.span.line}:{note.span.column}"
            lines += [f"      = {note.message} at {place}", *excerpt(note.span)]
        if self.hint:
            lines.append(f"      = {self.hint}")
        return "\n".join(lines)

    def _headline(self) -> str:
        place = f"{self.span.file}:{self.span.line}:{self.span.column}: " if self.span else ""
        return f"{place}{self.severity}[{self.code}]: {self.message}"


EXCERPT_WIDTH = 100
"""Columns of a source line that are shown: a 50 MB line must not fill the terminal."""


_SERVER = re.compile(r'postgres(?:ql)?://[^\s"]*')
_LOGIN = re.compile(r"postgres(?:ql)?://[^:/@]*:")
_PASSWORD = re.compile(r'[?&]password=([^&\s"]*)')


def masked(text: str) -> str:
    """A text in which the passwords of addresses cannot be read; it stays as long as it is.

    In time linear in the text, whatever it holds: each address is looked through once.
    """
    if "://" in text:
        text = _SERVER.sub(_without_login, text)
    if "password=" in text:
        text = _PASSWORD.sub(lambda found: found[0][: -len(found[1]) or None] + "*" * len(found[1]), text)
    return text


def _without_login(found: re.Match[str]) -> str:
    """An address with stars from the first name's colon to the last '@': a password may hold '@' itself."""
    address = found[0]
    login = _LOGIN.search(address)
    end = address.rfind("@")
    if login is None or end < login.end():
        return address
    return address[: login.end()] + "*" * (end - login.end()) + address[end:]


def excerpt(span: Span) -> list[str]:
    """The line a span begins on and carets under it, cut to `EXCERPT_WIDTH` columns around it."""
    line = masked(span.source.line(span.line))
    at = span.column - 1
    width = max(1, min(span.end - span.start, len(line) - at))
    shift = max(0, at - EXCERPT_WIDTH // 2)
    shown = line[shift : shift + EXCERPT_WIDTH].replace("\t", " ")
    width = max(1, min(width, EXCERPT_WIDTH - (at - shift)))
    gutter = f"{span.line:5d}"
    return [f"{gutter} | {shown}", f"{'':5} | {' ' * (at - shift)}{'^' * width}"]


def ordered(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Each problem once, by file and place, so that the same input always reads the same."""

    def key(problem: Problem) -> tuple[str, int, str, str]:
        start = problem.span.start if problem.span else -1
        return (problem.file or "", start, problem.code, problem.message)

    return tuple(sorted(dict.fromkeys(problems), key=key))


class AlignmentError(Exception):
    """The root of every error that this package raises on purpose. It carries the problems."""

    def __init__(self, problems: Problem | Iterable[Problem]) -> None:
        self.problems = (problems,) if isinstance(problems, Problem) else ordered(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


def raise_any(problems: Iterable[Problem]) -> None:
    """Raise AlignmentError with the problems, if there are some."""
    found = list(problems)
    if found:
        raise AlignmentError(found)


class LimitReached(AlignmentError):
    """A limit of time, memory or size stopped the work; the base is as it was."""


class EngineError(AlignmentError):
    """An engine cannot run this program, or is not installed."""
