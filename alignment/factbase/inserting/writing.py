"""A table of rows that were handed over, as facts of the language: for saving a session as text."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any

from alignment.checks.model import Schema
from alignment.factbase.database import reading
from alignment.factbase.dictionary import Dictionary
from alignment.factbase.importing.reports import COLUMNS, ImportedReports
from alignment.language import tree
from alignment.language.printer import format_node

AT_ONCE = 10_000


def fact_lines(reports: ImportedReports, schema: Schema, dictionary: Dictionary) -> Iterator[str]:
    """A fact for each row, in no promised order."""
    arguments = [f"c{i}" for i in range(reports.arity)]
    has = [column for column in COLUMNS.values() if column in reports.has]
    listed = ", ".join([*arguments, *(f'"{column}"' for column in has)]) or "1"
    written: dict[int, str] = {}
    with reading():
        cursor = reports.database.cursor().execute(f"SELECT {listed} FROM {reports.table}")  # noqa: S608  # ours
        while rows := cursor.fetchmany(AT_ONCE):
            for row in rows:
                args = [
                    written[code] if code in written else written.setdefault(code, format_node(dictionary.node(code)))
                    for code in row[: reports.arity]
                ]
                atom = f"{reports.relation}({', '.join(args)})" if args else reports.relation
                said = _said(dict(zip(has, row[reports.arity :], strict=False)), schema, dictionary)
                yield f"{atom} {', '.join(said)}." if said else f"{atom}."


def _said(cells: dict[str, Any], schema: Schema, dictionary: Dictionary) -> list[str]:
    """The annotations of a row. What its source says of all its reports is not said again."""
    said, source = [], None
    if cells.get("src") is not None:
        source = str(dictionary.decode(cells["src"]))
        said.append(f"from {format_node(tree.Symbol(source))}")
    for column, word in (("happened", "on"), ("since", "since"), ("until", "until")):
        if cells.get(column) is not None:
            said.append(f"{word} {datetime.date.fromordinal(cells[column])}")
    stated = cells.get("conf")
    if stated is not None and (source is None or schema.sources[source].confidence != stated):
        said.append(f"confidence {format_node(tree.Decimal(stated))}")
    return said
