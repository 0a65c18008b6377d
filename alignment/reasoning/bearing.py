"""Which reported facts bear on an atom, and in which direction: for it or against it.

Backward from the atom through the rules: what a premise rests on speaks for it; against it speaks what makes
hold what a rule excludes, and a report of the contrary. What another label rests on that `exclusive` names beside it
does not: a reason to lean is no evidence against support. Steps that rest on what holds count for nearer than steps
that only could be taken; a fact that speaks for the atom and against it is taken for what it is nearest to.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal as OneOf
from typing import TypeAlias

from alignment.engines.base import Limits
from alignment.engines.evaluation import Evaluation
from alignment.program.contraries import standing_against
from alignment.program.model import Const, Positive
from alignment.reasoning.expansion import Expander
from alignment.reasoning.ground import Node
from alignment.reasoning.premises import Pattern, known_of

DEEPEST = 10
"""Rules followed one below the other."""

MOST_OPEN = 2
"""Rules among them that cannot be applied as things are."""

MOST_VISITS = 20_000
"""Atoms looked at for one hypothesis."""

Direction: TypeAlias = OneOf["consistent", "inconsistent", "neutral"]
Distance: TypeAlias = tuple[int, int]
"""The rules between a fact and the atom: those that cannot be applied as things are, and all of them."""

Visit: TypeAlias = tuple[str, Pattern, int, bool]
"""An atom to look at, the direction, and whether only what makes it hold now counts."""


class BearingReader:
    """Looks for the facts that bear on one atom after another; what atoms rest on is worked out once."""

    def __init__(self, evaluation: Evaluation, limits: Limits) -> None:
        self._expander, self._limits = Expander.of(evaluation), limits

    def bearing(self, root: Node) -> dict[Node, Direction]:
        """The facts in view that bear on an atom. What kind of thing something else is, is no evidence."""
        found = _Bearing(self._expander, self._limits).run(root)
        named = set(root[1])
        return {
            fact: _direction(near)
            for fact, near in found.items()
            if len(fact[1]) != 1 or named.intersection(fact[1])
        }


def _direction(near: Mapping[int, Distance]) -> Direction:
    farthest = (MOST_OPEN + 1, DEEPEST + 1)
    speaks_for, against = near.get(1, farthest), near.get(-1, farthest)
    if speaks_for == against:
        return "neutral"
    return "consistent" if speaks_for < against else "inconsistent"


class _Bearing:
    """The search for one atom, the nearest atoms first: those that wait are kept by how far away they are."""

    def __init__(self, expander: Expander, limits: Limits) -> None:
        self.expander, self.limits = expander, limits
        self.found: dict[Node, dict[int, Distance]] = {}
        self.waiting: dict[Distance, list[Visit]] = {
            (open_, all_): [] for open_ in range(MOST_OPEN + 1) for all_ in range(DEEPEST + 1)
        }
        self.listed: dict[Visit, Distance] = {}

    def run(self, root: Node) -> dict[Node, dict[int, Distance]]:
        """For each fact how near it is to the root, by direction: 1 for it, -1 against it."""
        name, row = root
        self.look((name, row, 1, False), (0, 0))
        for contrary in self.expander.evaluation.contraries(name):
            for literal in standing_against(tuple(map(Const, row)), contrary) or ():
                if isinstance(literal, Positive) and contrary.origin is None:
                    self.look((literal.relation, known_of(literal), -1, False), (0, 0))
                elif isinstance(literal, Positive):
                    self.note(self.expander.reported(literal.relation, known_of(literal)), -1, (0, 0))
        visited: set[Visit] = set()
        for distance, visits in self.waiting.items():  # what is found is farther away than what led to it
            for visit in visits:
                if visit not in visited and len(visited) < MOST_VISITS:
                    self.limits.check()
                    visited.add(visit)
                    self.visit(visit, distance)
        return self.found

    def look(self, visit: Visit, distance: Distance) -> None:
        """Put an atom on the list, unless it is there from as near."""
        listed = self.listed.get(visit)
        if (listed is None or distance < listed) and distance in self.waiting:
            self.listed[visit] = distance
            self.waiting[distance].append(visit)

    def visit(self, visit: Visit, distance: Distance) -> None:
        """Note the reports of an atom and of its contrary, and go on to what its rules ask for."""
        name, pattern, sign, holding = visit
        reported, denied = self.expander.reports(name, pattern)
        self.note(reported, sign, distance)
        self.note(denied, -sign, distance)
        open_, all_ = distance
        if all_ == DEEPEST:
            return
        looked = self.expander.looked(name, pattern, self.limits, near=open_ == MOST_OPEN)
        for below, known, direction, applies, near, only_holding in looked:
            if applies or not holding:
                further = (open_ + (not near), all_ + 1)
                self.look((below, known, sign * direction, holding or only_holding), further)

    def note(self, facts: Iterable[Node], sign: int, distance: Distance) -> None:
        """Note facts that speak for the root or against it."""
        for fact in facts:
            self.found.setdefault(fact, {}).setdefault(sign, distance)
