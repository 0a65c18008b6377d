"""All tables of a base: made of its checked facts, read through views, and edited fact by fact."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable, Mapping
from dataclasses import field
from typing import TYPE_CHECKING

from alignment.checks.context import merge_annotations
from alignment.checks.model import FactGroup, Schema
from alignment.checks.schema import relation_of
from alignment.factbase.dictionary import Dictionary
from alignment.factbase.reading import Reading
from alignment.factbase.relation import Row
from alignment.factbase.report import Report, Reports, View
from alignment.factbase.table import Filling, Table
from alignment.language import tree
from alignment.language.bulk import FactColumns
from alignment.program.model import Evidence
from alignment.records import frozen
from alignment.source import Span

if TYPE_CHECKING:
    from alignment.factbase.importing.reports import ImportedReports


@frozen
class FactBase:
    """All tables of a base by relation key (`supplies`, `-sanctions`, and each entity type).

    `lasting` tells what is written in them from all else that could be, in every process; None if nothing does.
    """

    tables: Mapping[str, Table] = field(default_factory=dict)
    dictionary: Dictionary = field(default_factory=Dictionary)
    lasting: str | None = None

    def __len__(self) -> int:
        return sum(len(table) for table in self.tables.values())

    def reports(self, relation: str, row: Row) -> Reports:
        """Every report of a row, in the order in which they were read."""
        table = self.tables.get(relation)
        if table is None:
            return ()
        written = table.reports(row)
        if not table.imported or row in table.taken_back:
            return written
        return (*written, *(report for one in table.imported for report in one.reports(row, self.dictionary)))

    def supposing(self, rows: Mapping[str, Collection[Row]]) -> FactBase:
        """The tables with some rows more, certain and for all times, that nobody reports."""
        tables = dict(self.tables)
        for name, more in rows.items():
            filling = Filling()
            filling.add_plain(list(more), None)
            tables[name] = tables.get(name, Table()).extended(filling.table())
        return FactBase(tables, self.dictionary)

    def turning(self, relation: str, view: View) -> set[datetime.date]:
        """The days on which what is seen of a relation may change, whatever the day of the view."""
        table = self.tables.get(relation)
        if table is None:
            return set()
        imported = (day for one in table.imported for day in one.turning(view, self.dictionary))
        return {*table.turning(view), *imported}

    def reading(self, relation: str, view: View, evidence: Evidence | None = None) -> Reading | None:
        """What is read of a relation's reports in a view, or of their evidence; None if it has no table."""
        table = self.tables.get(relation)
        return None if table is None else Reading(table, view, self.dictionary, evidence)


def build(
    groups: Iterable[FactGroup],
    schema: Schema,
    dictionary: Dictionary,
    hidden: Iterable[tuple[str, Row]] = (),
    imported: Iterable[ImportedReports] = (),
) -> FactBase:
    """The tables of facts in file order, imports and the schema's entities, without the rows in `hidden`."""
    fillings: dict[str, Filling] = {name: Filling() for name in schema.types}
    for entity in schema.entities.values():
        row: Row = (dictionary.symbol(entity.id),)
        for type_ in entity.types:
            fillings[type_].annotated[row] = (Report(span=entity.span),)
    _fill(fillings, groups, schema, dictionary)
    for one in imported:
        fillings.setdefault(one.relation, Filling()).imported.append(one)
    taken_back = _by_relation(hidden)
    return FactBase(
        {name: filling.table(taken_back.get(name, ())) for name, filling in fillings.items()}, dictionary
    )


def edited(
    facts: FactBase, groups: Iterable[FactGroup], schema: Schema, hidden: Iterable[tuple[str, Row]]
) -> FactBase:
    """The tables with some facts more, and without the rows in `hidden` and no others.

    It costs what is added, not what is there. The facts are of a base that has no more entities or imports.
    """
    fillings: dict[str, Filling] = {}
    _fill(fillings, groups, schema, facts.dictionary)
    taken_back = _by_relation(hidden)
    tables = dict(facts.tables)
    for name, filling in fillings.items():
        tables[name] = tables.get(name, Table()).extended(filling.table())
    for name, table in tables.items():
        rows = frozenset(taken_back.get(name, ()))
        if rows != table.taken_back:
            tables[name] = table.without(rows)
    return FactBase(tables, facts.dictionary)


