"""The engine `spark`: the same SQL as on one machine, over the executors of a Spark.

What runs where: rules become SQL here, on the driver, and Spark plans and runs it; the dictionary of constants
stays here, and so does arithmetic on decimals (`results`). Recursion is the shared driver over delta tables.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from alignment.engines.base import Limits, Weighing
from alignment.engines.relational.spark_session import cluster
from alignment.engines.relational.spark_tables import SparkTables
from alignment.engines.weighing import weigh_in_memory
from alignment.factbase.dictionary import Dictionary
from alignment.factbase.relation import Relation
from alignment.factbase.strengths import Strengths
from alignment.program.model import Stratum


class SparkEngine:
    """Evaluates strata in the Spark of this process. Relations stay there until somebody looks at them."""

    name = "spark"

    def __init__(self, master: str | None = None) -> None:
        self.master = master

    def evaluate(
        self,
        strata: Sequence[Stratum],
        known: Mapping[str, Relation],
        dictionary: Dictionary,
        asked: Collection[str],
        limits: Limits,
    ) -> dict[str, Relation]:
        """The relations of `strata`, each with the round of its rows. Raises LimitReached, EngineError.

        A relation that is not `asked` for may be left out.
        """
        return SparkTables(cluster(self.master, limits), dictionary, known, limits).evaluate(strata, asked)

    def weigh(self, work: Weighing, limits: Limits) -> dict[str, Strengths | None]:
        """The strengths of the rows of some strata, settled here from instances that Spark finds."""
        return weigh_in_memory(work, self, limits)
