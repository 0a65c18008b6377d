"""The tables of one evaluation in Spark: named views of rows that the executors keep.

A table is computed once and its lineage cut: on this machine by a local checkpoint, on a cluster by a
Parquet folder that all executors read, so that a lost executor loses nothing. What few rows give few rows is
fetched and handed back as literals: a small round is then one task and moves nothing between executors.
A relation that grows is the union of few parts, merged when a new one has become half as large as the one
before: each row is moved a logarithmic number of times, and plans stay short however many rounds there are.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from functools import reduce
from typing import Any

from sqlglot import exp, parse_one

from alignment.engines.base import Limits, too_large
from alignment.engines.relational import spark_facts
from alignment.engines.relational.functions import functions
from alignment.engines.relational.results import without_calls
from alignment.engines.relational.rounds import evaluate_all
from alignment.engines.relational.spark_relation import SparkRelation
from alignment.engines.relational.spark_session import Cluster
from alignment.engines.relational.spark_statements import Statements
from alignment.engines.relational.sql import NAMES, Delta
from alignment.engines.relational.tables import Tables
from alignment.factbase.arithmetic import NumberTooLarge
from alignment.factbase.dictionary import INTEGER, Dictionary
from alignment.factbase.relation import EMPTY, MemoryRelation, Relation, Row
from alignment.problems import LimitReached
from alignment.program.model import Rule, Stratum
from alignment.records import mutable

_TYPES = {"BIGINT": "BIGINT", "BIGINT[]": "ARRAY<BIGINT>", "VARCHAR": "STRING", "BOOLEAN": "BOOLEAN"}
"""The types of our functions' arguments and results, as Spark writes them."""

DIALECT = "spark"
"""The SQL that Spark reads, to sqlglot."""

_WIDEST = "DECIMAL(38, 0)"
"""A number that no sum of codes overflows."""


FEW = spark_facts.FEW
"""Rows up to which a table is fetched."""


@mutable
class _Part:
    """Rows that are computed when first read, and their number.

    `rows` are they themselves where they were fetched, `folder` is where they were written to.
    """

    frame: Any
    size: int = 0
    rows: list[Row] | None = None
    folder: str | None = None


