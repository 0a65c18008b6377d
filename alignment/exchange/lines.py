"""Rows of relations as text in their order, batch by batch: what files of other systems are made of.

Few rows are sorted and spelled here. Many stay in the database, which sorts them (`exchange.bulk`): a base on disk
may be larger than memory. Both give the same text.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING, TypeAlias

from alignment.exchange.content import Content
from alignment.exchange.records import EVIDENCE, evidence_of
from alignment.exchange.shapes import ReportShape, Shape, Spell, Texts
from alignment.factbase.relation import Relation
from alignment.factbase.report import Report

if TYPE_CHECKING:
    from alignment.exchange.bulk import Bulk

BATCH = 10_000
"""Rows that are handed on at once."""

Record: TypeAlias = tuple[str, Sequence[str]]
"""The text of a row, and those of its reports; none of a row that only rules give."""


class Lines:
    """Relations as lines of text."""

    def __init__(self, content: Content, relations: Mapping[str, Relation], shapes: Mapping[str, Shape]) -> None:
        self.content = content
        self.relations = relations
        self.shapes = shapes
        self._texts: dict[Spell, Texts] = {}
        self._bulk: Bulk | None = None
        if content.is_large(relations.values()):
            from alignment.exchange.bulk import Bulk  # noqa: PLC0415  # only many rows pay for the database

            self._bulk = Bulk(content, relations, shapes)

    def of(self, name: str, separator: str = "") -> Iterator[str]:
        """The rows of a relation, many lines at a time, with a separator behind each but the last."""
        if self._bulk is not None:
            lines = (line for batch in self._bulk.lines(name) for line in batch)
        else:
            shape, rows = self.shapes[name], self.content.in_order(self.relations[name])
            lines = (self._line(shape, row) for row in rows)
        yield from separated(lines, separator) if separator else _batches(lines)

    def reported(self, name: str, shape: ReportShape, derived: str) -> Iterator[str]:
        """A line for each report of a row; where there is none, the row is `derived`. Many lines at a time."""
        if self._bulk is not None:
            yield from ("\n".join(batch) for batch in self._bulk.reported(name, shape, derived))
            return
        lines = (f"{row}{report}" for row, reports in self.records(name, shape) for report in reports or (derived,))
        yield from _batches(lines)

    def records(self, name: str, shape: ReportShape) -> Iterator[Record]:
        """The rows of a relation, each with its reports."""
        if self._bulk is not None:
            yield from self._bulk.records(name, shape)
            return
        for row in self.content.in_order(self.relations[name]):
            reports = [_report(shape, one) for one in self.content.reports(name, row)]
            yield self._line(self.shapes[name], row), reports

    def _line(self, shape: Shape, row: Sequence[int]) -> str:
        if not row:
            return shape.empty
        inside = [self._spelled(spell)[code] for spell, code in zip(shape.spells, row, strict=True)]
        return f"{shape.before}{shape.between.join(inside)}{shape.after}"

    def _spelled(self, spell: Spell) -> Texts:
        found = self._texts.get(spell)
        if found is None:
            found = self._texts[spell] = Texts(self.content.dictionary, spell)
        return found


def separated(lines: Iterable[str], separator: str = ",") -> Iterator[str]:
    """The lines, many at a time, with a separator behind each but the last."""
    before: str | None = None
    for batch in _batches(iter(lines), f"{separator}\n"):
        if before is not None:
            yield f"{before}{separator}"
        before = batch
    if before is not None:
        yield before


def _batches(lines: Iterator[str], between: str = "\n") -> Iterator[str]:
    while batch := list(islice(lines, BATCH)):
        yield between.join(batch)


def _report(shape: ReportShape, report: Report) -> str:
    values = zip(EVIDENCE, evidence_of(report), strict=True)
    cells = [shape.missing if value is None else shape.cell(column, value) for column, value in values]
    return f"{shape.before}{shape.between.join(cell for cell in cells if cell is not None)}{shape.after}"
