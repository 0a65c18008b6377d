"""How a row becomes text: what stands around its constants, how each is spelled, and what is said of its reports."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from alignment.factbase.dictionary import Dictionary, Sort, Value
from alignment.records import frozen

Spell: TypeAlias = Callable[[Value, Sort], str]
"""The text of a constant in a target. The same function stands for the same texts."""

Cell: TypeAlias = Callable[[str, object], str]
"""The text of what is known of a report: of an evidence column and its value."""


@frozen
class Shape:
    """A row as text; `spells` are those of its columns, and a row without any is `empty`."""

    before: str
    between: str
    after: str
    spells: tuple[Spell, ...]
    empty: str


@frozen
class ReportShape:
    """A report as text: its evidence columns between `before` and `after`.

    `missing` stands for a column of which nothing is known; where it is None, the column is left out.
    """

    before: str
    between: str
    after: str
    cell: Cell
    missing: str | None


def quoted(text: str) -> str:
    """A text in SQL."""
    escaped = text.replace("'", "''")
    return f"'{escaped}'"


class Texts(dict[int, str]):
    """The texts of codes, each spelled when it is first asked for."""

    def __init__(self, dictionary: Dictionary, spell: Spell) -> None:
        self._dictionary = dictionary
        self._spell = spell

    def __missing__(self, code: int) -> str:
        found = self[code] = self._spell(self._dictionary.decode(code), self._dictionary.sort(code))
        return found
