"""What is given to Spark: rows of codes as literals or Parquet files, and the letters of names.

A table of a base's database, imported or derived there, is written to Parquet by the database, which
streams it; a large relation in memory goes the same way. Each is given once, and let go with its relation.
"""

from __future__ import annotations

import json
import weakref
from collections.abc import Sequence
from typing import Any

from sqlglot import exp

from alignment.engines.relational.spark_relation import SparkRelation
from alignment.engines.relational.spark_session import Cluster
from alignment.factbase.database import Database, database_of, new_name
from alignment.factbase.dictionary import Dictionary
from alignment.factbase.relation import Relation
from alignment.factbase.stored import StoredRelation

FEW = 500
"""Rows up to which a table is written into the query: sooner read than a file is opened."""


def given(relation: Relation, arity: int, cluster: Cluster, dictionary: Dictionary) -> str:
    """The view of a relation's rows, in columns `c0`, `c1`, … and `r`."""
    if isinstance(relation, SparkRelation) and relation.cluster is cluster:
        return relation.view
    with cluster.lock:
        view = cluster.views.get(relation)
        if view is None:
            view = _table(relation, arity, cluster, dictionary)
            keep(relation, view, cluster)
        return view


def keep(relation: Relation, view: str, cluster: Cluster) -> None:
    """A view has the rows of a relation, and goes when it does."""
    cluster.views[relation] = view
    weakref.finalize(relation, cluster.forget, view)


def _table(relation: Relation, arity: int, cluster: Cluster, dictionary: Dictionary) -> str:
    """A view of a relation's rows; its file goes when the relation does."""
    columns = "".join(f"c{i} BIGINT, " for i in range(arity)) + "r INT"
    if len(relation) <= FEW:
        view = cluster.view(frame([(*row, 0) for row in relation], columns, cluster))
    else:
        path = _written(relation, arity, cluster, dictionary)
        view = cluster.view(cluster.reader(columns).parquet(path))
        weakref.finalize(relation, cluster.forget_folder, path)
    return view


def _written(relation: Relation, arity: int, cluster: Cluster, dictionary: Dictionary) -> str:
    """Where executors find the Parquet file of a relation."""
    if isinstance(relation, StoredRelation):
        return _copied(relation.database, relation.table, cluster)
    database = database_of(dictionary)
    cursor = database.cursor()
    table = database.table(arity, relation, cursor)
    try:
        return _copied(database, table, cluster)
    finally:
        cursor.execute(f"DROP TABLE {table}")
        cursor.close()


def _copied(database: Database, table: str, cluster: Cluster) -> str:
    """A table of a database as a Parquet file."""
    file = cluster.folder / f"{new_name()}.parquet"
    quoted = str(file).replace("'", "''")
    database.cursor().execute(f"COPY {table} TO '{quoted}' (FORMAT parquet)")
    return cluster.published(file)


def nothing(arity: int, cluster: Cluster) -> str:
    """A view of no rows."""
    columns = "".join(f"c{i} BIGINT, " for i in range(arity)) + "r INT"
    return cluster.view(frame([], columns, cluster))


def spelled(cluster: Cluster, dictionary: Dictionary) -> str:
    """The view of the letters of names and texts: `code`, and `spelled`, which begins with the kind."""
    with cluster.lock:
        length, view = cluster.spelled.get(dictionary, (-1, ""))
        if length != len(dictionary):
            length = len(dictionary)
            view = table(list(dictionary.spelled(0)), "code BIGINT, spelled STRING", cluster)
            weakref.finalize(dictionary, cluster.forget, view)
            cluster.spelled[dictionary] = length, view
        return view


def table(rows: Sequence[tuple[Any, ...]], columns: str, cluster: Cluster) -> str:
    """A view of some rows made here; `columns` are their names and types."""
    if len(rows) <= FEW:
        return cluster.view(frame(rows, columns, cluster))
    names = [column.split()[0] for column in columns.split(", ")]
    file = cluster.folder / f"{new_name()}.jsonl"
    with file.open("w", encoding="utf-8") as lines:
        lines.writelines(f"{json.dumps(dict(zip(names, row, strict=True)))}\n" for row in rows)
    return cluster.view(cluster.reader(columns).json(cluster.published(file)))


def frame(rows: Sequence[tuple[Any, ...]], columns: str, cluster: Cluster) -> Any:  # noqa: ANN401  # a DataFrame
    """A few rows as part of a query; `columns` are their names and types."""
    if not rows:
        none = ", ".join(f"CAST(NULL AS {type_}) AS {name}" for name, type_ in map(str.split, columns.split(", ")))
        return cluster.sql(f"SELECT {none} WHERE FALSE")
    values = ", ".join(f"({', '.join(map(_literal, row))})" for row in rows)
    cells = [column.split() for column in columns.split(", ")]
    names = ", ".join(name for name, _ in cells)
    typed = ", ".join(f"CAST({name} AS {type_}) AS {name}" for name, type_ in cells)
    return cluster.sql(f"SELECT {typed} FROM VALUES {values} AS v({names})")  # noqa: S608  # escaped


def _literal(value: object) -> str:
    match value:
        case bool():
            return str(value)
        case int():
            return f"{value}L"
        case str():
            return exp.Literal.string(value).sql(dialect="spark")
        case list():
            return f"ARRAY({', '.join(map(_literal, value))})"
        case _:
            message = f"{value!r} is nothing that Spark is given"
            raise AssertionError(message)
