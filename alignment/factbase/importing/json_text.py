"""JSON files: an object a line, or documents. Values are read as text, as cells of delimited files are.

A line that is no object is told as one and costs no other line. What a field holds need not be the same kind of
value in each object, and a field need not be in each.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from alignment.factbase.duck import duckdb
from alignment.factbase.importing.reading import SKIPPING, Reading, Wanted, column_of, identifier, listed, quoted

MARK = "is an object"
_SAMPLE = 1_000
"""Lines whose fields are the columns, unless an import names another."""


def json_lines(wanted: Wanted, files: Sequence[str], cursor: Any) -> Reading:  # noqa: ANN401
    """Files with an object in each line. Raises AlignmentError."""
    columns = _fields(files, _SAMPLE, cursor)
    if any(column_of(name, columns) is None for name in wanted.columns):
        columns = _fields(files, None, cursor)
    parts = tuple((file, _objects([file], columns)) for file in files)
    return Reading(_objects(files, columns), tuple(columns), tuple(files), is_text=True, parts=parts, mark=MARK)


def json_documents(wanted: Wanted, files: Sequence[str], cursor: Any) -> Reading:  # noqa: ANN401
    """Files of objects in an array, or one after the other. Raises AlignmentError."""
    try:
        query = f"DESCRIBE SELECT * FROM read_json({listed(files)}, sample_size = -1, union_by_name = true)"  # noqa: S608
        columns = [row[0] for row in cursor.execute(query).fetchall()]
    except duckdb.Error as error:
        said = str(error).splitlines()[0].removeprefix("Invalid Input Error: ")
        raise wanted.problem("bad-row", f"cannot read '{files[0]}': {said}") from None
    texts = ", ".join(f"{identifier(name)}: 'VARCHAR'" for name in wanted.among(columns) or columns)
    return Reading(f"read_json({listed(files)}, columns = {{{texts}}})", tuple(columns), tuple(files))


def _lines(files: Sequence[str]) -> str:
    """The lines of files as a table of one column: no letter of a JSON text is the mark that ends a cell here."""
    options = "columns = {'line': 'VARCHAR'}, header = false, delim = '\x01', quote = '', escape = '', "
    return f"read_csv({listed(files)}, {options}auto_detect = false, nullstr = '', {SKIPPING})"


def _fields(files: Sequence[str], sample: int | None, cursor: Any) -> list[str]:  # noqa: ANN401
    """The fields of the objects, those of the first one first."""
    limit = "" if sample is None else f"LIMIT {sample}"
    lines = f"(SELECT row_number() OVER () AS n, line FROM {_lines(files)} {limit})"  # noqa: S608
    keys = f"SELECT n, unnest(try(json_keys(line))) AS field FROM {lines} AS l"  # noqa: S608
    found = cursor.execute(f"SELECT field FROM ({keys}) AS k GROUP BY field ORDER BY min(n), field").fetchall()  # noqa: S608
    return [row[0] for row in found]


def _path(field: str) -> str:
    """The path of a field, whatever is in its name."""
    escaped = field.replace("\\", "\\\\").replace('"', '\\"')
    return quoted(f'$."{escaped}"')


def _objects(files: Sequence[str], columns: Sequence[str]) -> str:
    """The objects of lines with their fields, and whether a line is one."""
    fields = "".join(f"try(json_extract_string(line, {_path(name)})) AS {identifier(name)}, " for name in columns)
    is_object = f"coalesce(try(json_type(line)), '') = 'OBJECT' AS {identifier(MARK)}"
    return f"(SELECT {fields}{is_object} FROM {_lines(files)} WHERE trim(line) <> '')"  # noqa: S608  # quoted
