"""Files and database tables as tables in SQL: which columns there are, and how they are read.

CSV and TSV are read as text throughout, so that a code such as `042` stays what it is; the types of
Parquet, Arrow, JSON and databases are kept.
"""

from __future__ import annotations

import csv
import glob
import gzip
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import duckdb

from alignment.factbase.database import new_name
from alignment.problems import AlignmentError, Problem
from alignment.source import Span

TEXT_ENDINGS = {".csv": ",", ".tsv": "\t", ".tab": "\t", ".psv": "|"}
JSON_ENDINGS = (".json", ".jsonl", ".ndjson")
ARROW_ENDINGS = (".arrow", ".feather", ".ipc")
SQLITE_ENDINGS = (".sqlite", ".sqlite3", ".db")
DATABASE_ENDINGS = (".duckdb", *SQLITE_ENDINGS)
POSTGRES = ("postgresql://", "postgres://")
NUMBERED = re.compile(r"Column([1-9][0-9]*)\Z")
"""The names of the columns of a file without a header line."""

_SKIPPING = "ignore_errors = true"

_PACKED = (".gz", ".zst")


@dataclass(frozen=True, slots=True)
class Reading:
    """A table to read: SQL that stands after FROM, its columns, and the files it comes from.

    `header_lines` come before the first row; `attached` is a database that is open for this alone.
    """

    sql: str
    columns: tuple[str, ...]
    files: tuple[str, ...]
    is_text: bool = False
    header_lines: int = 0
    attached: str | None = None

    def collecting(self, rejects: str) -> str:
        """The same SQL; lines of a text file that are no rows go to the tables `rejects` and `rejects_scan`."""
        tables = f"rejects_table = '{rejects}', rejects_scan = '{rejects}_scan'"
        options = f"store_rejects = true, {tables}, rejects_limit = 0"
        return self.sql.replace(_SKIPPING, options) if self.is_text else self.sql

    def each_file(self) -> Iterator[tuple[str, str]]:
        """Each file with the SQL that reads it alone; all at once where rows of several cannot be told apart."""
        if not self.is_text:
            yield ", ".join(self.files), self.sql
            return
        for file in self.files:
            yield file, self.sql.replace(_list(self.files), _list([file]), 1)

    def close(self, cursor: Any) -> None:  # noqa: ANN401
        """Let go of a database that was opened for this."""
        if self.attached:
            cursor.execute(f"DETACH DATABASE IF EXISTS {self.attached}")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an import asks to be read: paths, a table in a database, and the columns that it names."""

    paths: tuple[str, ...]
    table: str | None
    columns: frozenset[str]
    span: Span | None


def reading(wanted: Wanted, folder: Path, cursor: Any) -> Reading:  # noqa: ANN401
    """How the paths are read; relative ones from `folder`. Raises AlignmentError."""
    if any(path.startswith(POSTGRES) for path in wanted.paths):
        return _postgres(wanted, cursor)
    files = _files(wanted, folder)
    endings = {_ending(file) for file in files}
    if len(endings) > 1:
        message = f"the files are of different kinds: {', '.join(sorted(endings))}"
        raise _problem(wanted, "no-such-file", message, "import each kind by itself")
    (ending,) = endings
    if ending in TEXT_ENDINGS:
        return _text(wanted, files, TEXT_ENDINGS[ending])
    if ending == ".parquet":
        return _described(f"read_parquet({_list(files)}, union_by_name = true)", files, cursor, wanted)
    if ending in JSON_ENDINGS:
        return _described(f"read_json({_list(files)}, format = 'auto')", files, cursor, wanted)
    if ending in ARROW_ENDINGS:
        return _arrow(files, cursor, wanted)
    if ending in DATABASE_ENDINGS:
        return _database(wanted, files, ending, cursor)
    known = ", ".join((*TEXT_ENDINGS, ".parquet", *JSON_ENDINGS, *ARROW_ENDINGS, *DATABASE_ENDINGS))
    message = f"'{files[0]}' is of no kind that can be imported"
    raise _problem(wanted, "no-such-file", message, f"kinds that can: {known}")


def _files(wanted: Wanted, folder: Path) -> list[str]:
    """The files that paths and patterns stand for, in the order of their names."""
    files: list[str] = []
    for path in wanted.paths:
        place = str(folder / path)
        found = sorted(glob.glob(place, recursive=True)) if glob.has_magic(path) else [place]
        found = [one for one in found if Path(one).is_file()]
        if not found:
            raise _problem(wanted, "no-such-file", f"there is no file '{place}' to import", None)
        files += found
    return files


def _ending(file: str) -> str:
    path = Path(file)
    return path.with_suffix("").suffix.lower() if path.suffix in _PACKED else path.suffix.lower()


def _text(wanted: Wanted, files: Sequence[str], delimiter: str) -> Reading:
    """A delimited file. It has a header line unless the import names columns by their number."""
    first = _first_line(files[0], delimiter)
    numbered = bool(wanted.columns) and all(NUMBERED.match(name) for name in wanted.columns)
    names = [f"Column{i}" for i in range(1, len(first) + 1)] if numbered else _distinct(first)
    columns = ", ".join(f"{_quoted(name)}: 'VARCHAR'" for name in names)
    quote = "'\"'" if delimiter == "," else "''"
    options = [
        f"delim = {_quoted(delimiter)}",
        f"quote = {quote}",
        f"escape = {quote}",
        f"header = {str(not numbered).lower()}",
        f"columns = {{{columns}}}",
        "auto_detect = false",
        "nullstr = ''",
        _SKIPPING,
    ]
    sql = f"read_csv({_list(files)}, {', '.join(options)})"
    return Reading(sql, tuple(names), tuple(files), is_text=True, header_lines=int(not numbered))


def _first_line(file: str, delimiter: str) -> list[str]:
    opening: Any = gzip.open if file.endswith(".gz") else open
    try:
        with opening(file, "rt", encoding="utf-8-sig", errors="replace", newline="") as lines:
            if delimiter == ",":
                return next(csv.reader(lines), [])
            return next(csv.reader(lines, delimiter=delimiter, quoting=csv.QUOTE_NONE), [])
    except (OSError, EOFError, csv.Error) as error:
        raise AlignmentError(Problem("bad-row", None, f"cannot read '{file}': {error}")) from None


def _distinct(names: Sequence[str]) -> list[str]:
    """Header names made different from each other, as a table needs them."""
    seen: dict[str, int] = {}
    found = []
    for name in names:
        seen[name.casefold()] = seen.get(name.casefold(), 0) + 1
        count = seen[name.casefold()]
        found.append(name if count == 1 else f"{name}_{count}")
    return found


def _described(sql: str, files: Sequence[str], cursor: Any, wanted: Wanted) -> Reading:  # noqa: ANN401
    try:
        described = cursor.execute(f"DESCRIBE SELECT * FROM {sql}").fetchall()  # noqa: S608  # quoted by us
    except duckdb.Error as error:
        raise _problem(wanted, "bad-row", f"cannot read '{files[0]}': {str(error).splitlines()[0]}", None) from None
    return Reading(sql, tuple(row[0] for row in described), tuple(files))


def _arrow(files: Sequence[str], cursor: Any, wanted: Wanted) -> Reading:  # noqa: ANN401
    try:
        import pyarrow  # noqa: PLC0415  # an extra, slow to import
        import pyarrow.ipc  # noqa: PLC0415
    except ImportError:
        message = "Arrow files need the package pyarrow"
        raise _problem(wanted, "not-installed", message, "pip install 'alignment[arrow]'") from None

    tables = []
    for file in files:
        try:
            with pyarrow.memory_map(file) as source:
                tables.append(_arrow_table(source))
        except pyarrow.ArrowInvalid as error:
            raise _problem(wanted, "bad-row", f"cannot read '{file}': {str(error).splitlines()[0]}", None) from None
    return _registered(pyarrow.concat_tables(tables), cursor, files)


def _arrow_table(source: Any) -> Any:  # noqa: ANN401  # pyarrow is not typed
    import pyarrow.ipc  # noqa: PLC0415

    try:
        return pyarrow.ipc.open_file(source).read_all()
    except pyarrow.ArrowInvalid:
        source.seek(0)
        return pyarrow.ipc.open_stream(source).read_all()


def _registered(table: Any, cursor: Any, files: Sequence[str]) -> Reading:  # noqa: ANN401  # an Arrow table
    """A table in memory, under a name that the cursor knows as long as it is open."""
    name = f"given_{id(table)}"
    cursor.register(name, table)
    return Reading(name, tuple(table.column_names), tuple(files))


def _database(wanted: Wanted, files: Sequence[str], ending: str, cursor: Any) -> Reading:  # noqa: ANN401
    if wanted.table is None or len(files) != 1:
        hint = f'name one: from "{wanted.paths[0]}" table "name"'
        raise _problem(wanted, "syntax", "a database has many tables", hint)
    (file,) = files
    if ending in SQLITE_ENDINGS:
        return _adbc("adbc_driver_sqlite", f"file:{file}?mode=ro", wanted, cursor, files)
    name = f"db_{new_name()}"
    try:
        cursor.execute(f"ATTACH {_quoted(file)} AS {name} (READ_ONLY)")
    except duckdb.Error as error:
        message = f"cannot open '{file}': {str(error).splitlines()[0]}"
        raise _problem(wanted, "no-such-file", message, None) from None
    try:
        described = _described(f"{name}.{_table(wanted.table)}", files, cursor, wanted)
    except AlignmentError:
        cursor.execute(f"DETACH {name}")
        raise
    return replace(described, attached=name)


def _postgres(wanted: Wanted, cursor: Any) -> Reading:  # noqa: ANN401
    if wanted.table is None or len(wanted.paths) != 1:
        raise _problem(wanted, "syntax", "a database has many tables", 'name one: from "postgresql://…" table "name"')
    return _adbc("adbc_driver_postgresql", wanted.paths[0], wanted, cursor, wanted.paths)


def _adbc(driver: str, uri: str, wanted: Wanted, cursor: Any, files: Sequence[str]) -> Reading:  # noqa: ANN401
    """A table of another database, as Arrow through its ADBC driver."""
    from importlib import import_module  # noqa: PLC0415

    try:
        dbapi = import_module(f"{driver}.dbapi")
    except ImportError:
        message = f"the package {driver.replace('_', '-')} is not installed"
        raise _problem(wanted, "not-installed", message, "pip install 'alignment[databases]'") from None
    try:
        with dbapi.connect(uri) as connection, connection.cursor() as reader:
            reader.execute(f"SELECT * FROM {_table(wanted.table or '')}")  # noqa: S608  # quoted
            table = reader.fetch_arrow_table()
    except dbapi.Error as error:
        message = f"cannot read the table '{wanted.table}': {str(error).splitlines()[0]}"
        raise _problem(wanted, "no-such-file", message, None) from None
    return _registered(table, cursor, files)


def column_of(name: str, columns: Sequence[str]) -> str | None:
    """The column that a variable names: itself, or the one that differs in case, blanks and marks only."""
    if name in columns:
        return name
    folded = [column for column in columns if _folded(column) == _folded(name)]
    return folded[0] if len(folded) == 1 else None


def _folded(name: str) -> str:
    return re.sub(r"\W+", "_", name.casefold()).strip("_")


def identifier(name: str) -> str:
    """A name of a column as SQL writes it, whatever is in it."""
    return '"' + name.replace('"', '""') + '"'


def _table(name: str) -> str:
    """A name of a table, with its schema where it has one."""
    return ".".join(map(identifier, name.split(".")))


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _list(files: Sequence[str]) -> str:
    return "[" + ", ".join(map(_quoted, files)) + "]"


def _problem(wanted: Wanted, code: str, message: str, hint: str | None) -> AlignmentError:
    return AlignmentError(Problem(code, wanted.span, message, hint))
