"""What tokens stand for, and how values are written: shared by builder, bulk and printer.

The grammar says which tokens there are; this says what is between their quotes.
"""

from __future__ import annotations

import re
import unicodedata

_ESCAPE = re.compile(r"''|\\(.)", re.DOTALL)
_TEXT_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_ESCAPES = {"n": "\n", "t": "\t", "\\": "\\", '"': '"', "'": "'"}
_JOINERS = "\u200c\u200d"


def text_value(written: str) -> str:
    """The value of a text as written, in double quotes."""
    inner = written[1:-1]
    return _TEXT_ESCAPE.sub(lambda match: _ESCAPES.get(match[1], match[0]), inner) if "\\" in inner else inner


def symbol_name(written: str) -> str:
    """The name of a symbol as written, bare or in single quotes."""
    if written[0] != "'":
        return written
    inner = written[1:-1]
    if "\\" not in inner and "'" not in inner:
        return inner
    return _ESCAPE.sub(lambda match: _ESCAPES.get(match[1], match[0]) if match[1] else "'", inner)


def unknown_escape(written: str) -> int | None:
    """The offset in a quoted token of a backslash that stands before a letter it means nothing before."""
    if "\\" not in written:
        return None
    return next((match.start() for match in _TEXT_ESCAPE.finditer(written) if match[1] not in _ESCAPES), None)


def quoted_text(value: str) -> str:
    """A text in double quotes."""
    return '"' + _escaped(value).replace('"', '\\"') + '"'


def quoted_symbol(name: str) -> str:
    """A name in single quotes."""
    return "'" + _escaped(name).replace("'", "''") + "'"


def is_name(text: str) -> bool:
    """Whether this is written like a name: without quotes, and not like a variable."""
    if text.isascii():
        return text.isidentifier() and text[0].islower()
    first = text[0]
    if not first.isalpha() or unicodedata.category(first) in {"Lu", "Lt"}:
        return False
    return all(char.isalnum() or char == "_" or _is_mark(char) for char in text)


def is_variable(text: str) -> bool:
    """Whether this is written like a variable."""
    if text.isascii():
        return text.isidentifier() and not text[0].islower()
    if text[0] != "_" and unicodedata.category(text[0]) not in {"Lu", "Lt"}:
        return False
    return all(char.isalnum() or char == "_" or _is_mark(char) for char in text)


def _is_mark(char: str) -> bool:
    return char in _JOINERS or unicodedata.category(char) in {"Mn", "Mc"}


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t")
