"""The tables of one evaluation: relations by name, and statements that end when a limit is reached."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import duckdb
from sqlglot import exp

from alignment.engines.base import Limits, too_large
from alignment.engines.journal import Planned
from alignment.engines.relational.joins import join_plan
from alignment.engines.relational.sql import Delta, rule_query, union
from alignment.factbase.arithmetic import NumberTooLarge
from alignment.factbase.database import Database, drop, new_name
from alignment.factbase.dictionary import INTEGER
from alignment.factbase.relation import MemoryRelation, Relation
from alignment.factbase.stored import StoredRelation
from alignment.problems import LimitReached, Problem
from alignment.program.model import Aggregation, Negative, Positive, Rule, Stratum

DIALECT = "duckdb"


class Tables:
    """The relations of an evaluation as tables; `rule` is the one at work, for what stops it.

    `without_table` are the rules of relations that go into the query of their one reader.
    """

    def __init__(self, database: Database, known: Mapping[str, Relation], limits: Limits) -> None:
        self.database = database
        self.cursor = database.cursor()
        self.known = known
        self.limits = limits
        self.rule: Rule | None = None
        self.without_table: Mapping[str, Sequence[Rule]] = {}
        self.arity: dict[str, int] = {}
        self.sizes: dict[str, int] = {}
        self._names: dict[str, str] = {}
        self._made: set[str] = set()
        self._stopped = False

    def learn_arities(self, strata: Sequence[Stratum]) -> None:
        """The number of columns of each relation, from its rows or from how the rules use it."""
        for name, relation in self.known.items():
            if isinstance(relation, StoredRelation):
                self.arity[name] = relation.arity
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

    # Statements ----------------------------------------------------------------------------------

    def execute(self, query: str) -> Any:  # noqa: ANN401  # DuckDB's connection
        """Run a statement, and turn what stops it into the problem that it is."""
        self.check()
        try:
            return self.cursor.execute(query)
        except duckdb.InterruptException:
            self.limits.check(self.rule)
            raise
        except duckdb.OutOfMemoryException:
            raise LimitReached(_out_of_memory(self.rule)) from None
        except duckdb.Error:
            failure, self.database.failure = self.database.failure, None
            if isinstance(failure, NumberTooLarge):
                assert self.rule is not None
                raise LimitReached(too_large(self.rule)) from None
            raise

    def check(self) -> None:
        """Stop here if a limit is reached or somebody interrupted."""
        self.limits.check(self.rule)
        if self._stopped:
            raise duckdb.InterruptException

    def stop(self) -> None:
        """Stop the statement that runs, and what runs between statements. Called from another thread."""
        self._stopped = True
        self.cursor.interrupt()

    def text(self, rule: Rule, delta: Delta | None = None) -> str:
        """The query of a rule's rows."""
        self.rule = rule
        return rule_query(rule, self._source_of, self._mixed, delta).sql(dialect=DIALECT)

    # The journal --------------------------------------------------------------------------------

    def write_down(
        self, stratum: Stratum, how: str, reason: str, rounds: int, queries: Sequence[tuple[str, str]] = ()
    ) -> None:
        """Note how a stratum was evaluated, if anybody asks; `queries` are told by their join plans."""
        if self.limits.journal is None:
            return
        names = {table: name for name, table in self._names.items()}
        joins = tuple(
            f"{head}: {join_plan(self.execute(f'EXPLAIN (FORMAT json) {query}').fetchall()[0][1], names)}"
            for head, query in queries
        )
        sizes = [self.sizes[name] for name in stratum.relations if name in self.sizes]
        rows = sum(sizes) if sizes else None
        planned = Planned(stratum.relations, how, reason, rows, rounds, joins)
        self.limits.journal.strata.append(planned)

    def size_of(self, table: str) -> int:
        """The number of rows of a table."""
        ((size,),) = self.execute(f"SELECT count(*) FROM {table}").fetchall()  # noqa: S608  # names of our own
        return int(size)

    # Relations -----------------------------------------------------------------------------------

    def reported(self, name: str) -> int:
        """The number of rows that are given of a relation which the rules add to."""
        return len(self.known.get(name, ()))

    def table_of(self, name: str) -> str:
        """The table of a relation as it is now: derived, reported, or empty."""
        if name not in self._names:
            given = self.known.get(name)
            if isinstance(given, StoredRelation) and given.database is self.database:
                self._names[name] = given.table
            elif isinstance(given, MemoryRelation) and given.rounds:
                self._names[name] = self.database.loaded(given, self.arity[name], self.cursor)
            else:
                table = self.database.table(self.arity[name], given or (), self.cursor, name=self.new_name())
                self._names[name] = table
        return self._names[name]

    def put(self, name: str, table: str, size: int) -> None:
        """A table is what a relation is from now on."""
        self._names[name], self.sizes[name] = table, size

    def new_name(self) -> str:
        """A name for a table that is dropped at the end if nobody keeps it."""
        name = new_name()
        self._made.add(name)
        return name

    def drop(self, table: str) -> None:
        """Drop a table that was made on the way."""
        self.execute(f"DROP TABLE {table}")
        self._made.discard(table)

    def kept(self, name: str) -> StoredRelation:
        """A derived relation for whoever asked; its table lives as long as that."""
        table = self._names[name]
        self._made.discard(table)
        return StoredRelation(self.database, table, self.arity[name], self.sizes[name])

    def close(self) -> None:
        """Drop what was made and not kept."""
        for table in self._made:
            drop(self.database, table)
        self.cursor.close()

    def _source_of(self, name: str) -> exp.Expr:
        """The table of a relation, or the query of one that has no table."""
        rules = self.without_table.get(name)
        if rules is None:
            return exp.to_table(self.table_of(name))
        return union([rule_query(rule, self._source_of, self._mixed, distinct=False) for rule in rules])

    def _mixed(self, name: str, column: int) -> bool:
        """Whether a column holds anything but whole numbers."""
        query = f"SELECT 1 FROM {self.table_of(name)} WHERE c{column} & 3 <> {INTEGER} LIMIT 1"  # noqa: S608
        return bool(self.execute(query).fetchall())


def _out_of_memory(rule: Rule | None) -> Problem:
    at_work = f" while evaluating the rule '{rule.name}'" if rule else ""
    message = f"the memory limit was reached{at_work}"
    hint = "raise --memory-limit, or ask for less: a constant in the question narrows the work"
    return Problem("memory-limit", rule.origin.span if rule else None, message, hint)
