"""Tables of databases: DuckDB files are attached, SQLite files and PostgreSQL servers read through ADBC."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import replace
from difflib import get_close_matches
from typing import Any

from alignment.factbase.database import new_name
from alignment.factbase.duck import duckdb
from alignment.factbase.importing.reading import Reading, Wanted, dotted, identifier, quoted
from alignment.factbase.importing.streams import Streamed, registered
from alignment.problems import masked
from alignment.records import frozen

_CONNECTING = "connect_timeout=10"
"""Seconds after which a server that does not answer is given up: the driver would wait for ever."""

_MOST_TABLES = 30
_MARK = "is a row"
_OF_SQLITE = "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') ORDER BY name"
_OF_POSTGRES = """SELECT CASE table_schema WHEN 'public' THEN '' ELSE table_schema || '.' END || table_name
    FROM information_schema.tables WHERE table_schema NOT IN ('pg_catalog', 'information_schema') ORDER BY 1"""
_OF_DUCKDB = """SELECT CASE schema_name WHEN 'main' THEN '' ELSE schema_name || '.' END || name FROM (
    SELECT database_name, schema_name, table_name AS name FROM duckdb_tables()
    UNION ALL SELECT database_name, schema_name, view_name FROM duckdb_views() WHERE NOT internal
    ) WHERE database_name = ? ORDER BY 1"""


@frozen
class _Server:
    """How a database is reached through ADBC: its driver, its address, the address as it is shown, its tables.

    `select` gives the query of some columns of a table; its first `typed` rows say what types they have, and
    are left out by `rows`, the condition of the others.
    """

    driver: str
    address: str
    shown: str
    tables: str
    select: Callable[[Sequence[str], str], str]
    typed: int = 0
    rows: str = "TRUE"


def postgres(wanted: Wanted, cursor: Any) -> Reading:  # noqa: ANN401
    """A table of a PostgreSQL server. Raises AlignmentError."""
    (address,) = wanted.paths if len(wanted.paths) == 1 else ("postgresql://…",)
    if wanted.table is None or len(wanted.paths) != 1:
        raise _many_tables(wanted, masked(address))
    waiting = address if "connect_timeout" in address else f"{address}{'&' if '?' in address else '?'}{_CONNECTING}"

    def select(columns: Sequence[str], table: str) -> str:
        return f"SELECT {', '.join(map(identifier, columns)) or '1 AS one'} FROM {table}"  # noqa: S608  # quoted

    return _adbc(wanted, _Server("adbc_driver_postgresql", waiting, masked(address), _OF_POSTGRES, select), cursor)


def sqlite(wanted: Wanted, file: str, cursor: Any) -> Reading:  # noqa: ANN401
    """A table of a SQLite file. Raises AlignmentError.

    A column of SQLite holds values of any type, and one of an Arrow stream does not: so all are read as text, and a
    first row of empty texts tells the driver so.
    """
    if wanted.table is None:
        raise _many_tables(wanted, wanted.paths[0])

    def select(columns: Sequence[str], table: str) -> str:
        empty = "".join(f", '' AS {identifier(column)}" for column in columns)
        texts = "".join(f", CAST({identifier(column)} AS TEXT)" for column in columns)
        return f"SELECT 0 AS \"{_MARK}\"{empty} UNION ALL SELECT 1{texts} FROM {table}"  # noqa: S608  # quoted

    address = f"file:{file.replace('%', '%25').replace('?', '%3f').replace('#', '%23')}?mode=ro"
    server = _Server("adbc_driver_sqlite", address, file, _OF_SQLITE, select, typed=1, rows=f'"{_MARK}" = 1')
    return _adbc(wanted, server, cursor)


def _adbc(wanted: Wanted, server: _Server, cursor: Any) -> Reading:  # noqa: ANN401
    """A table as an Arrow stream of the columns that are wanted, through an ADBC driver."""
    from importlib import import_module  # noqa: PLC0415

    try:
        dbapi = import_module(f"{server.driver}.dbapi")
    except ImportError:
        message = f"the package {server.driver.replace('_', '-')} is not installed"
        raise wanted.problem("not-installed", message, "pip install 'alignment[databases]'") from None
    table = dotted(wanted.table or "")
    try:
        with dbapi.connect(server.address) as connection:
            columns = _columns(wanted, connection, table, server, dbapi.Error)
            query = server.select(wanted.among(columns), table)
            with connection.cursor() as reader, wanted.stoppable(reader.adbc_cancel):
                reader.execute(f"{query} LIMIT {server.typed}")
                schema = reader.fetch_arrow_table().schema
    except dbapi.Error as error:
        raise wanted.problem("no-such-file", f"cannot open '{server.shown}': {_said(error)}") from None

    def opening(stack: ExitStack) -> Any:  # noqa: ANN401
        reader = stack.enter_context(stack.enter_context(dbapi.connect(server.address)).cursor())
        stack.enter_context(wanted.stoppable(reader.adbc_cancel))
        reader.execute(query)
        return reader.fetch_record_batch()

    read = registered(Streamed(opening, schema), columns, [server.shown], cursor)
    return replace(read, sql=f"(SELECT * FROM {read.sql} WHERE {server.rows})")  # noqa: S608  # names of our own


def _columns(
    wanted: Wanted, connection: Any, table: str, server: _Server, failure: type[Exception]  # noqa: ANN401
) -> list[str]:
    with connection.cursor() as reader, wanted.stoppable(reader.adbc_cancel):
        try:
            reader.execute(f"SELECT * FROM {table} LIMIT 0")  # noqa: S608  # quoted
            return [column[0] for column in reader.description]
        except failure as error:
            connection.rollback()
            reader.execute(server.tables)
            raise _no_table(wanted, server.shown, [row[0] for row in reader.fetchall()], _said(error)) from None


def duckdb_file(wanted: Wanted, file: str, cursor: Any) -> Reading:  # noqa: ANN401
    """A table of a DuckDB file, which is attached until the reading is closed. Raises AlignmentError."""
    if wanted.table is None:
        raise _many_tables(wanted, wanted.paths[0])
    name = f"db_{new_name()}"
    try:
        cursor.execute(f"ATTACH {quoted(file)} AS {name} (READ_ONLY)")
    except duckdb.Error as error:
        raise wanted.problem("no-such-file", f"cannot open '{file}': {_said(error)}") from None

    def close(of: Any) -> None:  # noqa: ANN401
        of.execute(f"DETACH DATABASE IF EXISTS {name}")

    sql = f"{name}.{dotted(wanted.table)}"
    try:
        described = cursor.execute(f"DESCRIBE SELECT * FROM {sql}").fetchall()  # noqa: S608  # quoted
    except duckdb.Error as error:
        known = [row[0] for row in cursor.execute(_OF_DUCKDB, [name]).fetchall()]
        close(cursor)
        raise _no_table(wanted, file, known, _said(error)) from None
    return Reading(sql, tuple(row[0] for row in described), (file,), closing=close)


def _many_tables(wanted: Wanted, shown: str) -> Exception:
    return wanted.problem("syntax", "a database has many tables", f'name one: from "{shown}" table "name"')


def _no_table(wanted: Wanted, shown: str, known: Sequence[str], said: str) -> Exception:
    """The table that is not there, or cannot be read, with those that are."""
    if wanted.table in known:
        return wanted.problem("no-such-file", f"cannot read the table '{wanted.table}' of '{shown}': {said}")
    near = get_close_matches(wanted.table or "", known, n=1)
    meant = f"did you mean '{near[0]}'? " if near else ""
    more = ", …" if len(known) > _MOST_TABLES else ""
    hint = f"{meant}its tables are: {', '.join(known[:_MOST_TABLES])}{more}" if known else "it has no tables"
    return wanted.problem("no-such-file", f"there is no table '{wanted.table}' in '{shown}'", hint)


def _said(error: Exception) -> str:
    """What a driver says, in one line, without its own marks and without a password."""
    lines = [line.strip() for line in masked(str(error)).splitlines() if line.strip()]
    first = re.sub(r"\A(?:[A-Z_]+: )?(?:\[\w+\] )?", "", lines[0]) if lines else type(error).__name__
    return re.sub(r"\.? ?SQLSTATE: \w+\Z|\A.*?(?:ERROR|FATAL): +", "", first).strip().rstrip(".")
