"""Where output goes: results to one stream, everything else to the other.

Handlers are handed a Console, so a test gives them plain text streams and reads what came out. Colour
is added here and nowhere below: only on a terminal, and never where `NO_COLOR` is set.
"""

from __future__ import annotations

import os
import sys
from enum import IntEnum
from typing import TYPE_CHECKING, TextIO

from alignment.records import frozen

if TYPE_CHECKING:
    from collections.abc import Iterable

    from alignment.problems import Problem
    from alignment.render.style import Style


class Status(IntEnum):
    """What the process reports to whoever started it."""

    YES = 0
    NO = 1
    WRONG = 2
    LIMIT = 3
    INTERNAL = 70
    INTERRUPTED = 130


COLOURS = {
    "claim": "1",
    "header": "1",
    "place": "1",
    "error": "31;1",
    "fails": "31",
    "warning": "33;1",
    "holds": "32",
    "hint": "36",
    "rule": "2",
    "report": "2",
    "branch": "2",
    "absent": "3",
}
"""The parts of a text that are dressed on a terminal, and how."""


PLAINER = str.maketrans(
    {"─": "-", "│": "|", "├": "|", "└": "`", "█": "=", "▌": "=", "▐": "=", "◄": "<", "►": ">", "✗": "x", "…": "~"}
)
"""What lines and bars are drawn with, in ASCII."""


@frozen
class Console:
    """The three streams of a command."""

    stdin: TextIO
    stdout: TextIO
    stderr: TextIO

    @classmethod
    def of_process(cls) -> Console:
        """The streams of this process; no letter that one of them cannot carry ends a command."""
        for stream, errors in (
            (sys.stdin, "replace"),
            (sys.stdout, "backslashreplace"),
            (sys.stderr, "backslashreplace"),
        ):
            reconfigure = getattr(stream, "reconfigure", None)
            if reconfigure is not None:
                reconfigure(errors=errors)
        return cls(sys.stdin, sys.stdout, sys.stderr)

    @property
    def is_terminal(self) -> bool:
        """Whether a person sits at both ends: typing, and reading the results."""
        return self.stdin.isatty() and self.stdout.isatty()

    @property
    def width(self) -> int | None:
        """The columns of the terminal that results go to, or None if they go elsewhere."""
        if not self.stdout.isatty():
            return None
        try:
            return os.get_terminal_size(self.stdout.fileno()).columns or None
        except OSError:
            return None

    @property
    def style(self) -> Style:
        """How results are dressed."""
        return coloured if _wants_colour(self.stdout) else plain

    def result(self, text: str) -> None:
        """Write a result, ended by one line end; lines and bars in letters that the stream can carry."""
        if text:
            text = text if _can_carry(self.stdout) else text.translate(PLAINER)
            self.stdout.write(text if text.endswith("\n") else f"{text}\n")

    def data(self, data: bytes) -> None:
        """Write bytes that are the result."""
        self.stdout.flush()
        self.stdout.buffer.write(data)
        self.stdout.buffer.flush()

    def note(self, text: str) -> None:
        """Tell something that is not a result."""
        self.stdout.flush()
        self.stderr.write(text if text.endswith("\n") else f"{text}\n")
        self.stderr.flush()

    def problems(self, problems: Iterable[Problem]) -> None:
        """Tell what is wrong, in the form people read."""
        from alignment.render.problems import render_problems  # noqa: PLC0415  # only if something is

        text = render_problems(problems, coloured if _wants_colour(self.stderr) else plain)
        if text:
            self.note(text)


def coloured(kind: str, text: str) -> str:
    """A part of a text in its colour."""
    code = COLOURS.get(kind)
    return f"\x1b[{code}m{text}\x1b[0m" if code and text else text


def plain(kind: str, text: str) -> str:
    """A part of a text as it is."""
    del kind
    return text


def _can_carry(stream: TextIO) -> bool:
    """Whether the encoding of a stream has the letters that lines and bars are drawn with."""
    try:
        "".join(map(chr, PLAINER)).encode(stream.encoding or "utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _wants_colour(stream: TextIO) -> bool:
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
