"""The SQL of rules, written once: with places for tables, that each evaluation fills with its own.

To build a query of sqlglot's expressions and to write it takes five to ten milliseconds, as long as DuckDB takes for
100,000 rows. The same rules are evaluated again for every view, every question and every change, over other tables.

Before: `SELECT DISTINCT t0.c0 AS c0 FROM place_0 AS t0 CROSS JOIN place_1 AS t1 WHERE t1.c0 = t0.c1`
After:  `SELECT DISTINCT t0.c0 AS c0 FROM r64 AS t0 CROSS JOIN r12 AS t1 WHERE t1.c0 = t0.c1`
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias

from sqlglot import exp

from alignment.engines.relational.sql import Delta, rule_query, union
from alignment.engines.relational.tables import Tables
from alignment.program.model import Rule

MOST = 5_000
"""Texts that are kept at the most; then all are forgotten."""

_PLACE = re.compile(r"\bplace_([0-9]+|newest)\b")

Fact: TypeAlias = Callable[[Tables], bool]
"""What was so of the tables when a text was written, and has to be so for it to be used again."""


@dataclass(slots=True)
class _Text:
    """A text with places, of a rule. `names` are the relations whose tables go there."""

    rule: Rule
    written: str = ""
    names: dict[str, int] = field(default_factory=dict)
    facts: list[Fact] = field(default_factory=list)

    def fits(self, rule: Rule, tables: Tables) -> bool:
        """Whether this is the text of a rule over some tables."""
        return self.rule is rule and all(fact(tables) for fact in self.facts)

    def over(self, tables: Tables, delta: Delta | None) -> str:
        """The text with the tables in their places."""
        filled = {str(place): tables.table_of(name) for name, place in self.names.items()}
        if delta is not None:
            filled["newest"] = delta.table
        return _PLACE.sub(lambda found: filled[found[1]], self.written)


_texts: dict[tuple[int, int | None, bool, str], _Text] = {}


def text(tables: Tables, rule: Rule, delta: Delta | None, *, distinct: bool) -> str:
    """The query of a rule's rows over some tables, each row once if they are to be `distinct`."""
    key = (id(rule), None if delta is None else delta.place, distinct, tables.dialect)
    found = _texts.get(key)
    if found is None or not found.fits(rule, tables):
        if len(_texts) >= MOST:
            _texts.clear()
        found = _texts[key] = _written(tables, rule, delta, distinct=distinct)
    return found.over(tables, delta)


def _written(tables: Tables, rule: Rule, delta: Delta | None, *, distinct: bool) -> _Text:
    made = _Text(rule)

    def source(name: str) -> exp.Expr:
        rules = tables.without_table.get(name)
        once = name in tables.counted
        if rules is not None:
            made.facts.append(lambda now: _same(now.without_table.get(name), rules) and (name in now.counted) == once)
            single = once and len(rules) == 1
            return union([rule_query(one, source, mixed, distinct=single) for one in rules], distinct=once)
        tables.table_of(name)  # which finds out whether it repeats rows
        repeats = name in tables.repeated

        def is_so(now: Tables) -> bool:
            if name in now.without_table:
                return False
            now.table_of(name)
            return (name in now.repeated) == repeats

        made.facts.append(is_so)
        table = exp.to_table(f"place_{made.names.setdefault(name, len(made.names))}")
        return exp.Select(expressions=[exp.Star()]).from_(table) if repeats else table

    def mixed(name: str, column: int) -> bool:
        found = tables.mixed(name, column)
        made.facts.append(lambda now: now.mixed(name, column) == found)
        return found

    newest = None if delta is None else Delta(delta.place, "place_newest")
    made.written = rule_query(rule, source, mixed, newest, distinct=distinct).sql(dialect=tables.dialect)
    return made


def _same(some: object, others: object) -> bool:
    """Whether these are the very same rules."""
    if not isinstance(some, tuple | list) or not isinstance(others, tuple | list):
        return False
    return len(some) == len(others) and all(one is other for one, other in zip(some, others, strict=True))
