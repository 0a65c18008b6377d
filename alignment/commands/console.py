"""Where output goes: results to one stream, everything else to the other.

Handlers are handed a Console, so a test gives them plain text streams and reads what came out. Colour
is added here and nowhere below: only on a terminal, and never where `NO_COLOR` is set.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from typing import TextIO

from alignment.problems import Problem, Severity


class Status(IntEnum):
    """What the process reports to whoever started it."""

    YES = 0
    NO = 1
    WRONG = 2
    LIMIT = 3
    INTERNAL = 70
    INTERRUPTED = 130


RED, YELLOW, BOLD, DIM, PLAIN = "\x1b[31;1m", "\x1b[33;1m", "\x1b[1m", "\x1b[2m", "\x1b[0m"
_HEADLINE = re.compile(r"(error|warning)(\[[a-z-]+\])")
_CARETS = re.compile(r"^( {5} \| *)(\^+)$")


@dataclass(frozen=True, slots=True)
class Console:
    """The three streams of a command."""

    stdin: TextIO
    stdout: TextIO
    stderr: TextIO

    @classmethod
    def of_process(cls) -> Console:
        """The streams of this process; a name that the terminal cannot show must not end a command."""
        for stream in (sys.stdout, sys.stderr):
            reconfigure = getattr(stream, "reconfigure", None)
            if reconfigure is not None:
                reconfigure(errors="backslashreplace")
        return cls(sys.stdin, sys.stdout, sys.stderr)

    @property
    def is_terminal(self) -> bool:
        """Whether a person sits at both ends: typing, and reading the results."""
        return self.stdin.isatty() and self.stdout.isatty()

    @property
    def width(self) -> int | None:
        """The columns of the terminal that results go to, or None if they go elsewhere."""
        return shutil.get_terminal_size().columns if self.stdout.isatty() else None

    def result(self, text: str) -> None:
        """Write a result, ended by one line end."""
        if text:
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
        for problem in problems:
            text = str(problem)
            self.note(painted(text, problem.severity) if coloured(self.stderr) else text)


def coloured(stream: TextIO) -> bool:
    """Whether colour may be written to a stream."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def painted(text: str, severity: Severity) -> str:
    """A problem with its severity and its carets in colour."""
    colour = RED if severity == Severity.ERROR else YELLOW
    head, *rest = text.split("\n")
    head = _HEADLINE.sub(rf"{colour}\1{PLAIN}\2", head, count=1)
    return "\n".join([head, *(_CARETS.sub(rf"\1{colour}\2{PLAIN}", line) for line in rest)])
