"""The base as one JSON document: what is declared, and every relation with its rows and their evidence."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from alignment.exchange.content import Content
from alignment.exchange.lines import Lines, separated
from alignment.exchange.records import columns_of
from alignment.exchange.shapes import ReportShape, Shape
from alignment.exchange.targets import Part
from alignment.factbase.dictionary import Sort, Value
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
    lines = Lines(content, content.evaluated, {name: _shape(content, name) for name in content.public})
    for i, name in enumerate(content.public):
        yield from _relation(content, lines, name, last=i + 1 == len(content.public))
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
    yield from separated([f"    {json_text(name)}: {json_text(item)}" for name, item in items.items()])
    yield "  },"


def _relation(content: Content, lines: Lines, name: str, *, last: bool) -> Iterator[str]:
    relation = content.declared(name)
    columns = [{"name": column.name, "type": column.type} for column in columns_of(content, name)]
    yield f"    {json_text(name)}: {{"
    yield f'      "kind": {json_text(relation.kind if relation else "undeclared")},'
    yield f'      "columns": {json_text(columns)},'
    yield '      "rows": ['
    yield from _rows(lines, name, reported=name in content.evaluation.facts.tables)
    yield "      ]"
    yield "    }" if last else "    },"


def _rows(lines: Lines, name: str, *, reported: bool) -> Iterator[str]:
    """The values of each row, and its reports; a row without reports is derived."""
    if not reported:
        yield from lines.of(name, separator=",")
        return
    yield from separated(f"{row}{', '.join(reports)}{_END}" for row, reports in lines.records(name, _REPORT))


def _shape(content: Content, name: str) -> Shape:
    end = "" if name in content.evaluation.facts.tables else _END
    before, after = '        {"values": [', f'], "reports": [{end}'
    return Shape(before, ", ", after, (_spelled,) * content.arity(name), f"{before}{after}")


def _spelled(value: Value, _: Sort) -> str:
    return json_text(value)


_END = "]}"
_REPORT = ReportShape("{", ", ", "}", lambda column, value: f"{json_text(column)}: {json_text(value)}", missing=None)
