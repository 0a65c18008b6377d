"""Rows of a base on disk held against declarations that were not there when it was made.

A base whose texts declare what it reports needs none of this. Where a file beside it says more, such as
of which type an argument is, its rows are held against that once, constant by constant.
"""

from __future__ import annotations

from collections.abc import Iterator

from alignment.checks.constants import a, constant_problem
from alignment.checks.model import Checked, Schema
from alignment.factbase.dictionary import Dictionary
from alignment.factbase.disk.opening import OpenBase
from alignment.factbase.disk.telling import kinds_of
from alignment.factbase.importing.reports import ImportedReports
from alignment.problems import Problem

SHOWN = 10
"""Constants that are shown of one argument."""


def misfits(base: OpenBase, checked: Checked, dictionary: Dictionary) -> Iterator[Problem]:
    """What does not fit the declarations as they are now."""
    schema = checked.schema
    for statement in (id(one) for one in checked.imports if id(one) in base.imported):
        reports = base.imported[statement]
        relation = schema.relations[reports.relation.removeprefix("-")]
        now, before = kinds_of(schema, reports.relation).split(","), base.kinds[statement].split(",")
        for place, parameter in enumerate(relation.parameters[: reports.arity]):
            if place >= len(before) or now[place] != before[place]:
                yield from _misfits(base, reports, place, parameter.type, schema, dictionary)


def _misfits(
    base: OpenBase, reports: ImportedReports, place: int, type_: str, schema: Schema, dictionary: Dictionary
) -> Iterator[Problem]:
    """The constants of one column that are of another type."""
    query = f"SELECT DISTINCT c{place} FROM {reports.table} ORDER BY ALL"  # noqa: S608  # names of our own
    cursor = reports.database.cursor().execute(query)
    because = f"argument {place + 1} of '{reports.relation}' is declared as {a(type_)} now"
    shown = 0
    while shown < SHOWN and (rows := cursor.fetchmany(1_000)):
        for (code,) in rows:
            problem = constant_problem(schema, type_, dictionary.node(code), because, None)
            if problem is not None:
                hint = f"'{base.path}' was made without that declaration: import it again together with it"
                yield Problem("bad-row", None, f"{base.path}: {problem.message}", hint)
                shown += 1
            if shown == SHOWN:
                break
