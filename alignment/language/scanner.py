"""Where statements begin and end, found without the grammar: for recovery after a mistake and for bulk.

A statement ends at a `.` that is not part of a number, a date range, a quote or a comment and stands
outside braces, or at the brace that closes a block or a test.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

GAP = re.compile(r"(?:[ \t\r\n\f\ufeff]+|%(?!!)[^\n]*|/\*(?:[^*]|\*(?!/))*+\*/)*+")
"""White space and comments between statements, doc comments left out."""

_PIECE = re.compile(
    r"""
      (?P<skip>[^.'"%/{}()\[\]]++)
    | (?P<comment>%[^\n]*+|/\*(?:[^*]|\*(?!/))*+\*/)
    | (?P<quoted>'(?:[^'\\\n]|''|\\.)*+'|"(?:[^"\\\n]|\\.)*+")
    | (?P<inner>\.\.|(?<=\d)\.(?=\d))
    | (?P<end>\.)
    | (?P<open>[{(\[])
    | (?P<close>[})\]])
    | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_AFTER_BRACE = re.compile(r"\s*(?:[.,;=<>!\\]|\bis\b)")

DEEPEST = 200
"""Brackets within brackets beyond which a statement is refused: nobody writes so, and parsers break."""

LONGEST = 1_000_000
"""Characters of one statement outside blocks, beyond which it is refused."""

PAIRS = {"}": "{", ")": "(", "]": "["}


@dataclass(frozen=True, slots=True)
class Piece:
    """The extent of one statement, doc comments before it included, and what is odd about its brackets.

    `unclosed` is the offset of the innermost bracket still open where the text ended or where the
    statement must have ended; `stray` that of a closing bracket without an opening one; `quote` that of
    a quote that does not end on its line; `deep` that of the bracket where the nesting gets too deep.
    """

    start: int
    end: int
    unclosed: int | None = None
    stray: int | None = None
    quote: int | None = None
    deep: int | None = None
    ended: bool = True


def pieces(text: str, start: int = 0, end: int | None = None) -> Iterator[Piece]:
    """The statements of a text, one after the other, whatever is in them."""
    stop = len(text) if end is None else end
    at = start
    while True:
        begin = GAP.match(text, at, stop)
        at = begin.end() if begin else at
        if at >= stop:
            return
        piece = next_piece(text, at, stop)
        yield piece
        at = max(piece.end, at + 1)


def next_piece(text: str, start: int, stop: int) -> Piece:
    """The statement that begins at `start`."""
    stack: list[tuple[str, int]] = []
    stray = quote = None
    at = start
    while at < stop:
        match = _PIECE.match(text, at, stop)
        if match is None:
            break
        kind, at = match.lastgroup, match.end()
        if at - start > LONGEST and not any(bracket == "{" for bracket, _ in stack):
            return Piece(start, _line_end(text, at, stop), None, stray, quote, None, ended=False)
        if kind == "open":
            stack.append((match.group(), match.start()))
            if len(stack) > DEEPEST:
                return Piece(start, _line_end(text, at, stop), None, stray, quote, match.start())
        elif kind == "close":
            wanted = PAIRS[match.group()]
            if stack and stack[-1][0] == wanted:
                stack.pop()
                if wanted == "{" and not stack and not _AFTER_BRACE.match(text, at, stop):
                    return Piece(start, at, None, stray, quote)
            elif stray is None and not any(bracket == wanted for bracket, _ in stack):
                stray = match.start()
            elif any(bracket == wanted for bracket, _ in stack):
                unclosed = stack[-1][1]
                return Piece(start, at, unclosed, stray, quote)
        elif kind == "end":
            braces = [position for bracket, position in stack if bracket == "{"]
            if not braces:
                unclosed = stack[-1][1] if stack else None
                return Piece(start, at, unclosed, stray, quote)
            if stack[-1][0] != "{":
                return Piece(start, at, stack[-1][1], stray, quote)
        elif kind == "other" and match.group() in "'\"" and quote is None:
            quote = match.start()
            newline = text.find("\n", at, stop)
            at = stop if newline < 0 else newline
    unclosed = stack[-1][1] if stack else None
    return Piece(start, stop, unclosed, stray, quote, ended=False)


def _line_end(text: str, at: int, stop: int) -> int:
    newline = text.find("\n", at, stop)
    return stop if newline < 0 else newline
