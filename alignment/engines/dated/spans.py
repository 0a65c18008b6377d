"""How strongly a row is supported on which days: strengths, each with the days on which it is that of the row.

Spans are strongest first, their days do not overlap, and together they are the days on which the row holds.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from typing import TypeAlias

from alignment.engines.dated.days import Days, apart, either
from alignment.factbase.strengths import CERTAIN

Spans: TypeAlias = tuple[tuple[float, Days], ...]

ByStrength: TypeAlias = dict[float, Days]
"""Strengths that a row has from one of its reports or proofs, with the days of these; days may overlap."""


def add(found: ByStrength, strength: float, days: Days) -> None:
    """One report or proof more."""
    before = found.get(strength)
    found[strength] = days if before is None else either(before, days)


def strongest(found: ByStrength) -> Spans:
    """On each day the strongest of what there is."""
    return _first(sorted(found.items(), reverse=True)) if len(found) > 1 else tuple(found.items())


def weakest(found: ByStrength) -> Spans:
    """On each day the weakest of what there is, strongest first like all spans."""
    return _first(sorted(found.items()))[::-1] if len(found) > 1 else tuple(found.items())


def _first(found: Iterable[tuple[float, Days]]) -> Spans:
    taken: Days = ()
    spans = []
    for strength, days in found:
        left = apart(days, taken)
        if left:
            spans.append((strength, left))
            taken = either(taken, days)
    return tuple(spans)


def whole(spans: Spans) -> Days:
    """All days of spans."""
    found: Days = ()
    for _, days in spans:
        found = either(found, days)
    return found


def is_certain(spans: Spans) -> bool:
    """Whether nobody doubts the row on any of its days."""
    return all(strength == CERTAIN for strength, _ in spans)


def holds(days: Days, day: int) -> bool:
    """Whether a day, an ordinal, is among days."""
    return bisect_right(days, day) % 2 == 1
