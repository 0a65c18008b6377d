"""The base as one JSON document: what is declared, and every relation with its rows and their evidence."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from alignment.exchange.content import Content
from alignment.exchange.records import EVIDENCE, columns_of, evidence_of
from alignment.exchange.targets import Part
from alignment.factbase.relation import Row
from alignment.render.rows import json_text


def parts(content: Content) -> Iterator[Part]:
    """The one file of the export."""
    yield Part("base.json", json_lines(content))


def json_lines(content: Content) -> Iterator[str]:
    """The lines of the document; a row has a line of its own."""
    yield "{"
    yield f'  "view": {json_text(_view(content))},'
    yield from _object("sources", _sources(content))
    yield from _object("entities", _entities(content))
    yield '  "relations": {'
    for i, name in enumerate(content.public):
        yield from _relation(content, name, last=i + 1 == len(content.public))
    yield "  }"
    yield "}"


def _view(content: Content) -> dict[str, Any]:
    view = content.evaluation.view
    as_of = view.as_of.isoformat() if view.as_of else "ever"
    return {"as_of": as_of, "min_confidence": view.min_confidence, "without": sorted(view.without)}


def _sources(content: Content) -> dict[str, Any]:
    return {
        one.id: {"title": one.title, "date": one.date, "reliability": one.reliability, "url": one.url}
        for one in sorted(content.schema.sources.values(), key=lambda one: one.id)
    }


def _entities(content: Content) -> dict[str, Any]:
    return {
        one.id: {"types": one.types, "name": one.name, "aliases": one.aliases}
        for one in sorted(content.schema.entities.values(), key=lambda one: one.id)
    }


def _object(key: str, items: dict[str, Any]) -> Iterator[str]:
    """An object with a line for each of its members."""
    yield f"  {json_text(key)}: {{"
    yield from _separated([f"    {json_text(name)}: {json_text(item)}" for name, item in items.items()])
    yield "  },"


def _relation(content: Content, name: str, *, last: bool) -> Iterator[str]:
    relation = content.declared(name)
    columns = [{"name": column.name, "type": column.type} for column in columns_of(content, name)]
    yield f"    {json_text(name)}: {{"
    yield f'      "kind": {json_text(relation.kind if relation else "undeclared")},'
    yield f'      "columns": {json_text(columns)},'
    yield '      "rows": ['
    yield from _separated([f"        {json_text(_row(content, name, row))}" for row in content.derived(name)])
    yield "      ]"
    yield "    }" if last else "    },"


def _row(content: Content, name: str, row: Row) -> dict[str, Any]:
    """The values of a row, and its reports; a row without reports is derived."""
    reports = [
        {key: value for key, value in zip(EVIDENCE, evidence_of(report), strict=True) if value is not None}
        for report in content.reports(name, row)
    ]
    return {"values": [content.dictionary.decode(code) for code in row], "reports": reports}


def _separated(lines: list[str]) -> Iterator[str]:
    for i, line in enumerate(lines, 1):
        yield line if i == len(lines) else f"{line},"
