"""Imported facts: a table of codes with evidence, seen through views and asked for reports in SQL."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterator
from dataclasses import replace

from alignment.factbase.database import Database, reading
from alignment.factbase.dictionary import Dictionary
from alignment.factbase.lent import Borrower, Lent
from alignment.factbase.relation import Relation, Row
from alignment.factbase.report import Report, View
from alignment.factbase.stored import seen_through
from alignment.factbase.strengths import CERTAIN, UNJUDGED
from alignment.program.model import Evidence
from alignment.records import frozen
from alignment.source import SourceText, Span

COLUMNS = {"from": "src", "since": "since", "until": "until", "on": "happened", "confidence": "conf"}
"""The column of each kind of evidence."""

SQL_OPERATORS = {"!=": "<>", "<": "<", "=<": "<=", ">": ">", ">=": ">=", "=:=": "="}

FETCHED = 10_000
"""Rows that are fetched at once."""

QUOTE, LINE, NTH = "quote", "line", "nth"
"""Columns of facts that were written in a text: what they quote, and where they stood."""


@frozen(eq=False, slots=False)
class ImportedReports:
    """The rows of one import, or of a table of a base on disk: `kept` in a table of this name, or lent in memory.

    `has` are the evidence columns that its table has; `default` is the confidence of a row that states none,
    None where it cannot be judged. `span` is the place of all, unless the table has a column `line` for the
    lines of `lines`. Where `distinct`, no two rows have the same arguments. `lasting` tells the content from all
    others, in every process, and `days` is a table of the days on which what is seen of it changes.
    """

    database: Database
    kept: str | Lent
    arity: int
    size: int
    has: frozenset[str]
    default: float | None
    relation: str
    span: Span | None = None
    lines: SourceText | None = None
    distinct: bool = False
    lasting: str | None = None
    days: str | None = None

    def __len__(self) -> int:
        return self.size

    @property
    def table(self) -> str:
        """The name of the table, made if there is none."""
        return self.kept if isinstance(self.kept, str) else self.kept.table

    @property
    def is_certain(self) -> bool:
        """Whether no row states a confidence and none has a lower one by its source."""
        return "conf" not in self.has and self.default == CERTAIN

    def rows(
        self,
        view: View,
        dictionary: Dictionary,
        *,
        weighed: bool = False,
        used: Collection[int] | None = None,
        borrower: Borrower | None = None,
        rounds: bool = False,
    ) -> str:
        """A query of the rows with a report that the view sees; `weighed` with its strength as last column.

        With `used`, the other columns may be NULL. A query for one `borrower` needs no table. With `rounds`, the round
        of reported rows stands in the column `r`.
        """
        table = self.table if borrower is None else self.shown_to(borrower)
        columns = self._arguments if used is None else self._only(used)
        columns = self._weighed(columns, self.arity) if weighed else columns
        columns += ", 0::INTEGER AS r" if rounds else ""
        condition = self.condition(view, dictionary)
        where = "" if condition == "TRUE" else f" WHERE {condition}"
        return f"SELECT {columns} FROM {table}{where}"  # noqa: S608

    def shown_to(self, borrower: Borrower) -> str:
        """What stands after FROM where one borrower reads the rows, in the midst of a transaction too."""
        return self.kept if isinstance(self.kept, str) else self.kept.shown_to(borrower)

    def lent(self, view: View, dictionary: Dictionary) -> Lent | None:
        """The columns in memory, where the view sees all rows."""
        return self.kept if isinstance(self.kept, Lent) and self.condition(view, dictionary) == "TRUE" else None

    def count(self, view: View, dictionary: Dictionary) -> int:
        """The number of rows with a report that the view sees, each as often as it is reported."""
        condition = self.condition(view, dictionary)
        if condition == "TRUE":
            return self.size
        with reading():
            query = f"SELECT count(*) FROM {self.table} WHERE {condition}"  # noqa: S608  # names of our own
            ((number,),) = self.database.cursor().execute(query).fetchall()
        return int(number)

    def _weighed(self, columns: str, width: int) -> str:
        """Columns and then the strength; `one`, which stands for no column, goes."""
        strength = f"coalesce({self._certainty}, {UNJUDGED}) AS c{width}"
        return f"{columns}, {strength}" if width else strength

    def seen(self, view: View, dictionary: Dictionary) -> Relation:
        """The rows that the view sees, where no two have the same arguments."""
        return seen_through(self.database, self.table, self.arity, self.condition(view, dictionary))

    def evidence(
        self, wanted: Evidence, view: View, dictionary: Dictionary, *, weighed: bool = False, dated: bool = False
    ) -> str | None:
        """A query of the rows with the evidence asked for as codes; None if there is none of it.

        `weighed` adds the strength of each report as last column, `dated` the first day on which it is seen
        and the first on which it is no more.
        """
        selected = [self._arguments]
        asked = [COLUMNS[column] for column in wanted.columns]
        joins = ""
        for i, name in enumerate(asked, self.arity):
            if name == "conf":
                certainty = self._certainty
                joins = f"JOIN {self._confidences(dictionary)} AS m ON m.cell = {certainty}"
                selected.append(f"m.code AS c{i}")
            elif name not in self.has:
                return None
            else:
                selected.append(f"src AS c{i}" if name == "src" else f'"{name}"::BIGINT * 4 + 2 AS c{i}')
        known = " AND ".join(f'"{name}" IS NOT NULL' for name in asked if name in self.has - {"conf"}) or "TRUE"
        if wanted.bound is not None:
            known += f" AND {self._certainty} {SQL_OPERATORS[wanted.bound.operator]} {wanted.bound.number!r}"
        condition = f"{known} AND {self.condition(view, dictionary)}"
        columns = ", ".join(selected)
        columns = self._weighed(columns, self.arity + len(asked)) if weighed else columns
        columns += self._ends if dated else ""
        return f"SELECT {columns} FROM {self.table} {joins} WHERE {condition}"  # noqa: S608

    def _confidences(self, dictionary: Dictionary) -> str:
        """The confidences that occur, with the codes of the numbers, as a table in SQL."""
        query = f"SELECT DISTINCT {self._certainty} FROM {self.table} WHERE {self._certainty} IS NOT NULL"  # noqa: S608
        with reading():
            found = [row[0] for row in self.database.cursor().execute(query).fetchall()]
        values = ", ".join(f"({value!r}::DOUBLE, {dictionary.value(value)}::BIGINT)" for value in found)
        return f"(SELECT * FROM (VALUES {values or '(NULL::DOUBLE, NULL::BIGINT)'}) AS v(cell, code))"  # noqa: S608

    def _only(self, used: Collection[int]) -> str:
        return ", ".join(f"c{i}" if i in used else f"NULL::BIGINT AS c{i}" for i in range(self.arity)) or "1 AS one"

    @property
    def _ends(self) -> str:
        begins = [f'"{name}"' for name in ("happened", "since") if name in self.has]
        until = '"until"' if "until" in self.has else "NULL"
        return f", coalesce({', '.join([*begins, 'NULL'])}), {until}"

    @property
    def _arguments(self) -> str:
        return ", ".join(f"c{i}" for i in range(self.arity)) or "1 AS one"

    @property
    def _certainty(self) -> str:
        default = "NULL::DOUBLE" if self.default is None else f"{float(self.default)!r}::DOUBLE"
        return f"coalesce(conf, {default})" if "conf" in self.has else default

    def condition(self, view: View, dictionary: Dictionary) -> str:
        """Which rows a view sees."""
        parts = []
        if view.without and "src" in self.has:
            codes = ", ".join(str(dictionary.symbol(source)) for source in sorted(view.without))
            parts.append(f"(src IS NULL OR src NOT IN ({codes}))")
        if view.min_confidence > 0:
            parts.append(f"{self._certainty} >= {float(view.min_confidence)!r}")
        if view.as_of is not None:
            day = view.as_of.toordinal()
            begins = [name for name in ("happened", "since") if name in self.has]
            parts += [f'("{name}" IS NULL OR "{name}" <= {day})' for name in begins]
            if "until" in self.has:
                parts.append(f'("until" IS NULL OR {day} < "until")')
        return " AND ".join(parts) or "TRUE"

    @property
    def is_plain(self) -> bool:
        """Whether every view sees the same of it."""
        return self.default == CERTAIN and not self.has & set(COLUMNS.values())

    def last_change(self, day: datetime.date) -> datetime.date | None:
        """The last of `days` that is not after a day."""
        query = f"SELECT max(day) FROM {self.days} AS d WHERE day <= {day.toordinal()}"  # noqa: S608  # names of our own
        with reading():
            ((found,),) = self.database.cursor().execute(query).fetchall()
        return _day(found)

    def differing(self, one: View, other: View, dictionary: Dictionary, most: int) -> list[Row]:
        """Rows with a report that only one of two views sees, a few more than `most` of them at most."""
        seen, other_seen = (f"coalesce({self.condition(view, dictionary)}, FALSE)" for view in (one, other))
        if seen == other_seen:
            return []
        query = f"SELECT DISTINCT {self._arguments} FROM {self.table} WHERE {seen} <> {other_seen} LIMIT {most + 1}"  # noqa: S608
        found: list[Row] = self.database.cursor().execute(query).fetchall()
        return found if self.arity else [()] * len(found)

    @property
    def backward(self) -> int:
        """How many rows hold until a day that is not after their first."""
        if not {"since", "until"} <= self.has:
            return 0
        query = f'SELECT count(*) FROM {self.table} WHERE "since" >= "until"'  # noqa: S608  # names of our own
        ((count,),) = self.database.cursor().execute(query).fetchall()
        return int(count)

    def has_row(self, row: Row) -> bool:
        """Whether the row is one of these."""
        bound = " AND ".join(f"c{i} = {int(code)}" for i, code in enumerate(row)) or "TRUE"
        query = f"SELECT 1 FROM {self.table} WHERE {bound} LIMIT 1"  # noqa: S608  # names and integers of our own
        with reading():
            return bool(self.database.cursor().execute(query).fetchall())

    def dated(
        self, wanted: Evidence, view: View, dictionary: Dictionary
    ) -> Iterator[tuple[Row, int | None, int | None]]:
        """The rows with the evidence asked for, each with the ordinals of the days between which it is seen."""
        query = self.evidence(wanted, view, dictionary, dated=True)
        if query is None:
            return
        width = self.arity + len(wanted.columns)
        with reading():
            cursor = self.database.cursor().execute(query)
        while rows := cursor.fetchmany(FETCHED):
            for row in rows:
                yield row[:width] if width else (), row[-2], row[-1]

    def turning(self, view: View, dictionary: Dictionary) -> Iterator[datetime.date]:
        """The days on which a row is seen first, or no more, whatever the day of the view."""
        seen = self.condition(replace(view, as_of=None), dictionary)
        for name in ("happened", "since", "until"):
            if name in self.has:
                query = f'SELECT DISTINCT "{name}" FROM {self.table} WHERE {seen} AND "{name}" IS NOT NULL'  # noqa: S608
                for (ordinal,) in self.database.cursor().execute(query).fetchall():
                    yield datetime.date.fromordinal(ordinal)

    def reports(self, row: Row, dictionary: Dictionary) -> Iterator[Report]:
        """The reports of one row: in the order of their lines where these are known, else by their sources."""
        wanted = (*COLUMNS.values(), QUOTE, LINE)
        listed = ", ".join(f'"{name}"' if name in self.has else "NULL" for name in wanted)
        bound = " AND ".join(f"c{i} = {int(code)}" for i, code in enumerate(row)) or "TRUE"
        order = ", ".join([*(name for name in (LINE, NTH) if name in self.has), *map(str, range(1, len(wanted) + 1))])
        query = f"SELECT {listed} FROM {self.table} WHERE {bound} ORDER BY {order}"  # noqa: S608  # names and integers of our own
        with reading():
            rows = self.database.cursor().execute(query).fetchall()
        found = [(None if row[0] is None else str(dictionary.decode(row[0])), *row[1:]) for row in rows]
        if LINE not in self.has:  # the codes of sources are in no order that a person knows
            found.sort(key=lambda row: row[0] or "")
        for source, since, until, happened, stated, quote, line in found:
            yield Report(
                source,
                quote,
                self.default if stated is None else stated,
                _day(since),
                _day(until),
                _day(happened),
                self.span if line is None else self._line(line),
            )

    def _line(self, number: int) -> Span | None:
        """The place of a line of the text that the facts were written in."""
        if self.lines is None:
            return None
        starts = self.lines.line_starts
        start = starts[min(number, len(starts)) - 1]
        return self.lines.span(start, start)


def _day(ordinal: int | None) -> datetime.date | None:
    return None if ordinal is None else datetime.date.fromordinal(ordinal)
