"""Where to go on after a mistake, found in tokens alone since the grammar has lost its way.

A statement ends at a `.` that is a token of its own (so not in a number, a date range, a quote or a
comment) outside the braces of blocks and tests, or at the brace that closes one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from alignment.language.patterns import re
from alignment.language.tables import tables

MOST_TOKENS = 10_000
"""Tokens looked through for the end of one statement; after that any full stop at the end of a line will do."""

MOST_BRACES = 500_000
"""Braces, quotes and comments looked through for pairs of braces; what comes after counts as unpaired."""

_BRACES = re.compile(
    r"""%[^\n]*+|/\*[^*]*+\*++(?:[^*/][^*]*+\*++)*+/|'(?:[^'\\\n]++|''|\\.)*+'|"(?:[^"\\\n]++|\\.)*+"|[{}]"""
)
_GOES_ON = re.compile(r"\s*[.,;)=<>!]")
"""What may follow the brace of a set, and never that of a block."""
_LINE_WITH_STOP = re.compile(r"\.[ \t\r]*\n")


def brace_pairs(text: str) -> dict[int, int]:
    """The offset of each opening brace that is closed, with the offset of the closing one."""
    pairs: dict[int, int] = {}
    opened: list[int] = []
    for count, match in enumerate(_BRACES.finditer(text)):
        if count > MOST_BRACES:
            break
        if match[0] == "{":
            opened.append(match.start())
        elif match[0] == "}" and opened:
            pairs[opened.pop()] = match.start()
    return pairs


def statement_end(
    text: str, at: int, stop: int, pairs: Callable[[], Mapping[int, int]], *, nested: bool, sets: int = 0
) -> int:
    """The offset after the statement that goes on at `at`; `pairs` finds the pairs of braces when they matter.

    Inside braces (`nested`) it ends at the latest before the brace that closes them. `sets` is how many sets
    (`{ a, b }`) are open at `at`: a full stop ends the statement even there.
    """
    before = ""
    for _ in range(MOST_TOKENS):
        match = tables().pattern(text).match(text, at, stop)
        if match is None or not (written := match[match.lastindex or 0]):
            return stop
        begin, at = match.start(match.lastindex or 0), match.end()
        if written == ".":
            return at
        if text.startswith("/*", begin):
            return stop  # a comment without an end
        if written in "'\"":  # a quote without an end spoils the rest of its line
            newline = text.find("\n", at, stop)
            at = stop if newline < 0 else newline
            if text[begin:at].rstrip().endswith("."):
                return at
        elif written == "{" and before != "=" and before[:1] != "#" and pairs().get(begin, stop) < stop:
            at = pairs()[begin] + 1
            if not _GOES_ON.match(text, at, stop):
                return at
        elif written == "{":
            sets += 1
        elif written == "}" and sets:
            sets -= 1
        elif written == "}":
            return begin if nested else at
        before = written
    line = _LINE_WITH_STOP.search(text, at, stop)
    return line.end() if line else stop
