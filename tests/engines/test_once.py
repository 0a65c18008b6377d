"""Rows that nobody looks up, since they are found once: the rows and rounds are those of the other engine."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest

from alignment import KnowledgeBase
from alignment.engines.relational import frontier, once, seen
from alignment.engines.relational.links import Link
from alignment.engines.relational.moves import Move
from alignment.language import tree
from alignment.program.model import Rule, Var

RULES = {
    "right": "p(X, Y) :- f(X, Y). p(X, Z) :- p(X, Y), e(Y, Z).",
    "left": "p(X, Y) :- f(X, Y). p(X, Z) :- e(X, Y), p(Y, Z).",
    "filtered": "p(X, Y) :- f(X, Y). p(X, Z) :- p(X, Y), e(Y, Z), X != Z, not g(Z).",
    "two links": "p(X, Y) :- f(X, Y). p(X, Z) :- p(X, Y), e(Y, Z). p(X, Z) :- p(X, Y), w(Y, Z).",
    "reported": "p(0, 1). p(3, 2). p(X, Y) :- f(X, Y). p(X, Z) :- p(X, Y), e(Y, Z).",
    "symmetric": "p(X, Y) :- f(X, Y). p(X, Z) :- p(X, Y), e(Y, Z). p(Y, X) :- p(X, Y).",
    "mutual": "p(X, Y) :- f(X, Y). p(X, Z) :- q(X, Y), e(Y, Z). q(X, Z) :- p(X, Y), e(Y, Z).",
    "across": "p(X, Y) :- f(X, Y). p(Y, Z) :- p(X, Y), e(Y, Z).",
}
KINDS = {"right", "left", "filtered", "two links", "reported"}
"""Those whose rows carry one constant along."""

RING = "e(0, 1). e(1, 2). e(2, 0). e(2, 3). e(3, 4). f(0, 1). w(1, 4). g(9)."


def facts(chance: random.Random) -> str:
    """A ring that leads back to what it began with, and a graph in which most have one link that leads to them."""
    text = RING
    for node in range(5, 40):
        text += f"e({chance.randrange(node)}, {node})."
    for _ in range(3):
        text += f"e({chance.randrange(40)}, {chance.randrange(40)})."
    for _ in range(6):
        text += f"f({chance.randrange(40)}, {chance.randrange(40)}). w({chance.randrange(40)}, {chance.randrange(40)})."
    return text


@pytest.mark.parametrize("name", RULES)
@pytest.mark.parametrize("how", ["runs", "growing"])
def test_rows_and_rounds(name: str, how: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """No row is there twice, and each has the round of the other engine."""
    monkeypatch.setattr(once, "SHARE", 10**9)
    monkeypatch.setattr(seen, "LARGEST_TABLE" if how == "runs" else "SMALL_TABLE", 0)
    monkeypatch.setattr(seen, "SPARSE", 12)
    results: list[Any] = []
    told: list[bool] = []

    def run(*given: Any) -> Any:
        results.append(ran(*given))
        return results[-1]

    def found_once(*given: Any) -> Any:
        which = asked(*given)
        told.append(which is not None and bool(which.any()))
        return which

    ran, asked = frontier.run, once.found_once
    monkeypatch.setattr(frontier, "run", run)
    monkeypatch.setattr(frontier, "found_once", found_once)
    chance = random.Random(name)
    for _ in range(8):
        text = facts(chance) + RULES[name]
        rounds = {}
        for engine in ("duckdb", "memory"):
            kb = KnowledgeBase(engine)
            kb.add(text)
            evaluation = kb.evaluation()
            relation = evaluation.relation("p")
            rounds[engine] = {tuple(map(evaluation.dictionary.decode, row)): relation.round(row) for row in relation}
        assert rounds["duckdb"] == rounds["memory"], text
        columns, _ = results.pop().rows["p"]
        assert len(columns[0]) == len(rounds["memory"]), text
    assert any(told) == (name in KINDS)


@pytest.mark.parametrize("share", [2, 3])
def test_it_pays_where_enough_links_lead_to_such_rows(share: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Here two of five links do: those to 1 and 2. Two lead to 0, and with 3 a row begins."""
    monkeypatch.setattr(once, "SHARE", share)
    link = Link(np.array([0, 1, 2, 3, 1]), np.array([1, 2, 0, 0, 3]), 5)
    rule = Rule("p", (Var("x"), Var("z")), (), tree.Query(()))
    move = Move(rule, "p", "p", ("x", "y"), ("x", "z"), links=[("y", "z", link)], after=[[]])
    which = once.found_once([move], 1, 5, [np.array([3, 3])])
    assert (None if which is None else which.tolist()) == (None if share == 2 else [False, True, True, False, False])
