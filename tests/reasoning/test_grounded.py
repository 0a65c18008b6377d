"""Ground programs without some of their facts: what holds is what a plain alternating fixpoint says."""

from __future__ import annotations

import random

import pytest

from alignment.language import tree
from alignment.program.model import Rule
from alignment.reasoning.ground import Counted, GroundProgram, GroundRule, Node
from alignment.reasoning.grounded import Grounded

RULE = Rule("?", (), (), tree.Query(()))


def node(number: int) -> Node:
    """One of the nodes."""
    return "p", (number,)


def at_least(least: int, nodes: tuple[Node, ...]) -> Counted:
    """A count that wants so many."""
    return Counted(nodes, lambda held: len(held) >= least)


def program(chance: random.Random, *, layered: bool) -> GroundProgram:
    """A random program; in one that is `layered`, absences and counts look at nodes of lower numbers alone."""
    size = chance.randint(3, 9)
    made = GroundProgram(node(0), facts={node(i) for i in range(size) if chance.random() < 0.4})
    for i in range(size):
        below = range(i) if layered else range(size)
        made.rules[node(i)] = [
            GroundRule(
                node(i), RULE,
                tuple(node(chance.randrange(i + 1 if layered else size)) for _ in range(chance.randint(0, 2))),
                tuple(node(chance.choice(below)) for _ in range(chance.randint(0, 1)) if below),
                (at_least(2, tuple(map(node, below))),) if below and chance.random() < 0.2 else (),
            )
            for _ in range(chance.randint(0, 2))
        ]  # fmt: skip
    return made


def least(made: GroundProgram, gone: set[Node], against: set[Node]) -> set[Node]:
    """What follows where absences and counts are judged by a set, one step after the other."""
    found = made.facts - gone
    rules = [one for some in made.rules.values() for one in some]
    while True:
        more = {
            one.head for one in rules
            if set(one.premises) <= found and not against.intersection(one.absent)
            and all(counted.holds([n for n in counted.nodes if n in against]) for counted in one.counted)
        }  # fmt: skip
        if more <= found:
            return found
        found |= more


def well_founded(made: GroundProgram, gone: set[Node]) -> set[Node]:
    """What holds: the least of the two sets between which the fixpoint swings."""
    low: set[Node] = set()
    while True:
        high = least(made, gone, low)
        following = least(made, gone, high)
        if following == low:
            return low
        low = following


@pytest.mark.parametrize("layered", [True, False])
def test_what_holds_without_some_facts(layered: bool) -> None:
    """And what holds does so by an instance whose premises hold."""
    ordered = 0
    for seed in range(400):
        chance = random.Random(seed)
        made = program(chance, layered=layered)
        if not layered:  # counts that rise with what they see make no alternating fixpoint
            for rules in made.rules.values():
                rules[:] = [one for one in rules if not one.counted]
        grounded = Grounded(made)
        ordered += grounded._ordered
        for _ in range(4):
            gone = {fact for fact in made.facts if chance.random() < 0.5}
            truth = grounded.without(gone)
            assert set(truth) == well_founded(made, gone), seed
            for held, last in truth.items():
                assert held in made.facts - gone if last is None else set(last.premises) <= set(truth)
    assert ordered == 400 if layered else 0 < ordered < 400
