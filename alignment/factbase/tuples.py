"""Rows from Python as facts of the language: tuples, Arrow, pandas and polars tables, CSV and Parquet files.

Rows become text and go the way of every other fact, so they meet the same checks and carry a place.
"""

from __future__ import annotations

import csv
import datetime
from collections.abc import Iterable, Sequence
from os import PathLike
from pathlib import Path
from typing import Any

from alignment.checks.model import Relation
from alignment.language import tree
from alignment.language.printer import format_node
from alignment.problems import AlignmentError, Problem


def facts_text(relation: str, rows: Any, declared: Relation | None) -> str:  # noqa: ANN401  # see `_records`
    """One fact a line for the rows of a table; `declared` tells a text from a symbol.

    Raises AlignmentError with a `bad-row` problem for each of the first ten rows that do not fit.
    """
    facts: list[str] = []
    problems: list[Problem] = []
    expected = declared.arity if declared else None
    for number, record in enumerate(_records(rows), 1):
        width = len(record)
        expected = width if expected is None else expected
        if width != expected:
            message = f"row {number} has {width} values, but '{relation}' takes {expected}"
            problems.append(Problem("bad-row", None, message))
        else:
            try:
                facts.append(_fact(relation, record, declared))
            except (TypeError, ValueError) as error:
                problems.append(Problem("bad-row", None, f"row {number}: {error}"))
        if len(problems) == 10:
            break
    if problems:
        raise AlignmentError(problems)
    return "\n".join(facts)


def _fact(relation: str, record: Sequence[Any], declared: Relation | None) -> str:
    types = [parameter.type for parameter in declared.parameters] if declared else ["any"] * len(record)
    args = tuple(_constant(value, type_) for value, type_ in zip(record, types, strict=True))
    atom = tree.Atom(relation.removeprefix("-"), args, negative=relation.startswith("-"))
    return format_node(tree.Fact(atom))


def _constant(value: Any, type_: str) -> tree.Constant:  # noqa: ANN401  # whatever a table holds
    """The constant that a cell stands for in a column of a type; a CSV's cells are all text."""
    value = value.item() if hasattr(value, "item") else value  # a NumPy scalar
    if isinstance(value, str):
        return _from_text(value, type_)
    if isinstance(value, bool):
        return tree.Symbol(str(value).lower())
    if isinstance(value, int):
        return tree.Integer(value)
    if isinstance(value, float):
        if value != value or value in (float("inf"), float("-inf")):  # noqa: PLR0124  # NaN is not itself
            message = f"{value} is not a number that can be reasoned with"
            raise ValueError(message)
        return tree.Decimal(value)
    if isinstance(value, datetime.datetime):
        return tree.Date(value.date())
    if isinstance(value, datetime.date):
        return tree.Date(value)
    message = "an empty cell" if value is None else f"a value of type {type(value).__name__}"
    raise TypeError(f"{message} is no constant")  # becomes the problem's sentence


def _from_text(text: str, type_: str) -> tree.Constant:
    if type_ == "text":
        return tree.Text(text)
    if type_ == "date":
        return tree.Date(datetime.date.fromisoformat(text))
    if type_ == "number":
        return tree.Decimal(float(text)) if any(mark in text for mark in ".eE") else tree.Integer(int(text))
    return tree.Symbol(text)


def _records(rows: Any) -> Iterable[Sequence[Any]]:  # noqa: ANN401  # duck-typed: no table library is imported
    """The rows of whatever people hand in, each a sequence of cells."""
    if isinstance(rows, str | PathLike):
        return _file_records(Path(rows))
    if hasattr(rows, "to_pylist"):  # an Arrow table or record batch
        return [list(record.values()) for record in rows.to_pylist()]
    if hasattr(rows, "itertuples"):  # a pandas frame
        return [list(record) for record in rows.itertuples(index=False, name=None)]
    if hasattr(rows, "iter_rows"):  # a polars frame
        return [list(record) for record in rows.iter_rows()]
    return [list(record) for record in rows]


def _file_records(path: Path) -> Iterable[Sequence[Any]]:
    """The rows of a CSV file with a header line, or of a Parquet file."""
    if not path.is_file():
        raise AlignmentError(Problem("no-such-file", None, f"there is no file '{path}'"))
    if path.suffix == ".parquet":
        import pyarrow.parquet  # noqa: PLC0415  # an extra: imported when used

        return _records(pyarrow.parquet.read_table(path))
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file, delimiter="\t" if path.suffix == ".tsv" else ",")
        return list(reader)[1:]
