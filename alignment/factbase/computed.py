"""A derived relation as columns in memory, which become a table when somebody else asks for one."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from alignment.factbase.database import Database, drop, new_name
from alignment.factbase.stored import StoredRelation

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

LARGEST = 2**24
"""Rows from which on the table is made at once, so that DuckDB can put it on disk when memory runs short."""


class ComputedRelation(StoredRelation):
    """Rows as columns of codes, and their rounds. SQL of the evaluation that made them reads the columns themselves."""

    def __init__(
        self, database: Database, columns: Sequence[NDArray[np.int64]], rounds: NDArray[np.int32]
    ) -> None:
        super().__init__(database, "", len(columns), len(rounds))
        self._arrays: dict[str, Any] | None = {f"c{i}": column for i, column in enumerate(columns)} | {"r": rounds}
        self._making = threading.Lock()
        if len(rounds) > LARGEST:
            assert self.table

    @property
    def table(self) -> str:
        """The table, made when somebody first reads it from elsewhere."""
        with self._making:
            if self._arrays is not None:
                name, arrays = new_name(), self._arrays
                self.database.cursor().execute(f"CREATE TABLE {name} AS SELECT * FROM arrays")  # noqa: S608  # ours
                del arrays
                weakref.finalize(self, drop, self.database, name)
                self._table, self._arrays = name, None
            return self._table

    def arrays(self) -> list[Any]:
        """The rows as NumPy columns of codes."""
        with self._making:
            if self._arrays is not None:
                return [self._arrays[f"c{i}"] for i in range(self.arity)]
        return super().arrays()

    def shown_to(self, cursor: Any) -> str:  # noqa: ANN401  # DuckDB's connection
        """The name under which one cursor reads the rows, without a copy."""
        with self._making:
            if self._arrays is None:
                return self._table
            name = new_name()
            cursor.register(name, self._arrays)
            return name
