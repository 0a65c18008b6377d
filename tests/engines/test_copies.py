"""A relation of which each rule copies a table has each row once, without sorting or hashing all of them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from alignment import KnowledgeBase
from alignment.engines.relational import rounds

FACTS = "e(a, b). e(b, a). e(b, c). e(c, c). f(a, b). f(d, d). n(a). n(d). t(a, b, x). t(a, b, y). t(b, c, x)."

RULES = {
    "s(X, Y)": "s(X, Y) :- e(X, Y). s(X, Y) :- e(Y, X). s(X, Y) :- f(X, Y).",
    "s(X, X)": "s(X, X) :- n(X). s(X, Y) :- f(Y, X).",
    "s(a, X)": "s(a, X) :- n(X). s(X, Y) :- f(X, Y). s(X, c) :- e(X, c).",
    "s(X)": "s(X) :- e(X, X). s(X) :- n(X).",
}
"""Rules that copy whole rows, and overlap."""

OTHERS = ("s(X, Y) :- t(X, Y, _). s(X, Y) :- f(X, Y).", "s(X) :- e(X, _). s(X) :- n(X).")
"""Rules that may give a row twice."""


def asked(engine: str, rules: str) -> list[tuple[object, ...]]:
    base = KnowledgeBase(engine=engine)
    base.add(f"{FACTS} {rules}")
    return sorted(base.rows("s"), key=str)


def watched(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The numbers of copies that were put together."""
    made: list[int] = []
    each_once = rounds._each_once

    def noted(texts: Sequence[str], arity: int) -> str:
        made.append(len(texts))
        return each_once(texts, arity)

    monkeypatch.setattr(rounds, "_each_once", noted)
    return made


@pytest.mark.parametrize("rules", RULES.values(), ids=RULES)
def test_copies_have_each_row_once(monkeypatch: pytest.MonkeyPatch, rules: str) -> None:
    made = watched(monkeypatch)
    base = KnowledgeBase(engine="duckdb")
    base.add(f"{FACTS} {rules}")
    found = base.evaluation().relation("s")
    assert len(found) == len(set(found))
    assert made == [rules.count(":-")]
    assert asked("duckdb", rules) == asked("memory", rules)


@pytest.mark.parametrize("rules", OTHERS)
def test_rules_that_may_repeat_a_row_are_no_copies(monkeypatch: pytest.MonkeyPatch, rules: str) -> None:
    made = watched(monkeypatch)
    assert asked("duckdb", rules) == asked("memory", rules)
    assert not made


def test_an_imported_table_may_have_a_row_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is read where it stands, by one reader; so are rows that several sources report."""
    made = watched(monkeypatch)
    (tmp_path / "g.csv").write_text("A,B\na,b\na,b\nb,c\n")
    base = KnowledgeBase(engine="duckdb")
    (tmp_path / "w.facts").write_text('import g(A, B) from "g.csv".\nf(a, b).\ns(X, Y) :- g(X, Y).\ns(X, Y) :- f(X, Y).\n')
    base.load(tmp_path / "w.facts")
    found = base.evaluation().relation("s")
    assert len(found) == len(set(found)) == 2
    assert not made
