"""Numbers for what relations hold: where the rows are the same and as sure, so is the number.

A fingerprint says what a relation was made from; another date or one fact more changes it in most relations, and
their rows in few. What was worked out from rows is found again by these numbers (early cutoff: Mokhov, Mitchell and
Peyton Jones, "Build systems à la carte", 2018).
"""

from __future__ import annotations

import threading
import weakref
from dataclasses import field

from alignment.factbase.overlay import difference
from alignment.factbase.relation import MemoryRelation, Relation
from alignment.factbase.strengths import MemoryStrengths, Strengths
from alignment.records import mutable

STATES = 6
"""States of a relation that are told apart; the longest unused goes first."""

_State = tuple["weakref.ref[Relation]", "Strengths | None", int]


@mutable
class Contents:
    """The last states of each relation, as long as the cache keeps them. Safe for threads."""

    _states: dict[str, list[_State]] = field(default_factory=dict)
    _next: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def number(self, name: str, rows: Relation, strengths: Strengths | None) -> int:
        """The number of rows of a relation with these strengths."""
        with self._lock:
            states = self._states.setdefault(name, [])
            for place, (known, sure, number) in enumerate(states):
                if _same_strengths(sure, strengths) and _same_rows(known(), rows):
                    states.append(states.pop(place))
                    return number
            self._next += 1
            kept = [one for one in states if one[0]() is not None]
            self._states[name] = [*kept, (weakref.ref(rows), strengths, self._next)][-STATES:]
            return self._next


def _same_strengths(one: Strengths | None, other: Strengths | None) -> bool:
    if one is other:
        return True
    return isinstance(one, MemoryStrengths) and isinstance(other, MemoryStrengths) and one.weak == other.weak


def _same_rows(one: Relation | None, other: Relation) -> bool:
    if one is None or one is other:
        return one is not None
    if type(one) is MemoryRelation and type(other) is MemoryRelation:
        return one.rounds.keys() == other.rounds.keys()
    return difference(one, other, 0) is not None
