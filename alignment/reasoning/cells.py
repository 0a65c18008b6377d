"""The answers of a goal as columns of places in the list of their different constants.

Before: 324,733 answers over 3,400 countries, each a tuple, and each again in values and in syntax nodes.
After:  3,400 constants in order, and for each column the place of every answer's constant among them.

What is done with a constant (its key in the order, its value, its spelling in a format) is done once each; NumPy
sorts many rows, where they come as columns. Few are sorted in Python, which needs nothing loaded.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, TypeGuard, TypeVar

from alignment.factbase.dictionary import Dictionary
from alignment.factbase.relation import Row
from alignment.records import frozen

if TYPE_CHECKING:
    from alignment.factbase.stored import StoredRelation

T = TypeVar("T")

MANY = 20_000
"""Rows from which on NumPy is worth its start."""


@frozen
class Cells:
    """Distinct rows, sorted as people expect: `codes` are their different constants in order.

    `columns` has the places of the constants of each column, one a row. Rows without columns are only counted.
    """

    codes: Sequence[int]
    columns: Sequence[Sequence[int]]
    size: int

    def rows_of(self, meanings: Sequence[T]) -> tuple[tuple[T, ...], ...]:
        """The rows, with something else in the place of each constant: `meanings` are in the order of `codes`."""
        if not self.columns:
            return ((),) * self.size
        return tuple(zip(*(map(meanings.__getitem__, column) for column in self.columns), strict=True))

    def rows(self) -> list[Row]:
        """The rows in codes."""
        return list(self.rows_of(self.codes))


def cells_of(found: Iterable[Row], dictionary: Dictionary) -> Cells:
    """The rows of a relation, sorted. Each constant is looked up once, however many rows it is in."""
    if _is_large_table(found):
        from alignment.reasoning.sorting import sorted_columns  # noqa: PLC0415  # with it comes NumPy

        return Cells(*sorted_columns(found.arrays(), dictionary))
    given = list(found)
    if not given or not given[0]:
        return Cells((), (), len(given))
    columns = list(zip(*given, strict=True))
    codes = sorted(set().union(*columns), key=dictionary.sort_key)
    rank = dict(zip(codes, range(len(codes)), strict=True))
    places = [list(map(rank.__getitem__, column)) for column in columns]
    whole = places[0]  # a row as one whole number: these are sorted much faster than rows
    for column in places[1:]:
        whole = [place * len(codes) + more for place, more in zip(whole, column, strict=True)]
    distinct = sorted(set(whole))
    return Cells(codes, _apart(distinct, len(codes), len(columns)), len(distinct))


def _is_large_table(found: Iterable[Row]) -> TypeGuard[StoredRelation]:
    """Whether rows are to be had as columns, and worth it. Their class is not asked for: with that comes DuckDB."""
    return bool(hasattr(found, "arrays") and getattr(found, "arity", 0) and len(found) >= MANY)  # type: ignore[arg-type]


def numbered(rows: Sequence[Row]) -> Cells:
    """Rows as they come."""
    if not rows or not rows[0]:
        return Cells((), (), len(rows))
    columns = list(zip(*rows, strict=True))
    codes = list(set().union(*columns))
    place = dict(zip(codes, range(len(codes)), strict=True)).__getitem__
    return Cells(codes, [list(map(place, column)) for column in columns], len(rows))


def _apart(whole: list[int], base: int, width: int) -> list[list[int]]:
    """The digits of whole numbers, those of each place a column."""
    columns = []
    for _ in range(width - 1):
        columns.append([number % base for number in whole])
        whole = [number // base for number in whole]
    return [whole, *reversed(columns)]
