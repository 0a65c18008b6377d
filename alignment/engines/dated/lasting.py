"""A relation on all days, kept to be looked up on one: its rows, how sure each is, and what each rule gives."""

from __future__ import annotations

import itertools
from bisect import bisect_right
from collections.abc import Collection, Hashable, Iterator, Mapping, Sequence
from dataclasses import field
from typing import TypeVar

from alignment.engines.dated.days import Days
from alignment.engines.dated.spans import Spans, holds
from alignment.factbase.relation import MemoryRelation, Relation, Row
from alignment.factbase.strengths import CERTAIN, MemoryStrengths
from alignment.program.model import Rule
from alignment.records import frozen

Held = TypeVar("Held", bound=Hashable)


@frozen
class Lasting:
    """A reported relation, or one of a stratum that is not recursive: a row is reported or given in the first round.

    Rows with the same days are looked up together: most have them in common with others.
    """

    rows: Mapping[Row, Days]
    weak: Mapping[Row, Spans]
    heads: Mapping[Rule, Sequence[Mapping[Row, Days]]] = field(default_factory=dict)
    _by_days: list[tuple[Days, list[Row]]] = field(default_factory=list, init=False, repr=False)
    _by_spans: list[tuple[Spans, list[Row]]] = field(default_factory=list, init=False, repr=False)

    def __post_init__(self) -> None:
        self._by_days.extend(_groups(self.rows).items())
        self._by_spans.extend(_groups(self.weak).items())

    def reported_on(self, day: int) -> MemoryRelation:
        """The rows that are reported on a day, an ordinal, where all are reported."""
        return MemoryRelation(self._rounds(day, 0))

    def derived_on(self, day: int, reported: Relation) -> MemoryRelation:
        """The rows that hold on a day, where `reported` are those of them that are reported."""
        rounds = self._rounds(day, 1)
        if len(reported):
            rounds.update(dict.fromkeys(reported, 0))
        return MemoryRelation(rounds)

    def _rounds(self, day: int, round_: int) -> dict[Row, int]:
        held = [rows for days, rows in self._by_days if bisect_right(days, day) & 1]  # as `holds`, without a call
        return dict.fromkeys(itertools.chain.from_iterable(held), round_)

    def strengths_on(self, day: int) -> MemoryStrengths | None:
        """How strong the rows are that hold on a day; None where all are certain."""
        held: dict[float, list[list[Row]]] = {}
        for spans, rows in self._by_spans:
            for strength, days in spans:
                if bisect_right(days, day) & 1:
                    held.setdefault(strength, []).append(rows)
                    break
        held.pop(CERTAIN, None)
        weak: dict[Row, float] = {}
        for strength, sets in held.items():
            weak.update(dict.fromkeys(itertools.chain.from_iterable(sets), strength))
        return MemoryStrengths(weak) if weak else None

    def weak_on(self, day: int) -> WeakOnDay:
        """The same for who asks for the strengths of few rows."""
        return WeakOnDay(self.weak, day)

    def heads_on(self, day: int) -> Mapping[Rule, Sequence[Collection[Row]]]:
        """The rows that each rule gives on a day."""
        return {rule: [_OnDay(rows, day) for rows in given] for rule, given in self.heads.items()}


class WeakOnDay:
    """The rows that are less than certain on a day, each looked up when somebody asks for it."""

    __slots__ = ("_day", "_weak")

    def __init__(self, weak: Mapping[Row, Spans], day: int) -> None:
        self._weak, self._day = weak, day

    def get(self, row: Row, certain: float, /) -> float:
        """The strength of a row that holds on the day; `certain` if it is that."""
        for strength, days in self._weak.get(row, ()):
            if bisect_right(days, self._day) & 1:
                return strength
        return certain


class _OnDay(Collection[Row]):
    """The rows of a mapping that hold on a day."""

    __slots__ = ("_day", "_rows")

    def __init__(self, rows: Mapping[Row, Days], day: int) -> None:
        self._rows, self._day = rows, day

    def __contains__(self, row: object) -> bool:
        days = self._rows.get(row)  # type: ignore[call-overload]  # no row: not there
        return days is not None and holds(days, self._day)

    def __iter__(self) -> Iterator[Row]:
        return (row for row, days in self._rows.items() if holds(days, self._day))

    def __len__(self) -> int:
        return sum(1 for _ in self)


def _groups(held: Mapping[Row, Held]) -> dict[Held, list[Row]]:
    """The rows that have the same days, or spans."""
    groups: dict[Held, list[Row]] = {}
    for row, one in held.items():
        groups.setdefault(one, []).append(row)
    return groups
