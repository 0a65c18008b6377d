"""The strengths of reported rows as a view sees them: of several independent reports the strongest counts."""

from __future__ import annotations

import weakref
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, TypeAlias

from alignment.factbase.reading import evidence_of
from alignment.factbase.relation import Row
from alignment.factbase.report import Reports, View
from alignment.factbase.strengths import CERTAIN, MemoryStrengths, Strengths, memory_strengths, report_strength
from alignment.factbase.table import Table
from alignment.factbase.tables import FactBase
from alignment.program.model import Evidence

if TYPE_CHECKING:
    from alignment.factbase.importing.reports import ImportedReports

Weighed: TypeAlias = Iterable[tuple[Row, float]]


def reported_strengths(facts: FactBase, relation: str, view: View) -> Strengths | None:
    """The strengths of a relation's reported rows; None where all that the view sees is certain."""
    table = facts.tables.get(relation)
    if table is None:
        return None
    if all(one.is_certain for one in table.imported):
        weak = _weak(table, view)
        if not weak or not table.imported:
            return MemoryStrengths(weak) if weak else None
    queries = [one.rows(view, facts.dictionary, weighed=True) for one in table.imported]
    return _stored(table.imported[0], table.imported[0].arity, queries, _written(table, view), table.taken_back)


def evidence_strengths(facts: FactBase, evidence: Evidence, view: View) -> Strengths | None:
    """The same for the rows of an evidence relation, each with the reports that have that evidence."""
    table = facts.tables.get(evidence.base)
    if table is None:
        return None
    written = list(_written_evidence(table, evidence, view, facts))
    doubted = memory_strengths(written)
    if doubted is None and all(one.is_certain for one in table.imported):
        return None
    if not table.imported:
        return doubted
    asked = (one.evidence(evidence, view, facts.dictionary, weighed=True) for one in table.imported)
    queries = [query for query in asked if query is not None]
    width = table.imported[0].arity + len(evidence.columns)
    return _stored(table.imported[0], width, queries, written, table.taken_back)


def _weak(table: Table, view: View) -> Mapping[Row, float]:
    """The written rows that are less than certain, if they are seen: a row of one report is as sure in every view."""
    found = _alone.get(table)
    if found is None:
        rows = [(row, reports) for row, reports in table.annotated.items() if row not in table.plain]
        alone = {row: report_strength(reports) for row, reports in rows if len(reports) == 1}
        several = [(row, reports) for row, reports in rows if len(reports) > 1]
        found = _alone[table] = ({row: one for row, one in alone.items() if one != CERTAIN}, several)
    weak, several = found
    if not several:
        return weak
    sees = view.seeing()
    seen = ((row, tuple(filter(sees, reports))) for row, reports in several)
    strengths = ((row, report_strength(reports)) for row, reports in seen if reports)
    return weak | {row: one for row, one in strengths if one != CERTAIN}


_alone: weakref.WeakKeyDictionary[Table, tuple[dict[Row, float], list[tuple[Row, Reports]]]]
_alone = weakref.WeakKeyDictionary()
"""Of each table how sure its rows of one report are, where less than certain, and the rows of several reports."""


def _written(table: Table, view: View) -> Weighed:
    for row in table.plain:
        yield row, CERTAIN
    yield from _annotated(table, view)


def _annotated(table: Table, view: View) -> Weighed:
    """The rows that no plain fact makes certain, each with the strongest report that is seen."""
    sees, plain = view.seeing(), table.plain
    for row, reports in table.annotated.items():
        if row not in plain:
            seen = tuple(filter(sees, reports))
            if seen:
                yield row, report_strength(seen)


def _written_evidence(table: Table, evidence: Evidence, view: View, facts: FactBase) -> Weighed:
    for row, report in evidence_of(table, evidence, view, facts.dictionary):
        yield row, CERTAIN if report is None else report_strength((report,))


def _stored(
    one: ImportedReports, width: int, queries: Sequence[str], written: Weighed, taken_back: Iterable[Row]
) -> Strengths:
    from alignment.factbase.stored import stored_strengths  # noqa: PLC0415  # only imports pay for DuckDB

    return stored_strengths(one.database, width, queries, list(written), taken_back)
