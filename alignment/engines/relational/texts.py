"""The SQL of rules, written once: with places for tables, that each evaluation fills with its own.

The same rules are evaluated again for every view, every question and every change, over other tables, and to write the
query of a rule takes as long as DuckDB takes for thousands of rows.

Before: `SELECT DISTINCT t0.c0 AS c0 FROM place_0 AS t0 CROSS JOIN place_1 AS t1 WHERE t1.c0 = t0.c1`
After:  `SELECT DISTINCT t0.c0 AS c0 FROM r64 AS t0 CROSS JOIN r12 AS t1 WHERE t1.c0 = t0.c1`
"""

from __future__ import annotations

import re
from dataclasses import field
from typing import TypeAlias

from alignment.engines.relational.queries import Table
from alignment.engines.relational.sql import Delta, rule_query
from alignment.engines.relational.tables import Tables
from alignment.program.model import Rule
from alignment.records import mutable

MOST = 5_000
"""Texts that are kept at the most; then all are forgotten."""

_PLACE = re.compile(r"\bplace_([0-9]+|newest)\b")

Kind: TypeAlias = tuple[tuple[Rule, ...] | None, bool]
"""What stands for a relation: rules in the query, or a table; whether each of its rows is there once, or not once."""


@mutable
class _Text:
    """A text with places, of a rule. `places` are of relations with a table.

    `kinds` and `mixed` say what was so of all relations when it was written, and has to be so for it to be used again.
    """

    rule: Rule
    written: str = ""
    places: dict[str, int] = field(default_factory=dict)
    kinds: dict[str, Kind] = field(default_factory=dict)
    mixed: dict[tuple[str, int], bool] = field(default_factory=dict)

    def fits(self, rule: Rule, tables: Tables) -> bool:
        """Whether this is the text of a rule over some tables."""
        return (
            self.rule is rule
            and all(_is_same(_kind(tables, name), kind) for name, kind in self.kinds.items())
            and all(tables.mixed(*column) == found for column, found in self.mixed.items())
        )

    def over(self, tables: Tables, delta: Delta | None) -> str:
        """The text with the tables in their places."""
        filled = {str(place): tables.table_of(name) for name, place in self.places.items()}
        if delta is not None:
            filled["newest"] = delta.table
        return _PLACE.sub(lambda found: filled[found[1]], self.written)


_texts: dict[tuple[int, int | None, bool], _Text] = {}


def text(tables: Tables, rule: Rule, delta: Delta | None, *, distinct: bool) -> str:
    """The query of a rule's rows over some tables, each row once if they are to be `distinct`."""
    key = (id(rule), None if delta is None else delta.place, distinct)
    found = _texts.get(key)
    if found is None or not found.fits(rule, tables):
        if len(_texts) >= MOST:
            _texts.clear()
        found = _texts[key] = _written(tables, rule, delta, distinct=distinct)
    return found.over(tables, delta)


def _written(tables: Tables, rule: Rule, delta: Delta | None, *, distinct: bool) -> _Text:
    made = _Text(rule)

    def source(name: str) -> Table:
        made.kinds[name] = _kind(tables, name)
        place = None if name in tables.without_table else made.places.setdefault(name, len(made.places))
        return tables.source_of(name, source, mixed, f"place_{place}")

    def mixed(name: str, column: int) -> bool:
        found = made.mixed[name, column] = tables.mixed(name, column)
        return found

    newest = None if delta is None else Delta(delta.place, "place_newest")
    made.written = str(rule_query(rule, source, mixed, newest, distinct=distinct))
    return made


def _kind(tables: Tables, name: str) -> Kind:
    rules = tables.without_table.get(name)
    if rules is not None:
        return tuple(rules), name in tables.counted
    tables.table_of(name)  # which finds out whether it repeats rows
    return None, name in tables.repeated


def _is_same(one: Kind, other: Kind) -> bool:
    """Whether these are the very same rules: to compare what they say takes as long as to write them."""
    rules, others = one[0] or (), other[0] or ()
    same = len(rules) == len(others) and all(a is b for a, b in zip(rules, others, strict=True))
    return same and (one[0] is None) == (other[0] is None) and one[1] == other[1]
