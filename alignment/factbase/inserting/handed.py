"""What people hand over: tuples, dicts, an Arrow, pandas or polars table, or the path of a table.

No library of tables is imported: what a thing can do tells what it is.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Sized
from os import PathLike
from pathlib import Path
from typing import Any, TypeAlias

from alignment.problems import AlignmentError, Problem
from alignment.records import frozen

Record: TypeAlias = Sequence[Any]

MARKS = {".csv": ",", ".tsv": "\t", ".tab": "\t"}
"""The endings of delimited files, and what stands between their cells."""


@frozen
class Handed:
    """Rows. `names` are those of the columns, None for tuples, whose columns have none.

    `size` is the number of rows, None where only reading tells. `stream` is what DuckDB can scan, None where
    Python has to read the rows; a path is scanned as what it is. `is_text` tells that all cells are text.
    """

    names: tuple[str, ...] | None
    records: Callable[[], Iterable[Record]]
    size: int | None = None
    stream: Any = None
    path: Path | None = None
    is_text: bool = False


def handed(rows: Any) -> Handed:  # noqa: ANN401  # whatever people have
    """The rows of what is handed over. Raises AlignmentError for a path that cannot be read."""
    if isinstance(rows, str | PathLike):
        return _file(Path(rows))
    if hasattr(rows, "itertuples"):
        return _pandas(rows)
    if hasattr(rows, "iter_rows"):
        return Handed(tuple(map(str, rows.columns)), rows.iter_rows, len(rows), rows)
    if hasattr(rows, "to_batches") or hasattr(rows, "to_pylist"):
        return Handed(tuple(rows.schema.names), lambda: _arrow_records(rows), rows.num_rows, rows)
    if hasattr(rows, "read_all"):  # a stream of Arrow batches, which can be read once
        return handed(rows.read_all())
    if hasattr(rows, "collect_schema") and hasattr(rows, "collect"):  # a frame of polars that is not evaluated yet
        return handed(rows.collect())
    given = _listed(rows)
    if given and all(isinstance(row, Mapping) for row in given):
        names = tuple(dict.fromkeys(str(name) for row in given for name in row))
        return Handed(names, lambda: [[row.get(name) for name in names] for row in given], len(given))
    return Handed(None, lambda: given, len(given))


def _listed(rows: Any) -> list[Any]:  # noqa: ANN401
    """Tuples, or what is like them. Raises AlignmentError for what is no row: a text would be one of letters."""
    if isinstance(rows, Mapping) or not isinstance(rows, Iterable):
        message = f"rows are tuples, a table of Arrow, pandas or polars, or the path of a file; not {rows!r:.60}"
        raise AlignmentError(Problem("bad-row", None, message))
    given = list(rows)
    odd = {kind for kind in set(map(type, given)) if issubclass(kind, str | bytes) or not issubclass(kind, Sized)}
    for number, row in enumerate(given if odd else (), 1):
        if type(row) in odd:
            hint = f"a row is a tuple of values: ({row!r:.40},)"
            raise AlignmentError(Problem("bad-row", None, f"row {number} is no row: {row!r:.60}", hint))
    return given


def _pandas(frame: Any) -> Handed:  # noqa: ANN401
    """A pandas frame: as Arrow, unless a column holds things of several kinds."""

    def records() -> Iterator[Record]:
        missing = frame.isna().to_numpy()
        for row, empty in zip(frame.itertuples(index=False, name=None), missing, strict=True):
            yield [None if gone else cell for cell, gone in zip(row, empty, strict=True)]

    names = tuple(map(str, frame.columns))
    try:
        import pyarrow  # noqa: PLC0415  # an extra

        stream = pyarrow.Table.from_pandas(frame, preserve_index=False)
    except (ImportError, TypeError, ValueError):  # ArrowInvalid and ArrowTypeError are ValueError and TypeError
        stream = None
    return Handed(names, records, len(frame), stream)


def _arrow_records(table: Any) -> Iterator[Record]:  # noqa: ANN401
    """The rows of an Arrow table or batch, batch by batch."""
    batches = table.to_batches(max_chunksize=10_000) if hasattr(table, "to_batches") else [table]
    for batch in batches:
        yield from zip(*(column.to_pylist() for column in batch.columns), strict=True)


def _file(path: Path) -> Handed:
    if not path.is_file():
        raise AlignmentError(Problem("no-such-file", None, f"there is no file '{path}'"))
    if path.suffix in MARKS:
        return _delimited(path, MARKS[path.suffix])
    if path.suffix != ".parquet":
        message = f"'{path}' is neither a CSV, a TSV nor a Parquet file"
        raise AlignmentError(Problem("no-such-file", None, message, "other tables are read by an `import` statement"))
    try:
        from pyarrow import parquet  # noqa: PLC0415  # an extra

        table = parquet.ParquetFile(path)
    except ImportError:
        hint = "pip install 'alignment[arrow]'"
        raise AlignmentError(Problem("not-installed", None, "Parquet files need the package pyarrow", hint)) from None
    except (OSError, ValueError) as error:
        message = f"cannot read '{path}': {str(error).splitlines()[0]}"
        raise AlignmentError(Problem("bad-row", None, message)) from None

    def records() -> Iterator[Record]:
        for batch in table.iter_batches():
            yield from _arrow_records(batch)

    return Handed(tuple(table.schema_arrow.names), records, table.metadata.num_rows, path=path)


def _delimited(path: Path, mark: str) -> Handed:
    """A text file whose first line names the columns."""

    def lines() -> Iterator[list[str]]:
        with path.open(encoding="utf-8-sig", newline="") as file:
            if mark == ",":
                yield from csv.reader(file)
            else:  # as imports read them
                yield from csv.reader(file, delimiter=mark, quoting=csv.QUOTE_NONE)

    def records() -> Iterator[Record]:
        rows = lines()
        next(rows, None)
        return ([cell or None for cell in row] for row in rows if row)

    try:
        names = tuple(next(lines(), []))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise AlignmentError(Problem("bad-row", None, f"cannot read '{path}': {error}")) from None
    return Handed(names, records, path=path, is_text=True)
