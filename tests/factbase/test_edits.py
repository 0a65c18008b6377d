"""A fact more or less: what is checked and kept is what a base made anew would have."""

from __future__ import annotations

import datetime
import random
from contextlib import suppress
from pathlib import Path

import pytest

from alignment import AlignmentError, KnowledgeBase
from alignment.checks import added
from alignment.content import State
from alignment.factbase import layered
from alignment.factbase.relation import Row
from alignment.factbase.report import View
from alignment.factbase.unread import UnreadRelation

BASE = """
type country, good.
country a "Alpha". country b. country c. good oil. good gas.
relation sells(x: country, y: country, g: good). relation likes(x: country, y: country).
event meets(x: country, y: country). relation rare(x: country). relation size(x: country, n: number).
source one "One", reliability b. source two "Two", 2024-01-01.
sells(a, b, oil). sells(b, c, gas). sells(a, c, oil). sells(c, a, gas). sells(b, a, oil).
likes(a, b) from one. likes(b, a) since 2024-01-01. meets(a, b) on 2024-02-01.
friend(X, Y) :- likes(X, Y), not -likes(X, Y). odd(X) :- rare(X), strange(X, _). strange(X, Y) :- meets(X, Y).
"""
NAMES = ("a", "b", "c")
VIEWS = (View(), View(datetime.date(2024, 3, 1)), View(None, 0.7), View(None, 0.0, frozenset({"one"})))


def fact(chance: random.Random) -> str:
    """A fact, now and then wrong, of a relation that is known or not."""
    x, y = chance.choice(NAMES), chance.choice(NAMES)
    atoms = [f"sells({x}, {y}, oil)", f"likes({x}, {y})", f"meets({x}, {y})", f"-likes({x}, {y})", f"size({x}, 3)"]
    atoms += [f"rare({x})", f"strange({x}, {y})", f"friend({x}, {y})", f"fresh({x})", f"-fresh({y})", f"country({x})"]
    atoms += [f"sells({x}, oil, {y})", f"likes({x})", f"size({x}, big)", f"fresh({x}, {y})", f"likes({x}, nobody)"]
    tails = ["", "", "", " from one", " from two, likely", " since 2024-05-01", " until 2024-02-01", " confidence 0.6"]
    tails += [" from nobody", " since 2024-05-01, until 2024-01-01", " on 2024-01-05", " confidence 7"]
    good = chance.random() < 0.8
    return chance.choice(atoms[:11] if good else atoms) + chance.choice(tails[:8] if good else tails) + "."


def told(state: State) -> tuple[object, ...]:
    """What is known of a state, but for how it is kept."""
    tables = {}
    for name, table in state.facts.tables.items():
        rows = {row for view in VIEWS for row in seen(state, name, view)}
        reports = {row: [(one, one.span) for one in state.facts.reports(name, row)] for row in rows}
        views = [seen(state, name, view) for view in VIEWS]
        if views[0] or table.taken_back:
            tables[name] = (len(table), views, reports)
    checked = state.checked
    return (tables, list(checked.facts), checked.warnings, checked.reported, checked.schema, list(checked.schema.relations))


def seen(state: State, name: str, view: View) -> list[Row]:
    """The rows of a relation that a view sees."""
    reading = state.facts.reading(name, view)
    return sorted(reading.whole()) if reading else []


@pytest.mark.parametrize("few", [1000, 2], ids=["layers", "layers that are merged"])
@pytest.mark.parametrize("seed", range(25))
def test_random_edits(seed: int, few: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Facts come and go, right and wrong ones; problems, warnings, rows and reports are those of a base made anew."""
    monkeypatch.setattr("alignment.factbase.layered.FEW", few)
    monkeypatch.setattr("alignment.factbase.table.FEW", few)
    chance = random.Random(seed)
    kb = KnowledgeBase()
    kb.add(BASE)
    store = kb._store
    given: list[str] = []
    for _ in range(25):
        before = store.state
        if given and chance.random() < 0.3:
            with suppress(AlignmentError):  # it may be gone already
                kb.remove(chance.choice(given).split(")")[0] + ").")
        elif chance.random() < 0.1:
            kb.undo()
            assert told(store.state) == told(store.built(store.state))
            continue
        else:
            texts = [fact(chance) for _ in range(chance.choice([1, 1, 2, 6]))]
            with pytest.MonkeyPatch.context() as patched:
                patched.setattr("alignment.content.facts_alone", lambda _: None)
                whole = outcome(kb, "\n".join(texts))
                store.state = before
            assert outcome(kb, "\n".join(texts)) == whole, texts
            given += texts if whole is None else []
        assert told(store.state) == told(store.built(store.state))


def outcome(kb: KnowledgeBase, text: str) -> object:
    """The problems of adding a text, None if it was added."""
    try:
        kb.add(text)
    except AlignmentError as error:
        return error.problems
    return None


def test_facts_are_not_checked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """A fact more is checked alone: its cost does not grow with the base."""
    kb = KnowledgeBase()
    kb.add(BASE)
    seen: list[int] = []
    looked = added.check_types
    monkeypatch.setattr(added, "OF_FACTS", (lambda context: seen.append(len(context.base.facts)) or looked(context),))
    kb.add("sells(c, b, gas).")
    assert seen == [1]
    assert kb.holds("sells(c, b, gas)")


def test_layers_are_merged() -> None:
    """A mapping with many changes becomes one of its own; the one below stays as it was."""
    below = dict.fromkeys(range(20), "old")
    one: object = below
    for i in range(10, 2000):
        one = layered.changed(one, {i: "new"}, [i - 5])  # type: ignore[arg-type]
    assert not isinstance(one, layered.Layered) or one.below is not below
    assert sorted(one) == [0, 1, 2, 3, 4, *range(1995, 2000)]  # type: ignore[call-overload]
    assert below == dict.fromkeys(range(20), "old")


def test_a_fact_more_copies_no_imported_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows of an import that are read where they stand stay there when a fact comes and goes beside them."""
    monkeypatch.setattr("alignment.engines.maintenance.maintain.ANEW", 0)  # as in a large base
    (tmp_path / "e.tsv").write_text("A\tB\n" + "".join(f"n{i}\tn{i + 1}\n" for i in range(40)) + "n0\tn1\n")
    kb = KnowledgeBase("duckdb")
    kb.add(f'import e(A, B) from "{tmp_path}/e.tsv". p(X) :- e(X, Y), X != Y.')
    assert len(kb.rows("p")) == 40
    read = kb.evaluation().reported("e")
    assert isinstance(read, UnreadRelation)
    kb.add("e(m, n0).")
    assert len(kb.rows("p")) == 41
    kb.remove("e(m, n0).")
    kb.add("e(n0, n1).")
    assert len(kb.rows("p")) == 40
    assert read.part([0], None) is not None, "a table was made"
