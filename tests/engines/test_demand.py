"""What is derived for a goal alone is what the whole would give, and much less of it."""

from __future__ import annotations

import random

import pytest

from alignment import AlignmentError, KnowledgeBase
from alignment.engines import evaluation
from alignment.engines.maintenance import maintain
from tests.generators import program


@pytest.fixture(autouse=True)
def always(monkeypatch: pytest.MonkeyPatch) -> None:
    """However small the base, goals are narrowed."""
    monkeypatch.setattr(evaluation, "LARGE", 0)


@pytest.mark.parametrize(("engine", "seeds"), [("memory", range(200)), ("duckdb", range(300, 310))])
def test_random_goals(engine: str, seeds: range) -> None:
    """Goals with a constant in each place, on random programs: the rows of the whole that agree."""
    asked = 0
    for seed in seeds:
        text = program(seed).text
        whole = KnowledgeBase("memory")
        try:
            whole.add(text)
        except AlignmentError:
            continue
        chance = random.Random(seed)
        for name in sorted(whole.state.program.stratum_of):
            predicate = name.removeprefix("-")
            relation = whole.schema.relations.get(predicate)
            if relation is None or not relation.arity:
                continue
            rows = whole.rows(name)
            place = chance.randrange(relation.arity)
            value = chance.choice(sorted({row[place] for row in rows}, key=str) or ["a"])
            args = [f"X{i}" if i != place else str(value) for i in range(relation.arity)]
            fresh = KnowledgeBase(engine)
            fresh.add(text)
            found = fresh.query(f"{name}({', '.join(args)})")
            expected = {tuple(cell for i, cell in enumerate(row) if i != place) for row in rows if repr(row[place]) == repr(value)}
            assert {tuple(row) for row in found.rows} == expected, (name, args, text)
            asked += 1
    assert asked > 20


@pytest.mark.parametrize("engine", ["memory", "duckdb"])
@pytest.mark.parametrize(
    "rules",
    [
        "r(X, Y) :- e(X, Y). r(X, Z) :- e(X, Y), r(Y, Z).",
        "r(X, Y) :- e(X, Y). r(X, Z) :- r(X, Y), e(Y, Z).",
        "r(X, Y) :- e(X, Y). r(X, Z) :- r(X, Y), r(Y, Z).",
        "r(X, Y) :- e(X, Y). r(X, Z) :- e(X, Y), r(Y, Z). e(X, Y) :- f(X, Y), not g(X).",
    ],
)
def test_a_part_of_a_closure(engine: str, rules: str) -> None:
    """From one node of two long chains only its own chain is followed."""
    kb = KnowledgeBase(engine)
    kb.add("".join(f"e({i}, {i + 1}). e(x{i}, x{i + 1})." for i in range(1, 60)) + "f(60, 61). g(5)." + rules)
    assert len(kb.query("r(50, X)")) == (11 if "f(X" in rules else 10)
    assert len(kb.query("r(X, Y), X = 58, Y != 59")) == (2 if "f(X" in rules else 1)
    assert kb.holds("r(1, 60)")
    assert not kb.holds("r(1, x60)")
    assert len(kb.query("not r(3, 2), r(57, Y)")) == (4 if "f(X" in rules else 3)


def test_reports_of_a_derived_relation_count() -> None:
    """What is reported of a relation is demanded like what is derived, evidence and views included."""
    kb = KnowledgeBase()
    kb.add("r(c, d) since 2024-01-01. e(a, b). e(b, c). r(X, Y) :- e(X, Y). r(X, Z) :- r(X, Y), r(Y, Z).")
    assert [row["X"] for row in kb.query("r(a, X)")] == ["b", "c", "d"]
    assert [row["X"] for row in kb.view(as_of="2023-01-01").query("r(a, X)")] == ["b", "c"]


def test_another_question_begins_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """All hangs on what is asked for: what the last question found is not kept up to date for this one."""
    kept: list[str] = []
    result = maintain.Maintenance.result

    def spied(self: maintain.Maintenance) -> object:
        if self.changes or self.own:
            kept.extend(self.stratum.relations)
        return result(self)

    monkeypatch.setattr(maintain.Maintenance, "result", spied)
    monkeypatch.setattr(maintain, "ANEW_IN_MEMORY", 0)  # as in a large stratum
    kb = KnowledgeBase("memory")
    kb.add("".join(f"e({i}, {i + 1})." for i in range(50)) + "p(X, Y) :- e(X, Y). p(X, Z) :- p(X, Y), e(Y, Z).")
    assert [len(kb.query(f"p({start}, X)")) for start in (40, 45, 48)] == [10, 5, 2]
    assert not kept
    kb.add("e(50, 51).")
    assert len(kb.query("p(48, X)")) == 3
    assert kept
