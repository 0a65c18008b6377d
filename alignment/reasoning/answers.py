"""The answers of a goal, as a value that people iterate, count and hand to other tools."""

from __future__ import annotations

import datetime
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, TypeVar

from alignment.engines.base import Limits
from alignment.engines.evaluation import Evaluation
from alignment.factbase.dictionary import Dictionary, Value
from alignment.factbase.relation import Row
from alignment.language import tree
from alignment.program.lower import lower_goal, variables
from alignment.program.stratify import with_goal
from alignment.reasoning.contested import contested_rows

if TYPE_CHECKING:
    import pandas
    import pyarrow

T = TypeVar("T")

GOAL = "?"
"""The relation that holds the answers of the goal being asked."""


@dataclass(frozen=True, slots=True)
class Answers:
    """Distinct answers, sorted. `columns` are the goal's variables in their order.

    A goal without variables has no columns and at most one row: `bool()` is its yes or no. Iterating
    gives a dict a row. `constants` are the same rows as the language writes them. `contested` are the
    places of the rows to which contested ways alone lead: the contrary of what they rest on holds as well.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]
    constants: tuple[tuple[tree.Constant, ...], ...] = field(repr=False)
    contested: frozenset[int] = frozenset()

    def __len__(self) -> int:
        return len(self.rows)

    def __bool__(self) -> bool:
        return bool(self.rows)

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
    rows = goal_rows(evaluation, body, columns, limits)
    found = decoded(evaluation.dictionary, columns, rows)
    if not rows:
        return found
    goal = lower_goal(body, columns, evaluation.dictionary.constant, GOAL)
    marked = contested_rows(evaluation, goal, limits)
    return replace(found, contested=frozenset(i for i, row in enumerate(rows) if row in marked)) if marked else found


def goal_rows(
    evaluation: Evaluation,
    body: Sequence[tree.BodyLiteral],
    columns: Sequence[str],
    limits: Limits | None = None,
) -> list[Row]:
    """The encoded answers of a goal, sorted as people expect, projected to some of its variables."""
    goal = lower_goal(body, columns, evaluation.dictionary.constant, GOAL)
    whole = evaluation.with_program(with_goal(evaluation.program, goal))
    found = whole.shelved(GOAL)
    if found is None:
        began = time.monotonic()
        asked = evaluation.with_program(with_goal(evaluation.program, evaluation.narrowed(goal, limits)))
        found = asked.relation(GOAL, limits)
        whole.shelve(GOAL, found, time.monotonic() - began)
    return in_order(found, evaluation.dictionary)


def in_order(rows: Iterable[Row], dictionary: Dictionary) -> list[Row]:
    """Distinct rows sorted as people expect. Each constant is looked up once, however many rows it is in."""
    given = list(rows)
    if not given or not given[0]:
        return given
    columns = list(zip(*given, strict=True))
    codes = sorted(set().union(*columns), key=dictionary.sort_key)
    rank = dict(zip(codes, range(len(codes)), strict=True)).__getitem__
    places = list(map(rank, columns[0]))  # a row as one whole number: these are sorted much faster than rows
    for column in columns[1:]:
        places = [place * len(codes) + more for place, more in zip(places, map(rank, column), strict=True)]
    at = dict(zip(places, given, strict=True))
    return list(map(at.__getitem__, sorted(places)))


def decoded(dictionary: Dictionary, columns: Sequence[str], rows: Sequence[Row]) -> Answers:
    """Answers out of encoded rows."""
    if rows and not rows[0]:  # a goal without variables: it holds
        return Answers(tuple(columns), ((),) * len(rows), ((),) * len(rows))
    encoded = list(zip(*rows, strict=True))
    codes = set().union(*encoded)
    values = {code: dictionary.decode(code) for code in codes}
    nodes = {code: dictionary.node(code) for code in codes}
    return Answers(tuple(columns), _with(values, encoded), _with(nodes, encoded))


def _with(meaning: Mapping[int, T], encoded: Sequence[Sequence[int]]) -> tuple[tuple[T, ...], ...]:
    """Rows out of columns of codes, with what each code stands for in its place."""
    return tuple(zip(*([meaning[code] for code in column] for column in encoded), strict=True))
