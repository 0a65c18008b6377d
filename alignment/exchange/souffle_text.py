"""Constants as Soufflé reads them, in rules and in tables.

Names and texts are symbols that look as in the language: `china`, `'Côte d''Ivoire'`, `"Su-35"`; so are all
constants of a column that mixes kinds. Dates are the days since 0001-01-01, which is 1.
"""

from __future__ import annotations

import datetime
import re
from enum import Enum

from alignment.exchange.kinds import DATE, DECIMAL, WHOLE, Kinds
from alignment.exchange.magnitudes import LARGEST
from alignment.factbase.dictionary import Dictionary, Sort, Value, as_node
from alignment.language.printer import format_node
from alignment.program.model import PADDING

_NAME = re.compile(r"[a-z][A-Za-z0-9_]*")

KEYWORDS = frozenset(
    """abs acos acosh as asin asinh atan atanh autoinc band bnot bor brie bshl bshr bshru btree btree_delete bxor
    cat choice comp contains cos cosh count decl delete eqrel exp false float ftoi ftou functor init inline
    input input_decl instantiate itof itou land lnot log lor lxor match max mean min nil no_inline no_magic
    magic number ord output output_decl overridable override plan pragma printsize printsize_decl range
    sin sinh sqrt stateful strlen substr sum symbol tan tanh to_float to_number to_string to_unsigned true
    type union unsigned utof utoi limitsize lattice""".split()
)
"""Words that Soufflé keeps for itself."""


class Form(Enum):
    """How a column is typed."""

    NUMBER = "number"
    DAY = "day"
    FLOAT = "float"
    SYMBOL = "symbol"

    @property
    def type(self) -> str:
        """The type in a declaration."""
        return "number" if self is Form.DAY else self.value


def form_of(kinds: Kinds) -> Form:
    """The form of what has these kinds."""
    return {WHOLE: Form.NUMBER, DATE: Form.DAY, DECIMAL: Form.FLOAT}.get(kinds, Form.SYMBOL)


def may_keep(name: str) -> bool:
    """Whether a relation can have this name; names that end in `_` are the writer's own."""
    return _NAME.fullmatch(name) is not None and name not in KEYWORDS and not name.endswith("_")


def refused(dictionary: Dictionary, code: int) -> str | None:
    """Why a constant cannot be written, or None."""
    value = dictionary.decode(code) if code != PADDING.id else 0
    if isinstance(value, str) and any(char not in "\n\t" and not char.isprintable() and char != " " for char in value):
        return "a name with a control character"
    if type(value) is int and abs(value) > LARGEST:
        return f"the whole number {value}, as Soufflé's have 32 bits"
    return None


def plain(dictionary: Dictionary, code: int, form: Form) -> str:
    """A constant as it stands in a table."""
    if code == PADDING.id:
        return ""
    return spelled(dictionary.decode(code), dictionary.sort(code), form)


def spelled(value: Value, sort: Sort, form: Form) -> str:
    """The same of a constant that is decoded."""
    if form is Form.SYMBOL:
        return format_node(as_node(value, sort))
    if isinstance(value, datetime.date):
        return str(value.toordinal())
    return str(value) if isinstance(value, int) else decimal(float(value))


def constant(dictionary: Dictionary, code: int, form: Form) -> str:
    """A constant as it stands in a rule."""
    text = plain(dictionary, code, form)
    return string(text) if form is Form.SYMBOL else text


def string(text: str) -> str:
    """A symbol in double quotes."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def decimal(value: float) -> str:
    """A decimal with a point and no exponent, as Soufflé's grammar wants it."""
    text = f"{value or 0.0!r}"
    return text if "e" not in text else f"{value:.400f}".rstrip("0").ljust(3, "0") if abs(value) < 1 else f"{value:.1f}"
