"""Which columns of a recursion draw on the same constants: each such domain has a numbering of its own.

In `reach(X, Z) :- reach(X, Y), edge(Y, Z)` the first column never holds anything but what it began with. From
one node on that is one constant, and a row takes as little room as a node.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import TypeAlias

import numpy as np

from alignment.engines.relational.numbering import Codes, Numbering

Place: TypeAlias = Hashable
"""A column of a relation, or a variable of a rule."""


class Domains:
    """Places, joined where what stands in one may come to stand in the other."""

    def __init__(self) -> None:
        self._parents: dict[Place, Place] = {}
        self._columns: dict[Place, list[Codes]] = {}
        self._numberings: dict[Place, Numbering] = {}

    def join(self, one: Place, other: Place) -> None:
        """Two places are of one domain."""
        first, second = self._root(one), self._root(other)
        if first != second:
            self._parents[second] = first
            self._columns.setdefault(first, []).extend(self._columns.pop(second, []))

    def add(self, place: Place, column: Codes) -> None:
        """What may stand at a place."""
        self._columns.setdefault(self._root(place), []).append(column)

    def add_constant(self, place: Place, code: int) -> None:
        """One constant that may stand at a place."""
        self.add(place, np.array([code], np.int64))

    def numbering(self, place: Place) -> Numbering:
        """The numbering of a place's domain; nothing may be joined or added afterwards."""
        root = self._root(place)
        if root not in self._numberings:
            self._numberings[root] = Numbering(self._columns.get(root, []))
        return self._numberings[root]

    def _root(self, place: Place) -> Place:
        while place in self._parents:
            place = self._parents[place]
        return place
