"""The answers of a goal, as a value that people iterate, count and hand to other tools."""

from __future__ import annotations

import datetime
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from alignment.engines.base import Limits
from alignment.engines.evaluation import Evaluation
from alignment.factbase.dictionary import Dictionary, Sort, Value, as_node, meaning_of
from alignment.factbase.relation import Row
from alignment.language import tree
from alignment.program.lower import lower_goal, variables
from alignment.program.stratify import with_goal
from alignment.reasoning.cells import Cells, cells_of, numbered
from alignment.reasoning.contested import contested_rows
from alignment.records import frozen

if TYPE_CHECKING:
    import pandas
    import pyarrow

GOAL = "?"
"""The relation that holds the answers of the goal being asked."""


@frozen(eq=False, slots=False)
class Answers:
    """Distinct answers, sorted. `columns` are the goal's variables in their order.

    A goal without variables has no columns and at most one row: `bool()` is its yes or no. Iterating
    gives a dict a row. `constants` are the same rows as the language writes them. `contested` are the
    places of the rows to which contested ways alone lead: the contrary of what they rest on holds as well.
    The rows stand in `cells`, with what each different constant means; they are made when somebody asks for them.
    """

    columns: tuple[str, ...]
    cells: Cells
    meanings: tuple[tuple[Value, Sort], ...]
    contested: frozenset[int] = frozenset()

    @classmethod
    def of(cls, columns: Sequence[str], rows: Sequence[Sequence[tree.Constant]]) -> Answers:
        """Answers out of rows of constants that are in order."""
        place: dict[tree.Constant, int] = {}
        places = [[place.setdefault(one, len(place)) for one in row] for row in rows]
        cells = Cells(range(len(place)), tuple(zip(*places, strict=True)) if columns else (), len(rows))
        return cls(tuple(columns), cells, tuple(map(meaning_of, place)))

    @cached_property
    def rows(self) -> tuple[tuple[Value, ...], ...]:
        """The answers as Python values."""
        return self.cells.rows_of([value for value, _ in self.meanings])

    @cached_property
    def constants(self) -> tuple[tuple[tree.Constant, ...], ...]:
        """The answers as syntax nodes."""
        return self.cells.rows_of([as_node(value, sort) for value, sort in self.meanings])

    def __repr__(self) -> str:
        return f"Answers(columns={self.columns!r}, rows={self.rows!r}, contested={self.contested!r})"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Answers):
            return NotImplemented
        return (self.columns, self.constants, self.contested) == (other.columns, other.constants, other.contested)

    def __hash__(self) -> int:
        return hash((self.columns, self.constants, self.contested))

    def __len__(self) -> int:
        return self.cells.size

    def __bool__(self) -> bool:
        return bool(self.cells.size)

    def __iter__(self) -> Iterator[dict[str, Value]]:
        for row in self.rows:
            yield dict(zip(self.columns, row, strict=True))

    def to_arrow(self) -> pyarrow.Table:
        """The answers as an Arrow table. Needs `pip install alignment[arrow]`."""
        import pyarrow  # noqa: PLC0415  # an extra: imported when used

        columns = [_arrow_column([row[i] for row in self.rows]) for i in range(len(self.columns))]
        return pyarrow.table(columns, names=list(self.columns))

    def to_pandas(self) -> pandas.DataFrame:
        """The answers as a pandas data frame."""
        import pandas  # noqa: PLC0415  # not a dependency: imported when used

        data: list[Any] = [list(row) for row in self.rows]
        return pandas.DataFrame(data, columns=list(self.columns))


def _arrow_column(values: list[Value]) -> list[Value] | list[str]:
    """Arrow columns have one type: a column that mixes types is handed on as text."""
    kinds = {type(value) for value in values}
    if len(kinds) <= 1 or kinds == {int, float}:
        return values
    return [value.isoformat() if isinstance(value, datetime.date) else str(value) for value in values]


def answer(evaluation: Evaluation, body: Sequence[tree.BodyLiteral], limits: Limits | None = None) -> Answers:
    """The answers of a checked goal, those marked that are contested. Raises LimitReached."""
    columns = variables(body)
    cells = goal_cells(evaluation, body, columns, limits)
    found = _told(evaluation.dictionary, columns, cells)
    if not found:
        return found
    goal = lower_goal(body, columns, evaluation.dictionary.constant, GOAL)
    marked = contested_rows(evaluation, goal, limits)
    if not marked:
        return found
    return replace(found, contested=frozenset(i for i, row in enumerate(cells.rows()) if row in marked))


def goal_cells(
    evaluation: Evaluation,
    body: Sequence[tree.BodyLiteral],
    columns: Sequence[str],
    limits: Limits | None = None,
) -> Cells:
    """The encoded answers of a goal, sorted as people expect, projected to some of its variables."""
    goal = lower_goal(body, columns, evaluation.dictionary.constant, GOAL)
    whole = evaluation.with_program(with_goal(evaluation.program, goal))
    found = whole.shelved(GOAL)
    if found is None:
        began = time.monotonic()
        asked = evaluation.with_program(with_goal(evaluation.program, evaluation.narrowed(goal, limits)))
        found = asked.relation(GOAL, limits)
        whole.shelve(GOAL, found, time.monotonic() - began)
    return cells_of(found, evaluation.dictionary)


def goal_rows(
    evaluation: Evaluation,
    body: Sequence[tree.BodyLiteral],
    columns: Sequence[str],
    limits: Limits | None = None,
) -> list[Row]:
    """The same as rows."""
    return goal_cells(evaluation, body, columns, limits).rows()


def in_order(rows: Iterable[Row], dictionary: Dictionary) -> list[Row]:
    """Distinct rows sorted as people expect."""
    return cells_of(rows, dictionary).rows()


def decoded(dictionary: Dictionary, columns: Sequence[str], rows: Sequence[Row]) -> Answers:
    """Answers out of encoded rows that are in order."""
    return _told(dictionary, columns, numbered(rows))


def _told(dictionary: Dictionary, columns: Sequence[str], cells: Cells) -> Answers:
    return Answers(tuple(columns), cells, tuple(map(dictionary.meaning, cells.codes)))
