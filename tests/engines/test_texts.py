"""The SQL of a rule is written once, and anew only where the tables are of another kind than before."""

from __future__ import annotations

import datetime

import pytest

from alignment import KnowledgeBase
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


def test_a_relation_gets_a_table_when_somebody_asks_for_it(written: list[str]) -> None:
    """What was part of its reader's query has a table in the next evaluation, and the reader reads that."""
    kb = KnowledgeBase("duckdb")
    kb.add("sends(X, Y, G) :- supplies(X, Y, G), country(X). arms(X, Y) :- sends(X, Y, G), military(G)." + FACTS)
    assert kb.rows("arms") == {("a", "b")}
    kb.add("country(c). supplies(c, a, tanks). military(grain).")
    evaluation = kb.evaluation()
    found = evaluation.relations(["sends", "arms"])
    assert len(found["sends"]) == 3
    assert len(found["arms"]) == 3
    assert {"arms"} <= set(written)
