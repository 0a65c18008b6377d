"""How a goal is evaluated can be asked for, and asking changes no answer."""

from __future__ import annotations

import pytest

from alignment import KnowledgeBase
from alignment.engines import evaluation

EDGES = "".join(f"edge({i}, {i + 1}). " for i in range(9))


def plan(engine: str, text: str, goal: str) -> dict[str, tuple[str, int | None, int]]:
    """How each relation was evaluated, its rows and its rounds."""
    kb = KnowledgeBase(engine)
    kb.add(text)
    found = kb.explain_plan(goal).plan
    assert found.answers == len(kb.query(goal))
    return {name: (one.how, one.rows, one.rounds) for one in found.strata for name in one.relations}


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ("p(X, Y) :- edge(X, Y), X != 3.", ("one SQL query", 8, 1)),
        ("p(X, Y) :- edge(X, Y). p(X, Z) :- p(X, Y), edge(Y, Z).", ("frontier in NumPy", 45, 9)),
        ("p(X, Y) :- edge(X, Y). p(X, Z) :- p(X, Y), p(Y, Z).", ("closure in NumPy", 45, 5)),
        ("p(X, Y) :- edge(X, Y). p(X, W) :- p(X, Y), p(Y, Z), edge(Z, W).", ("SQL round by round", 25, 4)),
        ("p(7, 7). p(X, Y) :- edge(X, Y).", ("SQL round by round", 10, 1)),
    ],
)
def test_each_stratum_says_how_it_was_evaluated(rules: str, expected: tuple[str, int, int]) -> None:
    """The operator is chosen from the rules; rows and rounds are those that came out."""
    assert plan("duckdb", EDGES + rules, "p(X, Y)")["p"] == expected


def test_the_slow_engine_tells_rows_and_rounds_too() -> None:
    """The same rounds as the fast one."""
    rules = "p(X, Y) :- edge(X, Y). p(X, Z) :- p(X, Y), p(Y, Z)."
    assert plan("pydatalog", EDGES + rules, "p(X, Y)")["p"][1:] == (45, 5)


def test_a_relation_that_only_filters_is_part_of_its_reader() -> None:
    """It has no rows of its own to tell."""
    found = plan("duckdb", EDGES + "f(3). q(X, Y) :- edge(X, Y), X != 1. p(X) :- q(X, Y), f(Y).", "p(X)")
    assert found["q"] == ("part of the query that reads it", None, 0)


def test_what_is_only_counted_is_part_of_its_reader_too() -> None:
    """The elements of a count are no table; a path that reaches a node twice is counted once."""
    kb = KnowledgeBase("duckdb")
    kb.add("edge(a, b). edge(a, c). edge(b, d). edge(c, d). n(X, N) :- edge(X, _), N = #count{ Z : edge(X, Y), edge(Y, Z) }.")
    (elements, *_) = kb.explain_plan("n(X, N)").plan.strata
    assert elements.how == "part of the query that reads it"
    assert kb.rows("n") == {("a", 1), ("b", 0), ("c", 0)}


def test_join_plans_name_relations() -> None:
    """Joins, tests and negation have their signs; tables are shown as the relations that they hold."""
    kb = KnowledgeBase("duckdb")
    kb.add(EDGES + "f(3). g(4). p(X, Z) :- edge(X, Y), edge(Y, Z), f(X), not g(Y).")
    (first, _) = kb.explain_plan("p(X, Z)").plan.strata
    (join,) = first.joins
    assert join.count("edge") == 2
    assert "⋈" in join
    assert "▷ g" in join or "g ◁" in join or "not" in join


def test_the_demand_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """A goal with a known argument says whether only its part was derived."""
    rules = EDGES + "p(X, Y) :- edge(X, Y). p(X, Z) :- p(X, Y), edge(Y, Z)."
    kb = KnowledgeBase("duckdb")
    kb.add(rules)
    assert "facts read are 9" in kb.explain_plan("p(7, X)").plan.demand
    monkeypatch.setattr(evaluation, "LARGE", 0)
    assert kb.explain_plan("p(7, X)").plan.demand.startswith("magic sets")
    assert plan("duckdb", rules, "p(7, X)")["p^bf"][1] == 2
    assert "no recursion" in kb.explain_plan("p(X, Y)").plan.demand
    assert "p^bf" in str(kb.explain_plan("p(7, X)"))


def test_auto_says_why_it_chose() -> None:
    """The engine's sentence stands at the top."""
    kb = KnowledgeBase()
    kb.add(EDGES)
    assert str(kb.explain_plan("edge(X, 3)")).startswith("engine: memory, because 9 rows are read")


def test_what_is_kept_is_not_taken_for_the_plan() -> None:
    """A plan is that of a base in which nothing was derived yet."""
    kb = KnowledgeBase("duckdb")
    kb.add(EDGES + "p(X) :- edge(X, _).")
    kb.query("p(X)")
    assert [one.relations for one in kb.explain_plan("p(X)").plan.strata] == [("p",), ("?",)]
