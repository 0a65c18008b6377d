"""A constant where a type is expected: whether it fits, and what to tell people if it does not."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping

from alignment.checks.entities import candidates, did_you_mean, has_entities
from alignment.checks.model import ANY, Schema
from alignment.language import tree
from alignment.problems import Problem
from alignment.source import Span

_BUILT_IN: Mapping[str, tuple[type[tree.Node], ...]] = {
    "text": (tree.Text,),
    "number": (tree.Integer, tree.Decimal),
    "date": (tree.Date,),
}
TOKENS = {
    "text": re.compile(r'"'),
    "number": re.compile(r"-?\d+(?:\.\d+)?\Z"),
    "date": re.compile(r"\d{4}-\d\d-\d\d\Z"),
}
"""What a token of a run of facts looks like that is plainly of a built-in type."""


def constant_problem(
    schema: Schema, type_: str, constant: tree.Constant, because: str, span: Span | None
) -> Problem | None:
    """What is wrong with a constant where `type_` is expected, or None; `because` says who expects it."""
    if type_ == ANY:
        return None
    expected = _BUILT_IN.get(type_)
    if expected is not None:
        if isinstance(constant, expected):
            return None
        message = f"{shown(constant)} is {kind_of(constant)}, but {because}"
        return Problem("type", span, message, _built_in_hint(type_, constant))
    if type_ not in schema.types:
        return None
    if not isinstance(constant, tree.Symbol):
        hint = None
        if isinstance(constant, tree.Text):
            hint = _unquoted(schema, type_, constant.value)
        return Problem("type", span, f"{shown(constant)} is {kind_of(constant)}, but {because}", hint)
    entity = schema.entities.get(constant.name)
    if entity is not None:
        if type_ in entity.types:
            return None
        kinds = " and ".join(a(own) for own in entity.types)
        return Problem("type", span, f"'{constant.name}' is {kinds}, but {because}")
    if not has_entities(schema, type_):
        return None
    hint = did_you_mean(schema, constant.name, type_) or f"declare it: {type_} {constant.name}."
    return Problem("unknown-constant", span, f"'{constant.name}' is not a declared {type_}", hint)


def _unquoted(schema: Schema, type_: str, text: str) -> str | None:
    """How an entity is written whose name somebody put in quotes."""
    meant = candidates(schema, text, type_)
    if meant:
        return f"write {' or '.join(meant)}, without quotes"
    return did_you_mean(schema, text, type_) or f"write the id of a declared {type_}, without quotes"


def a(noun: str) -> str:
    """A noun with its article, in words: `weapon_system` is a weapon system."""
    return f"{'an' if noun[:1] in 'aeiou' else 'a'} {noun.replace('_', ' ')}"


def shown(constant: tree.Constant) -> str:
    """A constant as a message shows it."""
    match constant:
        case tree.Symbol(name=name):
            return f"'{name}'"
        case tree.Text(value=value):
            return f'"{value}"'
        case _:
            return str(constant.value)


def kind_of(constant: tree.Constant) -> str:
    """What a constant is, for people."""
    match constant:
        case tree.Symbol():
            return "a name"
        case tree.Text():
            return "a text"
        case tree.Date():
            return "a date"
        case _:
            return "a number"


def _built_in_hint(type_: str, constant: tree.Constant) -> str | None:
    """How the constant would have to be written."""
    if type_ == "date":
        return date_hint(constant)
    if type_ == "text" and isinstance(constant, tree.Symbol):
        return f'put it in double quotes: "{constant.name}"'
    if type_ == "number" and isinstance(constant, tree.Text) and TOKENS[type_].match(constant.value):
        return f"write {constant.value}, without quotes"
    return None


def date_hint(constant: tree.Constant) -> str:
    """How a constant would have to be written to be a date."""
    if isinstance(constant, tree.Text) and TOKENS["date"].match(constant.value) and _is_day(constant.value):
        return f"write {constant.value}, without quotes"
    return "dates are written year-month-day: 2024-07-03"


def _is_day(text: str) -> bool:
    try:
        datetime.date.fromisoformat(text)
    except ValueError:
        return False
    return True
