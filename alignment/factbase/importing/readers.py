"""Which files an import reads, and what reads files of each kind.

Cells of delimited files, JSON and SQLite are read as text; the types of Parquet, Arrow, DuckDB and PostgreSQL
are kept.
"""

from __future__ import annotations

import glob
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from alignment.factbase.duck import duckdb
from alignment.factbase.importing.delimited import MARKS, delimited
from alignment.factbase.importing.files import matching
from alignment.factbase.importing.parquet import ENDING as PARQUET
from alignment.factbase.importing.parquet import column_names
from alignment.factbase.importing.reading import Reading, Wanted, listed

POSTGRES = ("postgresql://", "postgres://")
LINES = (".jsonl", ".ndjson")
DOCUMENTS = (".json",)
ARROW_ENDINGS = (".arrow", ".feather", ".ipc")
SQLITE_ENDINGS = (".sqlite", ".sqlite3", ".db")
DATABASE_ENDINGS = (".duckdb", *SQLITE_ENDINGS)
PACKED = (".gz", ".zst")

_KNOWN = (*MARKS, PARQUET, *LINES, *DOCUMENTS, *ARROW_ENDINGS, *DATABASE_ENDINGS)
_ADVICE = {
    ".zip": "unpack it, or pack it with gzip",
    ".bz2": "unpack it, or pack it with gzip",
    ".xz": "unpack it, or pack it with gzip",
    ".xlsx": "save the sheet as CSV",
    ".xls": "save the sheet as CSV",
}


def reading(wanted: Wanted, folder: Path, cursor: Any) -> Reading:  # noqa: ANN401
    """How the paths are read; relative ones from `folder`. Raises AlignmentError."""
    if any(path.startswith(POSTGRES) for path in wanted.paths):
        from alignment.factbase.importing.servers import postgres  # noqa: PLC0415  # what reads a kind, where it is read

        return postgres(wanted, cursor)
    files = _files(wanted, folder)
    endings = {_ending(file) for file in files}
    if len(endings) > 1:
        message = f"the files are of different kinds: {', '.join(sorted(endings))}"
        raise wanted.problem("no-such-file", message, "import each kind by itself")
    (ending,) = endings
    if ending in MARKS:
        return delimited(wanted, files, ending, cursor)
    if ending == PARQUET:
        return _parquet(files, cursor, wanted)
    if ending in LINES or ending in DOCUMENTS:
        from alignment.factbase.importing.json_text import json_documents, json_lines  # noqa: PLC0415

        return (json_lines if ending in LINES else json_documents)(wanted, files, cursor)
    if ending in ARROW_ENDINGS:
        from alignment.factbase.importing.streams import arrow  # noqa: PLC0415

        return arrow(wanted, files, cursor)
    if ending in DATABASE_ENDINGS:
        return _database(wanted, files, ending, cursor)
    hint = _ADVICE.get(ending, f"kinds that can: {', '.join(_KNOWN)}")
    raise wanted.problem("no-such-file", f"'{files[0]}' is of no kind that can be imported", hint)


def _files(wanted: Wanted, folder: Path) -> list[str]:
    """The files that paths and patterns stand for, in the order of their names, each once."""
    files: dict[str, None] = {}
    for path in wanted.paths:
        found = matching(path, folder)
        if not found:
            missing = "no file fits" if glob.has_magic(path) else "there is no file"
            raise wanted.problem("no-such-file", f"{missing} '{folder / path}' to import")
        files.update(dict.fromkeys(found))
    return list(files)


def _ending(file: str) -> str:
    path = Path(file)
    return path.with_suffix("").suffix.lower() if path.suffix.lower() in PACKED else path.suffix.lower()


def _database(wanted: Wanted, files: Sequence[str], ending: str, cursor: Any) -> Reading:  # noqa: ANN401
    if len(files) != 1:
        raise wanted.problem("no-such-file", "a table stands in one database", "import each by itself")
    from alignment.factbase.importing.servers import duckdb_file, sqlite  # noqa: PLC0415

    return sqlite(wanted, files[0], cursor) if ending in SQLITE_ENDINGS else duckdb_file(wanted, files[0], cursor)


def _parquet(files: Sequence[str], cursor: Any, wanted: Wanted) -> Reading:  # noqa: ANN401
    """Parquet files; without a cursor, Arrow tells their columns, or raises what is told with one."""
    sql = f"read_parquet({listed(files)}, union_by_name = true)"
    if cursor is None:
        return Reading(sql, column_names(files), tuple(files), is_parquet=True)
    try:
        described = cursor.execute(f"DESCRIBE SELECT * FROM {sql}").fetchall()  # noqa: S608  # quoted by us
    except duckdb.Error as error:
        raise wanted.problem("bad-row", f"cannot read '{files[0]}': {str(error).splitlines()[0]}") from None
    return Reading(sql, tuple(row[0] for row in described), tuple(files), is_parquet=True)
