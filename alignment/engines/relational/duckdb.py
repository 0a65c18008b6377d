"""The engine `duckdb`: strata as set-oriented SQL on this machine, recursion in steps on NumPy columns."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from alignment.engines.base import Limits, Weighing
from alignment.engines.call import resident
from alignment.engines.relational import stepwise
from alignment.engines.relational.duckdb_tables import DuckDBTables
from alignment.engines.relational.functions import functions
from alignment.engines.relational.ordering import Recursion
from alignment.engines.relational.rounds import evaluate_all
from alignment.engines.relational.sql import calls, compares
from alignment.factbase.database import database_of, reading
from alignment.factbase.dictionary import Dictionary
from alignment.factbase.duck import duckdb
from alignment.factbase.relation import Relation
from alignment.factbase.strengths import Strengths
from alignment.factbase.supervision import supervised
from alignment.program.model import Stratum


class DuckDBEngine:
    """Evaluates strata in DuckDB. The tables of a base are kept as long as their relations are."""

    name = "duckdb"

    def evaluate(
        self,
        strata: Sequence[Stratum],
        known: Mapping[str, Relation],
        dictionary: Dictionary,
        asked: Collection[str],
        limits: Limits,
    ) -> dict[str, Relation]:
        """The relations of `strata`, each with the round of its rows. Raises LimitReached.

        A relation that is not `asked` for may be left out.
        """
        database = database_of(dictionary, limits.memory)
        if limits.memory is not None:
            database.keep_within(limits.memory, resident())
        rules = [rule for stratum in strata for rule in stratum.rules]
        if any(map(calls, rules)):
            database.register(functions(dictionary))
        tables = DuckDBTables(database, known, limits)
        if any(map(compares, rules)):
            database.spell(dictionary, tables.cursor)

        def in_steps(stratum: Stratum) -> Recursion | None:
            """Out of SQL, but not for a few rows: the kernel begins by reading all that they may meet."""
            return stepwise.begun(stratum, tables) if limits.budget is None else None

        def work() -> None:
            try:
                with reading():
                    evaluate_all(strata, tables, asked, in_steps)
            except (KeyboardInterrupt, duckdb.InterruptException):
                limits.check(tables.rule)  # a limit may interrupt the fetching of rows as well as a statement
                raise

        try:
            supervised(work, tables.stop, limits.over)
            names = (name for stratum in strata for name in stratum.relations)
            left_out = {*tables.without_table, *tables.partial}
            return {name: tables.kept(name) for name in names if name not in left_out}
        finally:
            tables.close()

    def weigh(self, work: Weighing, limits: Limits) -> dict[str, Strengths | None]:
        """The strengths of the rows of some strata. Raises LimitReached."""
        from alignment.engines.relational.weighing import weigh  # noqa: PLC0415  # only where rows are doubted

        return weigh(work, database_of(work.dictionary, limits.memory), limits)
