"""Tables of a base copied into another dictionary: for the second base that is read together with a first.

So is one that an older release wrote. The constants of both have numbers of their own, so each code is looked up.
This takes time and memory for every row; one base of all is quicker.
"""

from __future__ import annotations

import weakref
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import numpy as np

from alignment.factbase.database import Database, drop, new_name
from alignment.factbase.dictionary import Dictionary, Sort
from alignment.factbase.disk.constants import constant
from alignment.factbase.disk.layout import DAYS, facts_columns, written
from alignment.factbase.importing.reports import ImportedReports

AT_ONCE = 100_000
"""Constants that are looked up together."""


def translated(
    tables: Iterable[ImportedReports], base: str, dictionary: Dictionary, database: Database
) -> dict[ImportedReports, ImportedReports]:
    """Copies of tables of a base with the codes of a dictionary."""
    cursor = database.cursor()
    codes = new_name()
    cursor.execute(f"CREATE TABLE {codes} (old BIGINT, new BIGINT)")
    _add_codes(codes, base, dictionary, database)
    found = {one: _copied(one, codes, cursor) for one in dict.fromkeys(tables)}
    cursor.execute(f"DROP TABLE {codes}")
    return found


def _add_codes(table: str, base: str, dictionary: Dictionary, database: Database) -> None:
    """The codes of all constants of a base, there and here."""
    cursor, writer = database.cursor(), database.cursor()
    cursor.execute(f"SELECT place, letters, sort FROM {base}.constants")  # noqa: S608  # names of our own
    while rows := cursor.fetchmany(AT_ONCE):
        values = [constant(letters, sort) for _, letters, sort in rows]
        new = [dictionary.value(value, text=sort is Sort.TEXT) for value, sort in values]
        arrays = {
            "old": np.array([place << 2 for place, _, _ in rows], dtype=np.int64),
            "new": np.array(new, dtype=np.int64),
        }
        writer.execute(f"INSERT INTO {table} SELECT old, new FROM arrays")  # noqa: S608
        del arrays


def _copied(given: ImportedReports, codes: str, cursor: Any) -> ImportedReports:  # noqa: ANN401
    target = new_name()
    names = [*facts_columns(given.arity, given.has)]
    coded = [name for name in names if name == "src" or (name[0] == "c" and name[1:].isdecimal())]
    selected = ", ".join(
        f"coalesce(m_{name}.new, t.{name}) AS {name}" if name in coded else f"t.{written(name)}" for name in names
    )
    joins = " ".join(f"LEFT JOIN {codes} AS m_{name} ON m_{name}.old = t.{name}" for name in coded)
    cursor.execute(f"CREATE TABLE {target} AS SELECT {selected} FROM {given.table} AS t {joins}")  # noqa: S608
    dated = [written(name) for name in DAYS if name in given.has]
    each = " UNION ".join(f"SELECT {day} AS day FROM {target} WHERE {day} IS NOT NULL" for day in dated)  # noqa: S608
    made = replace(given, kept=target, days=f"({each})" if dated else None)  # the base with its own list is let go
    weakref.finalize(made, drop, given.database, target)
    return made
