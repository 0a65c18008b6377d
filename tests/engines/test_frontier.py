"""Recursion taken out of SQL gives the same rows in the same rounds, and is taken out where it can be."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest

from alignment import KnowledgeBase
from alignment.engines.relational import bits, chasing, duckdb_tables, frontier, reached, seen
from alignment.engines.relational.links import Link
from alignment.engines.relational.steps import recognised

RULES = {
    "right": "p(X, Y) :- e(X, Y). p(X, Z) :- p(X, Y), e(Y, Z).",
    "left": "p(X, Y) :- e(X, Y). p(X, Z) :- e(X, Y), p(Y, Z).",
    "double": "p(X, Y) :- e(X, Y). p(X, Z) :- p(X, Y), p(Y, Z).",
    "double, reported": "p(X, Z) :- p(Y, Z), p(X, Y).",
    "symmetric": "p(X, Y) :- e(X, Y). p(Y, X) :- p(X, Y).",
    "reached": "p(X) :- f(X). p(Y) :- p(X), e(X, Y).",
    "from one": "p(1, Y) :- e(1, Y). p(X, Z) :- p(X, Y), e(Y, Z).",
    "from one, both ways": "p(X, X) :- f(X), e(X, 2). p(X, Z) :- p(X, Y), e(Y, Z). p(X, Z) :- p(X, Y), w(Z, _, Y), not f(Z).",
    "from loops": "p(X, X) :- e(X, X). p(X, Z) :- p(X, Y), e(Y, Z).",
    "from some twice": "p(X, X) :- f(X). p(X, Z) :- p(X, Y), e(Y, Z).",
    "turned": "p(Y, X) :- e(X, Y). p(X, Z) :- p(X, Y), e(Z, Y).",
    "filtered": "p(X, Y) :- e(X, Y). p(X, Z) :- p(X, Y), e(Y, Z), not f(Z), X != Z, e(X, _), Y != 3.",
    "constants": "p(1, Y) :- e(1, Y). p(7, Z) :- p(1, Y), e(Y, Z).",
    "head constant": "p(X, Y) :- e(X, Y). p(99, Z) :- p(_, Y), e(Y, Z).",
    "mutual": "p(X, Y) :- e(X, Y). p(X, Z) :- q(X, Y), e(Y, Z). q(Y, X) :- p(X, Y), not f(X).",
    "both reported": "p(X, Y) :- e(X, Y). p(X, Z) :- p(X, Y), e(Y, Z).",
    "constants compared": "p(X, Y) :- e(X, Y). p(X, Z) :- p(X, Y), e(Y, Z), 2 != 3.",
    "wide premise": "p(X, Y) :- e(X, Y). p(X, Z) :- p(X, Y), w(Y, _, Z).",
    "same generation": "p(X, Y) :- e(Z, X), e(Z, Y). p(X, Y) :- e(A, X), p(A, B), e(B, Y).",
    "two ways": "p(X, Y) :- e(X, Y). p(X, Z) :- p(X, Y), e(Y, Z), X != Z. p(X, Z) :- p(X, Y), w(Y, _, Z), not e(X, Z).",
    "left, filtered": "p(X, Y) :- e(X, Y). p(X, Z) :- p(Y, Z), e(X, Y), not f(X), not f(Z), e(Z, X).",
    "of what it carries": "p(X, Y) :- e(X, Y). p(X, Z) :- p(X, Y), e(Y, Z), f(X).",
    "three steps": "p(X, Y) :- e(X, Y). p(X, W) :- p(X, Y), e(Y, Z), e(Z, W), W != Y.",
    "two recursive": "p(X, Y) :- e(X, Y). p(X, W) :- p(X, Y), e(Y, Z), p(Z, W).",
    "into one": "p(X, Y) :- e(X, Y). p(Y, Y) :- p(X, Y), e(Y, X).",
    "arithmetic": "p(X, Y) :- e(X, Y). p(X, Z) :- p(X, Y), e(Y, Z), Z < 8.",
}
OUT_OF_SQL = set(RULES) - {"two recursive", "arithmetic", "constants compared"}


@pytest.fixture(autouse=True, params=[duckdb_tables.FEW, 0], ids=["in memory", "by queries"])
def _how_premises_are_read(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(duckdb_tables, "FEW", request.param)


def facts(name: str, chance: random.Random, nodes: int = 12, edges: int = 22) -> str:
    """A random graph, and what else a program reads."""
    relation = "p" if name == "double, reported" else "e"
    pairs = [(chance.randrange(nodes), chance.randrange(nodes)) for _ in range(edges)]
    text = "".join(f"{relation}({a}, {b})." for a, b in pairs) + "".join(f"f({i})." for i in range(0, nodes, 4))
    if name == "both reported":
        text += "".join(f"p({a}, {b + 1})." for a, b in pairs[:5])
    if "w(" in RULES[name]:
        text += "".join(f"w({a}, {i % 3}, {b})." for i, (a, b) in enumerate(pairs))
    return text + "e(0, 1)."


def rounds(engine: str, text: str) -> dict[tuple[object, ...], int]:
    """The rows of p with their rounds."""
    kb = KnowledgeBase(engine)
    kb.add(text)
    evaluation = kb.evaluation()
    relation = evaluation.relation("p")
    return {tuple(map(evaluation.dictionary.decode, row)): relation.round(row) for row in relation}


@pytest.mark.parametrize("name", RULES)
@pytest.mark.parametrize("how", ["table", "runs", "growing", "growing bits", "bits", "sometimes bits", "within reach"])
def test_rows_and_rounds(name: str, how: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """All ways to remember what was seen, and rounds on bits, give what the other engine gives."""
    if how == "runs":
        monkeypatch.setattr(seen, "LARGEST_TABLE", 0)
    if "growing" in how:
        monkeypatch.setattr(seen, "SMALL_TABLE", 0)
        monkeypatch.setattr(seen, "SPARSE", 9)
    if "bits" in how:
        monkeypatch.setattr(bits, "PAYS", 9 if how == "sometimes bits" else 10**9)
    if how == "within reach":
        monkeypatch.setattr(reached, "MANY", 0)
        monkeypatch.setattr(reached, "SHARE", 0)
    chance = random.Random(name)
    for _ in range(6):
        text = facts(name, chance) + RULES[name]
        assert rounds("duckdb", text) == rounds("memory", text), text


def test_links_out_of_reach_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """From one of many separate pairs of constants, one link is followed; from all of them, all are."""
    kept: list[int] = []

    def spied(reads, start):
        found = reached.within_reach(reads, start)
        kept.extend(len(known) for read in found for _, _, (known, _) in read.joins)
        return found

    monkeypatch.setattr(frontier, "within_reach", spied)
    pairs = "".join(f"e({i}, {i + 1})." for i in range(0, 3 * reached.MANY, 3))
    for start, links in ("p(3, Y) :- e(3, Y).", 1), ("p(X, Y) :- e(X, Y).", reached.MANY), ("p(0, 3) :- e(0, 1).", 2):
        kb = KnowledgeBase("duckdb")
        kb.add(pairs + start + "p(X, Z) :- p(X, Y), e(Y, Z).")
        assert kb.rows("p")
        assert kept.pop() == links


@pytest.mark.parametrize("name", RULES)
def test_what_is_taken_out_of_sql(name: str) -> None:
    """The kinds of recursion that go in steps are recognised, the others are left to SQL."""
    kb = KnowledgeBase()
    kb.add(facts(name, random.Random(1)) + RULES[name])
    strata = [stratum for stratum in kb.state.program.strata if stratum.recursive]
    assert all((recognised(stratum) is not None) == (name in OUT_OF_SQL) for stratum in strata)


def test_rounds_that_find_much_go_on_bits(monkeypatch: pytest.MonkeyPatch) -> None:
    """In a dense graph they do, in a chain of as many nodes they do not."""
    gone: list[int] = []
    run = bits.BitRounds.run
    monkeypatch.setattr(bits.BitRounds, "run", lambda *given: gone.append(1) or run(*given))
    chance = random.Random(3)
    kb = KnowledgeBase("duckdb")
    kb.add("".join(f"e({i}, {i + 1})." for i in range(300)) + RULES["right"])
    kb.query("p(X, X)")
    assert not gone
    kb.add("".join(f"e({chance.randrange(300)}, {chance.randrange(300)})." for _ in range(900)))
    assert kb.query("p(X, X)")
    assert gone


def test_a_long_chain_is_not_slow() -> None:
    """600 rounds take no longer than a few hundred statements would."""
    kb = KnowledgeBase("duckdb", time_limit=10)
    kb.add("".join(f"e({i}, {i + 1})." for i in range(600)) + RULES["right"])
    assert len(kb.rows("p")) == 600 * 601 // 2


def test_more_rounds_than_a_table_can_tell_apart() -> None:
    """A chain too long for the table of rounds goes through SQL, with the same answers."""
    kb = KnowledgeBase("duckdb")
    kb.add("".join(f"e({i}, {i + 1})." for i in range(40)) + RULES["reached"] + "f(0).")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(frontier, "MOST_ROUNDS", 10)
        assert len(kb.rows("p")) == 41


@pytest.mark.parametrize("largest", [9, 2**40, 2**61])
def test_the_pairs_of_a_link_stand_by_their_sources(largest: int) -> None:
    """Also where a pair is too large for one whole number."""
    chance = np.random.default_rng(3)
    known, new = chance.integers(0, 50, 300), chance.integers(0, largest, 300)
    link = Link(known, new, 50)
    assert (np.diff(link.sources) >= 0).all()
    assert sorted(zip(link.sources, link.targets, strict=True)) == sorted(zip(known, new, strict=True))
    assert not len(Link(known[:0], new[:0], 50).targets)


SIDES = {
    "chain": "".join(f"e({i}, {i + 1})." for i in range(40)),
    "ring": "".join(f"e({i}, {(i + 1) % 30})." for i in range(30)),
    "rings and chains": "".join(f"e({i}, {i + 7 if i < 30 else i % 7})." for i in range(34)) + "e(50, 50).",
    "ways meet": "".join(f"e({i}, {i + 1})." for i in range(30)) + "e(61, 60). e(60, 12).",
    "ways part": "".join(f"e({i}, {i + 1})." for i in range(30)) + "e(12, 60). e(60, 61).",
}


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("name", ["right", "left", "double", "both reported", "of what it carries"])
def test_chains_and_rings_are_chased(side: str, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no two ways meet or part and nothing is tested, with the rounds of the other engine."""
    taken: list[bool] = []
    chased = frontier.chased

    def noted(*args: Any) -> bool:
        taken.append(chased(*args))
        return taken[-1]

    monkeypatch.setattr(frontier, "chased", noted)
    more = "f(0). f(3). " + ("p(3, 9). p(9, 3). p(0, 33). p(70, 4). " if name == "both reported" else "")
    text = SIDES[side] + more + RULES[name]
    assert rounds("duckdb", text) == rounds("memory", text)
    assert taken == ([] if "ways" in side or name == "of what it carries" else [True])


def test_a_chase_with_too_many_rounds_goes_on_in_sql(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chasing, "MOST_ROUNDS", 20)
    text = SIDES["chain"] + RULES["right"]
    assert rounds("duckdb", text) == rounds("memory", text)
