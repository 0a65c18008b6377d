"""The tables of one evaluation, whichever system keeps them: relations by name, rules as its SQL."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping, Sequence
from typing import ClassVar

from alignment.engines.base import Limits
from alignment.engines.journal import Planned
from alignment.engines.relational.plan import Use
from alignment.engines.relational.queries import Select, Table, Union
from alignment.engines.relational.sql import Delta, Mixed, TableOf, rule_query
from alignment.factbase.relation import Relation
from alignment.program.model import Aggregation, Negative, Positive, Rule, Stratum


class Tables(ABC):
    """The relations of an evaluation as tables; `rule` is the one at work, for what stops it.

    `without_table` are the rules of relations that go into the query of their one reader; of those that are
    `counted`, each row is to be there once. Tables of `repeated` relations may have a row more than once;
    `uses` says how relations are read that are not derived here. Of those `read_for_loops` only the rows that lead back
    are read. A table has the columns `c0`, `c1`, … and `r`, the round of each row; one that a query of rows made lacks
    `r`.
    """

    why_rounds: ClassVar[str]
    """Why a recursive stratum is evaluated round by round, for the journal."""

    def __init__(self, known: Mapping[str, Relation], limits: Limits) -> None:
        self.known = known
        self.limits = limits
        self.rule: Rule | None = None
        self.without_table: Mapping[str, Sequence[Rule]] = {}
        self.counted: Collection[str] = ()
        self.uses: Mapping[str, Use] = {}
        self.read_for_loops: frozenset[str] = frozenset()
        self.repeated: set[str] = set()
        self.arity: dict[str, int] = {}
        self.sizes: dict[str, int] = {}
        self._names: dict[str, str] = {}

    def learn_arities(self, strata: Sequence[Stratum]) -> None:
        """The number of columns of each relation, from its rows or from how the rules use it."""
        for name, relation in self.known.items():
            arity = getattr(relation, "arity", None)
            if arity is not None:
                self.arity[name] = arity
            elif len(relation):
                self.arity[name] = len(next(iter(relation)))
        rules = [rule for stratum in strata for rule in stratum.rules]
        self.arity.update((rule.head, len(rule.args)) for rule in rules)
        for rule in rules:
            for literal in rule.body:
                if isinstance(literal, Positive | Negative):
                    self.arity.setdefault(literal.relation, len(literal.args))
                elif isinstance(literal, Aggregation):
                    self.arity.setdefault(literal.relation, len(literal.group) + 1)

    # What a system does --------------------------------------------------------------------------

    @abstractmethod
    def create(self, query: str) -> str:
        """A new table of what a query gives; its name. Raises LimitReached."""

    @abstractmethod
    def size_of(self, table: str) -> int:
        """The number of rows of a table."""

    @abstractmethod
    def drop(self, table: str) -> None:
        """Drop a table that was made on the way."""

    @abstractmethod
    def begin(self, name: str) -> None:
        """A table of its own for a relation that grows, with what is reported of it in round 0."""

    @abstractmethod
    def append(self, name: str, rows: str, round_: int) -> None:
        """Add the rows of a table to a relation that grows."""

    @abstractmethod
    def given(self, name: str) -> str:
        """The table of the rows that are given of a relation, or an empty one."""

    @abstractmethod
    def mixed(self, name: str, column: int) -> bool:
        """Whether a column of a relation holds anything but whole numbers."""

    @abstractmethod
    def kept(self, name: str) -> Relation:
        """A derived relation for whoever asked; its table lives as long as that."""

    @abstractmethod
    def join_plan(self, query: str) -> str:
        """How the system joins the tables of a query, in a line; empty where it does not tell."""

    # Relations and rules -------------------------------------------------------------------------

    def reported(self, name: str) -> int:
        """The number of rows that are given of a relation which the rules add to."""
        return len(self.known.get(name, ()))

    def table_of(self, name: str) -> str:
        """The table of a relation as it is now: derived, reported, or empty."""
        if name not in self._names:
            self._names[name] = self.given(name)
        return self._names[name]

    def put(self, name: str, table: str, size: int) -> None:
        """A table is what a relation is from now on."""
        self._names[name], self.sizes[name] = table, size

    def text(self, rule: Rule, delta: Delta | None = None, *, distinct: bool = True) -> str:
        """The query of a rule's rows, each once if they are to be `distinct`, as the system reads it."""
        self.rule = rule
        return str(rule_query(rule, self._source_of, self.mixed, delta, distinct=distinct))

    def _source_of(self, name: str) -> Table:
        return self.source_of(name, self._source_of, self.mixed)

    def source_of(self, name: str, others: TableOf, mixed: Mixed, table: str | None = None) -> Table:
        """The table of a relation (under another name, if given), or the query of one that has no table.

        That query reads what `others` gives.
        """
        rules = self.without_table.get(name)
        if rules is None:
            read = table or self.table_of(name)
            return Select(["*"], read) if name in self.repeated else read
        once = name in self.counted
        queries = [rule_query(rule, others, mixed, distinct=once and len(rules) == 1) for rule in rules]
        return Union(queries, distinct=once) if len(queries) > 1 else queries[0]

    # The journal ---------------------------------------------------------------------------------

    def write_down(
        self, stratum: Stratum, how: str, reason: str, rounds: int, queries: Sequence[tuple[str, str]] = ()
    ) -> None:
        """Note how a stratum was evaluated, if anybody asks; `queries` are told by their join plans."""
        if self.limits.journal is None:
            return
        joins = tuple(f"{head}: {plan}" for head, query in queries if (plan := self.join_plan(query)))
        sizes = [self.sizes[name] for name in stratum.relations if name in self.sizes]
        rows = sum(sizes) if sizes else None
        planned = Planned(stratum.relations, how, reason, rows, rounds, joins)
        self.limits.journal.strata.append(planned)
