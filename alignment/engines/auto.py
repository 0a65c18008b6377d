"""The engine `auto`: for each evaluation the engine that was measured to be the faster one.

In memory a small base answers before a database has read its first statement; a large one does not. The
crossover was measured with the bundled rules (docs/decisions.md): at 150,000 rows both take as long, at a fifth
of that memory takes less than half. Recursion may derive far more than it reads, so it crosses over sooner.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

from alignment.engines.base import Engine, Limits, Weighing
from alignment.factbase.dictionary import Dictionary
from alignment.factbase.relation import MemoryRelation, Relation
from alignment.factbase.strengths import Strengths
from alignment.program.model import Stratum

CROSSOVER, RECURSIVE_CROSSOVER = 150_000, 2_000
"""Rows read, without and with recursion, from which on the database is faster."""


class AutoEngine:
    """Chooses by the rows that an evaluation reads. `reason` says why it chose as it last did."""

    name = "auto"

    def __init__(self, engine_named: Callable[[str], Engine]) -> None:
        self._engine_named = engine_named
        self._engines: dict[str, Engine] = {}
        self.reason = "nothing has been evaluated yet"

    def evaluate(
        self,
        strata: Sequence[Stratum],
        known: Mapping[str, Relation],
        dictionary: Dictionary,
        asked: Collection[str],
        limits: Limits,
    ) -> dict[str, Relation]:
        """The relations of `strata`, from the engine that suits them. Raises LimitReached."""
        chosen, self.reason = choice(strata, known)
        if limits.journal:
            limits.journal.engine = self.reason
        return self._engine(chosen).evaluate(strata, known, dictionary, asked, limits)

    def weigh(self, work: Weighing, limits: Limits) -> dict[str, Strengths | None]:
        """The strengths of the rows of some strata, from the engine that suits them. Raises LimitReached."""
        names = {name for stratum in work.strata for name in (*stratum.relations, *stratum.reads)}
        chosen, _ = choice(work.strata, {name: work.reported(name) for name in names})
        return self._engine(chosen).weigh(work, limits)

    def _engine(self, name: str) -> Engine:
        if name not in self._engines:
            self._engines[name] = self._engine_named(name)
        return self._engines[name]


def choice(strata: Sequence[Stratum], known: Mapping[str, Relation]) -> tuple[str, str]:
    """The name of the engine for some strata, and the reason in a sentence."""
    rows = sum(map(len, known.values()))
    if any(len(relation) and not isinstance(relation, MemoryRelation) for relation in known.values()):
        return "duckdb", "duckdb, because facts that it reads are in the database already"
    recursive = any(stratum.recursive for stratum in strata)
    crossover = RECURSIVE_CROSSOVER if recursive else CROSSOVER
    kind = "with recursion " if recursive else ""
    if rows < crossover:
        return "memory", f"memory, because {rows:,} rows are read, and {kind}duckdb pays from {crossover:,} on"
    return "duckdb", f"duckdb, because {rows:,} rows are read, and {kind}it pays from {crossover:,} on"
