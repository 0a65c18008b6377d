"""Columns of codes in memory that DuckDB reads where they are, and that become a table when one is asked for.

In its plans DuckDB names nothing of what it reads so but the columns. So these say whose they are: `meets c0`.
"""

from __future__ import annotations

import builtins
import threading
import weakref
from collections.abc import Mapping
from types import FunctionType
from typing import Any, Protocol

from alignment.factbase.database import Database, drop, new_name


class Borrower(Protocol):
    """What reads columns that are lent: a connection of DuckDB, or what runs statements on one."""

    def register(self, name: str, columns: Mapping[str, Any], /) -> object:
        """Know columns by a name from now on."""
        ...


class Borrowing:
    """Runs statements on a connection, in which the columns that it has borrowed can be read by their names.

    DuckDB looks for names that it does not know among the variables of the function that calls it: they are made the
    global ones of a function of its own. To make a view of them for the connection takes 0.4 ms, for each relation.
    """

    def __init__(self, connection: Any) -> None:  # noqa: ANN401  # DuckDB's connection
        self._variables: dict[str, Any] = {"__builtins__": builtins}
        self._run = FunctionType(_run.__code__, self._variables)
        self._connection = connection

    def register(self, name: str, columns: Mapping[str, Any], /) -> None:
        """Know columns by a name from now on."""
        self._variables[name] = columns

    def execute(self, query: str) -> Any:  # noqa: ANN401  # as above
        """Run a statement."""
        return self._run(self._connection, query)


def _run(connection: Any, query: str) -> Any:  # noqa: ANN401
    return connection.execute(query)


class Lent:
    """The columns of a relation by name, all of one length. Safe to read from several threads."""

    def __init__(self, database: Database, relation: str, columns: Mapping[str, Any]) -> None:
        self.database = database
        self._relation = relation
        self._columns: dict[str, Any] | None = dict(columns)
        self._table = ""
        self._making = threading.Lock()

    @property
    def table(self) -> str:
        """The table, made when somebody first reads it by a name that all know; the columns are then let go."""
        with self._making:
            if self._columns is not None:
                name, columns = new_name(), self._columns
                self.database.cursor().execute(f"CREATE TABLE {name} AS SELECT * FROM columns")  # noqa: S608  # ours
                del columns
                weakref.finalize(self, drop, self.database, name)
                self._table, self._columns = name, None
            return self._table

    def column(self, name: str) -> Any:  # noqa: ANN401  # an array of NumPy
        """A column, None once they are let go."""
        with self._making:
            return None if self._columns is None else self._columns[name]

    def shown_to(self, borrower: Borrower) -> str:
        """What stands after FROM where one borrower reads them, without a copy."""
        with self._making:
            if self._columns is None:
                return self._table
            name = new_name()
            borrower.register(name, {f"{self._relation} {column}": codes for column, codes in self._columns.items()})
            listed = ", ".join(f'"{self._relation} {column}" AS "{column}"' for column in self._columns)
            return f"(SELECT {listed} FROM {name})"  # noqa: S608  # names of our own
