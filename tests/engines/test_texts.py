"""The SQL of a rule is written once, and anew only where the tables are of another kind than before."""

from __future__ import annotations

import datetime

import pytest

from alignment import KnowledgeBase
from alignment.engines import deriving
from alignment.engines.relational import texts

RULES = """
arms(X, Y) :- supplies(X, Y, G), military(G).
most(X, N) :- country(X), N = #max{ V : sold(X, V) }.
ally(X, Y) :- allied(X, Y). ally(X, Z) :- ally(X, Y), allied(Y, Z), X != Z.
"""
FACTS = """
supplies(a, b, tanks) since 2023-01-01. supplies(b, c, grain). military(tanks). country(a). country(b).
sold(a, 3). sold(b, 4) since 2024-01-01. allied(a, b). allied(b, c) since 2024-01-01. allied(c, d).
"""


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The heads of the rules whose SQL is written."""
    heads: list[str] = []
    write = texts._written

    def spied(tables, rule, delta, *, distinct):
        heads.append(rule.head)
        return write(tables, rule, delta, distinct=distinct)

    monkeypatch.setattr(texts, "_written", spied)
    return heads


def answers(kb: KnowledgeBase) -> list[object]:
    """All that is derived."""
    return [sorted(kb.rows(name), key=repr) for name in ("arms", "most", "ally")]


def test_another_day_is_the_same_sql_over_other_tables(written: list[str]) -> None:
    kb = KnowledgeBase("duckdb")
    kb.add(RULES + FACTS)
    now, then = (kb.view(as_of=datetime.date(year, 6, 1)) for year in (2024, 2023))
    assert answers(now)[0] == [("a", "b")]
    assert {"arms", "most"} <= set(written)
    written.clear()
    assert answers(then)[1:] == [[("a", 3)], [("a", "b"), ("c", "d")]]
    assert not {"arms", "most"} & set(written)


def test_sql_for_whole_numbers_is_not_used_for_others(written: list[str]) -> None:
    """Of numbers the largest is that of the codes; beside a decimal or a name their values are looked up."""
    for more, most in ("", ("a", 3)), ("sold(a, 3.5).", ("a", 3.5)), ("sold(a, 2).", ("a", 3.5)):
        if not more:
            kb = KnowledgeBase("duckdb")
        kb.add(RULES + FACTS if not more else more)
        assert most in kb.rows("most")
    assert written.count("most") >= 2


def test_a_relation_has_a_table_only_when_somebody_asks_for_it(
    written: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What had a table becomes part of its reader's query where nobody asks for it, and the other way round."""
    monkeypatch.setattr(deriving, "TRIED", 0)  # nothing is kept up to date: each day is evaluated anew
    kb = KnowledgeBase("duckdb")
    kb.add("sends(X, Y, G) :- supplies(X, Y, G), country(X). arms(X, Y) :- sends(X, Y, G), military(G)." + FACTS)
    kb.add("supplies(a, c, tanks) since 2024-01-01. supplies(b, c, tanks) since 2025-01-01.")
    for year, asked, sends, arms in (2023, ["sends", "arms"], 2, 1), (2024, ["arms"], 0, 2), (2025, ["sends", "arms"], 4, 3):
        found = kb.view(as_of=datetime.date(year, 6, 1)).evaluation().relations(asked)
        assert len(found["arms"]) == arms
        assert len(found.get("sends", ())) == sends
    assert written.count("arms") == 3
