"""The rows of a relation as records for tables: values, where a row comes from, and the evidence of its reports."""

from __future__ import annotations

from collections.abc import Iterator

from alignment.checks.model import ANY
from alignment.exchange.content import Content
from alignment.exchange.names import relation_names
from alignment.factbase.report import Report
from alignment.records import frozen
from alignment.render.rows import Field

EVIDENCE = {"source": "text", "quote": "text", "confidence": "number", "since": "date", "until": "date", "on": "date"}
"""What is known of a report, with the type of each."""

ORIGIN = "origin"
"""The column that says `reported` or `derived`."""


@frozen
class Column:
    """A column of a table: its name, and the type of its values as declared."""

    name: str
    type: str


def columns_of(content: Content, name: str) -> list[Column]:
    """The columns of a relation's arguments; one without a declaration has `c1`, `c2`, …"""
    relation = content.declared(name)
    parameters = relation.parameters if relation else ()
    return [Column(one.name or f"c{i}", one.type or ANY) for i, one in enumerate(parameters, 1)]


def all_columns(content: Content, name: str) -> list[Column]:
    """The columns of a table: arguments, origin, and evidence where the relation is one that people report.

    One that is named like an argument is called `report_…`.
    """
    own = columns_of(content, name)
    taken = {column.name for column in own}
    added = {ORIGIN: "text", **(EVIDENCE if is_reported(content, name) else {})}
    for column, type_ in added.items():
        new = column
        while new in taken:
            new = f"report_{new}"
        taken.add(new)
        own.append(Column(new, type_))
    return own


def is_reported(content: Content, name: str) -> bool:
    """Whether people report the relation; others are only concluded."""
    return name not in content.schema.concluded


def records(content: Content, name: str) -> Iterator[list[Field]]:
    """A record for each report in view, and one for each row that only rules give."""
    decode = content.dictionary.decode
    width = len(EVIDENCE) if is_reported(content, name) else 0
    for row in content.derived(name):
        values: list[Field] = [decode(code) for code in row]
        reports = content.reports(name, row) if width else ()
        for report in reports:
            yield [*values, "reported", *evidence_of(report)]
        if not reports:
            yield [*values, "derived", *[None] * width]


def evidence_of(report: Report) -> list[Field]:
    """The values of the evidence columns."""
    return [report.source, report.quote, report.confidence, report.since, report.until, report.on]


def file_names(content: Content) -> dict[str, str]:
    """A name for the file of each relation: `neg_p` for `-p`, a plain one where letters are odd."""
    return relation_names(content.public, lambda name: name.isascii() and name.isidentifier() and name[0] != "_")
