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
