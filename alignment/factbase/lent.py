"""Columns of codes in memory that DuckDB reads where they are, and that become a table when one is asked for.

In its plans DuckDB names nothing of what it reads so but the columns. So these say whose they are: `meets c0`.
"""

from __future__ import annotations

import threading
import weakref
from collections.abc import Mapping
from typing import Any

from alignment.factbase.database import Database, drop, new_name


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

    def shown_to(self, cursor: Any) -> str:  # noqa: ANN401  # DuckDB's connection
        """What stands after FROM where one cursor reads them, without a copy."""
        with self._making:
            if self._columns is None:
                return self._table
            name = new_name()
            cursor.register(name, {f"{self._relation} {column}": codes for column, codes in self._columns.items()})
            listed = ", ".join(f'"{self._relation} {column}" AS "{column}"' for column in self._columns)
            return f"(SELECT {listed} FROM {name})"  # noqa: S608  # names of our own
