"""The engine `duckdb`: each stratum as set-oriented SQL, recursion semi-naive over delta tables.

All rules of a round see the relations as they were at its beginning, so that a row's round is the same
on every engine. The newest rows of each relation are a table of their own; a recursive rule is one query
for each of its recursive literals, in which that literal reads the newest rows (Bancilhon 1986).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TypeAlias

from alignment.engines.base import Limits
from alignment.engines.relational import stepwise
from alignment.engines.relational.functions import functions
from alignment.engines.relational.plan import inlined
from alignment.engines.relational.sql import Delta, compares
from alignment.engines.relational.supervision import supervised
from alignment.engines.relational.tables import Tables
from alignment.factbase.database import database_of
from alignment.factbase.dictionary import Dictionary
from alignment.factbase.relation import Relation
from alignment.program.model import Positive, Rule, Stratum

Queries: TypeAlias = Mapping[str, Sequence[tuple[Rule, Delta | None]]]
"""For each relation the rules that may add to it, each with the premise that reads the newest rows."""


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
        database.register(functions(dictionary))
        tables = Tables(database, known, limits)
        if any(compares(rule) for stratum in strata for rule in stratum.rules):
            database.spell(dictionary, tables.cursor)
        try:
            supervised(lambda: _evaluate_all(strata, tables, asked), limits, tables.stop)
            names = (name for stratum in strata for name in stratum.relations)
            return {name: tables.kept(name) for name in names if name not in tables.without_table}
        finally:
            tables.close()


def _evaluate_all(strata: Sequence[Stratum], tables: Tables, asked: Collection[str]) -> None:
    """Derive the relations of all strata, in order."""
    tables.learn_arities(strata)
    omitted = inlined(strata, tables.known, asked)
    tables.without_table = {
        name: stratum.rules for stratum in strata for name in stratum.relations if name in omitted
    }
    for stratum in strata:
        if stratum.relations[0] in tables.without_table:
            reason = "one rule reads it, only to filter it, so it needs no table"
            tables.write_down(stratum, "part of the query that reads it", reason, 0)
            continue
        if not stratum.recursive and not any(map(tables.reported, stratum.relations)):
            _evaluate_once(stratum, tables)
        elif not (stratum.recursive and stepwise.evaluated(stratum, tables)):
            _evaluate_in_rounds(stratum, tables)
        tables.rule = None


def _evaluate_once(stratum: Stratum, tables: Tables) -> None:
    """A relation that reads neither itself nor reports: its rows are the table."""
    (name,) = stratum.relations
    tables.sizes[name] = 0
    texts = [tables.text(rule) for rule in stratum.rules]
    rows = _unknown(name, texts, tables)
    columns = "".join(f"c{i}, " for i in range(tables.arity[name]))
    table = tables.new_name()
    tables.execute(f"CREATE TABLE {table} AS SELECT {columns}1::INTEGER AS r FROM ({rows}) AS n")  # noqa: S608
    tables.put(name, table, tables.size_of(table))
    queries = [(rule.name, text) for rule, text in zip(stratum.rules, texts, strict=True)]
    tables.write_down(stratum, "one SQL query", "it reads neither itself nor reports of its own", 1, queries)


def _evaluate_in_rounds(stratum: Stratum, tables: Tables) -> None:
    """Derive the relations of a stratum from those before it, round by round."""
    for name in stratum.relations:
        _begin(name, tables)
    queries: dict[str, list[tuple[Rule, Delta | None]]] = {}
    for rule in stratum.rules:
        queries.setdefault(rule.head, []).append((rule, None))
    newest = _gathered(queries, tables)
    round_ = 1
    while newest:
        for name, delta in newest.items():
            columns = "".join(f"c{i}, " for i in range(tables.arity[name]))
            tables.execute(f"INSERT INTO {tables.table_of(name)} SELECT {columns}{round_} FROM {delta}")  # noqa: S608
        found = _gathered(_reading(newest, stratum), tables) if stratum.recursive else {}
        for delta in newest.values():
            tables.drop(delta)
        newest = found
        round_ += 1
    reason = "it has reports of its own"
    if stratum.recursive:
        reason = "its recursion is not in steps from the newest rows over one or two columns"
    tables.write_down(stratum, "SQL round by round", reason, round_ - 1, _first_queries(stratum, tables))


def _first_queries(stratum: Stratum, tables: Tables) -> list[tuple[str, str]]:
    """The query of each rule, if anybody asks how they were joined."""
    if tables.limits.journal is None:
        return []
    return [(rule.name, tables.text(rule)) for rule in stratum.rules]


def _begin(name: str, tables: Tables) -> None:
    """A table of its own for a relation that grows, with what is reported of it."""
    reported = tables.reported(name)
    given = tables.table_of(name) if reported else ""
    table = tables.new_name()
    columns = "".join(f"c{i} BIGINT, " for i in range(tables.arity[name]))
    tables.execute(f"CREATE TABLE {table} ({columns}r INTEGER)")
    if given:
        tables.execute(f"INSERT INTO {table} SELECT * REPLACE (0 AS r) FROM {given}")  # noqa: S608
    tables.put(name, table, reported)


def _reading(newest: Mapping[str, str], stratum: Stratum) -> Queries:
    """The rules that read the newest rows, once for each premise that does."""
    queries: dict[str, list[tuple[Rule, Delta | None]]] = {}
    for rule in stratum.rules:
        for place, literal in enumerate(rule.body):
            if isinstance(literal, Positive) and literal.relation in newest:
                queries.setdefault(rule.head, []).append((rule, Delta(place, newest[literal.relation])))
    return queries


def _gathered(queries: Queries, tables: Tables) -> dict[str, str]:
    """Tables of the rows that are not known yet, of relations that get any."""
    found: dict[str, str] = {}
    for name, parts in queries.items():
        rows = _unknown(name, [tables.text(rule, delta) for rule, delta in parts], tables)
        table = tables.new_name()
        tables.execute(f"CREATE TABLE {table} AS {rows}")
        size = tables.size_of(table)
        if size:
            found[name] = table
            tables.sizes[name] += size
        else:
            tables.drop(table)
    return found


def _unknown(name: str, texts: Sequence[str], tables: Tables) -> str:
    """The query of the rows that some queries give and the relation does not have yet, each once."""
    arity = tables.arity[name]
    rows = " UNION ALL ".join(f"({text})" for text in texts)
    same = " AND ".join(f"k.c{i} = q.c{i}" for i in range(arity)) or "TRUE"
    known = ""
    if tables.sizes[name]:
        known = f"WHERE NOT EXISTS (SELECT 1 FROM {tables.table_of(name)} AS k WHERE {same})"  # noqa: S608
    if not arity:
        return f"SELECT DISTINCT one FROM ({rows}) AS q {known}"  # noqa: S608
    columns = ", ".join(f"q.c{i}" for i in range(arity))
    distinct = "DISTINCT" if len(texts) > 1 else ""
    return f"SELECT {distinct} {columns} FROM ({rows}) AS q {known}"  # noqa: S608
