"""Several imports of one table: what any of them wants of it is read once, and each takes its part from there.

Before: four imports of `from table gdelt`, each with a `where` of its own.
After:  one table in DuckDB with every column that one of them names, and every row that one of them wants.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from pathlib import Path
from typing import Any

from alignment.factbase.database import new_name
from alignment.factbase.importing import conditions
from alignment.factbase.importing.bad_rows import BadRows
from alignment.factbase.importing.gathering import gathered
from alignment.factbase.importing.plan import Plan, named
from alignment.factbase.importing.reading import column_of, identifier
from alignment.language import tree


class Together:
    """The rows that some imports of one table want, read when the first of them is carried out.

    `names` are the columns that one of them asks for.
    """

    def __init__(self, statements: Sequence[tree.Import]) -> None:
        self._statements = statements
        self._table: str | None = None
        self.names = frozenset(variable.name for one in statements for variable in named(one))

    @property
    def is_one(self) -> bool:
        """Whether there is one import alone, which reads for itself."""
        return len(self._statements) == 1

    def rows(self, plan: Plan, cursor: Any) -> tuple[str, BadRows]:  # noqa: ANN401
        """The table of the rows, and what is in the file that is no row: told once, by the first import."""
        if self._table is not None:
            return self._table, BadRows()
        table = new_name()
        columns = {name: column_of(name, plan.reading.columns) for name in sorted(self.names)}
        quoted = {name: identifier(column) for name, column in columns.items() if column is not None}
        known = [one for one in self._statements if all(variable.name in quoted for variable in named(one))]
        wanted = " OR ".join(f"({conditions.condition(one.where, quoted)})" for one in known)
        broken = gathered(plan, table, list(dict.fromkeys(quoted.values())), wanted, cursor)
        self._table = table
        return table, broken

    def drop(self, cursor: Any) -> None:  # noqa: ANN401
        """Forget the rows."""
        if self._table is not None:
            cursor.execute(f"DROP TABLE IF EXISTS {self._table}")
            self._table = None


def together(placed: Sequence[tuple[tree.Import, Path]]) -> list[Together]:
    """For each import, with the folder of its paths, the imports of the same table."""
    groups: dict[Hashable, list[tree.Import]] = {}
    for statement, folder in placed:
        groups.setdefault(_table(statement, folder), []).append(statement)
    found = {key: Together(statements) for key, statements in groups.items()}
    return [found[_table(statement, folder)] for statement, folder in placed]


def _table(statement: tree.Import, folder: Path) -> Hashable:
    return statement.paths, statement.table, folder
