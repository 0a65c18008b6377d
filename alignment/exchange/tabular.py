"""The relations as CSV files, one a relation, reported and derived."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from alignment.exchange.content import Content
from alignment.exchange.lines import Lines
from alignment.exchange.records import EVIDENCE, all_columns, file_names, is_reported
from alignment.exchange.shapes import ReportShape, Shape
from alignment.exchange.targets import Part
from alignment.factbase.dictionary import Sort, Value

REPORTED = ReportShape("reported,", ",", "", lambda _, value: cell(value), missing="")
DERIVED = "derived"


def csv_parts(content: Content) -> Iterator[Part]:
    """A CSV file for each relation, with a header."""
    lines = Lines(content, content.evaluated, {name: _shape(content, name) for name in content.public})
    for name, file in file_names(content).items():
        yield Part(f"{file}.csv", _csv(content, name, lines))


def _csv(content: Content, name: str, lines: Lines) -> Iterator[str]:
    yield ",".join(cell(column.name) for column in all_columns(content, name))
    if is_reported(content, name):
        yield from lines.reported(name, REPORTED, DERIVED + "," * len(EVIDENCE))
    else:
        yield from lines.of(name)


def _shape(content: Content, name: str) -> Shape:
    """The arguments, and the origin behind them where all rows have the same."""
    origin = "" if is_reported(content, name) else DERIVED
    return Shape("", ",", f",{origin}", (_spelled,) * content.arity(name), origin)


def _spelled(value: Value, _: Sort) -> str:
    return cell(value)


def cell(value: object) -> str:
    """A value as a cell, in quotes where it needs them."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerow([value, ""])
    return out.getvalue().removesuffix(",\n")
