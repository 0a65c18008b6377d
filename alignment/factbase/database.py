"""A DuckDB database in which relations are tables of codes: made once for a base, when it is first needed.

Imported facts live in it; memory relations are copied in when an engine first reads them and dropped with
them. DuckDB spills to disk before it runs out of the memory that it was given.
"""

from __future__ import annotations

import itertools
import os
import tempfile
import threading
import weakref
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any, TypeAlias

from alignment.factbase.dictionary import Dictionary
from alignment.factbase.duck import duckdb
from alignment.factbase.overlay import Layer, MemoryOverlay
from alignment.factbase.relation import MemoryRelation, Row
from alignment.problems import AlignmentError, Problem

Signature: TypeAlias = tuple[Callable[..., Any], tuple[str, ...], str]
"""A function, the SQL types of its arguments, and that of its result."""

SETTINGS: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "allow_community_extensions": False,
    "allow_persistent_secrets": False,
    "preserve_insertion_order": False,
}
"""A base reads what is here: nothing is fetched and nothing is loaded into the process."""

_DAMAGED = ("Corrupt database file", "Could not read enough bytes")

_numbers = itertools.count(1)
_LEAST, _OTHERS = 64, 150
"""MB that DuckDB gets at least, and that the rest of the process takes."""

MOST_IN_MEMORY = 2**29
"""Bytes that the columns of one table may take in memory, for lookups; with a memory limit, an eighth of it."""

_SMALL = 200
"""Rows up to which a table is written as text: faster than through an array."""


@contextmanager
def reading() -> Iterator[None]:
    """Turn what DuckDB says when it meets a damaged base on disk into a problem, and Ctrl-C into Ctrl-C."""
    try:
        yield
    except RuntimeError as error:
        if str(error).startswith("Query interrupted"):
            raise KeyboardInterrupt from None
        raise
    except duckdb.Error as error:
        said = str(error).splitlines()[0]
        if not any(mark in said for mark in _DAMAGED):
            raise
        hint = "make it again: alignment import SPEC.facts -o BASE.duckdb"
        raise AlignmentError(Problem("not-a-base", None, f"the base on disk is damaged: {said}", hint)) from None


