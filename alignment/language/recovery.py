"""Where to go on after a mistake, found in tokens alone since the grammar has lost its way.

A statement ends at a `.` that is a token of its own (so not in a number, a date range, a quote or a
comment) outside the braces of blocks and tests, or at the brace that closes one.
"""

from __future__ import annotations

import re

from alignment.language.tables import tables

MOST_TOKENS = 10_000
"""Tokens looked through for the end of one statement; after that any full stop at the end of a line will do."""

MOST_BRACES = 100_000
"""Braces and quotes looked through for the end of a block."""

_BRACES = re.compile(
    r"""%[^\n]*+|/\*(?:[^*]++|\*(?!/))*+\*/|'(?:[^'\\\n]++|''|\\.)*+'|"(?:[^"\\\n]++|\\.)*+"|[{}]"""
)


_GOES_ON = re.compile(r"\s*[.,;)=<>!]")
"""What follows the brace of a set, and never that of a block."""


def statement_end(text: str, at: int, stop: int, *, nested: bool, sets: int = 0) -> int:
    """The offset after the statement that goes on at `at`.

    Inside braces (`nested`) it ends at the latest before the brace that closes them. `sets` are the braces of
    sets (`{ a, b }`) that are open at `at`: a full stop ends the statement even there.
    """
    blocks, before = 0, ""
    braces = ["set"] * sets
    start = at
    for _ in range(MOST_TOKENS):
        match = tables().pattern.match(text, at, stop)
        if match is None or not (written := match[match.lastindex or 0]):
            return stop
        begin, at = match.start(match.lastindex or 0), match.end()
        if text.startswith("/*", begin):
            return stop  # a comment without an end
        if written == "." and not blocks:
            return at
        if written in "'\"":  # a quote without an end spoils the rest of its line
            at = _line_end(text, at, stop)
            if text[begin:at].rstrip().endswith("."):
                return at
        elif written == "{":
            is_block = before != "=" and not before.startswith("#") and is_closed(text, begin, stop)
            braces.append("block" if is_block else "set")
            blocks += is_block
        elif written == "}":
            kind = braces.pop() if braces else None
            if kind is None:
                return begin if nested and begin >= start else at
            blocks -= kind == "block"
            if kind == "block" and not blocks and not _GOES_ON.match(text, at, stop):
                return at
        before = written
    end = re.compile(r"\.[ \t\r]*\n").search(text, at, stop)
    return end.end() if end else stop


def is_closed(text: str, brace: int, stop: int) -> bool:
    """Whether the opening brace at an offset has its closing one."""
    depth = 0
    for count, match in enumerate(_BRACES.finditer(text, brace, stop)):
        if count > MOST_BRACES:
            break
        depth += {"{": 1, "}": -1}.get(match[0], 0)
        if depth == 0:
            return True
    return False


def _line_end(text: str, at: int, stop: int) -> int:
    newline = text.find("\n", at, stop)
    return stop if newline < 0 else newline
