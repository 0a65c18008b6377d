"""Many rows are sorted as columns by NumPy: the same rows, in the same order, as few sorted in Python."""

from __future__ import annotations

import datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alignment import KnowledgeBase
from alignment.factbase.dictionary import Dictionary
from alignment.factbase.relation import Row
from alignment.reasoning import cells
from alignment.reasoning.answers import Answers
from alignment.reasoning.cells import cells_of
from alignment.reasoning.sorting import sorted_columns

VALUES: list[str | int | float | datetime.date] = [
    "Zoo", "apple", "Äpfel", -3, 0, 7, 2**40, 2**70, 0.5, 1.0, 1, datetime.date(2024, 7, 3), datetime.date(1991, 1, 1),
]  # fmt: skip


def known() -> tuple[Dictionary, list[int]]:
    """A dictionary, and codes of all kinds."""
    dictionary = Dictionary()
    return dictionary, [*map(dictionary.value, VALUES), dictionary.value("apple", text=True)]


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 3).flatmap(lambda n: st.lists(st.tuples(*[st.integers(0, 13)] * n), min_size=1, max_size=40)))
def test_numpy_sorts_as_python_does(places: list[tuple[int, ...]]) -> None:
    dictionary, codes = known()
    rows: list[Row] = [tuple(codes[at] for at in row) for row in places]
    columns = [np.array(column, np.int64) for column in zip(*rows, strict=True)]
    slow = cells_of(rows, dictionary)
    fast, at, size = sorted_columns(columns, dictionary)
    assert (fast, at, size) == (slow.codes, slow.columns, slow.size)


def test_rows_too_wide_for_one_number() -> None:
    """Twenty columns of nine constants make more than 2**63 rows."""
    dictionary = Dictionary()
    chance = np.random.default_rng(1)
    codes = np.array([dictionary.symbol(f"c{i}") for i in range(9)])
    columns = [codes[column] for column in chance.integers(0, 9, (20, 300))]
    columns = [np.concatenate((column, column[:50])) for column in columns]
    slow = cells_of(list(zip(*(column.tolist() for column in columns), strict=True)), dictionary)
    assert sorted_columns(columns, dictionary) == (slow.codes, slow.columns, slow.size)


def test_a_large_table_gives_the_same_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    base = KnowledgeBase(engine="duckdb")
    base.add("e(a, 2). e(c, 1). e(b, 10). e(b, 2024-07-03). t(X, Y) :- e(X, _), e(_, Y). z(X) :- e(X, 99).")
    goals = ("t(X, Y)", "t(Y, X), Y != a", "t(X, _)", "z(X)", "t(a, 2)")
    plain = [base.query(goal) for goal in goals]
    monkeypatch.setattr(cells, "MANY", 1)
    assert [base.query(goal) for goal in goals] == plain


def test_answers_are_equal_by_what_they_say() -> None:
    base = KnowledgeBase()
    base.add('v(a). v("a"). v(1).')
    found = base.query("v(X)")
    assert Answers.of(("X",), found.constants) == found
    assert hash(Answers.of(("X",), found.constants)) == hash(found)
    assert found != base.query("v(Y)")
    assert repr(found) == "Answers(columns=('X',), rows=((1,), ('a',), ('a',)), contested=frozenset())"