def _by_relation(hidden: Iterable[tuple[str, Row]]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for relation, row in hidden:
        found.setdefault(relation, []).append(row)
    return found


def _fill(
    fillings: dict[str, Filling], groups: Iterable[FactGroup], schema: Schema, dictionary: Dictionary
) -> None:
    for group in groups:
        filling = fillings.setdefault(relation_of(group), Filling())
        if isinstance(group, FactColumns):
            _add_columns(filling, group, schema, dictionary)
        else:
            _add_fact(filling, group, schema, dictionary)


def row_of(atom: tree.Atom, dictionary: Dictionary) -> Row:
    """The encoded arguments of a ground atom."""
    return tuple([dictionary.constant(arg) for arg in atom.args])  # type: ignore[arg-type]  # checked: ground


def _add_fact(filling: Filling, fact: tree.Fact, schema: Schema, dictionary: Dictionary) -> None:
    row = row_of(fact.atom, dictionary)
    if fact.annotations:
        filling.add_reports(row, reports_of(fact.annotations, schema, fact))
    else:
        filling.add_plain([row], fact)


def _add_columns(filling: Filling, run: FactColumns, schema: Schema, dictionary: Dictionary) -> None:
    ids: dict[str, int] = {}
    for column in run.columns:
        for token in set(column).difference(ids):
            ids[token] = dictionary.constant(run.constant(token))
    look_up = ids.__getitem__
    rows: list[Row] = list(zip(*[map(look_up, column) for column in run.columns], strict=True))
    if not run.columns:
        rows = [()] * len(run)
    if run.tails is None and not run.annotations:
        filling.add_plain(rows, run)
        return
    tails = run.tails or [""] * len(run)
    templates: dict[str, Reports] = {}
    for tail in set(tails):
        merged = merge_annotations(run.annotations, run.annotations_of(tail) if tail else ())
        templates[tail] = reports_of(merged, schema, None) if merged else ()
    for i, (row, tail) in enumerate(zip(rows, tails, strict=True)):
        reports = templates[tail]
        if reports:
            placed = tuple([_placed(report, run.span(i)) for report in reports])
            filling.add_reports(row, placed)
        else:
            filling.add_plain([row], run.fact(i))


def _placed(report: Report, span: Span) -> Report:
    return Report(
        report.source, report.quote, report.confidence, report.since, report.until, report.on, span
    )


def reports_of(annotations: tuple[tree.Annotation, ...], schema: Schema, fact: tree.Fact | None) -> Reports:
    """The independent reports that a fact's annotations make: one for each `from`, or one without."""
    since = until = on = stated = None
    sources: list[tree.From] = []
    for annotation in annotations:
        match annotation:
            case tree.From():
                sources.append(annotation)
            case tree.Since(date=tree.Date(value=day)):
                since = day
            case tree.Until(date=tree.Date(value=day)):
                until = day
            case tree.On(date=tree.Date(value=day)):
                on = day
            case tree.During(start=tree.Date(value=first), end=tree.Date(value=last)):
                since, until = first, last
            case tree.Confidence():
                stated = likelihood(annotation.value)
    span = fact.span if fact else None
    if not sources:
        return (Report(None, None, 1.0 if stated is None else stated, since, until, on, span),)
    return tuple(
        Report(
            source.source.name,
            source.quote,
            schema.sources[source.source.name].confidence if stated is None else stated,
            since,
            until,
            on,
            span,
        )
        for source in sources
        if isinstance(source.source, tree.Symbol)
    )


def likelihood(value: tree.Term) -> float | None:
    """The number that a stated confidence means; a word of likelihood stands for its midpoint."""
    match value:
        case tree.Symbol(name=word):
            return tree.LIKELIHOOD.get(word)
        case tree.Integer(value=number) | tree.Decimal(value=number):
            return float(number)
        case _:
            return None
