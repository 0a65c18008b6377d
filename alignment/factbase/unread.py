"""Reported rows of which no table has been made: who reads them once reads them where they stand.

A query of imported rows is made into a table, with each row once, when somebody looks at rows or reads them
more than once. An engine that reads them once, and drops what is equal in its result anyway, saves the copy, and
the columns that it does not ask for.
"""

from __future__ import annotations

import threading
import weakref
from collections.abc import Collection, Iterable, Sequence
from typing import Protocol

from alignment.factbase.database import Database, drop, new_name, reading
from alignment.factbase.lent import Borrower, Lent
from alignment.factbase.relation import Row
from alignment.factbase.stored import StoredRelation, beginning


class Rows(Protocol):
    """A query of rows for one borrower, any if none is given, perhaps with repetitions: columns `c0`, `c1`, … and `r`.

    Where `used` is given, no other columns are asked for: they may be NULL.
    """

    def __call__(self, used: Collection[int] | None = None, borrower: Borrower | None = None) -> str: ...


class UnreadRelation(StoredRelation):
    """The rows of a query. Until a table is made, `len` counts a row as often as it is reported.

    `read` are the tables that the query reads; `lent` has the rows, where they are all those of one import in memory;
    `is_different` says whether each is there once, when somebody has found out.
    """

    def __init__(
        self, database: Database, arity: int, rows: Rows, size: int, read: Sequence[str] = (), lent: Lent | None = None
    ) -> None:
        super().__init__(database, "", arity, size)
        self.read = read
        self.lent = lent
        self.is_different: bool | None = None
        self._rows = rows
        self._making = threading.Lock()

    @property
    def table(self) -> str:
        """The table, made when somebody first reads it so."""
        with self._making:
            if not self._table:
                name, cursor = new_name(), self.database.cursor()
                with reading():
                    made = cursor.execute(f"CREATE TABLE {name} AS {self._selected('DISTINCT', None, cursor)}")
                    ((self._size,),) = made.fetchall()
                weakref.finalize(self, drop, self.database, name)
                self._table = name
            return self._table

    def view(self, used: Collection[int], borrower: Borrower) -> str | None:
        """What stands after FROM for the columns that one borrower uses; None where there is a table already."""
        return None if self._table else f"({self._selected('', used, borrower)})"

    def part(self, used: Collection[int], borrower: Borrower) -> str | None:
        """A query of the rows in the columns that a borrower uses, each once; None where there is a table already."""
        return None if self._table else self._selected("DISTINCT", used, borrower)

    def beginning_with(self, prefixes: Iterable[Row], width: int) -> list[Row]:
        """The rows whose first columns, `width` of them, are one of the prefixes, perhaps with repetitions."""
        if self._table or not width:
            return super().beginning_with(prefixes, width)
        return beginning(self.database, f"({self._selected('', None, None)})", self.arity, list(prefixes))

    def _selected(self, distinct: str, used: Collection[int] | None, borrower: Borrower | None) -> str:
        rows = self._rows(used, borrower)
        return f"SELECT {distinct} * FROM ({rows}) AS u" if distinct else rows  # noqa: S608  # names of our own
