"""The answers of a goal: columns, rows, their order and types."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alignment import AlignmentError, KnowledgeBase
from alignment.language.printer import format_node
from tests.reasoning.brute import rows_of, solve

TEXT = """
e(a, b). e(a, c). e(b, c). e(c, c). n(a, 3). n(b, 1). n(c, 10). -e(c, a). f(a). on(2024-07-03). on(2023-12-31).
"""


@pytest.fixture(scope="module")
def kb() -> KnowledgeBase:
    base = KnowledgeBase()
    base.add(TEXT)
    return base


def test_columns_are_the_variables_in_order_of_appearance(kb: KnowledgeBase) -> None:
    assert kb.query("n(Z, N), e(A, Z)").columns == ("Z", "N", "A")
    assert kb.query("e(X, X)").columns == ("X",)
    assert kb.query("e(X, _), e(_Hidden, X)").columns == ("X",)
    assert kb.query("N = #count{ Y : e(X, Y) }, f(X)").columns == ("N", "X")
    assert kb.query("M = N + 1, n(X, N)").columns == ("M", "N", "X")


def test_rows_are_sorted_by_value_and_distinct_after_projection(kb: KnowledgeBase) -> None:
    assert kb.query("e(_, Y)").rows == (("b",), ("c",))
    assert kb.query("n(_, N)").rows == ((1,), (3,), (10,))
    assert kb.query("e(X, Y), X != Y").rows == (("a", "b"), ("a", "c"), ("b", "c"))
    assert kb.query("e(X, Y), n(Y, N), e(_, X)").rows == (("b", "c", 10), ("c", "c", 10))
    assert kb.query("on(D)").rows == ((datetime.date(2023, 12, 31),), (datetime.date(2024, 7, 3),))


def test_constants_of_different_kinds_are_different_answers_numbers_then_dates_then_names() -> None:
    base = KnowledgeBase()
    base.add('v(one). v("one"). v(1). v(1.0). v(2024-01-01). v("Zoo"). v(apple). v(0.5). v(-3). v(\'B c\').')
    found = base.query("v(X)")
    written = ["-3", "0.5", "1.0", "1", "2024-01-01", "apple", "'B c'", "one", '"one"', '"Zoo"']
    assert [format_node(row[0]) for row in found.constants] == written
    kinds = [int, float, float, int, datetime.date, str, str, str, str, str]
    assert [type(row[0]) for row in found.rows] == kinds
    assert base.query("v(1)").rows == base.query("v(1.0)").rows == ((),)
    assert base.query("v(X), X =:= 1").rows == ((1.0,), (1,))
    assert base.query("v(X), X = 1").rows == ((1,),)
    assert base.query('v(X), X = "one"').constants != base.query("v(X), X = one").constants


def test_a_goal_without_variables_is_yes_or_no(kb: KnowledgeBase) -> None:
    yes, no = kb.query("e(a, b), not e(b, a)"), kb.query("e(b, a)")
    assert (yes.columns, yes.rows, bool(yes), len(yes), list(yes)) == ((), ((),), True, 1, [{}])
    assert (no.columns, no.rows, bool(no), len(no), list(no)) == ((), (), False, 0, [])
    assert kb.holds("e(_, c)")
    assert not kb.holds("e(_, a)")


def test_an_empty_answer_keeps_its_columns(kb: KnowledgeBase) -> None:
    found = kb.query("e(X, Y), n(X, 99)")
    assert (found.columns, found.rows, bool(found)) == (("X", "Y"), (), False)


def test_iterating_gives_a_dict_a_row(kb: KnowledgeBase) -> None:
    assert list(kb.query("n(X, N), N < 5")) == [{"X": "a", "N": 3}, {"X": "b", "N": 1}]


def test_goals_negate_compare_and_aggregate(kb: KnowledgeBase) -> None:
    assert kb.query("n(X, _), not e(_, X)").rows == (("a",),)
    assert kb.query("-e(X, Y)").rows == (("c", "a"),)
    assert kb.query("not -e(a, c)").rows == ((),)
    assert kb.query("n(X, N), N > 1, N * 2 < 10").rows == (("a", 3),)
    assert kb.query("n(X, _), N = #count{ Y : e(X, Y) }").rows == (("a", 2), ("b", 1), ("c", 1))
    assert kb.query("N = #sum{ V, X : n(X, V) }").rows == ((14,),)
    assert kb.query("N = #min{ V : n(_, V), V > 99 }").rows == ()
    assert kb.query("#count{ X : n(X, _) } > 2").rows == ((),)
    assert kb.query("X in [c, a, z, c]").rows == (("a",), ("c",), ("z",))
    assert kb.query("on(D), D > 2024-01-01, E = D + 30").rows == ((datetime.date(2024, 7, 3), datetime.date(2024, 8, 2)),)


def test_a_view_changes_the_answers_and_not_the_base() -> None:
    base = KnowledgeBase()
    base.add("source s. p(a) since 2024-01-01. p(b) until 2024-01-01. p(c) likely. p(d) from s. q(X) :- p(X).")
    seen = {
        "before": base.view(as_of="2023-12-31").rows("q"),
        "after": base.view(as_of="2024-01-01").rows("q"),
        "ever": base.view(as_of="ever").rows("q"),
        "sure": base.view(as_of="ever", min_confidence=0.7).rows("q"),
        "without": base.view(as_of="ever", without=["s"]).rows("q"),
    }
    names = {view: "".join(sorted(row[0] for row in rows)) for view, rows in seen.items()}
    assert names == {"before": "bcd", "after": "acd", "ever": "abcd", "sure": "abd", "without": "abc"}


@pytest.mark.parametrize(
    ("goal", "code"),
    [("nope(X)", "unknown-relation"), ("e(X)", "arity"), ("not e(X, b)", "unsafe"), ("X > 1", "unsafe"), ("e(X,", "syntax")],
)
def test_a_goal_that_cannot_be_answered_is_a_problem(kb: KnowledgeBase, goal: str, code: str) -> None:
    with pytest.raises(AlignmentError) as caught:
        kb.query(goal)
    assert code in {problem.code for problem in caught.value.problems}


PARTS = ["e(X, Y)", "e(Y, Z)", "n(X, N)", "n(Z, M)", "f(X)", "e(_, X)", "-e(Y, X)", "n(Y, N)"]
FILTERS = ["X != Y", "not e(Y, X)", "N < 5", "not -e(X, Y)", "M = N", "K = N + 1", "X in [a, b]", "Y = b", "C = #count{ W : e(X, W) }"]


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.lists(st.sampled_from(PARTS), min_size=1, max_size=3), st.lists(st.sampled_from(FILTERS), max_size=2))
def test_answers_are_what_trying_everything_finds(kb: KnowledgeBase, parts: list[str], filters: list[str]) -> None:
    goal = ", ".join([*parts, *filters])
    try:
        found = kb.query(goal)
    except AlignmentError as error:
        assert {problem.code for problem in error.problems} <= {"unsafe"}
        return
    (query,) = parsed(goal)
    expected = {tuple(env[name] for name in found.columns) for env in solve(waiting_last(query.body), {}, rows_of(kb))}
    assert set(found.constants) == expected
    assert len(found.constants) == len(expected)


def parsed(goal: str) -> list:
    from alignment.language.parser import parse
    from alignment.source import SourceText

    return list(parse(SourceText("goal", f"?- {goal}."))[0].statements)


def waiting_last(body: tuple) -> list:
    from tests.reasoning.proofcheck import waits

    return sorted(body, key=waits)
