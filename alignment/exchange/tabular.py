"""The relations as CSV and Parquet files, one a relation, reported and derived."""

from __future__ import annotations

import datetime
import io
from collections.abc import Iterator, Sequence
from typing import Any

from alignment.exchange.content import Content
from alignment.exchange.records import Column, all_columns, file_names, records
from alignment.exchange.targets import Part
from alignment.problems import AlignmentError, Problem
from alignment.render.rows import Field, csv_text


def csv_parts(content: Content) -> Iterator[Part]:
    """A CSV file for each relation, with a header."""
    for name, file in file_names(content).items():
        yield Part(f"{file}.csv", _csv(content, name))


def _csv(content: Content, name: str) -> Iterator[str | bytes]:
    columns = [column.name for column in all_columns(content, name)]
    yield csv_text(columns, list(records(content, name))).removesuffix("\n")


def parquet_parts(content: Content) -> Iterator[Part]:
    """A Parquet file for each relation. Raises AlignmentError where pyarrow is missing."""
    try:
        import pyarrow  # noqa: F401, PLC0415  # an extra: imported when used
    except ImportError:
        message = "Parquet needs pyarrow, which is not installed"
        raise AlignmentError(Problem("usage", None, message, "pip install 'alignment[arrow]'")) from None
    for name, file in file_names(content).items():
        yield Part(f"{file}.parquet", _parquet(content, name))


def _parquet(content: Content, name: str) -> Iterator[str | bytes]:
    import pyarrow  # noqa: PLC0415  # an extra: imported when used
    import pyarrow.parquet  # noqa: PLC0415  # likewise

    columns, rows = all_columns(content, name), list(records(content, name))
    arrays = [_array(column, [row[i] for row in rows]) for i, column in enumerate(columns)]
    sink = io.BytesIO()
    pyarrow.parquet.write_table(pyarrow.table(arrays, names=[column.name for column in columns]), sink)
    yield sink.getvalue()


def _array(column: Column, values: Sequence[Field]) -> Any:  # noqa: ANN401  # an Arrow array; pyarrow has no types
    """The values in the type of their column: what they all are, what was declared, or text."""
    import pyarrow  # noqa: PLC0415  # an extra: imported when used

    kinds = {type(value) for value in values if value is not None}
    if kinds == {int}:
        return pyarrow.array(values, pyarrow.int64())
    if kinds in ({float}, {int, float}) or (not kinds and column.type == "number"):
        return pyarrow.array([None if value is None else float(value) for value in values], pyarrow.float64())  # type: ignore[arg-type]  # numbers
    if kinds == {datetime.date} or (not kinds and column.type == "date"):
        return pyarrow.array(values, pyarrow.date32())
    return pyarrow.array([None if value is None else str(value) for value in values], pyarrow.string())
