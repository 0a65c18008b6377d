"""A column of a table to a column of codes.

Whole numbers and dates are computed in SQL, since their codes carry their values. What is left is looked
up: each distinct text is encoded once here, whatever the number of rows that hold it, and joined back.
"""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Callable
from typing import Any, TypeAlias

from alignment.checks.entities import candidates, has_entities
from alignment.checks.model import ANY, Schema
from alignment.factbase.dictionary import LARGEST, Dictionary, Value
from alignment.language.tree import LIKELIHOOD

Encode: TypeAlias = Callable[[Any], "int | float | None"]
"""From what a cell holds to its code, or None for a cell that does not fit."""

EXACT = "exact"
"""A column of no type in particular in which letters are a name, whatever they look like."""

TEXTUAL = ("VARCHAR",)
_KEPT = frozenset((*TEXTUAL, "DATE", "TIMESTAMP", "DOUBLE", "BIGINT", "UBIGINT", "INTEGER", "UINTEGER"))
_KEPT |= frozenset(("SMALLINT", "USMALLINT", "TINYINT", "UTINYINT"))
_WHOLE = re.compile(r"-?(?:0|[1-9][0-9]*)\Z")
_DECIMAL = re.compile(r"-?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?\Z")
_COMPACT = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})\Z")


def encoder(type_: str, schema: Schema, dictionary: Dictionary) -> Encode:
    """The codes of the cells of a column whose argument is of a type."""
    if type_ == "text":
        return lambda cell: dictionary.value(str(cell), text=True)
    if type_ == "number":
        return lambda cell: _encoded(dictionary, number(cell))
    if type_ == "date":
        return lambda cell: _encoded(dictionary, date(cell))
    if type_ == ANY:
        symbol = dictionary.symbol

        def constant(cell: Any) -> int | None:  # noqa: ANN401
            if isinstance(cell, str) and cell[:1].isalpha():  # by far the most, and surely no number
                return symbol(cell.strip())
            return _encoded(dictionary, guessed(cell))

        return constant
    closed = has_entities(schema, type_)

    def entity(cell: object) -> int | None:
        name = str(cell).strip()
        found = candidates(schema, name, type_)
        if len(found) == 1:
            return dictionary.symbol(found[0])
        return None if closed or not name else dictionary.symbol(name)

    return entity


def _encoded(dictionary: Dictionary, value: Value | None) -> int | None:
    return None if value is None else dictionary.value(value)


def number(cell: object) -> int | float | None:
    """The number that a cell holds, None if it holds none."""
    if isinstance(cell, bool):
        return None
    if isinstance(cell, int):
        return cell
    if isinstance(cell, float):
        return cell if math.isfinite(cell) else None
    text = str(cell).strip()
    if re.fullmatch(r"-?[0-9]+", text):
        return int(text)
    if not _DECIMAL.match(text):
        return None
    found = float(text)
    return found if math.isfinite(found) else None


def date(cell: object) -> datetime.date | None:
    """The day that a cell holds: 2024-07-03, 20240703, or either with a time after it."""
    if isinstance(cell, datetime.datetime):
        return cell.date()
    if isinstance(cell, datetime.date):
        return cell
    text = str(cell).strip()
    compact = _COMPACT.match(text[:8]) if "-" not in text else None
    written = "-".join(compact.groups()) if compact else text[:10]
    try:
        return datetime.date.fromisoformat(written)
    except ValueError:
        return None


def confidence(cell: object) -> float | None:
    """The confidence that a cell states, as a number in 0..1 or a word of likelihood."""
    found = LIKELIHOOD.get(str(cell).strip().lower().replace(" ", "_"))
    stated = number(cell) if found is None else found
    return float(stated) if stated is not None and 0 <= stated <= 1 else None


def guessed(cell: object) -> Value | None:
    """A constant of no type in particular: a number, a day or a name, by what it looks like."""
    if isinstance(cell, bool):
        return str(cell).lower()
    if isinstance(cell, int | datetime.date) or (isinstance(cell, float) and math.isfinite(cell)):
        return cell.date() if isinstance(cell, datetime.datetime) else cell
    text = str(cell).strip()
    if _WHOLE.match(text) and len(text) < 20:
        return int(text)
    if re.fullmatch(r"-?[0-9]+\.[0-9]+", text):
        return float(text)
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        return date(text) or text
    return text or None


def plain(column: str, column_type: str) -> tuple[str, str]:
    """A column of any SQL type as one that is encoded here: SQL for it, and its type then.

    A time with a zone is one in UTC; what is neither a whole number, DOUBLE, a day nor a time is a text. So
    is FLOAT, whose 0.1 is no other number than that of a text, and DECIMAL.
    """
    if column_type in _KEPT:
        return column, column_type
    if column_type == "TIMESTAMP WITH TIME ZONE":
        return f"make_timestamp(epoch_us({column}))", "TIMESTAMP"
    if column_type.startswith("TIMESTAMP_"):
        return f"{column}::TIMESTAMP", "TIMESTAMP"
    return f"{column}::VARCHAR", "VARCHAR"


def in_sql(type_: str, column: str, column_type: str) -> str | None:
    """SQL for the codes that need no look-up, NULL for cells that do; None where all do."""
    if type_ in ("number", ANY, EXACT):
        if column_type in ("BIGINT", "UBIGINT"):
            return f"CASE WHEN {column} BETWEEN {-LARGEST} AND {LARGEST - 1} THEN {column}::BIGINT * 4 + 1 END"
        if column_type in ("TINYINT", "SMALLINT", "INTEGER", "UTINYINT", "USMALLINT", "UINTEGER"):
            return f"{column}::BIGINT * 4 + 1"
        if column_type == "DATE":
            return f"(date_diff('day', DATE '0001-01-01', {column}) + 1)::BIGINT * 4 + 2"
        if column_type in TEXTUAL and type_ != EXACT:
            digits = "[0-9]{1,17}" if type_ == "number" else "(0|[1-9][0-9]{0,16})"
            return f"CASE WHEN {column} ~ '^-?{digits}$' THEN TRY_CAST({column} AS BIGINT) * 4 + 1 END"
    if type_ == "date":
        if column_type in ("DATE", "TIMESTAMP"):
            return f"(date_diff('day', DATE '0001-01-01', {column}::DATE) + 1)::BIGINT * 4 + 2"
        day = f"TRY_CAST({column} AS DATE)"
        shape = f"{column} ~ '^[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}$'"
        return f"CASE WHEN {shape} THEN (date_diff('day', DATE '0001-01-01', {day}) + 1)::BIGINT * 4 + 2 END"
    return None
