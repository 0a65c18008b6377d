"""Tables that other libraries hand over as Arrow streams: nothing is held in memory but the batch at hand.

DuckDB asks an object for `__arrow_c_stream__` each time that it scans it, so a table can be read twice: once
for its rows, and once more to tell the rows that do not fit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from typing import Any

from alignment.factbase.database import new_name
from alignment.factbase.importing.reading import Reading, Wanted, column_of


class Streamed:
    """A table that is opened anew for each scan.

    `opening` gives a reader of batches, and puts on the stack what must be closed after it; `schema` is theirs.
    """

    def __init__(self, opening: Callable[[ExitStack], Any], schema: Any) -> None:  # noqa: ANN401  # pyarrow's
        self._opening = opening
        self._schema = schema
        self._open = ExitStack()

    def __arrow_c_schema__(self) -> object:
        """The schema, for which nothing need be opened."""
        return self._schema.__arrow_c_schema__()

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """The stream as the Arrow PyCapsule interface hands it over."""
        self.close()
        try:
            return self._opening(self._open).__arrow_c_stream__(requested_schema)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Close what the last scan opened."""
        self._open.close()


def registered(streamed: Any, columns: Sequence[str], files: Sequence[str], cursor: Any) -> Reading:  # noqa: ANN401
    """A stream, or a table in memory, under a name that the cursor knows until the reading is closed."""
    import duckdb  # noqa: F401, PLC0415  # only the whole package knows how to read Arrow

    name = f"given_{new_name()}"
    cursor.register(name, streamed)

    def close(of: Any) -> None:  # noqa: ANN401
        of.unregister(name)
        if isinstance(streamed, Streamed):
            streamed.close()

    return Reading(name, tuple(columns), tuple(files), closing=close)


def arrow(wanted: Wanted, files: Sequence[str], cursor: Any) -> Reading:  # noqa: ANN401
    """Arrow files, in the format with a footer or as streams. Raises AlignmentError."""
    try:
        import pyarrow  # noqa: PLC0415  # an extra, slow to import
    except ImportError:
        hint = "pip install 'alignment[arrow]'"
        raise wanted.problem("not-installed", "Arrow files need the package pyarrow", hint) from None
    schemas = [_schema(wanted, file) for file in files]
    columns = tuple(schemas[0].names)
    fields = [schemas[0].field(name) for name in wanted.among(columns)]
    for file, schema in zip(files, schemas, strict=True):
        missing = [field.name for field in fields if column_of(field.name, schema.names) is None]
        if missing:
            raise wanted.problem("unknown-column", f"there is no column '{missing[0]}' in '{file}'")
    if not fields:  # an import of constants alone: any column counts the rows
        fields = list(schemas[0])[:1]
    target = pyarrow.schema(fields)

    def opening(stack: ExitStack) -> Any:  # noqa: ANN401
        return pyarrow.RecordBatchReader.from_batches(target, _batches(files, target, stack))

    return registered(Streamed(opening, target), columns, files, cursor)


def _batches(files: Sequence[str], target: Any, stack: ExitStack) -> Iterator[Any]:  # noqa: ANN401
    import pyarrow  # noqa: PLC0415

    for file in files:
        reader, count = _reader(stack.enter_context(pyarrow.memory_map(file)))
        for batch in reader if count is None else map(reader.get_batch, range(count)):
            own = [column_of(name, batch.schema.names) for name in target.names]
            arrays = [batch.column(name).cast(field.type) for name, field in zip(own, target, strict=True)]
            yield pyarrow.RecordBatch.from_arrays(arrays, schema=target)


def _schema(wanted: Wanted, file: str) -> Any:  # noqa: ANN401  # pyarrow is not typed
    import pyarrow  # noqa: PLC0415

    try:
        with pyarrow.memory_map(file) as source:
            return _reader(source)[0].schema
    except (pyarrow.ArrowInvalid, OSError) as error:
        raise wanted.problem("bad-row", f"cannot read '{file}': {str(error).splitlines()[0]}") from None


def _reader(source: Any) -> tuple[Any, int | None]:  # noqa: ANN401
    """What reads an Arrow file, and its number of batches; None for a stream, which does not say."""
    import pyarrow.ipc  # noqa: PLC0415

    try:
        found = pyarrow.ipc.open_file(source)
    except pyarrow.ArrowInvalid:
        source.seek(0)
        return pyarrow.ipc.open_stream(source), None
    return found, found.num_record_batches
