"""How text sits on a terminal: its width in columns, wrapping, cutting, and text that cannot misbehave.

Names and quotes come from sources all over the world. East Asian letters take two columns, combining
marks none; right-to-left names are isolated so that they do not turn the words around them; and control
characters, which could steer a terminal or reorder a line, are taken out.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import lru_cache

ISOLATE, POP = "\u2068", "\u2069"
"""First strong isolate and its end (Unicode Standard Annex 9)."""

ELLIPSIS = "…"

_BIDI_CONTROLS = {
    ord(c): None for c in "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
}


def clean(text: str) -> str:
    """Text without control and bidirectional formatting characters; white space runs become one blank."""
    if text.isascii() and text.isprintable() and "  " not in text:
        return text
    folded = " ".join(text.translate(_BIDI_CONTROLS).split())
    return "".join(char for char in folded if unicodedata.category(char) not in {"Cc", "Cs"})


def isolated(text: str) -> str:
    """Text that stands for itself within a sentence: isolated if any of it is written right to left.

    A text that has isolated parts already, as a sentence with such a name in it, is left as it is.
    """
    if text.isascii() or ISOLATE in text:
        return text
    right_to_left = any(unicodedata.bidirectional(char) in {"R", "AL", "AN"} for char in text)
    return f"{ISOLATE}{text}{POP}" if right_to_left else text


@lru_cache(maxsize=1 << 14)
def display_width(text: str) -> int:
    """The columns that a text takes on a terminal."""
    if text.isascii():
        return len(text)
    from wcwidth import wcswidth  # noqa: PLC0415  # tables of Unicode: only where a text needs them

    width = wcswidth(text)
    return width if width >= 0 else len(text)


def cut(text: str, width: int) -> str:
    """The text, or as much of it as fits before an ellipsis."""
    if display_width(text) <= width:
        return text
    isolating = text.startswith(ISOLATE)
    kept = ""
    for char in text:
        if display_width(kept + char) > width - 1:
            break
        kept += char
    return f"{kept.rstrip()}{ELLIPSIS}{POP if isolating else ''}" if width > 0 else ""


def wrapped(text: str, width: int | None, hanging: int = 0) -> list[str]:
    """The text as lines of at most `width` columns; all but the first leave room for a hanging indent."""
    if width is None or display_width(text) <= width:
        return [text]
    lines: list[str] = []
    line = ""
    for word in _words(text, max(1, width - hanging)):
        room = width - (hanging if lines else 0)
        joined = f"{line} {word}" if line else word
        if line and display_width(joined) > room:
            lines.append(line)
            line = word
        else:
            line = joined
    return [*lines, line]


def _words(text: str, width: int) -> Iterator[str]:
    """The words of a text; one that no line could hold, such as a sentence in Chinese, in pieces."""
    for word in text.split(" "):
        rest = word
        while display_width(rest) > width:
            length = len(rest)
            while length > 1 and display_width(rest[:length]) > width:
                length -= 1
            yield rest[:length]
            rest = rest[length:]
        yield rest
