"""Where the cursor stands in a text: inside which atom, at which argument, in which quotes."""

from __future__ import annotations

import re

from alignment.records import frozen

_WORD = re.compile(r"[\w-]*$")
_CALLED = re.compile(r"-?([a-z]\w*)\s*$")
_OPENING = {"(": ")", "[": "]", "{": "}"}


@frozen
class Place:
    """What a completion has to know of the text before the cursor.

    `word` is the unfinished word (within quotes: all since the quote), `before` the statement up to it.
    `relation` and `argument` tell which argument (from 0) of which atom the cursor is in.
    """

    word: str
    before: str
    quoted: bool = False
    relation: str | None = None
    argument: int = 0
    commented: bool = False


def place_of(text: str) -> Place:
    """The place at the end of a text."""
    stack: list[tuple[str, str | None, int]] = []
    start, at = 0, 0
    while at < len(text):
        char = text[at]
        if char in "\"'":
            end = _quote_end(text, at)
            if end is None:
                word = text[at + 1 :]
                return Place(word, text[start:at], char == '"', *_innermost(stack), commented=char == "'")
            at = end
        elif char == "%":
            end = text.find("\n", at)
            if end < 0:
                return Place("", text[start:at], commented=True)
            at = end
        elif char in _OPENING:
            called = _CALLED.search(text, start, at) if char == "(" else None
            stack.append((_OPENING[char], called[1] if called else None, 0))
        elif stack and char == stack[-1][0]:
            stack.pop()
        elif char == "," and stack:
            bracket, name, number = stack[-1]
            stack[-1] = (bracket, name, number + 1)
        elif char == "." and not stack and (at + 1 == len(text) or text[at + 1].isspace()):
            start = at + 1
        at += 1
    word = _word(text[start:])
    return Place(word, text[start : len(text) - len(word)], False, *_innermost(stack))


def _word(text: str) -> str:
    found = _WORD.search(text)
    return found[0].removeprefix("-") if found else ""


def _innermost(stack: list[tuple[str, str | None, int]]) -> tuple[str | None, int]:
    if not stack or stack[-1][1] is None:
        return None, 0
    return stack[-1][1], stack[-1][2]


def _quote_end(text: str, at: int) -> int | None:
    """The offset of the quote that closes the one at `at`, or None."""
    quote = text[at]
    end = at + 1
    while end < len(text):
        if text[end] == "\\" and quote == '"':
            end += 1
        elif text[end] == quote:
            return end
        end += 1
    return None
