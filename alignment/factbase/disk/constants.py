"""The constants of a base on disk, looked up when somebody asks: opening a base reads none of them.

A small dictionary is read whole at the first question. Of a large one a look-up reads the block that
holds the constant, and only whoever asks for very many reads them all.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable

from alignment.factbase.database import Database, reading
from alignment.factbase.dictionary import Sort, Value
from alignment.problems import AlignmentError, Problem

SMALL = 50_000
"""Constants up to which all are read at once: about as long as fifty look-ups take."""

BLOCK = 2_048
"""Constants that are read together, by their place."""

PATIENCE = 500
"""Look-ups of letters after which the rest is read at once too."""

_SYMBOL, _TEXT = int(Sort.SYMBOL), int(Sort.TEXT)
"""Very many constants are read: a look into an enumeration for each would take as long as all the rest."""


def letters(value: Value) -> str:
    """What is written of a constant that is no whole number of 59 bits and no day."""
    return value if isinstance(value, str) else repr(value)


def constant(written: str, sort: int) -> tuple[Value, Sort]:
    """The constant of what was written."""
    if sort in (_SYMBOL, _TEXT):
        return written, Sort.SYMBOL if sort == _SYMBOL else Sort.TEXT
    try:
        return (float(written) if any(mark in written for mark in ".en") else int(written)), Sort.NUMBER
    except ValueError:
        raise _damaged(f"'{written}' is not a number") from None


class StoredConstants:
    """The constants of an attached base. Safe for several threads. `id` is that of the base."""

    def __init__(self, database: Database, base: str, size: int, id_: str) -> None:
        self.id = id_
        self._base = base
        self._size = size
        self._cursor = database.cursor()
        self._values: dict[int, tuple[Value, Sort]] = {}
        self._places: dict[tuple[str, Sort], int] = {}
        self._asked = 0
        self._whole = False
        self._lock = threading.RLock()

    def __len__(self) -> int:
        return self._size

    @property
    def table(self) -> str:
        """The table of all constants by their place."""
        return f"{self._base}.constants"

    def index(self, value: Value, sort: Sort) -> int | None:
        """The place of a constant, None if it is not one of these."""
        written = letters(value)
        with self._lock:
            self._asked += 1
            if not self._whole and (self._size <= SMALL or self._asked > PATIENCE):
                self._read_all()
            if self._whole:
                return self._places.get((written, sort))
            query = f"SELECT place FROM {self._base}.spelled WHERE letters = ? AND sort = ?"  # noqa: S608  # ours
            with reading():
                found = self._cursor.execute(query, [written, int(sort)]).fetchone()
            return None if found is None else int(found[0])

    def value(self, index: int) -> tuple[Value, Sort]:
        """The constant at a place. Raises AlignmentError if the base has none there."""
        found = self._values.get(index)
        if found is not None:
            return found
        with self._lock:
            if self._size <= SMALL:
                self._read_all()
            else:
                first = index - index % BLOCK
                self._read(f"WHERE place BETWEEN {first} AND {first + BLOCK - 1}")
        if index not in self._values:
            raise _damaged(f"it has no constant with the number {index}")
        return self._values[index]

    def prepare(self, indices: Iterable[int]) -> None:
        """Read many constants at once, before they are asked for one by one."""
        missing = sorted({index // BLOCK for index in indices if index not in self._values})
        if self._whole or len(missing) < 2:
            return
        with self._lock:
            if self._size <= SMALL:
                self._read_all()
            else:
                blocks = ", ".join(map(str, missing))
                self._read(f"WHERE place // {BLOCK} IN ({blocks})")

    def _read_all(self) -> None:
        if not self._whole:
            self._read("")
            self._places = {(letters(value), sort): place for place, (value, sort) in self._values.items()}
            self._whole = True

    def _read(self, where: str) -> None:
        query = f"SELECT place, letters, sort FROM {self.table} {where}"  # noqa: S608  # ours
        with reading():
            found = self._cursor.execute(query).fetchall()
        for place, written, sort in found:
            self._values[place] = constant(written, sort)


def _damaged(what: str) -> AlignmentError:
    return AlignmentError(Problem("not-a-base", None, f"the base is damaged: {what}", "import it again"))
