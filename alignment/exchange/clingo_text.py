"""Constants as clingo reads them.

Names that are clingo's are themselves, others `symbol("…")`; texts are strings, decimals `decimal("0.75")`,
dates `date(N)` with N the days since 0001-01-01, which is 1.
"""

from __future__ import annotations

import datetime
import re

from alignment.exchange.magnitudes import LARGEST
from alignment.factbase.dictionary import Dictionary, Sort, Value
from alignment.program.model import PADDING

_BARE = re.compile(r"[a-z][A-Za-z0-9_]*")

PAD = "nothing(0)"
"""What fills the rows of an aggregate's shorter elements."""


def may_keep(name: str) -> bool:
    """Whether a relation can have this name; names that end in `_` are the writer's own."""
    return _BARE.fullmatch(name) is not None and name != "not" and not name.endswith("_")


def refused(dictionary: Dictionary, code: int) -> str | None:
    """Why a constant cannot be written, or None."""
    value = dictionary.decode(code) if code != PADDING.id else 0
    if isinstance(value, str) and "\0" in value:
        return "a name with the character 0"
    if type(value) is int and abs(value) > LARGEST:
        return f"the whole number {value}, as clingo's have 32 bits"
    return None


def constant(dictionary: Dictionary, code: int) -> str:
    """A constant as an argument."""
    if code == PADDING.id:
        return PAD
    return spelled(dictionary.decode(code), dictionary.sort(code))


def spelled(value: Value, sort: Sort) -> str:
    """The same of a constant that is decoded."""
    if isinstance(value, str):
        if sort is Sort.TEXT:
            return string(value)
        return value if _BARE.fullmatch(value) and value != "not" else f"symbol({string(value)})"
    if isinstance(value, datetime.date):
        return f"date({value.toordinal()})"
    return str(value) if isinstance(value, int) else f'decimal("{value or 0.0!r}")'


def string(text: str) -> str:
    """A text in double quotes."""
    escaped = text.replace("\\", "\\\\").replace("\n", "\\n").replace('"', '\\"')
    return f'"{escaped}"'
