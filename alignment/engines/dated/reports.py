"""The reported rows of a base with their days: of all reports that a view trusts, whatever its own date."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from alignment.engines.dated.days import ALWAYS, END, FIRST, Days
from alignment.engines.dated.relation import DatedRelation
from alignment.engines.dated.spans import ByStrength, add
from alignment.factbase.reading import evidence_of
from alignment.factbase.relation import Row
from alignment.factbase.report import Report, View
from alignment.factbase.strengths import CERTAIN, report_strength
from alignment.factbase.tables import FactBase
from alignment.program.model import Evidence


def reported(facts: FactBase, name: str, evidence: Evidence | None, view: View) -> DatedRelation:
    """The rows of a table, or of an evidence relation, each on the days of its reports."""
    table = facts.tables.get(evidence.base if evidence else name)
    relation = DatedRelation()
    if table is not None:
        trusted = replace(view, as_of=None)
        wanted = evidence or Evidence(name, ())
        written = evidence_of(table, wanted, trusted, facts.dictionary)
        relation.add((row, ALWAYS if report is None else _days(report)) for row, report in written)
        for one in table.imported:
            taken_back, arity = table.taken_back, one.arity
            rows = one.dated(wanted, trusted, facts.dictionary)
            relation.add((row, days) for row, days in _periods(rows) if row[:arity] not in taken_back)
    return relation


def reported_strengths(
    facts: FactBase, name: str, evidence: Evidence | None, view: View
) -> dict[Row, ByStrength] | None:
    """The same rows, each with how strong its reports are and the days of these; None where some are imported."""
    table = facts.tables.get(evidence.base if evidence else name)
    found: dict[Row, ByStrength] = {}
    if table is None:
        return found
    if table.imported:
        return None
    for row, report in evidence_of(table, evidence or Evidence(name, ()), replace(view, as_of=None), facts.dictionary):
        days = ALWAYS if report is None else _days(report)
        if days:
            strength = CERTAIN if report is None else report_strength((report,))
            add(found.setdefault(row, {}), strength, days)
    return found


def _days(report: Report) -> Days:
    if report.begin is None and report.until is None:
        return ALWAYS
    begin = FIRST if report.begin is None else report.begin.toordinal()
    end = END if report.until is None else report.until.toordinal()
    return (begin, end) if begin < end else ()


def _periods(rows: Iterable[tuple[Row, int | None, int | None]]) -> Iterator[tuple[Row, Days]]:
    for row, since, until in rows:
        if since is None and until is None:
            yield row, ALWAYS
        else:
            begin, end = FIRST if since is None else since, END if until is None else until
            if begin < end:
                yield row, (begin, end)
