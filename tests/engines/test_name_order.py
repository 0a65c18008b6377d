"""Names in an order: such as carry their letters in their codes, longer ones, and texts, which are of another kind."""

from __future__ import annotations

import pytest

from alignment import KnowledgeBase

NAMES = ["B", "a", "ab", "abcdefg", "abcdefgh", "abcdefh", "b", "longer_name", "z9"]


@pytest.mark.parametrize("engine", ["memory", "duckdb", "pydatalog"])
def test_short_and_longer_names_are_in_the_order_of_their_letters(engine: str) -> None:
    kb = KnowledgeBase(engine)
    kb.add("relation n(x: any). before(X, Y) :- n(X), n(Y), X < Y. n(\"text\"). n(7).")
    for name in NAMES:
        kb.add(f"n('{name}').")
    wanted = {(one, other) for one in NAMES for other in NAMES if one < other}
    assert set(kb.query("before(X, Y)").rows) == wanted


@pytest.mark.parametrize("engine", ["memory", "duckdb"])
@pytest.mark.parametrize("test", ["X =< e", "e >= X", "X < 5", "X < zz"])
def test_a_premise_apart_may_compare_with_a_short_name(engine: str, test: str) -> None:
    """Longer names are in the table of letters, and the constant is not."""
    kb = KnowledgeBase(engine)
    kb.add(f"n(2). m(4). p(a). p(e). q(a_longer_name). met :- n(_), {test}, p(X), m(_).")
    assert kb.holds("met") == (test != "X < 5")
