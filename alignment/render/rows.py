"""Rows of results in the formats of other programs: CSV, JSON, JSON lines and Parquet."""

from __future__ import annotations

import csv
import datetime
import io
import json
from collections.abc import Sequence
from typing import Any, TypeAlias

Field: TypeAlias = str | int | float | bool | datetime.date | tuple[str, ...] | None
"""What a row may hold: a constant, an empty field, or several names (sources)."""

_WRITTEN = frozenset((str, int, float, datetime.date, type(None)))
"""What the writer of CSV writes as is done here."""


def written_rows(columns: Sequence[str], rows: Sequence[Sequence[Field]], form: str) -> str | bytes:
    """Rows in a machine format; bytes for Parquet. Raises ValueError for a format that is none of these."""
    match form:
        case "csv":
            return csv_text(columns, rows)
        case "json":
            objects = [_object(columns, row) for row in rows]
            lines = ",\n".join(f"  {json_text(item)}" for item in objects)
            return f"[\n{lines}\n]" if lines else "[]"
        case "jsonl":
            return "\n".join(json_text(_object(columns, row)) for row in rows)
        case "parquet":
            return parquet_bytes(columns, rows)
        case _:
            message = f"there is no format '{form}' for rows: use table, csv, json, jsonl or parquet"
            raise ValueError(message)


def csv_text(columns: Sequence[str], rows: Sequence[Sequence[Field]]) -> str:
    """Comma-separated with a header; dates in ISO 8601, an unknown number empty, names joined by `; `."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    kinds = {type(value) for row in rows for value in row}
    writer.writerows(rows if kinds <= _WRITTEN else ([_plain(value) for value in row] for row in rows))
    return out.getvalue()


def json_text(value: object) -> str:
    """JSON on one line, letters of all scripts as they are, dates in ISO 8601."""
    return json.dumps(value, ensure_ascii=False, default=str)


def parquet_bytes(columns: Sequence[str], rows: Sequence[Sequence[Field]]) -> bytes:
    """A Parquet file. A column that mixes types is text. Needs `pip install alignment[arrow]`."""
    import pyarrow  # noqa: PLC0415  # an extra: imported when used
    import pyarrow.parquet  # noqa: PLC0415  # likewise

    arrays = [_arrow([row[i] for row in rows]) for i in range(len(columns))]
    sink = io.BytesIO()
    pyarrow.parquet.write_table(pyarrow.table(arrays, names=list(columns)), sink)
    return sink.getvalue()


def _arrow(values: Sequence[Field]) -> Any:  # noqa: ANN401  # an Arrow array; pyarrow has no types
    import pyarrow  # noqa: PLC0415  # an extra: imported when used

    kinds = {type(value) for value in values if value is not None}
    if kinds == {tuple}:
        return pyarrow.array(values, pyarrow.list_(pyarrow.string()))
    if not kinds:
        return pyarrow.array(values, pyarrow.float64())
    mixed = len(kinds) > 1 and kinds != {int, float}
    too_large = any(isinstance(value, int) and not -(2**63) <= value < 2**63 for value in values)
    if mixed or too_large:
        return pyarrow.array([None if value is None else _plain(value) for value in values])
    return pyarrow.array(values, pyarrow.float64() if kinds == {int, float} else None)


def _object(columns: Sequence[str], row: Sequence[Field]) -> dict[str, Field]:
    return dict(zip(columns, row, strict=True))


def _plain(value: Field) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case tuple():
            return "; ".join(value)
        case datetime.date():
            return value.isoformat()
        case _:
            return str(value)
