"""Who only asks what leads back to itself: the same answers, and no row is kept that nobody reads."""

from __future__ import annotations

import random

import numpy as np
import pytest

from alignment import KnowledgeBase
from alignment.engines.relational import frontier, seen, stepwise
from alignment.engines.relational.numbering import Numbering
from alignment.engines.relational.plan import read_for_loops
from alignment.language import tree
from alignment.program.model import Aggregation, Negative, Positive, Rule, Stratum, Var

CLOSURES = {
    "linear": "p(X, Y) :- e(X, Y). p(X, Z) :- p(X, Y), e(Y, Z).",
    "backward": "p(X, Y) :- e(X, Y). p(X, Z) :- e(X, Y), p(Y, Z).",
    "doubling": "p(X, Y) :- e(X, Y). p(X, Z) :- p(X, Y), p(Y, Z).",
    "reported": "p(1, 2). p(3, 3). p(1, 1). p(X, Z) :- p(X, Y), e(Y, Z).",
    "with tests": "p(X, Y) :- e(X, Y). p(X, Z) :- p(X, Y), e(Y, Z), X != 3, not shut(Z).",
    "both ways": "p(X, Y) :- e(X, Y). q(X, Y) :- p(Y, X). p(X, Z) :- q(X, Y), e(Y, Z).",
}
READERS = (
    "c(X) :- p(X, X).",
    "c(X) :- n(X), not p(X, X).",
    "c(X, Y) :- e(X, Y), p(X, X), not p(Y, Y).",
    "c(X) :- p(X, X). d(X) :- e(X, Y), p(Y, Y), not c(X).",
)


def facts(chance: random.Random) -> str:
    """A few edges, often in circles."""
    nodes = chance.randint(2, 9)
    edges = {(chance.randrange(nodes), chance.randrange(nodes)) for _ in range(chance.randint(1, 14))}
    text = "".join(f"e({one}, {other}). " for one, other in sorted(edges)) + f"shut({chance.randrange(nodes)}). "
    return text + "".join(f"n({node}). " for node in range(nodes))


@pytest.mark.parametrize("kept", ["table", "runs"])
@pytest.mark.parametrize("closure", CLOSURES)
def test_the_same_answers(closure: str, kept: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if kept == "runs":
        monkeypatch.setattr(seen, "LARGEST_TABLE", 0)
    asked = []
    loops = frontier._Pairs.loops
    monkeypatch.setattr(frontier._Pairs, "loops", lambda self: asked.append(self) or loops(self))
    for seed in range(25):
        chance = random.Random(f"{closure} {seed}")
        text = facts(chance) + CLOSURES[closure] + chance.choice(READERS)
        goal = chance.choice(["d(X)"] if " d(X)" in text else ["c(X, Y)"] if "c(X, Y)" in text else ["c(X)", "p(X, X)"])
        fast, slow = KnowledgeBase("duckdb"), KnowledgeBase("pydatalog")
        for kb in (fast, slow):
            kb.add(text)
        assert fast.query(goal) == slow.query(goal), text
        assert fast.query("p(X, Y)") == slow.query("p(X, Y)"), text
        for row in slow.query("p(X, Y)").rows:
            atom = f"p({row[0]}, {row[1]})"
            assert str(fast.why(atom)) == str(slow.why(atom)), text
    assert asked


def test_what_nobody_reads_is_not_put_in_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    """And whoever asks for it later gets all of it."""
    kb, again = KnowledgeBase("duckdb"), KnowledgeBase("duckdb")
    for one in (kb, again):
        one.add("".join(f"e({i}, {i + 1}). " for i in range(30)) + "e(7, 5). c(X) :- p(X, X). " + CLOSURES["linear"])
    assert "only the rows that lead back are kept" in str(again.explain_plan("c(X)"))
    held: list[int] = []
    hold = stepwise.ComputedRelation
    monkeypatch.setattr(stepwise, "ComputedRelation", lambda *given: held.append(len(given[-1])) or hold(*given))
    assert kb.query("c(X)").rows == ((5,), (6,), (7,))
    assert held == [3]
    assert len(kb.query("p(X, Y)")) == 30 * 31 // 2 + 6  # 5, 6 and 7 lead back, too
    assert "only the rows" not in str(kb.explain_plan("p(X, Y)"))


@pytest.mark.parametrize(("possible", "foretold"), [(seen.Table(9), 0), (seen.Runs(lambda _: None), 28 * 3)])
def test_what_they_take_of_memory(possible: seen.Seen, foretold: int) -> None:
    """Sorted runs are put in columns whole."""
    numbering = Numbering([np.arange(3)])
    pairs = frontier._Pairs((numbering, numbering), 0, possible)
    possible.add(np.array([0, 1, 4]), 2)
    assert pairs.bytes_of_codes(loops=True) == foretold
    assert pairs.bytes_of_codes(loops=False) == 28 * 3
    (first, second), rounds = pairs.loops()
    assert (first.tolist(), second.tolist(), rounds.tolist()) == ([0, 1], [0, 1], [2, 2])


X, Y = Var("x"), Var("y")


def stratum(rules: list[tuple[str, tuple[Var, ...], list[object]]], *, recursive: bool = False) -> Stratum:
    """Rules of a stratum."""
    made = tuple(Rule(head, args, tuple(body), tree.Query(())) for head, args, body in rules)  # type: ignore[arg-type]
    return Stratum(tuple(dict.fromkeys(rule.head for rule in made)), made, recursive)


@pytest.mark.parametrize(
    ("premises", "asked", "found"),
    [
        ([Positive("p", (X, X))], (), {"p"}),
        ([Positive("n", (X,)), Negative("p", (X, X))], (), {"p"}),
        ([Positive("p", (X, X))], ("p",), set()),
        ([Positive("p", (X, Y)), Positive("e", (Y, X))], (), set()),
        ([Positive("p", (X, X)), Positive("p", (X, Y)), Positive("n", (Y,))], (), set()),
        ([Positive("n", (X,)), Aggregation("count", Y, "p", (X,))], (), set()),
    ],
)
def test_which_relations_are_read_so(premises: list[object], asked: tuple[str, ...], found: set[str]) -> None:
    closure = stratum([("p", (X, Y), [Positive("p", (X, Y)), Positive("e", (X, Y))])], recursive=True)
    assert read_for_loops([closure, stratum([("c", (X,), premises)])], asked) == found
    assert not read_for_loops([closure], ())
