"""The strengths of derived rows in SQL: rows and strengths come out of one query a rule.

Before: `arms(X, Y) :- supplies(X, Y, G), military(G).`
After:  `SELECT c0, c1, max(least(1.0, c2)) AS c2 FROM (<the rule's query over supplies~>) GROUP BY c0, c1`
In a recursive stratum what a round finds is kept where it is stronger than what is known of the same row, and
the next round goes from that (semi-naive evaluation over the semiring of maximum and minimum, as in Green,
Karvounarakis and Tannen 2007): rows are added and never changed, and the strongest of a row counts in the end.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from alignment.engines.base import Limits, Weighing
from alignment.engines.relational.duckdb_tables import DuckDBTables
from alignment.engines.relational.functions import functions
from alignment.engines.relational.sql import Delta, compares
from alignment.engines.weighing import Found
from alignment.factbase.database import Database
from alignment.factbase.relation import Relation
from alignment.factbase.strengths import CERTAIN, StoredStrengths, Strengths
from alignment.factbase.supervision import supervised
from alignment.program.model import Aggregation, Negative, Positive, Stratum
from alignment.program.weighing import Reading, WeighedRule, weighed


def weigh(work: Weighing, database: Database, limits: Limits) -> Found:
    """The strengths of the relations of all strata. Raises LimitReached."""
    database.register(functions(work.dictionary))
    given = _given(work)
    tables = DuckDBTables(database, given, limits)
    tables.learn_arities(work.strata)
    if any(compares(rule) for stratum in work.strata for rule in stratum.rules):
        database.spell(work.dictionary, tables.cursor)
    weigher = _Weigher(work, tables)
    try:
        supervised(weigher.run, tables.stop, limits.over)
        return {name: weigher.kept(name) for stratum in work.strata for name in stratum.relations}
    finally:
        tables.close()


def _given(work: Weighing) -> Mapping[str, Relation]:
    """The rows that are read as they are: certain ones, and those of what is denied or counted."""
    plain: set[str] = set()
    for stratum in work.strata:
        for rule in stratum.rules:
            for literal in rule.body:
                is_plain = isinstance(literal, Negative | Aggregation)
                if is_plain or (isinstance(literal, Positive) and literal.relation not in work.doubtful):
                    plain.add(literal.relation)  # type: ignore[union-attr]  # those three have one
    derived = {name for stratum in work.strata for name in stratum.relations}
    known = _readings(work) - derived
    rows = work.rows(plain | known)
    reports = {name: work.reported(name) for name in derived} | {name: rows[name] for name in known}
    return {**{_reports(name): found for name, found in reports.items()}, **{name: rows[name] for name in plain}}


def _reports(name: str) -> str:
    """The reported rows of a relation alone; of one whose strengths are known already, all its rows."""
    return f"{name}~reported"


def _readings(work: Weighing) -> set[str]:
    """The doubtful relations that are read."""
    reads = {name for stratum in work.strata for name in stratum.reads}
    return reads & work.doubtful


class _Weigher:
    """Makes a table `p~` of rows and strengths for each doubtful relation that is read or derived."""

    def __init__(self, work: Weighing, tables: DuckDBTables) -> None:
        self.work, self.tables = work, tables

    def run(self) -> None:
        """Weigh all strata, in their order."""
        derived = {name for stratum in self.work.strata for name in stratum.relations}
        for name in sorted(_readings(self.work) - derived):
            self.make(name, self.reported(name))
        for stratum in self.work.strata:
            if stratum.recursive:
                self.recursive(stratum)
            else:
                self.once(stratum)
            self.tables.rule = None

    def kept(self, name: str) -> Strengths:
        """The strengths of a relation, for whoever asked."""
        table = self.tables.handed_over(_whole(name, self.tables.arity[name]))
        return StoredStrengths(self.tables.database, table, self.tables.arity[name])

    # Tables --------------------------------------------------------------------------------------

    def make(self, name: str, queries: Sequence[str]) -> None:
        """The table of a relation: of each row that some queries give, the strongest."""
        width = self.tables.arity[name]
        table = self.tables.new_name()
        self.tables.execute(f"CREATE TABLE {table} AS {_strongest(queries, width)}")
        self.put(_whole(name, width), table, width + 1)

    def put(self, reading: str, table: str, width: int) -> None:
        self.tables.arity[reading] = width
        self.tables.put(reading, table, 1)

    def reported(self, name: str) -> list[str]:
        """Queries of the rows of a relation whose strengths are given."""
        if not self.tables.reported(_reports(name)):
            return []
        strengths, width = self.work.strengths.get(name), self.tables.arity[name]
        if isinstance(strengths, StoredStrengths) and strengths.database is self.tables.database:
            return [f"SELECT * FROM {strengths.table}"]  # noqa: S608  # names and integers of our own
        columns = "".join(f"k.c{i}, " for i in range(width))
        self.tables.arity[_reports(name)] = width
        rows = self.tables.table_of(_reports(name))
        if strengths is None:
            return [f"SELECT {columns}{CERTAIN}::DOUBLE AS c{width} FROM {rows} AS k"]  # noqa: S608
        weak = self.tables.new_name()
        self.tables.database.weighed_table(width, list(strengths), self.tables.cursor, weak)
        same = " AND ".join(f"k.c{i} = s.c{i}" for i in range(width)) or "TRUE"
        strength = f"coalesce(s.c{width}, {CERTAIN})::DOUBLE AS c{width}"
        return [f"SELECT {columns}{strength} FROM {rows} AS k LEFT JOIN {weak} AS s ON {same}"]  # noqa: S608

    def read(self, readings: Collection[Reading]) -> None:
        """Make the tables that rules read and that are not there yet."""
        for reading in readings:
            whole = _whole(reading.relation, self.tables.arity[reading.relation])
            if reading.name == whole or reading.name in self.tables.arity:
                continue
            width = self.tables.arity[reading.relation]
            choose = "min" if reading.weakest else "max"
            keys = [f"c{i}" for i in reading.columns]
            named = "".join(f"{key} AS c{i}, " for i, key in enumerate(keys))
            group = f"GROUP BY {', '.join(keys)}" if keys else "HAVING count(*) > 0"
            source, table = self.tables.table_of(whole), self.tables.new_name()
            strength = f"{choose}(c{width}) AS c{len(keys)}"
            self.tables.execute(f"CREATE TABLE {table} AS SELECT {named}{strength} FROM {source} {group}")  # noqa: S608
            self.put(reading.name, table, len(keys) + 1)

    # Strata --------------------------------------------------------------------------------------

    def rules(self, stratum: Stratum) -> list[WeighedRule]:
        """The rules of a stratum with their strengths, ready to be asked."""
        return [
            one
            for rule in stratum.rules
            for one in weighed(rule, self.work.doubtful, stratum.relations, keep_own=False)
        ]

    def query(self, one: WeighedRule, delta: Delta | None = None) -> str:
        """A rule's rows, each with the strength of one instance."""
        columns = "".join(f"c{i}, " for i in range(one.arity))
        cap = CERTAIN if one.rule.cap is None else one.rule.cap
        strengths = "".join(f", c{one.arity + i}" for i in range(one.strengths))
        strength = f"least({float(cap)!r}::DOUBLE{strengths}) AS c{one.arity}"
        return f"SELECT {columns}{strength} FROM ({self.tables.text(one.rule, delta, distinct=False)}) AS i"  # noqa: S608

    def once(self, stratum: Stratum) -> None:
        """A relation that does not read itself."""
        (name,) = stratum.relations
        rules = self.rules(stratum)
        self.read([reading for one in rules for reading in one.readings])
        self.make(name, [*self.reported(name), *(self.query(one) for one in rules)])

    def recursive(self, stratum: Stratum) -> None:
        """Relations that read themselves or each other, round by round."""
        rules = self.rules(stratum)
        whole = {name: _whole(name, self.tables.arity[name]) for name in stratum.relations}
        own = set(whole.values())
        self.read([reading for one in rules for reading in one.readings if reading.relation not in whole])
        first: dict[str, list[str]] = {name: self.reported(name) for name in stratum.relations}
        for one in rules:
            if not own.intersection(one.rule.reads):
                first[one.rule.head].append(self.query(one))
        for name in stratum.relations:
            self.make(name, first[name])
        newest = {reading: self.tables.table_of(reading) for reading in own}
        made: set[str] = set()
        while newest:
            found = self.stronger(rules, newest, whole)
            for table in made:
                self.tables.drop(table)
            for reading, table in found.items():
                self.tables.execute(f"INSERT INTO {self.tables.table_of(reading)} SELECT * FROM {table}")  # noqa: S608
            newest, made = found, set(found.values())
        for name in stratum.relations:
            old = self.tables.table_of(whole[name])
            self.make(name, [f"SELECT * FROM {old}"])  # noqa: S608
            self.tables.drop(old)

    def stronger(
        self, rules: Sequence[WeighedRule], newest: Mapping[str, str], whole: Mapping[str, str]
    ) -> dict[str, str]:
        """Tables of the rows that the newest ones make stronger than they were known to be."""
        queries: dict[str, list[str]] = {}
        for one in rules:
            for place, literal in enumerate(one.rule.body):
                if isinstance(literal, Positive) and literal.relation in newest:
                    query = self.query(one, Delta(place, newest[literal.relation]))
                    queries.setdefault(one.rule.head, []).append(query)
        found: dict[str, str] = {}
        for name, parts in queries.items():
            width, table = self.tables.arity[name], self.tables.new_name()
            same = " AND ".join(f"k.c{i} = q.c{i}" for i in range(width)) or "TRUE"
            known = f"SELECT 1 FROM {self.tables.table_of(whole[name])} AS k WHERE {same} AND k.c{width} >= q.c{width}"  # noqa: S608
            rows = f"SELECT * FROM ({_strongest(parts, width)}) AS q WHERE NOT EXISTS ({known})"  # noqa: S608
            self.tables.execute(f"CREATE TABLE {table} AS {rows}")
            if self.tables.size_of(table):
                found[whole[name]] = table
            else:
                self.tables.drop(table)
        return found


def _whole(name: str, arity: int) -> str:
    """The reading of all columns of a relation."""
    return Reading(name, tuple(range(arity))).name


def _strongest(queries: Sequence[str], width: int) -> str:
    """Of each row that some queries give, the strongest: columns, then the strength."""
    if not queries:
        columns = "".join(f"NULL::BIGINT AS c{i}, " for i in range(width))
        return f"SELECT {columns}NULL::DOUBLE AS c{width} WHERE FALSE"
    rows = " UNION ALL ".join(f"({query})" for query in queries)
    columns = ", ".join(f"c{i}" for i in range(width))
    if not width:
        return f"SELECT max(c0) AS c0 FROM ({rows}) AS u HAVING count(*) > 0"  # noqa: S608  # names of our own
    return f"SELECT {columns}, max(c{width}) AS c{width} FROM ({rows}) AS u GROUP BY {columns}"  # noqa: S608

