"""A base written to disk, whole or not at all."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np

from alignment.factbase.database import Database, reading
from alignment.factbase.dictionary import Dictionary
from alignment.factbase.disk.constants import StoredConstants, letters
from alignment.factbase.disk.contents import Contents, StoredReports
from alignment.factbase.disk.layout import (
    DAYS,
    FORMAT,
    TABLES,
    definition,
    facts_columns,
    facts_table,
    written,
)
from alignment.factbase.disk.replacing import replaced
from alignment.factbase.duck import duckdb
from alignment.factbase.importing.reports import ImportedReports
from alignment.factbase.shelf.places import derived_folder
from alignment.factbase.shelf.shelf import Shelf
from alignment.problems import AlignmentError, Problem

AT_ONCE = 500_000
"""Constants that are handed over together."""


def write(path: Path, contents: Contents, dictionary: Dictionary, database: Database) -> None:
    """Write a base to its place. Raises AlignmentError; what stood there is then there still."""
    with replaced(path) as temporary:
        base = None
        try:
            with reading():
                base = database.attach(str(temporary.absolute()), read_only=False)
                _fill(base, contents, dictionary, database.cursor())
        except duckdb.Error as error:
            message = f"cannot write '{path}': {str(error).splitlines()[0]}"
            hint = "what stood there before is still there"
            raise AlignmentError(Problem("cannot-write", None, message, hint)) from None
        finally:
            if base is not None:
                database.detach(base)
    Shelf(derived_folder(path)).clear()


def _fill(base: str, contents: Contents, dictionary: Dictionary, cursor: Any) -> None:  # noqa: ANN401
    cursor.execute("BEGIN")
    try:
        for table, columns in TABLES.items():
            cursor.execute(definition(f"{base}.{table}", columns))
        _insert(f"{base}.alignment", [(FORMAT, uuid.uuid4().hex)], cursor)
        texts = [(number, one.file, one.digest, one.body) for number, one in enumerate(contents.texts)]
        _insert(f"{base}.texts", texts, cursor)
        _insert(f"{base}.quoted", [(*place, body) for place, body in contents.quoted.items()], cursor)
        _insert(f"{base}.hidden", [(fact,) for fact in contents.hidden], cursor)
        _add_reports(base, contents.reports, cursor)
        _add_constants(base, dictionary, cursor)
        cursor.execute("COMMIT")
    except BaseException:
        with suppress(duckdb.Error):  # a full disk may have ended it
            cursor.execute("ROLLBACK")
        raise
    cursor.execute(f"CHECKPOINT {base}")


def _insert(table: str, rows: Sequence[tuple[Any, ...]], cursor: Any) -> None:  # noqa: ANN401
    for row in rows:
        cursor.execute(f"INSERT INTO {table} VALUES ({', '.join('?' * len(row))})", list(row))  # noqa: S608  # ours


def _add_reports(base: str, reports: Iterable[StoredReports], cursor: Any) -> None:  # noqa: ANN401
    """Each table once, and what is to be known of it for each place that it comes from."""
    known: dict[ImportedReports, tuple[int, bool]] = {}
    rows = []
    for one in reports:
        given = one.reports
        if given not in known:
            known[given] = (len(known), _added(f"{base}.{facts_table(len(known))}", given, cursor))
            _add_days(base, known[given][0], given, cursor)
        number, single = known[given]
        evidence = ",".join(sorted(given.has))
        about = (number, given.relation, given.arity, given.size, evidence, given.default, single)
        rows.append((*about, one.kinds, one.origin, one.line, one.imported))
    _insert(f"{base}.reported", rows, cursor)


def _added(table: str, given: ImportedReports, cursor: Any) -> bool:  # noqa: ANN401
    """Copy a table of facts; whether no two of its rows have the same arguments."""
    columns = facts_columns(given.arity, given.has)
    cursor.execute(definition(table, columns))
    selected = ", ".join("1" if name == "one" else written(name) for name in columns)
    cursor.execute(f"INSERT INTO {table} SELECT {selected} FROM {given.shown_to(cursor)}")  # noqa: S608  # ours
    if given.distinct:
        return True
    arguments = ", ".join(f"c{i}" for i in range(given.arity)) or "one"
    distinct = f"SELECT count(*) FROM (SELECT DISTINCT {arguments} FROM {table})"  # noqa: S608
    return bool(cursor.execute(distinct).fetchone()[0] == given.size)


def _add_days(base: str, number: int, given: ImportedReports, cursor: Any) -> None:  # noqa: ANN401
    dated = [name for name in DAYS if name in given.has]
    if dated:
        table = given.shown_to(cursor)
        each = " UNION ".join(f'SELECT "{name}" AS day FROM {table}' for name in dated)  # noqa: S608  # ours
        cursor.execute(f"INSERT INTO {base}.changes SELECT {number}, day FROM ({each}) AS u WHERE day IS NOT NULL")  # noqa: S608


def _add_constants(base: str, dictionary: Dictionary, cursor: Any) -> None:  # noqa: ANN401
    """All constants, in the order of their places and in that of their letters."""
    given = dictionary.given
    if isinstance(given, StoredConstants):
        cursor.execute(f"INSERT INTO {base}.constants SELECT * FROM {given.table}")  # noqa: S608
    own = list(dictionary.own())
    for first in range(0, len(own), AT_ONCE):
        part = own[first : first + AT_ONCE]
        arrays = {
            "place": np.array([place for place, _, _ in part], dtype=np.int64),
            "sort": np.array([int(sort) for _, _, sort in part], dtype=np.int8),
            "letters": np.array([letters(value) for _, value, _ in part], dtype=object),
        }
        cursor.execute(f"INSERT INTO {base}.constants SELECT place, sort, letters FROM arrays")  # noqa: S608
        del arrays
    cursor.execute(
        f"INSERT INTO {base}.spelled SELECT letters, sort, place FROM {base}.constants ORDER BY letters, sort"  # noqa: S608
    )