class Database:
    """Tables of codes in one DuckDB database."""

    def __init__(self) -> None:
        self._spill = os.path.join(tempfile.gettempdir(), f"alignment-{os.getpid()}")
        self.connection: Any = duckdb.connect(":memory:", config={**SETTINGS, "temp_directory": self._spill})
        self._loaded: weakref.WeakKeyDictionary[MemoryRelation, str] = weakref.WeakKeyDictionary()
        self._lock = threading.Lock()
        self._registered = False
        self._spelled = 0
        self._attached: dict[str, int] = {}
        self.failure: BaseException | None = None
        self.is_left = False
        self.most_in_memory = MOST_IN_MEMORY
        self.close = weakref.finalize(self, self.connection.close)

    def register(self, signatures: Mapping[str, Signature]) -> None:
        """Make functions known to SQL, once."""
        from duckdb.func import SPECIAL  # noqa: PLC0415  # with it comes NumPy, which most programs do without

        with self._lock:
            if self._registered:
                return
            self._registered = True
            for name, (function, inputs, output) in signatures.items():
                types: list[Any] = [duckdb.type(one) for one in inputs]
                guarded = self._guarded(function, len(inputs))
                self.connection.create_function(name, guarded, types, duckdb.type(output), null_handling=SPECIAL)

    def _guarded(self, function: Any, arity: int) -> Any:  # noqa: ANN401  # any of our functions
        """The function with its exception kept: DuckDB gives back only the text of one."""
        me = weakref.ref(self)

        def call(*args: Any) -> Any:  # noqa: ANN401
            if any(arg is None for arg in args):
                return None
            try:
                return function(*args)
            except BaseException as error:
                database = me()
                if database is not None:
                    database.failure = error
                raise

        def of_one(one: Any) -> Any:  # noqa: ANN401
            return call(one)

        def of_two(one: Any, other: Any) -> Any:  # noqa: ANN401
            return call(one, other)

        return of_one if arity == 1 else of_two  # DuckDB looks at the signature

    def keep_within(self, megabytes: int, used: int | None = None) -> None:
        """What DuckDB may take of a limit, of which the process has `used` so much, DuckDB's own included."""
        others = 0
        if used is not None:
            ((own,),) = self.connection.execute("SELECT sum(memory_usage_bytes) FROM duckdb_memory()").fetchall()
            others = used - int(own or 0) // 2**20
        self.connection.execute(f"SET memory_limit = '{_share(megabytes, others)}MB'")
        self.most_in_memory = min(MOST_IN_MEMORY, megabytes * 2**20 // 8)

    def leave(self) -> None:
        """Drop nothing any more: the process ends, and its memory with it. Closing removes what was spilled to disk."""
        self.is_left = True
        self.close.atexit = os.path.isdir(self._spill)

    def cursor(self) -> Any:  # noqa: ANN401  # DuckDB's connection
        """A connection of its own to the same tables, for one thread."""
        return self.connection.cursor()

    def attach(self, path: str, *, read_only: bool = True) -> str:
        """Open another database beside the tables here; the name under which it is known. Raises duckdb.Error.

        DuckDB would give a path that is open already the file that stood there before, whatever stands there
        now; to it, a path with more slashes is another path.
        """
        name = f"d{new_name()}"
        with self._lock:
            times = self._attached[path] = self._attached.get(path, 0) + 1
        place = "/" * (times - 1) + path if path.startswith("/") else path
        mode = "READ_ONLY, " if read_only else ""
        quoted = place.replace("'", "''")
        self.connection.cursor().execute(f"ATTACH '{quoted}' AS {name} ({mode}TYPE duckdb)")
        return name

    def detach(self, name: str) -> None:
        """Let go of a database that was opened beside."""
        if self.close.alive:
            self.connection.cursor().execute(f"DETACH DATABASE IF EXISTS {name}")

    def table(
        self,
        arity: int,
        rows: Iterable[Row],
        cursor: Any,  # noqa: ANN401  # DuckDB's connection, here and below
        *,
        name: str | None = None,
        rounds: Sequence[int] = (),
    ) -> str:
        """A new table with these rows, in round 0 if no rounds are given; its name."""
        name = name or new_name()
        columns = "".join(f"c{i} BIGINT, " for i in range(arity))
        cursor.execute(f"CREATE TABLE {name} ({columns}r INTEGER)")
        given = rows if isinstance(rows, list) else list(rows)
        if not given:
            return name
        found = rounds or [0] * len(given)
        if len(given) <= _SMALL:
            values = ", ".join(f"({', '.join(map(str, (*row, r)))})" for row, r in zip(given, found, strict=True))
            cursor.execute(f"INSERT INTO {name} VALUES {values}")  # noqa: S608  # names of our own
        else:
            import numpy as np  # noqa: PLC0415  # takes longer to load than small tables to write

            codes = np.array(given, dtype=np.int64).reshape(len(given), arity)
            arrays = {f"c{i}": np.ascontiguousarray(codes[:, i]) for i in range(arity)}
            arrays["r"] = np.array(found, dtype=np.int64)
            cursor.execute(f"INSERT INTO {name} SELECT * FROM arrays")  # noqa: S608
            del arrays
        return name

    def weighed_table(self, arity: int, rows: Sequence[tuple[Row, float]], cursor: Any, name: str) -> None:  # noqa: ANN401
        """A new table of rows and their strengths, the strengths of type DOUBLE last."""
        columns = "".join(f"c{i} BIGINT, " for i in range(arity))
        cursor.execute(f"CREATE TABLE {name} ({columns}c{arity} DOUBLE)")
        if rows:
            import numpy as np  # noqa: PLC0415  # only where rows are doubted

            codes = np.array([row for row, _ in rows], dtype=np.int64).reshape(len(rows), arity)
            arrays: dict[str, Any] = {f"c{i}": np.ascontiguousarray(codes[:, i]) for i in range(arity)}
            arrays[f"c{arity}"] = np.array([strength for _, strength in rows])
            cursor.execute(f"INSERT INTO {name} SELECT * FROM arrays")  # noqa: S608  # names of our own
            del arrays

    def spell(self, dictionary: Dictionary, cursor: Any) -> None:  # noqa: ANN401
        """Bring the table `names` of the letters of names and texts up to date."""
        with self._lock:
            cursor.execute("CREATE TABLE IF NOT EXISTS names (code BIGINT, spelled VARCHAR)")
            new = list(dictionary.spelled(self._spelled))
            self._spelled = len(dictionary)
            if new:
                import numpy as np  # noqa: PLC0415  # only where names are put in an order

                arrays = {
                    "code": np.array([code for code, _ in new], dtype=np.int64),
                    "spelled": np.array([letters for _, letters in new], dtype=object),
                }
                cursor.execute("INSERT INTO names SELECT code, spelled FROM arrays")
                del arrays

    def loaded(self, relation: MemoryRelation, arity: int, cursor: Any) -> str:  # noqa: ANN401
        """The table of a memory relation, copied in once and dropped when the relation goes."""
        with self._lock:
            return self._loaded_now(relation, arity, cursor)

    def _loaded_now(self, relation: MemoryRelation, arity: int, cursor: Any) -> str:  # noqa: ANN401
        name = self._loaded.get(relation)
        if name is None:
            if isinstance(relation, MemoryOverlay):
                below = self._loaded_now(relation.below, arity, cursor)
                name = self.overlay(relation, below, arity, relation.layer, cursor)
            else:
                name = self.table(arity, list(relation.rounds), cursor)
                weakref.finalize(relation, _drop, weakref.ref(self), name)
            self._loaded[relation] = name
        return name

    def overlay(self, owner: object, below: str, arity: int, layer: Layer, cursor: Any) -> str:  # noqa: ANN401
        """A view of a table with a layer on it, dropped when its owner goes."""
        columns = [f"c{i}" for i in range(arity)]
        listed = ", ".join((*columns, "r"))
        query = f"SELECT {listed} FROM {below} AS b"  # noqa: S608  # names of our own, here and below
        made = []
        if layer.gone:
            made.append(self.table(arity, list(layer.gone), cursor))
            same = " AND ".join(f"g.{one} = b.{one}" for one in columns) or "TRUE"
            query += f" WHERE NOT EXISTS (SELECT 1 FROM {made[-1]} AS g WHERE {same})"  # noqa: S608
        if layer.put:
            made.append(self.table(arity, list(layer.put), cursor, rounds=list(layer.put.values())))
            query += f" UNION ALL SELECT {listed} FROM {made[-1]}"  # noqa: S608
        name = new_name()
        cursor.execute(f"CREATE VIEW {name} AS {query}")
        weakref.finalize(owner, _drop_view, weakref.ref(self), name, tuple(made))
        return name


_databases: weakref.WeakKeyDictionary[Dictionary, Database] = weakref.WeakKeyDictionary()
_opening = threading.Lock()
_ahead: list[_Ahead] = []


class _Ahead(threading.Thread):
    """Opens a database for whoever asks next. DuckDB takes 20 ms for it, without Python's lock."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.database: Database | None = None

    def run(self) -> None:
        """Open it. What goes wrong is met again by who asks, and told."""
        with suppress(Exception):
            self.database = Database()


def open_ahead() -> None:
    """Begin to open a database, for the next dictionary that has none."""
    with _opening:
        if not _ahead:
            _ahead.append(_Ahead())
            _ahead[0].start()


def database_of(dictionary: Dictionary, memory_limit: int | None = None) -> Database:
    """The database of a dictionary's base, opened when first asked for. `memory_limit` is in MB."""
    with _opening:
        found = _databases.get(dictionary)
        if found is None:
            found = _databases[dictionary] = _opened() or Database()
        if memory_limit is not None:
            found.keep_within(memory_limit)
        return found


def _opened() -> Database | None:
    """The database that was opened ahead, if one was."""
    if not _ahead:
        return None
    ahead = _ahead.pop()
    ahead.join()
    return ahead.database


def leave_all() -> None:
    """The process ends after this: what its databases have in memory is left as it is."""
    with _opening:
        for database in _databases.values():
            database.leave()


def _share(megabytes: int, others: int) -> int:
    """What DuckDB may take of a limit: the process needs some itself, and DuckDB goes beyond its own at times.

    Measured on imports of 1e7 rows: 120 MB for DuckDB were 250 MB in all, 300 were 460. `others` is what the process
    uses besides: the dictionary of 3e5 names takes another 100.
    """
    return max(_LEAST, int((megabytes - max(_OTHERS, others)) * 0.8))


def _drop(database: weakref.ref[Database], name: str, kind: str = "TABLE") -> None:
    found = database()
    if found is not None and found.close.alive and not found.is_left:
        found.connection.cursor().execute(f"DROP {kind} IF EXISTS {name}")


def _drop_view(database: weakref.ref[Database], name: str, tables: Sequence[str]) -> None:
    _drop(database, name, "VIEW")
    for table in tables:
        _drop(database, table)


def drop(database: Database, name: str, kind: str = "TABLE") -> None:
    """Forget a table, or with `kind="VIEW"` a view, if the database is still open."""
    _drop(weakref.ref(database), name, kind)


def new_name() -> str:
    """A table name of this process only."""
    return f"r{next(_numbers)}"
