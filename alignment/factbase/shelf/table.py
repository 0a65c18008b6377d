"""A large relation as a table of a DuckDB file, read where it stands.

Its codes are those of the dictionary that wrote it. Constants that the base on disk does not have, if there is one,
are listed with them; where they have other numbers now, the table is copied with those.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from alignment.factbase.database import Database, database_of, new_name
from alignment.factbase.dictionary import Dictionary, Sort
from alignment.factbase.disk.constants import constant, letters
from alignment.factbase.disk.layout import Columns, definition
from alignment.factbase.duck import duckdb
from alignment.factbase.relation import Relation
from alignment.factbase.stored import AttachedRelation, StoredRelation
from alignment.factbase.strengths import AttachedStrengths, StoredStrengths, Strengths, weak_rows

ABOUT: Columns = {"arity": "INTEGER", "given": "BIGINT", "size": "BIGINT"}
CONSTANTS: Columns = {"code": "BIGINT", "sort": "TINYINT", "letters": "VARCHAR"}


def columns(arity: int) -> Columns:
    """The columns of the table of rows."""
    return {**{f"c{i}": "BIGINT" for i in range(arity)}, "r": "INTEGER"}


def strength_columns(arity: int) -> Columns:
    """The columns of the table of strengths."""
    return {**{f"c{i}": "BIGINT" for i in range(arity)}, f"c{arity}": "DOUBLE"}


def write_strengths(path: Path, strengths: Strengths, arity: int, dictionary: Dictionary) -> bool:
    """Write the rows that are less than certain with their strengths; False where it could not be."""
    database = database_of(dictionary)
    cursor, own = database.cursor(), None
    if isinstance(strengths, StoredStrengths) and strengths.database is database:
        rows = f"(SELECT * FROM {strengths.table} WHERE {strengths.weak})"  # noqa: S608  # names of our own
    else:
        rows = own = new_name()
        database.weighed_table(arity, list(strengths), cursor, own)
    try:
        return _write(path, rows, weak_rows(strengths), strength_columns(arity), dictionary, database)
    finally:
        if own is not None:
            cursor.execute(f"DROP TABLE {own}")


def read_strengths(path: Path, dictionary: Dictionary) -> Strengths | None:
    """The strengths that were written, None if they are not whole or of another base."""
    found: Strengths | None = _read(path, dictionary, strength_columns, AttachedStrengths, _copied_strengths)
    return found


def write(path: Path, relation: Relation, arity: int, dictionary: Dictionary) -> bool:
    """Write a relation with the rounds of its rows; False where it could not be."""
    database = database_of(dictionary)
    cursor, own = database.cursor(), None
    if isinstance(relation, StoredRelation) and relation.database is database:
        table = relation.table
    else:
        rows = list(relation)
        table = own = database.table(arity, rows, cursor, rounds=[relation.round(row) for row in rows])
    try:
        return _write(path, table, len(relation), columns(arity), dictionary, database)
    finally:
        if own is not None:
            cursor.execute(f"DROP TABLE {own}")


def _write(path: Path, rows: str, size: int, made: Columns, dictionary: Dictionary, database: Database) -> bool:
    base = None
    try:
        base = database.attach(str(path.absolute()), read_only=False)
        _fill(base, rows, size, made, dictionary, database.cursor())
    except duckdb.Error:
        return False
    finally:
        if base is not None:
            database.detach(base)
    return True


def _fill(
    base: str, rows: str, size: int, made: Columns, dictionary: Dictionary, cursor: Any  # noqa: ANN401
) -> None:
    arity = len(made) - 1
    first = len(dictionary.given) if dictionary.given is not None else 0
    cursor.execute(definition(f"{base}.about", ABOUT))
    cursor.execute(definition(f"{base}.constants", CONSTANTS))
    cursor.execute(definition(f"{base}.tuples", made))
    cursor.execute(f"INSERT INTO {base}.about VALUES (?, ?, ?)", [arity, first, size])  # noqa: S608  # ours
    cursor.execute(f"INSERT INTO {base}.tuples SELECT {', '.join(made)} FROM {rows} AS w")  # noqa: S608
    own = f"& 3 = 0 AND c >= {first << 2}"
    each = " UNION ".join(f"SELECT c{i} AS c FROM {base}.tuples" for i in range(arity))  # noqa: S608
    found = cursor.execute(f"SELECT c FROM ({each}) AS u WHERE c {own} ORDER BY c").fetchall()  # noqa: S608
    for (code,) in found:
        kept = [code, int(dictionary.sort(code)), letters(dictionary.decode(code))]
        cursor.execute(f"INSERT INTO {base}.constants VALUES (?, ?, ?)", kept)  # noqa: S608
    cursor.execute(f"CHECKPOINT {base}")


def read(path: Path, dictionary: Dictionary) -> Relation | None:
    """The relation that was written, None if it is not whole or of another base."""
    found: Relation | None = _read(path, dictionary, columns, AttachedRelation, StoredRelation)
    return found


def _read(path: Path, dictionary: Dictionary, made: Callable[[int], Columns], attached: Any, copied: Any) -> Any:  # noqa: ANN401
    """What was written, in a table of the columns that are `made`; `attached` where it stands, or a `copied` one."""
    database = database_of(dictionary)
    base = found = None
    try:
        base = database.attach(str(path.absolute()))
        whole = _whole(base, dictionary, database, made)
        if whole is not None:
            arity, size, moved = whole
            if moved:
                name = _moved(f"{base}.tuples", moved, made(arity), database)
                found = copied(database, name, arity, size)
            else:
                found = attached(database, base, "tuples", arity, size)
    except duckdb.Error:
        found = None
    if base is not None and not isinstance(found, attached):
        database.detach(base)
    return found


def _whole(
    base: str, dictionary: Dictionary, database: Database, expected: Callable[[int], Columns]
) -> tuple[int, int, dict[int, int]] | None:
    """The arity and the size of what is whole, and the constants that have other numbers now."""
    cursor = database.cursor()
    query = "SELECT table_name, sql FROM duckdb_tables() WHERE database_name = ?"
    made = dict(cursor.execute(query, [base]).fetchall())
    if made.get("about") != definition("about", ABOUT) or made.get("constants") != definition("constants", CONSTANTS):
        return None
    ((arity, given, size),) = cursor.execute(f"SELECT arity, given, size FROM {base}.about").fetchall()  # noqa: S608
    first = len(dictionary.given) if dictionary.given is not None else 0
    if given != first or made.get("tuples") != definition("tuples", expected(arity)):
        return None
    sums = ", ".join(f"sum({name})" for name in expected(arity))  # reads, and so checks, every block
    ((rows, *_),) = cursor.execute(f"SELECT count(*), {sums} FROM {base}.tuples").fetchall()  # noqa: S608
    if rows != size:
        return None
    listed = cursor.execute(f"SELECT code, sort, letters FROM {base}.constants").fetchall()  # noqa: S608
    codes = {code: _code(sort, written, dictionary) for code, sort, written in listed}
    return arity, size, {old: new for old, new in codes.items() if old != new}


def _code(sort: int, written: str, dictionary: Dictionary) -> int:
    value, kind = constant(written, sort)
    return dictionary.value(value, text=kind is Sort.TEXT)


def _copied_strengths(database: Database, name: str, arity: int, _: int) -> Strengths:
    return StoredStrengths(database, name, arity)


def _moved(table: str, moved: dict[int, int], made: Columns, database: Database) -> str:
    """A copy with other numbers for some constants."""
    *arguments, last = made
    values = ", ".join(f"({old}, {new})" for old, new in moved.items())
    name, codes = new_name(), new_name()
    cursor = database.cursor()
    cursor.execute(f"CREATE TABLE {codes} AS SELECT * FROM (VALUES {values}) AS v(old, new)")  # noqa: S608
    selected = ", ".join([*(f"coalesce(m{i}.new, t.{one}) AS {one}" for i, one in enumerate(arguments)), f"t.{last}"])
    joins = " ".join(f"LEFT JOIN {codes} AS m{i} ON m{i}.old = t.{one}" for i, one in enumerate(arguments))
    cursor.execute(f"CREATE TABLE {name} AS SELECT {selected} FROM {table} AS t {joins}")  # noqa: S608
    cursor.execute(f"DROP TABLE {codes}")
    return name
