"""What is derived for a goal alone is what the whole would give, and much less of it."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence

import pytest

from alignment import AlignmentError, KnowledgeBase
from alignment.engines import evaluation
from alignment.engines.maintenance import maintain
from alignment.engines.relational import frontier
from alignment.engines.relational.moves import Read
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


LINKS = {
    "one way": "r(X, Y) :- e(X, Y). r(X, Z) :- e(X, Y), r(Y, Z), X != Z.",
    "on and on": "r(X, Y) :- e(X, Y). r(X, Z) :- r(X, Y), e(Y, Z), Z != X.",
    "twice itself": "r(X, Y) :- e(X, Y). r(X, Z) :- X != Z, r(X, Y), r(Y, Z).",
    "either way": "r(X, Y) :- e(X, Y). r(X, Y) :- r(Y, X). r(X, Z) :- r(X, Y), r(Y, Z), X != Z.",
    "other beginning": "r(X, Y) :- f(X, Y). r(X, Z) :- e(X, Y), r(Y, Z).",
    "two beginnings": "r(X, Y) :- e(X, Y). r(X, Y) :- e(Y, X). r(X, Z) :- e(X, Y), r(Y, Z).",
    "some on the way": "r(X, Y) :- e(X, Y), X != Y. r(X, Z) :- e(X, Y), not g(Y), r(Y, Z). r(X, Z) :- f(X, Y), r(Y, Z).",
    "from the other side": "r(X, Y) :- f(X, Y). r(X, Z) :- r(X, Y), e(Y, Z), not g(Y).",
    "both move": "r(X, Y) :- e(X, Y). r(X, Z) :- e(X, Y), r(Y, W), e(W, Z).",
    "one to another": "r(X, Y) :- f(X, Y). r(X, Z) :- e(X, Y), g(Y), s(Y, Z). s(X, Z) :- e(X, Y), r(Y, Z). s(X, Y) :- e(X, Y).",
}
"""What leads from one to another, in the forms in which people write it."""


@pytest.mark.parametrize(("engine", "times"), [("memory", 3), ("duckdb", 1)])
@pytest.mark.parametrize("form", LINKS)
@pytest.mark.parametrize("reported", ["", "r(1, 7). r(7, 7)."])
def test_links_are_followed_from_one_side(engine: str, times: int, form: str, reported: str) -> None:
    """Whichever arguments are known, the rows are those of the whole: loops, circles and reported rows included."""
    chance = random.Random(form)
    for _ in range(times):
        pairs = [(name, chance.randrange(8), chance.randrange(8)) for name in "eeeeeeeff" for _ in range(2)]
        text = "".join(f"{name}({x}, {y})." for name, x, y in pairs) + "g(2). g(3). g(5)." + reported + LINKS[form]
        whole = KnowledgeBase("memory")
        whole.add(text)
        rows = whole.rows("r")
        kb = KnowledgeBase(engine)
        kb.add(text)
        for one in range(0, 8, 2 if times > 1 else 4):
            assert {tuple(row) for row in kb.query(f"r({one}, X)").rows} == {(y,) for x, y in rows if x == one}, text
            assert {tuple(row) for row in kb.query(f"r(X, {one})").rows} == {(x,) for x, y in rows if y == one}, text
            assert kb.holds(f"r({one}, 7)") == ((one, 7) in rows), text
            found = {tuple(row) for row in kb.query(f"r({one}, X), r(X, Y), r(2, Y)").rows}
            assert found == {(x, y) for a, x in rows for b, y in rows if a == one and b == x and (2, y) in rows}, text


ONE_SIDED = {"some on the way": "r(0, X)", "other beginning": "r(0, X)", "two beginnings": "r(0, X)", "from the other side": "r(X, 99)"}
"""Forms that lead on from one side alone, and a goal that asks from there."""


@pytest.mark.parametrize(
    ("form", "goal"),
    [
        *ONE_SIDED.items(),
        *((form, "r(0, 99)") for form in ONE_SIDED),
        *((form, goal) for form in ("one way", "on and on", "twice itself", "either way") for goal in ("r(0, X)", "r(X, 99)", "r(0, 99)")),
    ],
)
def test_no_more_is_derived_than_is_reached(form: str, goal: str) -> None:
    """In a circle of a hundred everybody reaches everybody, ten thousand pairs: a few hundred rows answer for one."""
    kb = KnowledgeBase("memory")
    kb.add("".join(f"e({i}, {(i + 1) % 100})." for i in range(100)) + "f(0, 0). f(1, 1). g(x)." + LINKS[form])
    strata = kb.explain_plan(goal).plan.strata
    assert sum(stratum.rows or 0 for stratum in strata) < 1000, str(kb.explain_plan(goal))


def test_links_lead_where_there_are_few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of two premises that lead on from a row the frontier follows that with fewer ways on; the other one tests."""
    widest = 0

    def spied(reads: Sequence[Read], start: object) -> Sequence[Read]:
        nonlocal widest
        for read in reads:
            for _, _, (known, _) in read.joins:
                widest = max(widest, max(Counter(known.tolist()).values()))
        return reads

    monkeypatch.setattr(frontier, "within_reach", spied)
    kb = KnowledgeBase("duckdb")
    kb.add(
        "".join(f"e({i}, {i + 1}). asked({i}, 60)." for i in range(60))
        + "r(X, Y) :- asked(X, Y), e(X, Y). r(X, Z) :- asked(X, Z), e(X, Y), r(Y, Z)."
    )
    assert len(kb.rows("r")) == 60
    assert widest == 1


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