class SparkTables(Tables):
    """The relations of an evaluation as views of a session."""

    why_rounds = "its newest rows are a table of their own in each round"

    def __init__(
        self, cluster: Cluster, dictionary: Dictionary, known: Mapping[str, Relation], limits: Limits
    ) -> None:
        super().__init__(known, limits)
        self.cluster = cluster
        self.dictionary = dictionary
        self.statements = Statements(cluster, limits, lambda: self.rule)
        self._functions = functions(dictionary)
        self._tables: dict[str, _Part] = {}
        self._growing: dict[str, list[_Part]] = {}
        self._folders: set[str] = set()
        self._passing: list[str] = []  # views of this evaluation alone
        self._mixed: dict[tuple[str, int], bool] = {}
        self._few: set[str] = set()  # views of few rows
        self._read: set[str] = set()  # views that the query reads which is being made

    # Rules as SQL --------------------------------------------------------------------------------

    def text(self, rule: Rule, delta: Delta | None = None, *, distinct: bool = True) -> str:
        """The query of a rule's rows as Spark reads it, in which nothing calls a function of ours."""
        query = parse_one(super().text(rule, delta, distinct=distinct), read="duckdb")
        assert isinstance(query, exp.Select)
        for table in query.find_all(exp.Table):
            if table.name == NAMES:
                table.set("this", exp.to_identifier(self._spelled()))
        for total in query.find_all(exp.Sum):
            total.set("this", exp.cast(total.this, _WIDEST))
        for gathered in list(query.find_all(exp.ArrayAgg)):  # in an order, so that equal lists are one list
            gathered.replace(exp.func("SORT_ARRAY", gathered.copy()))
        names = frozenset(self._functions)
        query = without_calls(query, names, self._results, kept_numbers=self.dictionary.keeps_numbers)
        self._read.update(table.name for table in query.find_all(exp.Table))
        return query.sql(dialect=DIALECT)

    def _results(self, function: str, needed: exp.Select) -> str | None:
        """The table of what a function of ours gives for the arguments that occur; None if it gives nothing."""
        compute, inputs, output = self._functions[function]
        arguments = self.statements.rows(needed.sql(dialect=DIALECT))
        try:
            results = [(*some, compute(*some)) for some in arguments if None not in some]
        except NumberTooLarge:
            assert self.rule is not None
            raise LimitReached(too_large(self.rule)) from None
        found = [row for row in results if row[-1] is not None]
        if not found:
            return None
        columns = ", ".join([*(f"a{i} {_TYPES[type_]}" for i, type_ in enumerate(inputs)), f"v {_TYPES[output]}"])
        view = spark_facts.table(found, columns, self.cluster)
        return self._passing_view(view, len(found))

    def _spelled(self) -> str:
        """The view of the letters of names."""
        view = spark_facts.spelled(self.cluster, self.dictionary)
        if len(self.dictionary) <= FEW:
            self._few.add(view)
        return view

    def _passing_view(self, view: str, size: int) -> str:
        """A view that goes with this evaluation."""
        self._passing.append(view)
        if size <= FEW:
            self._few.add(view)
        return view

    # Tables --------------------------------------------------------------------------------------

    def create(self, query: str) -> str:
        """A new table of what a query gives; its name."""
        frame, read = self.statements.frame(query), self._read
        self._read = set()
        part = self._fetched(frame) if read <= self._few else None
        return self._named(part or self._cut(frame))

    def _fetched(self, frame: Any) -> _Part | None:  # noqa: ANN401  # a DataFrame
        """The rows of a query if they are few."""
        rows: list[Row] = list(map(tuple, self.statements.ask(lambda: frame.limit(FEW + 1).collect())))
        return self._literal(rows, frame.columns) if len(rows) <= FEW else None

    def _literal(self, rows: list[Row], names: Sequence[str]) -> _Part:
        columns = ", ".join(f"{name} {'BIGINT' if name.startswith('c') else 'INT'}" for name in names)
        return _Part(spark_facts.frame(rows, columns, self.cluster), len(rows), rows)

    def size_of(self, table: str) -> int:
        """The number of rows of a table, which is computed now if it was not fetched."""
        part = self._tables[table]
        if part.rows is None:
            part.size = int(self.statements.ask(part.frame.count))
        return part.size

    def drop(self, table: str) -> None:
        """Let go of a table that was made on the way."""
        del self._tables[table]
        self._few.discard(table)
        self.cluster.forget(table)

    def _named(self, part: _Part) -> str:
        view = self.cluster.view(part.frame)
        self._tables[view] = part
        if part.rows is not None:
            self._few.add(view)
        return view

    def _cut(self, frame: Any) -> _Part:  # noqa: ANN401  # a DataFrame
        """The same rows without what they are computed from."""
        if self.cluster.shared is None:
            return _Part(self.statements.ask(lambda: frame.localCheckpoint(eager=False)))
        folder = self.cluster.new_folder()
        self._folders.add(folder)
        self.statements.ask(lambda: frame.write.parquet(folder))
        return _Part(self.cluster.session.read.schema(frame.schema).parquet(folder), folder=folder)

    # Relations -----------------------------------------------------------------------------------

    def given(self, name: str) -> str:
        """The view of the rows that are given of a relation, or an empty one."""
        relation, arity = self.known.get(name, EMPTY), self.arity[name]
        if not len(relation):
            return self._passing_view(spark_facts.nothing(arity, self.cluster), 0)
        view = spark_facts.given(relation, arity, self.cluster, self.dictionary)
        if len(relation) <= FEW and not isinstance(relation, SparkRelation):
            self._few.add(view)
        return view

    def table_of(self, name: str) -> str:
        """The table of a relation as it is now: derived, reported, or empty."""
        view = super().table_of(name)
        self._read.add(view)
        return view

    def begin(self, name: str) -> None:
        """A table of its own for a relation that grows, with what is reported of it in round 0."""
        relation, names = self.known.get(name, EMPTY), self._columns(name)
        if len(relation) <= FEW:
            part = self._literal([(*row, 0) for row in relation], names)
        else:
            columns = ", ".join([*names[:-1], "CAST(0 AS INT) AS r"])
            part = self._cut(self.statements.frame(f"SELECT {columns} FROM {self.given(name)}"))  # noqa: S608  # names of our own
            part.size = len(relation)
        self._growing[name] = [part]
        self.put(name, self.cluster.view(part.frame), part.size)
        self._look_at(name)

    def append(self, name: str, rows: str, round_: int) -> None:
        """Add the rows of a table to a relation that grows."""
        part, parts, names = self._in_round(rows, round_, self._columns(name)), self._growing[name], self._columns(name)
        while parts and parts[-1].size <= 2 * part.size:
            part = self._merged(parts.pop(), part, names)
        parts.append(part)
        whole = reduce(lambda one, other: one.unionAll(other), (one.frame for one in parts))
        whole.createOrReplaceTempView(self._names[name])
        self._look_at(name)

    def _in_round(self, table: str, round_: int, names: Sequence[str]) -> _Part:
        """The rows of a table with their round."""
        given = self._tables[table]
        if given.rows is not None:
            return self._literal([(*row[: len(names) - 1], round_) for row in given.rows], names)
        columns = ", ".join([*names[:-1], f"CAST({round_} AS INT) AS r"])
        return replace(given, frame=self.statements.frame(f"SELECT {columns} FROM {table}"))  # noqa: S608  # names of our own

    def _merged(self, one: _Part, other: _Part, names: Sequence[str]) -> _Part:
        if not one.size:
            return other
        if one.rows is not None and other.rows is not None and one.size + other.size <= FEW:
            return self._literal(one.rows + other.rows, names)
        part = self._cut(one.frame.unionAll(other.frame).coalesce(self.cluster.context.defaultParallelism))
        part.size = one.size + other.size
        return part

    def _look_at(self, name: str) -> None:
        """Whether a relation that grows still has few rows."""
        few = all(part.rows is not None for part in self._growing[name])
        (self._few.add if few else self._few.discard)(self._names[name])

    def _columns(self, name: str) -> list[str]:
        return [*(f"c{i}" for i in range(self.arity[name])), "r"]

    def mixed(self, name: str, column: int) -> bool:
        """Whether a column of a relation holds anything but whole numbers."""
        key = (self.table_of(name), column)
        if key not in self._mixed:
            query = f"SELECT 1 FROM {key[0]} WHERE (c{column} & 3) <> {INTEGER} LIMIT 1"  # noqa: S608
            self._mixed[key] = bool(self.statements.rows(query))
        return self._mixed[key]

    def join_plan(self, query: str) -> str:
        """Nothing: Spark plans its joins anew while it runs."""
        del query
        return ""

    # The evaluation ------------------------------------------------------------------------------

    def evaluate(self, strata: Sequence[Stratum], asked: Collection[str]) -> dict[str, Relation]:
        """The relations of the strata."""
        try:
            self.statements.supervise(lambda: evaluate_all(strata, self, asked))
            names = (name for stratum in strata for name in stratum.relations)
            return {name: self.kept(name) for name in names if name not in self.without_table}
        finally:
            self._close()

    def kept(self, name: str) -> Relation:
        """A derived relation for whoever asked: in memory if its rows were fetched, else where they are."""
        view, arity = self._names[name], self.arity[name]
        parts = self._growing[name] if name in self._growing else [self._tables.pop(view)]
        if view in self._few:
            fetched = MemoryRelation({row[:arity]: row[arity] for part in parts for row in part.rows or ()})
            spark_facts.keep(fetched, view, self.cluster)
            return fetched
        folders = [part.folder for part in parts if part.folder is not None]
        self._folders.difference_update(folders)
        return SparkRelation(self.cluster, view, arity, self.sizes[name], folders)

    def _close(self) -> None:
        """Let go of what was made and is not kept."""
        for view in (*self._tables, *self._passing):
            self.cluster.forget(view)
        for folder in self._folders:
            self.cluster.forget_folder(folder)
