"""The rows of a table in a view, from those of the table that it was made from by few changes."""

from __future__ import annotations

from collections.abc import Iterable

from alignment.factbase.overlay import beginning_with, overlaid
from alignment.factbase.relation import Relation, Row
from alignment.factbase.table import Table


def revised(before: Relation, was: Iterable[Row], now: Iterable[Row], table: Table) -> Relation:
    """The reported or evidence rows of a table; `was` and `now` are the written ones of its touched rows.

    Of imported rows none has come: a fact may be added to them, and they may be taken back.
    """
    old, new = frozenset(was), frozenset(now)
    gone, put = old - new, new - old
    if table.imported:
        there = frozenset(beginning_with(before, table.touched))
        width = table.imported[0].arity
        gone = frozenset(row for row in there if row[:width] in table.taken_back)
        put = new - there
    return overlaid(before, gone, dict.fromkeys(put, 0))
