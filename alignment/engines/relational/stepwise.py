"""Recursive strata out of SQL: the frontier kernel over the tables of an evaluation."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from alignment.engines.relational import frontier
from alignment.engines.relational.duckdb_tables import DuckDBTables
from alignment.engines.relational.moves import Columns, NoRoom
from alignment.engines.relational.steps import Steps, recognised
from alignment.factbase.computed import ComputedRelation
from alignment.frozen import frozen
from alignment.language import tree
from alignment.program.model import Negative, Positive, Rule, Stratum, Var


def evaluated(stratum: Stratum, tables: DuckDBTables) -> bool:
    """Derive the relations of a stratum; False, and nothing done, if its recursion is of another kind."""
    steps = recognised(stratum)
    if steps is None:
        return False
    start = {}
    for name in stratum.relations:
        base = [tables.text(rule) for rule in steps.base if rule.head == name]
        reported = [f"SELECT * EXCLUDE r FROM {tables.table_of(name)}"] if tables.reported(name) else []  # noqa: S608
        start[name] = (_rows(tables, reported, tables.arity[name]), _rows(tables, base, tables.arity[name]))

    def given(literal: Positive | Negative, names: Sequence[str]) -> Columns:
        premise = Positive(literal.relation, literal.args)
        rule = Rule("?", tuple(Var(name) for name in names), (premise,), tree.Query(()))
        return _rows(tables, [tables.text(rule)], len(names))

    try:
        found = frontier.run(steps, given, start, _Looking(tables))
    except NoRoom:  # SQL goes to disk where memory runs short
        return False
    if found is None:
        return False
    for name, (columns, rounds) in found.items():
        tables.hold(name, ComputedRelation(tables.database, columns, rounds))
    rounds_found = max((int(rounds.max()) for _, rounds in found.values() if len(rounds)), default=0)
    tables.write_down(stratum, *_told(steps), rounds_found)
    return True


@frozen
class _Looking:
    """The limits of an evaluation, for the kernel."""

    tables: DuckDBTables

    def look(self, rule: Rule, bytes_: int = 0) -> None:
        """Look before so many bytes are taken. Raises LimitReached, NoRoom."""
        self.tables.rule = rule
        self.tables.check()
        if not self.tables.limits.has_room(bytes_):
            raise NoRoom


def _told(steps: Steps) -> tuple[str, str]:
    """How such a stratum is evaluated, and why, for the journal."""
    if steps.doubling is not None:
        return "closure in NumPy", "it is a transitive closure written with itself twice, evaluated as the linear one"
    return "frontier in NumPy", "each rule goes from the newest rows in one step, so a round costs what it finds"


def _rows(tables: DuckDBTables, texts: Sequence[str], width: int) -> Columns:
    """The rows of some queries, as columns."""
    if not texts:
        return [np.empty(0, np.int64) for _ in range(width)]
    rows = tables.execute(" UNION ALL ".join(f"({text})" for text in texts)).fetchnumpy()
    return [np.asarray(rows[f"c{i}"], np.int64) for i in range(width)]
