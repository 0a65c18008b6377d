"""A derived relation as columns in memory, which become a table when somebody else asks for one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from alignment.factbase.database import Database
from alignment.factbase.lent import Borrower, Lent
from alignment.factbase.stored import StoredRelation

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

LARGEST = 2**24
"""Rows from which on the table is made at once, so that DuckDB can put it on disk when memory runs short."""


class ComputedRelation(StoredRelation):
    """Rows as columns of codes, and their rounds. SQL of the evaluation that made them reads the columns themselves."""

    def __init__(
        self, database: Database, relation: str, columns: Sequence[NDArray[np.int64]], rounds: NDArray[np.int32]
    ) -> None:
        super().__init__(database, "", len(columns), len(rounds))
        self._lent = Lent(database, relation, {f"c{i}": column for i, column in enumerate(columns)} | {"r": rounds})
        if len(rounds) > LARGEST:
            assert self.table

    @property
    def table(self) -> str:
        """The table, made when somebody first reads it from elsewhere."""
        return self._lent.table

    def arrays(self) -> list[Any]:
        """The rows as NumPy columns of codes."""
        columns = [self._lent.column(f"c{i}") for i in range(self.arity)]
        return super().arrays() if any(column is None for column in columns) else columns

    def shown_to(self, borrower: Borrower) -> str:
        """What stands after FROM where one borrower reads the rows, without a copy."""
        return self._lent.shown_to(borrower)
