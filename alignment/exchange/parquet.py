"""The relations as Parquet files, one a relation, reported and derived."""

from __future__ import annotations

import datetime
import io
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeAlias

from alignment.exchange.content import Content
from alignment.exchange.records import Column, all_columns, columns_of, file_names, is_reported, records
from alignment.exchange.shapes import Shape
from alignment.exchange.targets import Part
from alignment.factbase.dictionary import Sort, Value
from alignment.problems import AlignmentError, Problem
from alignment.render.rows import Field

Batches: TypeAlias = Callable[[str], Any]
"""Gives the rows of a relation as a reader of Arrow batches."""

_SQL = {int: "BIGINT", float: "DOUBLE", datetime.date: "DATE", str: "VARCHAR"}

LARGEST = 2**63 - 1


def parquet_parts(content: Content) -> Iterator[Part]:
    """A Parquet file for each relation. Raises AlignmentError where pyarrow is missing."""
    try:
        import pyarrow  # noqa: F401, PLC0415  # an extra: imported when used
    except ImportError:
        message = "Parquet needs pyarrow, which is not installed"
        raise AlignmentError(Problem("usage", None, message, "pip install 'alignment[arrow]'")) from None
    large = content.is_large(content.evaluated.values())
    batches = _in_database(content) if large else lambda name: _in_memory(content, name)
    for name, file in file_names(content).items():
        yield Part(f"{file}.parquet", _parquet(name, batches))


def _parquet(name: str, batches: Batches) -> Iterator[bytes]:
    """The bytes of a file, batch by batch."""
    import pyarrow.parquet  # noqa: PLC0415  # an extra: imported when used

    sink = _Sink()
    reader = batches(name)
    with pyarrow.parquet.ParquetWriter(sink, reader.schema) as writer:
        for batch in reader:
            writer.write_batch(batch)
            yield sink.taken()
    yield sink.taken()


class _Sink(io.RawIOBase):
    """A file that hands on what is written to it."""

    def __init__(self) -> None:
        super().__init__()
        self._written: list[bytes] = []
        self._place = 0

    def writable(self) -> bool:
        """It is."""
        return True

    def write(self, data: Any) -> int:  # noqa: ANN401  # a buffer
        """Keep it until it is taken."""
        self._written.append(bytes(data))
        self._place += len(self._written[-1])
        return len(self._written[-1])

    def tell(self) -> int:
        """The bytes that were ever written."""
        return self._place

    def taken(self) -> bytes:
        """What was written since the last time."""
        found, self._written = b"".join(self._written), []
        return found


# Many rows ---------------------------------------------------------------------------------------


def _in_database(content: Content) -> Batches:
    from alignment.exchange.bulk import Bulk  # noqa: PLC0415  # only many rows pay for the database

    shapes = {name: Shape("", "", "", (_spelled,) * content.arity(name), "") for name in content.public}
    bulk = Bulk(content, content.evaluated, shapes)

    def batches(name: str) -> Any:  # noqa: ANN401  # pyarrow is not typed
        codes = content.codes(content.evaluated[name], content.arity(name))
        kinds = [
            _type(column, map(content.dictionary.decode, own))
            for column, own in zip(columns_of(content, name), codes, strict=True)
        ]
        names = [column.name for column in all_columns(content, name)]
        return bulk.batches(name, names, [_SQL[kind] for kind in kinds], with_reports=is_reported(content, name))

    return batches


def _spelled(value: Value, _: Sort) -> str:
    return str(value)


# Few rows ----------------------------------------------------------------------------------------


def _in_memory(content: Content, name: str) -> Any:  # noqa: ANN401  # pyarrow is not typed
    import pyarrow  # noqa: PLC0415  # an extra: imported when used

    columns, rows = all_columns(content, name), list(records(content, name))
    arrays = [_array(column, [row[i] for row in rows]) for i, column in enumerate(columns)]
    return pyarrow.table(arrays, names=[column.name for column in columns]).to_reader()


def _array(column: Column, values: Sequence[Field]) -> Any:  # noqa: ANN401  # an Arrow array
    import pyarrow  # noqa: PLC0415  # an extra: imported when used

    kind = _type(column, (value for value in values if value is not None))
    if kind is int:
        return pyarrow.array(values, pyarrow.int64())
    if kind is float:
        return pyarrow.array([None if value is None else float(value) for value in values], pyarrow.float64())  # type: ignore[arg-type]  # numbers
    if kind is datetime.date:
        return pyarrow.array(values, pyarrow.date32())
    return pyarrow.array([None if value is None else str(value) for value in values], pyarrow.string())


def _type(column: Column, values: Any) -> type:  # noqa: ANN401  # an iterable of values
    """The type of a column: what its values all are, what was declared, or text."""
    kinds = {float if type(value) is int and abs(value) > LARGEST else type(value) for value in values}
    if not kinds:
        return {"number": float, "date": datetime.date}.get(column.type, str)
    if kinds in ({int}, {datetime.date}):
        return kinds.pop()
    return float if kinds <= {int, float} else str
