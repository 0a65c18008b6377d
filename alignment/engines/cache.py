"""Evaluated relations by fingerprint, and from what each was evaluated, so that it can be kept up to date.

A fingerprint is a number for what a relation depends on: its rules, the versions of its tables as a view sees
them, and the fingerprints of what its rules read. The numbers lead back to that (`key`), and strata
with the same rules are found together (`alike`): one of them may be the state before a small change.
"""

from __future__ import annotations

import threading
from collections.abc import Hashable
from typing import TYPE_CHECKING, Any

from alignment.engines.contents import Contents
from alignment.factbase.relation import EMPTY, Relation
from alignment.program.model import Rule

if TYPE_CHECKING:
    from alignment.factbase.shelf.shelf import Shelf

KEPT = 12_288
"""Relations, and what was worked out of their rows, that a cache keeps: some twenty views of a base of a hundred
relations. The longest unused go first."""

REPORTED, DERIVED, LASTING = "@reported", "@derived", "@lasting"
"""What is kept: the reported rows of a table in a view, the rows that rules give, and these on all days. No relation
has such a name."""

ALIKE = 8
"""States of one thing that are remembered, the last ones."""


class Cache:
    """Evaluated relations, and how sure their rows are, by fingerprint: shared by views and safe for threads.

    `shelf` is where relations are kept for other processes, if anywhere, and `digests` are what they are known by;
    `texts` are the rules as digests read them, and `contents` tells what holds the same. `has_lasting` says whether
    relations were ever kept on all days.
    """

    def __init__(self, kept: int = KEPT) -> None:
        self._kept = kept
        self._relations: dict[Hashable, Any] = {}
        self._numbers: dict[Hashable, int] = {}
        self._keys: list[Any] = []
        self._alike: dict[Hashable, list[Any]] = {}
        self._views: dict[Hashable, Hashable] = {}
        self.digests: dict[Hashable, str | None] = {}
        self.texts: dict[Rule, str] = {}
        self.contents = Contents()
        self.shelf: Shelf | None = None
        self.has_lasting = False
        self._lock = threading.Lock()

    def number(self, key: Hashable) -> int:
        """A small number for a fingerprint, so that fingerprints of fingerprints stay flat."""
        with self._lock:
            number = self._numbers.get(key)
            if number is None:
                number = self._numbers[key] = len(self._keys)
                self._keys.append(key)
            return number

    # What is known of a number --------------------------------------------------------------------

    def state(self, number: int) -> tuple[tuple[Hashable, ...], tuple[tuple[str, int], ...]]:
        """What a stratum read in a state: its own reports, and the relations below by number."""
        _, own, reads = self._keys[number]
        return own, reads

    def state_of(self, number: int) -> int:
        """The state of the stratum in which a derived relation has that number."""
        _, state = self._keys[number]
        return int(state)

    def relation(self, number: int) -> Relation | None:
        """The relation of a number, if it is kept."""
        what, which = self._keys[number]
        kept: Relation | None = self.reported(which) if what == REPORTED else self.get((DERIVED, number))
        return kept

    def reported(self, key: Hashable) -> Relation | None:
        """The reported rows of a table as a view saw it, if they are kept; none if there was no table."""
        kept: Relation | None = EMPTY if key is None else self.get((REPORTED, key))
        return kept

    def derived(self, name: str, state: int) -> Relation | None:
        """A relation in a state of its stratum, if it is kept."""
        kept: Relation | None = self.get((DERIVED, self.number((name, state))))
        return kept

    # Relations -----------------------------------------------------------------------------------

    def as_reported(self) -> Cache:
        """A cache of its own that holds what is reported and nothing of what was derived."""
        other = Cache()
        with self._lock:
            kept = self._relations.items()
            other._relations = {key: one for key, one in kept if isinstance(key, tuple) and key[0] == REPORTED}
        return other

    def get(self, key: Hashable) -> Any:  # noqa: ANN401  # what was put there
        """What is kept under a key, or None; what was lost with the system that had it is not kept."""
        with self._lock:
            found = self._relations.pop(key, None)
            if getattr(found, "lost", False):
                return None
            if found is not None:
                self._relations[key] = found
            return found

    def put(self, key: Hashable, kept: Any) -> None:  # noqa: ANN401  # a relation, or what is known of one
        """Keep something, and let go of the longest unused beyond what is kept."""
        with self._lock:
            self._relations[key] = kept
            while len(self._relations) > self._kept:
                del self._relations[next(iter(self._relations))]

    def remember(self, what: Hashable, state: Hashable, view: Hashable = None) -> None:
        """A state in which something is kept: the stratum of some rules in a view, or the rows of a table in one."""
        with self._lock:
            if view is not None:
                self._views[state] = view
            states = self._alike.setdefault(what, [])
            if state in states:
                states.remove(state)
            states.append(state)
            for forgotten in states[:-ALIKE]:
                self._views.pop(forgotten, None)
            del states[:-ALIKE]

    def view_of(self, state: Hashable) -> Hashable:
        """The view in which a state that is remembered was last evaluated."""
        with self._lock:
            return self._views.get(state)

    def alike(self, what: Hashable) -> list[Any]:
        """The states in which the same is kept, or was, the last one first."""
        with self._lock:
            return self._alike.get(what, [])[::-1]
