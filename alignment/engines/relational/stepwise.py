"""Recursive strata out of SQL: the frontier kernel over the tables of an evaluation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress

import numpy as np

from alignment.engines.relational import frontier
from alignment.engines.relational.duckdb_tables import DuckDBTables
from alignment.engines.relational.moves import Columns, NoRoom, Read
from alignment.engines.relational.steps import Steps, recognised
from alignment.factbase.computed import ComputedRelation
from alignment.language import tree
from alignment.program.model import Negative, Positive, Rule, Stratum, Var
from alignment.records import mutable


def begun(stratum: Stratum, tables: DuckDBTables) -> Stepwise | None:
    """A stratum with its premises read, None if its recursion is of another kind."""
    steps = recognised(stratum)
    if steps is None:
        return None
    start = {}
    for name in stratum.relations:
        base = [rule for rule in steps.base if rule.head == name]
        reported = [f"SELECT * EXCLUDE r FROM {tables.table_of(name)}"] if tables.reported(name) else []  # noqa: S608
        start[name] = (_rows(tables, reported, tables.arity[name]), _rows_of(tables, base, tables.arity[name]))

    def given(literal: Positive | Negative, names: Sequence[str]) -> Columns:
        premise = Positive(literal.relation, literal.args)
        rule = Rule("?", tuple(Var(name) for name in names), (premise,), tree.Query(()))
        return _rows_of(tables, [rule], len(names))

    return Stepwise(stratum, tables, steps, frontier.read(steps, given), start)


@mutable
class Stepwise:
    """The recursion of a stratum on arrays."""

    stratum: Stratum
    tables: DuckDBTables
    steps: Steps
    reads: Sequence[Read]
    start: Mapping[str, tuple[Columns, Columns]]
    _stopped: bool = False
    _found: frontier.Found | None = None

    @property
    def size(self) -> int:
        """How many rows were read."""
        begin = sum(len(columns[0]) for both in self.start.values() for columns in both)
        return begin + sum(len(known) for read in self.reads for _, _, (known, _) in read.joins)

    def work(self) -> None:
        """Find the rows, without the database. Raises LimitReached."""
        with suppress(NoRoom):  # SQL goes to disk where memory runs short
            self._found = frontier.run(self.steps, self.reads, self.start, self, self.tables.read_for_loops)

    def look(self, rule: Rule, bytes_: int = 0) -> None:
        """Look before so many bytes are taken. Raises LimitReached, NoRoom."""
        self.tables.check(rule)
        if self._stopped or not self.tables.limits.has_room(bytes_):
            raise NoRoom

    def stop(self) -> None:
        """Have the work end soon."""
        self._stopped = True

    def hold(self) -> bool:
        """Make the rows that were found those of the relations; False where there were too many rounds, or no room."""
        if self._found is None:
            return False
        for name, (columns, rounds) in self._found.rows.items():
            self.tables.hold(name, ComputedRelation(self.tables.database, name, columns, rounds))
        how, reason = _told(self.steps)
        if self.tables.partial.intersection(self.stratum.relations):
            reason += "; only the rows that lead back are kept, since nobody reads others"
        self.tables.write_down(self.stratum, how, reason, self._found.last)
        return True


def _told(steps: Steps) -> tuple[str, str]:
    """How such a stratum is evaluated, and why, for the journal."""
    if steps.doubling is not None:
        return "closure in NumPy", "it is a transitive closure written with itself twice, evaluated as the linear one"
    return "frontier in NumPy", "each rule goes from the newest rows in one step, so a round costs what it finds"


def _rows_of(tables: DuckDBTables, rules: Sequence[Rule], width: int) -> Columns:
    """The rows of some rules, as columns: where they stand in memory, or by queries."""
    at_hand = [_copied(tables, rule) for rule in rules]
    found = [columns for columns in at_hand if columns is not None]
    if len(rules) == len(found) == 1:
        return found[0]
    return _rows(tables, [tables.text(rule) for rule in rules], width)


def _copied(tables: DuckDBTables, rule: Rule) -> Columns | None:
    """The rows of a rule that only copies those of a relation that stands in memory; None for any other."""
    match rule.body:
        case (Positive(relation=name, args=args),):
            are_variables = all(isinstance(arg, Var) for arg in args)
            if are_variables and set(args) == set(rule.args) and len(set(args)) == len(args) == len(rule.args):
                columns = tables.columns(name)
                return None if columns is None else [columns[args.index(arg)] for arg in rule.args]
    return None


def _rows(tables: DuckDBTables, texts: Sequence[str], width: int) -> Columns:
    """The rows of some queries, as columns."""
    if not texts:
        return [np.empty(0, np.int64) for _ in range(width)]
    rows = tables.execute(" UNION ALL ".join(f"({text})" for text in texts)).fetchnumpy()
    return [np.asarray(rows[f"c{i}"], np.int64) for i in range(width)]
