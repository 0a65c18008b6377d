"""The engine `duckdb`: each stratum as set-oriented SQL, recursion semi-naive over delta tables.

All rules of a round see the relations as they were at its beginning, so that a row's round is the same
on every engine. The newest rows of each relation are a table of their own; a recursive rule is one query
for each of its recursive literals, in which that literal reads the newest rows (Bancilhon 1986).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import duckdb
import numpy as np
from sqlglot import exp

from alignment.engines.base import Limits, too_large
from alignment.engines.relational import frontier
from alignment.engines.relational.functions import functions
from alignment.engines.relational.plan import inlined
from alignment.engines.relational.sql import Delta, compares, rule_query, union
from alignment.engines.relational.steps import recognised
from alignment.engines.relational.supervision import supervised
from alignment.factbase.arithmetic import NumberTooLarge
from alignment.factbase.database import Database, database_of, drop, new_name
from alignment.factbase.dictionary import INTEGER, Dictionary
from alignment.factbase.relation import MemoryRelation, Relation
from alignment.factbase.stored import StoredRelation
from alignment.language import tree
from alignment.problems import LimitReached, Problem
from alignment.program.model import Aggregation, Negative, Positive, Rule, Stratum, Var

DIALECT = "duckdb"


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
        cursor = database.cursor()
        database.register(functions(dictionary))
        if any(compares(rule) for stratum in strata for rule in stratum.rules):
            database.spell(dictionary, cursor)
        run = _Run(database, cursor, known, asked, limits)
        try:
            supervised(lambda: run.evaluate_all(strata), limits, run.stop)
            return run.results(strata)
        finally:
            run.tidy()
            cursor.close()


class _Run:
    """One call of the engine: the tables as they grow."""

    def __init__(
        self,
        database: Database,
        cursor: Any,  # noqa: ANN401  # DuckDB's connection
        known: Mapping[str, Relation],
        asked: Collection[str],
        limits: Limits,
    ) -> None:
        self.database = database
        self.cursor = cursor
        self.known = known
        self.limits = limits
        self.tables: dict[str, str] = {}
        self.arity: dict[str, int] = {}
        self.sizes: dict[str, int] = {}
        self.rule: Rule | None = None
        self.made: set[str] = set()
        self.asked = asked
        self.without_table: dict[str, tuple[Rule, ...]] = {}
        self.stopped = False

    def evaluate_all(self, strata: Sequence[Stratum]) -> None:
        """Derive the relations of all strata, in order."""
        self.arities(strata)
        omitted = inlined(strata, self.known, self.asked)
        self.without_table = {
            name: stratum.rules for stratum in strata for name in stratum.relations if name in omitted
        }
        for stratum in strata:
            if stratum.relations[0] in self.without_table:
                continue
            if stratum.recursive and self.evaluate_in_steps(stratum):
                continue
            if stratum.recursive or any(len(self.known.get(name, ())) for name in stratum.relations):
                self.evaluate(stratum)
            else:
                self.evaluate_once(stratum)

    def arities(self, strata: Sequence[Stratum]) -> None:
        """The number of columns of each relation, from its rows or from how the rules use it."""
        for name, relation in self.known.items():
            if isinstance(relation, StoredRelation):
                self.arity[name] = relation.arity
            elif len(relation):
                self.arity[name] = len(next(iter(relation)))
        for stratum in strata:
            for rule in stratum.rules:
                self.arity[rule.head] = len(rule.args)
        for stratum in strata:
            for rule in stratum.rules:
                for literal in rule.body:
                    if isinstance(literal, Positive | Negative):
                        self.arity.setdefault(literal.relation, len(literal.args))
                    elif isinstance(literal, Aggregation):
                        self.arity.setdefault(literal.relation, len(literal.group) + 1)

    def table_of(self, name: str) -> str:
        """The table of a relation as it is now: derived, reported, or empty."""
        if name not in self.tables:
            given = self.known.get(name)
            if isinstance(given, StoredRelation) and given.database is self.database:
                self.tables[name] = given.table
            elif isinstance(given, MemoryRelation) and given.rounds:
                self.tables[name] = self.database.loaded(given, self.arity[name], self.cursor)
            else:
                table = self.new_table()
                self.tables[name] = self.database.table(self.arity[name], given or (), self.cursor, name=table)
        return self.tables[name]

    def new_table(self) -> str:
        """A name for a table that is dropped at the end if nobody keeps it."""
        name = new_name()
        self.made.add(name)
        return name

    def tidy(self) -> None:
        """Drop what was made and is no result."""
        for name in self.made:
            drop(self.database, name)

    def mixed(self, name: str, column: int) -> bool:
        """Whether a column holds anything but whole numbers."""
        query = f"SELECT 1 FROM {self.table_of(name)} WHERE c{column} & 3 <> {INTEGER} LIMIT 1"  # noqa: S608
        return bool(self.execute(query).fetchall())

    def execute(self, query: str) -> Any:  # noqa: ANN401
        """Run a statement, and turn what stops it into the problem that it is."""
        self.limits.check(self.rule)
        try:
            return self.cursor.execute(query)
        except duckdb.InterruptException:
            self.limits.check(self.rule)
            raise
        except duckdb.OutOfMemoryException as error:
            raise LimitReached(_out_of_memory(self.rule, str(error))) from None
        except duckdb.Error:
            failure, self.database.failure = self.database.failure, None
            if isinstance(failure, NumberTooLarge):
                assert self.rule is not None
                raise LimitReached(too_large(self.rule)) from None
            raise

    def evaluate(self, stratum: Stratum) -> None:
        """Derive the relations of a stratum from those before it."""
        for name in stratum.relations:
            self.start(name)
        deltas = self.first_round(stratum)
        round_ = 1
        while deltas:
            self.extend(deltas, round_)
            if not stratum.recursive:
                break
            round_ += 1
            deltas = self.next_round(stratum, deltas)
        self.rule = None

    def evaluate_in_steps(self, stratum: Stratum) -> bool:
        """Recursion that goes in steps, outside of SQL; False if it is of another kind."""
        steps = recognised(stratum)
        if steps is None:
            return False
        start = {}
        for name in stratum.relations:
            base = [self.text(rule, None) for rule in steps.base if rule.head == name]
            reported = f"SELECT * EXCLUDE r FROM {self.table_of(name)}" if len(self.known.get(name, ())) else ""  # noqa: S608
            start[name] = (self.columns(name, [reported] if reported else []), self.columns(name, base))
        found = frontier.run(steps, self.given, start, self.check)
        if found is None:
            return False
        for name, (columns, rounds) in found.items():
            arrays = {f"c{i}": column for i, column in enumerate(columns)} | {"r": rounds}
            self.tables[name], self.sizes[name] = self.new_table(), len(rounds)
            self.cursor.execute(f"CREATE TABLE {self.tables[name]} AS SELECT * FROM arrays")  # noqa: S608
            del arrays
        self.rule = None
        return True

    def columns(self, name: str, texts: Sequence[str]) -> frontier.Columns:
        """The rows of some queries, as columns."""
        width = self.arity[name]
        if not texts:
            return [np.empty(0, np.int64) for _ in range(width)]
        rows = self.execute(" UNION ALL ".join(f"({text})" for text in texts)).fetchnumpy()
        return [np.asarray(rows[f"c{i}"], np.int64) for i in range(width)]

    def given(self, literal: Positive | Negative, names: Sequence[str]) -> frontier.Columns:
        """The different values of a premise's variables, as columns."""
        premise = Positive(literal.relation, literal.args)
        rule = Rule("?", tuple(Var(name) for name in names), (premise,), tree.Query(()))
        rows = self.execute(rule_query(rule, self.source_of, self.mixed).sql(dialect=DIALECT)).fetchnumpy()
        return [np.asarray(rows[f"c{i}"], np.int64) for i in range(len(names))]

    def check(self, rule: Rule) -> None:
        """Stop here if a limit is reached or somebody interrupted."""
        self.rule = rule
        self.limits.check(rule)
        if self.stopped:
            raise duckdb.InterruptException

    def stop(self) -> None:
        """Stop the statement that runs, and what runs between statements."""
        self.stopped = True
        self.cursor.interrupt()

    def evaluate_once(self, stratum: Stratum) -> None:
        """A relation that reads neither itself nor reports: its rows are the table."""
        (name,) = stratum.relations
        texts = [self.text(rule, None) for rule in stratum.rules]
        self.tables[name], self.sizes[name] = self.new_table(), 0
        columns = "".join(f"c{i}, " for i in range(self.arity[name]))
        rows = self.unknown(name, texts)
        self.execute(f"CREATE TABLE {self.tables[name]} AS SELECT {columns}1::INTEGER AS r FROM ({rows}) AS n")  # noqa: S608
        self.sizes[name] = self.size_of(self.tables[name])
        self.rule = None

    def size_of(self, table: str) -> int:
        """The number of rows of a table."""
        ((size,),) = self.execute(f"SELECT count(*) FROM {table}").fetchall()  # noqa: S608
        return int(size)

    def start(self, name: str) -> None:
        """A table of its own for a relation that grows, with what is reported of it."""
        table = self.new_table()
        columns = "".join(f"c{i} BIGINT, " for i in range(self.arity[name]))
        self.execute(f"CREATE TABLE {table} ({columns}r INTEGER)")
        if len(self.known.get(name, ())):
            self.execute(f"INSERT INTO {table} SELECT * REPLACE (0 AS r) FROM {self.table_of(name)}")  # noqa: S608
        self.tables[name] = table
        self.sizes[name] = len(self.known.get(name, ()))

    def first_round(self, stratum: Stratum) -> dict[str, str]:
        """The new rows that the rules give at first, by relation, each in a table."""
        queries: dict[str, list[tuple[Rule, Delta | None]]] = {}
        for rule in stratum.rules:
            queries.setdefault(rule.head, []).append((rule, None))
        return self.gather(queries)

    def next_round(self, stratum: Stratum, deltas: Mapping[str, str]) -> dict[str, str]:
        """The new rows that the rules give from the newest."""
        queries: dict[str, list[tuple[Rule, Delta | None]]] = {}
        for rule in stratum.rules:
            for place, literal in enumerate(rule.body):
                if isinstance(literal, Positive) and literal.relation in deltas:
                    delta = Delta(place, deltas[literal.relation])
                    queries.setdefault(rule.head, []).append((rule, delta))
        found = self.gather(queries)
        for name in deltas.values():
            self.execute(f"DROP TABLE {name}")
        self.made.difference_update(deltas.values())
        return found

    def gather(self, queries: Mapping[str, Sequence[tuple[Rule, Delta | None]]]) -> dict[str, str]:
        """Tables of the rows that are not known yet, of relations that get any."""
        found: dict[str, str] = {}
        for name, parts in queries.items():
            table = self.new_table()
            texts = [self.text(rule, delta) for rule, delta in parts]
            self.rule = parts[0][0]
            self.execute(f"CREATE TABLE {table} AS {self.unknown(name, texts)}")
            size = self.size_of(table)
            if size:
                found[name] = table
                self.sizes[name] += size
            else:
                self.execute(f"DROP TABLE {table}")
        return found

    def text(self, rule: Rule, delta: Delta | None) -> str:
        """The query of a rule's rows."""
        self.rule = rule
        return rule_query(rule, self.source_of, self.mixed, delta).sql(dialect=DIALECT)

    def source_of(self, name: str) -> exp.Expr:
        """The table of a relation, or the query of one that has no table."""
        rules = self.without_table.get(name)
        if rules is None:
            return exp.to_table(self.table_of(name))
        return union([rule_query(rule, self.source_of, self.mixed, distinct=False) for rule in rules])

    def unknown(self, name: str, texts: Sequence[str]) -> str:
        """The query of the rows that some queries give and the relation does not have yet, each once."""
        arity = self.arity[name]
        rows = " UNION ALL ".join(f"({text})" for text in texts)
        same = " AND ".join(f"k.c{i} = q.c{i}" for i in range(arity)) or "TRUE"
        known = f"WHERE NOT EXISTS (SELECT 1 FROM {self.tables[name]} AS k WHERE {same})" if self.sizes[name] else ""  # noqa: S608
        if not arity:
            return f"SELECT DISTINCT one FROM ({rows}) AS q {known}"  # noqa: S608
        columns = ", ".join(f"q.c{i}" for i in range(arity))
        distinct = "DISTINCT" if len(texts) > 1 else ""
        return f"SELECT {distinct} {columns} FROM ({rows}) AS q {known}"  # noqa: S608

    def extend(self, deltas: Mapping[str, str], round_: int) -> None:
        """Add the newest rows to their relations."""
        for name, delta in deltas.items():
            columns = "".join(f"c{i}, " for i in range(self.arity[name]))
            self.execute(f"INSERT INTO {self.tables[name]} SELECT {columns}{round_} FROM {delta}")  # noqa: S608

    def results(self, strata: Sequence[Stratum]) -> dict[str, Relation]:
        """The derived relations that have a table."""
        names = (name for stratum in strata for name in stratum.relations)
        return {name: self.result(name) for name in names if name not in self.without_table}

    def result(self, name: str) -> Relation:
        """A derived relation, in its table."""
        self.made.discard(self.tables[name])
        return StoredRelation(self.database, self.tables[name], self.arity[name], self.sizes[name])


def _out_of_memory(rule: Rule | None, said: str) -> Problem:
    at_work = f" while evaluating the rule '{rule.name}'" if rule else ""
    message = f"the memory limit was reached{at_work}"
    hint = "raise --memory-limit, or ask for less: a constant in the question narrows the work"
    del said
    return Problem("memory-limit", rule.origin.span if rule else None, message, hint)
