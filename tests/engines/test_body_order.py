"""The order in which a rule's premises are written does not matter to how long it takes."""

from __future__ import annotations

import time

import pytest

from alignment import KnowledgeBase

MANY = 2000
FACTS = "".join(f"sends(c{i}, d{i}, g{i % 50}). agent(d{i}, e{i}). buys(e{i}, f{i}, h{i % 50}). " for i in range(MANY))
GOOD = "trades(X, Z) :- sends(X, Y, _), agent(Y, W), buys(W, Z, _)."
BAD = {
    "ends-first": "trades(X, Z) :- sends(X, Y, _), buys(W, Z, _), agent(Y, W).",
    "equal-last": "trades(X, Z) :- sends(X, Y, _), buys(W, Z, _), agent(V, U), V = Y, U = W.",
}
"""From left to right, `sends` and `buys` give 4,000,000 pairs, where 2,000 rows are enough."""


def seconds(engine: str, rule: str) -> tuple[float, int]:
    """Processor time of the rule over the facts, the least of three, and how many rows it gave."""
    taken, rows = [], 0
    for _ in range(3):
        base = KnowledgeBase(engine, time_limit=60)
        base.add(FACTS + rule)
        began = time.process_time()
        rows = len(base.evaluation().relation("trades"))
        taken.append(time.process_time() - began)
    return min(taken), rows


@pytest.mark.parametrize("engine", ["memory", "pydatalog", "duckdb"])
@pytest.mark.parametrize("written", BAD.values(), ids=BAD)
def test_a_bad_order_of_premises_is_not_slow(engine: str, written: str) -> None:
    """A body that would be a cross product from left to right takes at most three times as long as the best order."""
    good, rows = seconds(engine, GOOD)
    bad, same = seconds(engine, written)
    assert rows == same == MANY
    assert bad < 3 * good + 0.05


APART = {
    "one": ("p(X) :- sends(X, _, _), agent(V, W), buys(T, U, _).", MANY),
    "chain": ("p(X) :- agent(V, W), sends(X, _, _), buys(W, T, _), V != T.", MANY),
    "none": ("p(X) :- sends(X, _, _), agent(V, W), agent(W, V), buys(_, T, _), T != V.", 0),
    "fixed": ("p(a) :- sends(V, _, _), agent(W, _), buys(T, _, _).", 1),
    "denied": ("p(X) :- sends(X, Y, _), not buys(Y, _, _), agent(V, W), not agent(W, V), buys(T, _, h3), T != e7.", MANY),
    "counted": ("p(X) :- sends(X, _, _), agent(V, _), N = #count{ G : sends(V, _, G) }, N > 1.", 0),
    "recursive": ("p(c0). p(X) :- sends(X, _, _), p(Y), Y != c1, agent(V, _), V != d1.", MANY),
}
"""Premises that share no variable with the head ask whether something is there: not with what, nor how often."""


@pytest.mark.parametrize("engine", ["memory", "duckdb"])
@pytest.mark.parametrize(("rule", "expected"), APART.values(), ids=APART)
def test_premises_apart_from_the_head_are_looked_for_once(engine: str, rule: str, expected: int) -> None:
    """They are not multiplied with the others: 8,000,000,000 rows where 2,000 are enough."""
    base = KnowledgeBase(engine, time_limit=20)
    base.add(FACTS + rule)
    began = time.process_time()
    assert len(base.evaluation().relation("p")) == expected
    assert time.process_time() - began < 2
