"""The order of a join: the way on which the fewest rows are expected, and not from the smallest relation to the next."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from alignment import KnowledgeBase
from alignment.engines.bodyplan import Scan, plan
from alignment.program.model import Rule


@dataclass(frozen=True)
class Told:
    """The rows of each relation, and the different values in each of its columns."""

    relations: dict[str, tuple[int, tuple[int, ...]]]

    def rows(self, relation: str) -> int:
        return self.relations[relation][0]

    def distinct(self, relation: str, column: int) -> int:
        return self.relations[relation][1][column]


NAMES = ("relation criticises(a: any, b: any). relation member(a: any, b: any). relation pact(a: any). "
         "relation opposes(a: any, b: any). relation a(a: any, b: any). relation b(a: any, b: any). ")  # fmt: skip


def rule(text: str) -> Rule:
    kb = KnowledgeBase()
    kb.add(NAMES + text)
    program = kb.evaluation().program
    return next(one for stratum in program.strata for one in stratum.rules)


def order(text: str, told: Told) -> list[str]:
    """The relations that are scanned, in their order."""
    return [step.literal.relation for step in plan(rule(text), None, told).steps if isinstance(step, Scan)]


PACT = "bound(X, Y) :- criticises(X, Y), member(X, G), pact(G), member(Z, G), opposes(Z, Y), X != Z."
FEW_SIDES = {
    "criticises": (300, (150, 2)), "member": (800, (200, 60)), "pact": (6, (6,)), "opposes": (50, (40, 2)),
}  # fmt: skip


def test_the_join_goes_where_few_rows_follow() -> None:
    """Each of 50 opponents has 150 critics of the same side, and few of them a pact."""
    assert order(PACT, Told(FEW_SIDES))[:2] == ["opposes", "member"]


def test_with_many_sides_the_critics_come_first() -> None:
    """Where each side has one opponent and one critic, these are the shortest way."""
    many = {**FEW_SIDES, "criticises": (300, (150, 300)), "opposes": (50, (40, 50)), "pact": (60, (60,))}
    assert order(PACT, Told(many))[:2] == ["opposes", "criticises"]


@pytest.mark.parametrize(("least", "first"), [(3, "a"), (3000, "b")])
def test_two_literals_begin_with_the_smaller_one(least: int, first: str) -> None:
    told = Told({"a": (least, (least, least)), "b": (500, (500, 500))})
    assert order("p(X, Z) :- b(X, Y), a(Y, Z).", told)[0] == first
