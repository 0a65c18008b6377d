"""A large relation as a table of a DuckDB file, read where it stands.

Its codes are those of the dictionary that wrote it. Constants that the base on disk does not have, if there is one,
are listed with them; where they have other numbers now, the table is copied with those.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from alignment.factbase.database import Database, database_of, new_name
from alignment.factbase.dictionary import Dictionary, Sort
from alignment.factbase.disk.constants import constant, letters
from alignment.factbase.disk.layout import Columns, definition
from alignment.factbase.duck import duckdb
from alignment.factbase.relation import Relation
from alignment.factbase.stored import AttachedRelation, StoredRelation

ABOUT: Columns = {"arity": "INTEGER", "given": "BIGINT", "size": "BIGINT"}
CONSTANTS: Columns = {"code": "BIGINT", "sort": "TINYINT", "letters": "VARCHAR"}


def columns(arity: int) -> Columns:
    """The columns of the table of rows."""
    return {**{f"c{i}": "BIGINT" for i in range(arity)}, "r": "INTEGER"}


def write(path: Path, relation: Relation, arity: int, dictionary: Dictionary) -> bool:
    """Write a relation with the rounds of its rows; False where it could not be."""
    database = database_of(dictionary)
    cursor, base, own = database.cursor(), None, None
    if isinstance(relation, StoredRelation) and relation.database is database:
        table = relation.table
    else:
        rows = list(relation)
        table = own = database.table(arity, rows, cursor, rounds=[relation.round(row) for row in rows])
    try:
        base = database.attach(str(path.absolute()), read_only=False)
        _fill(base, table, len(relation), arity, dictionary, cursor)
    except duckdb.Error:
        return False
    finally:
        if base is not None:
            database.detach(base)
        if own is not None:
            cursor.execute(f"DROP TABLE {own}")
    return True


def _fill(
    base: str, table: str, size: int, arity: int, dictionary: Dictionary, cursor: Any  # noqa: ANN401
) -> None:
    first = len(dictionary.given) if dictionary.given is not None else 0
    cursor.execute(definition(f"{base}.about", ABOUT))
    cursor.execute(definition(f"{base}.constants", CONSTANTS))
    cursor.execute(definition(f"{base}.tuples", columns(arity)))
    cursor.execute(f"INSERT INTO {base}.about VALUES (?, ?, ?)", [arity, first, size])  # noqa: S608  # ours
    listed = ", ".join(columns(arity))
    cursor.execute(f"INSERT INTO {base}.tuples SELECT {listed} FROM {table}")  # noqa: S608
    own = f"& 3 = 0 AND c >= {first << 2}"
    each = " UNION ".join(f"SELECT c{i} AS c FROM {base}.tuples" for i in range(arity))  # noqa: S608
    found = cursor.execute(f"SELECT c FROM ({each}) AS u WHERE c {own} ORDER BY c").fetchall()  # noqa: S608
    for (code,) in found:
        kept = [code, int(dictionary.sort(code)), letters(dictionary.decode(code))]
        cursor.execute(f"INSERT INTO {base}.constants VALUES (?, ?, ?)", kept)  # noqa: S608
    cursor.execute(f"CHECKPOINT {base}")


def read(path: Path, dictionary: Dictionary) -> Relation | None:
    """The relation that was written, None if it is not whole or of another base."""
    database = database_of(dictionary)
    base = None
    try:
        base = database.attach(str(path.absolute()))
        found = _read(base, dictionary, database)
    except duckdb.Error:
        found = None
    if base is not None and not isinstance(found, AttachedRelation):
        database.detach(base)
    return found


def _read(base: str, dictionary: Dictionary, database: Database) -> Relation | None:
    cursor = database.cursor()
    query = "SELECT table_name, sql FROM duckdb_tables() WHERE database_name = ?"
    made = dict(cursor.execute(query, [base]).fetchall())
    if made.get("about") != definition("about", ABOUT) or made.get("constants") != definition("constants", CONSTANTS):
        return None
    ((arity, given, size),) = cursor.execute(f"SELECT arity, given, size FROM {base}.about").fetchall()  # noqa: S608
    first = len(dictionary.given) if dictionary.given is not None else 0
    if given != first or made.get("tuples") != definition("tuples", columns(arity)):
        return None
    sums = ", ".join(f"sum({name})" for name in columns(arity))  # reads, and so checks, every block
    ((rows, *_),) = cursor.execute(f"SELECT count(*), {sums} FROM {base}.tuples").fetchall()  # noqa: S608
    if rows != size:
        return None
    listed = cursor.execute(f"SELECT code, sort, letters FROM {base}.constants").fetchall()  # noqa: S608
    codes = {code: _code(sort, written, dictionary) for code, sort, written in listed}
    moved = {old: new for old, new in codes.items() if old != new}
    if not moved:
        return AttachedRelation(database, base, "tuples", arity, size)
    return _copied(f"{base}.tuples", moved, arity, size, database)


def _code(sort: int, written: str, dictionary: Dictionary) -> int:
    value, kind = constant(written, sort)
    return dictionary.value(value, text=kind is Sort.TEXT)


def _copied(table: str, moved: dict[int, int], arity: int, size: int, database: Database) -> Relation:
    """A copy with other numbers for some constants."""
    values = ", ".join(f"({old}, {new})" for old, new in moved.items())
    name, codes = new_name(), new_name()
    cursor = database.cursor()
    cursor.execute(f"CREATE TABLE {codes} AS SELECT * FROM (VALUES {values}) AS v(old, new)")  # noqa: S608
    selected = ", ".join(f"coalesce(m{i}.new, t.c{i}) AS c{i}" for i in range(arity))
    joins = " ".join(f"LEFT JOIN {codes} AS m{i} ON m{i}.old = t.c{i}" for i in range(arity))
    cursor.execute(f"CREATE TABLE {name} AS SELECT {selected}, t.r FROM {table} AS t {joins}")  # noqa: S608
    cursor.execute(f"DROP TABLE {codes}")
    return StoredRelation(database, name, arity, size)
