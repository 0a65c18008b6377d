"""Relations that are kept up to date are those of a base made anew: after random edits, in random views."""

from __future__ import annotations

from collections import Counter

import pytest

from alignment import KnowledgeBase
from tests.engines.edits import difference, sequence

CIRCLE = "e0(a). normally r1: q0(X) :- e0(X), not e2(X, X). normally r2: q0(X) :- q0(X). exclusive -p2(X, Y), q0(X)."

CONTRARIES = """
e1(a). e2(b, a).
r3: p2(Y, Y) :- -p1(Y), -p1(a).
normally r5: -p1(Z) :- p2(Z, a), e0(X), not e0(X).
r6: -p1(Y) :- e2(X, Z), -p0(Y), not e2(Z, Y).
normally 0.4 r8: -p0(Y) :- e1(Y), not e0(c).
"""

COUNTING = "s(a). e(a, b). e(b, c). d(X, 5) :- s(X). d(Y, N + 1) :- e(X, Y), d(X, N), N < 9."

RELATIONS = """
relation e0(x: any). relation e1(x: any). relation e2(x: any, y: any). relation s(x: any).
relation p0(x: any). relation p1(x: any). relation p2(x: any, y: any).
"""


@pytest.mark.parametrize("engine", ["memory", "duckdb"])
@pytest.mark.parametrize(
    ("rules", "gone"),
    [(CIRCLE, "e0(a)."), (CONTRARIES, "e1(a)."), (COUNTING, "s(a)."), (COUNTING, "e(a, b).")],
    ids=["circle", "contraries", "counting", "counting-step"],
)
def test_variables_of_made_rules_stay_apart(engine: str, rules: str, gone: str) -> None:
    """What falls falls, whatever the names of the variables that calculating heads and defaults brought in."""
    base = KnowledgeBase(engine)
    base.add(RELATIONS + rules)
    names = sorted(base.evaluation().program.stratum_of)
    base.evaluation().relations(names)
    base.remove(gone)
    assert difference(base.evaluation(), names) == []


@pytest.mark.parametrize("engine", ["memory", "duckdb"])
def test_what_comes_holds_up_nothing_that_falls_with_it(engine: str) -> None:
    """A row whose only derivation left goes through itself falls, also where a step of that circle is new."""
    base = KnowledgeBase(engine)
    base.add("r(X, Y) :- c(X, Y). r(X, Y) :- s(X, Y). s(X, Y) :- p(X, Z), r(Z, Y). c(a, k). c(d, k). p(d, a).")
    assert base.rows("s") == {("d", "k")}
    base.remove("c(d, k). p(d, a).")
    base.add("p(d, d).")
    assert base.rows("s") == set()
    assert base.rows("r") == {("a", "k")}


TRADE = """
sends(X, Y, G) :- supplies(A, B, G), acts(A, X), acts(B, Y).
takes(X, Y, G) :- buys(A, B, G), acts(A, X), acts(B, Y).
tied(X, Y) :- sends(X, Y, G), takes(X, Y, G), military(G).
acts(k, x). acts(l, y). acts(m, x). acts(n, y). acts(o, u).
supplies(k, l, g). supplies(k, n, g). buys(m, n, g). military(g). military(h).
"""


@pytest.mark.parametrize("engine", ["memory", "duckdb"])
def test_relations_without_tables_keep_their_own_variables(engine: str) -> None:
    """Two relations of which DuckDB makes no table, read by one rule, are written into it side by side."""
    base = KnowledgeBase(engine)
    base.add(TRADE)
    assert base.holds("tied(x, y)")
    base.add("supplies(m, n, h). buys(k, l, h). acts(k, z). acts(m, z).")
    assert base.holds("tied(z, y)")
    assert difference(base.evaluation(), ["tied"]) == []


@pytest.mark.parametrize(
    ("engine", "first", "number"), [("memory", 0, 80), ("memory", 80, 80), ("duckdb", 500, 5)]
)
def test_random_edit_sequences(engine: str, first: int, number: int) -> None:
    """Facts come and go in random programs, and views change; rows and rounds are those of a base made anew."""
    outcomes = [sequence(seed, engine, steps=6) for seed in range(first, first + number)]
    wrong = [one.difference for one in outcomes if one.difference]
    assert not wrong, "\n\n".join(wrong[:3])
    counts = sum((one.counts for one in outcomes), start=Counter[str]())
    assert counts["maintained"] > 2 * counts["too far"] > 0 < counts["given up"]
    assert counts["recursive"] > number
