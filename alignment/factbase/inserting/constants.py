"""A cell as the constant that it stands for."""

from __future__ import annotations

import datetime
import decimal
import math
from collections.abc import Callable
from typing import Any, TypeAlias

from alignment.checks.constants import constant_problem
from alignment.checks.entities import candidates
from alignment.checks.model import ANY, Schema
from alignment.factbase.dictionary import Dictionary
from alignment.factbase.importing import encoding
from alignment.language import tree

Encode: TypeAlias = Callable[[Any], "int | None"]


def constant_of(cell: Any, type_: str, schema: Schema, *, is_text: bool = False) -> tree.Constant:  # noqa: ANN401
    """The constant of a cell in a column of a type. Raises TypeError or ValueError for what is none.

    A string is a text, a number or a date where the type says so, the entity that it names where the type
    is one of entities, and otherwise the name that it is; in a file of text (`is_text`) it is what it looks like.
    """
    value = cell.item() if hasattr(cell, "item") else cell  # a NumPy scalar
    if isinstance(value, str):
        return _from_text(value, type_, schema, is_text=is_text)
    if isinstance(value, bool):
        return tree.Symbol(str(value).lower())
    if isinstance(value, int):
        return tree.Integer(value)
    if isinstance(value, float | decimal.Decimal):
        if not math.isfinite(value):
            message = f"{value} is not a number that can be reasoned with"
            raise ValueError(message)
        return tree.Decimal(float(value))
    if isinstance(value, datetime.datetime):
        return tree.Date(value.date())
    if isinstance(value, datetime.date):
        return tree.Date(value)
    message = "an empty cell" if value is None else f"a value of type {type(value).__name__}"
    raise TypeError(f"{message} is no constant")  # becomes the problem's sentence


def _from_text(text: str, type_: str, schema: Schema, *, is_text: bool) -> tree.Constant:
    if type_ == "text":
        return tree.Text(text)
    if type_ == "date":
        day = encoding.date(text)
        return tree.Symbol(text) if day is None else tree.Date(day)
    if type_ == "number" or (type_ == ANY and is_text):
        found = encoding.number(text) if type_ == "number" else encoding.guessed(text)
        if isinstance(found, datetime.date):
            return tree.Date(found)
        if isinstance(found, int | float):
            return tree.Integer(found) if isinstance(found, int) else tree.Decimal(found)
        return tree.Symbol(text if found is None else found)
    if not text:
        message = "an empty cell is no constant"
        raise ValueError(message)
    meant = candidates(schema, text, type_) if type_ in schema.types else ()
    return tree.Symbol(meant[0] if len(meant) == 1 else text)


def encoder(type_: str, schema: Schema, dictionary: Dictionary, *, is_text: bool) -> Encode:
    """From a cell to its code, None where it is no constant of the type."""

    def code(cell: Any) -> int | None:  # noqa: ANN401
        try:
            constant = constant_of(cell, type_, schema, is_text=is_text)
        except (TypeError, ValueError):
            return None
        if constant_problem(schema, type_, constant, "", None) is not None:
            return None
        if isinstance(constant, tree.Integer) and not -(2**63) <= constant.value < 2**63:
            return None
        return dictionary.constant(constant)

    return code
