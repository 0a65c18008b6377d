"""What is derived on all days at once is, looked up on one, what is derived on that day: rows, rounds and strengths."""

from __future__ import annotations

import datetime
import random
from collections.abc import Collection, Iterable
from typing import Any

import pytest

from alignment import AlignmentError, KnowledgeBase
from alignment.engines.base import Limits
from alignment.engines.cache import Cache
from alignment.engines.dated.ahead import derive_on_all_days
from alignment.engines.evaluation import Evaluation
from alignment.reasoning.confidences import confidences, known_heads
from tests.dated import DAYS, SOURCES, dated, day
from tests.reasoning.test_defaults_in_time import LAST, bases


def afresh(evaluation: Evaluation) -> Evaluation:
    """The same with nothing known of it."""
    one = evaluation
    return Evaluation(one.program, one.facts, one.dictionary, one.view, one.engine, Cache(), one.today)


def found(evaluation: Evaluation, names: Collection[str]) -> dict[str, object]:
    """The rows of relations with their rounds and strengths."""
    relations = evaluation.relations(names)
    sure = {name: one.of_all(relations[name]) for name, one in confidences(evaluation, names).items()}
    rounds = {name: {row: relation.round(row) for row in relation} for name, relation in relations.items()}
    return {name: (rounds[name], sure[name]) for name in names}


def compare(kb: KnowledgeBase, days: Iterable[datetime.date], least: float = 0.0, without: Iterable[str] = ()) -> int:
    """Hold a base on some days against evaluations of these days; the relations that were looked up."""
    view = kb.view(min_confidence=least, without=list(without))
    derive_on_all_days(view.evaluation(), Limits())
    looked_up = 0
    for one in days:
        on_day = view.view(as_of=one).evaluation()
        fresh, program = afresh(on_day), on_day.program
        names = sorted(program.stratum_of)
        names += sorted({name for stratum in program.strata for name in stratum.reads}.difference(names, ["@now"]))
        looked_up += sum(on_day.lasting(name) is not None for name in names)
        heads = {name: known_heads(on_day, name) for name in names}
        assert found(on_day, names) == found(fresh, names), (one, least, without)
        for name in names:
            for rule, rows in known_heads(fresh, name).items():
                if rule in heads[name]:
                    given, expected = ({row for some in sets for row in some} for sets in (heads[name][rule], rows))
                    assert given == expected, (one, name)
    return looked_up


@pytest.mark.parametrize("seeds", [range(700, 715), range(715, 730)])
def test_random_programs(seeds: range) -> None:
    """Programs that read evidence and the date in view, on days in and around those of their reports."""
    looked_up = 0
    for seed in seeds:
        chance, kb = random.Random(seed), KnowledgeBase()
        try:
            kb.add(dated(seed).text)
        except AlignmentError:
            continue  # an aggregate that needs another's value in its braces
        least = chance.choice([0.0, 0.0, 0.2, 0.6])
        without = chance.sample(sorted(SOURCES), chance.choice([0, 0, 1, 2]))
        looked_up += compare(kb, [day(chance.randint(-2, DAYS + 2)) for _ in range(4)], least, without)
    assert looked_up > 20 * len(seeds)


@pytest.mark.parametrize("seeds", [range(800, 830)])
def test_random_defaults(seeds: range) -> None:
    """Theories of defeasible logic whose facts come and go; what is undecided is left to each day."""
    looked_up = sum(compare(kb, map(day, range(-1, LAST + 2))) for _, kb in bases(seeds))
    assert looked_up > 20 * len(seeds)


@pytest.mark.parametrize("files", ["@facts/astana", "@facts/gulf", "@facts/world"])
def test_bundled_bases(files: str) -> None:
    """On days on which something changes, the day before and the day after."""
    kb, chance = KnowledgeBase(), random.Random(files)
    kb.load(files, "@rules")
    base = kb.evaluation()
    days = sorted({one for name in base.facts.tables for one in base.facts.turning(name, base.view)})
    picked = [one + datetime.timedelta(chance.choice((-1, 0, 1))) for one in chance.sample(days, 4)]
    names = {name for stratum in base.program.strata for name in (*stratum.relations, *stratum.reads)} - {"@now"}
    assert compare(kb, picked) == 4 * len(names)


def test_nothing_is_evaluated_on_a_day(monkeypatch: pytest.MonkeyPatch) -> None:
    """Once a base is warm, a view of any day is looked up; what a fact more touches is evaluated again."""
    kb = KnowledgeBase("memory")
    kb.add("""stance leans(who: any, whom: any). relation met(who: any, whom: any).
        source paper reliability c. source wire reliability a.
        met(a, b) from paper since 2024-02-01 until 2024-03-01. met(b, c) from wire since 2024-02-10.
        leans(X, Y) :- met(X, Y), not met(X, c).""")
    kb.warm_up()
    engine, evaluated = kb.evaluation().engine, list[Collection[str]]()
    evaluate = type(engine).evaluate

    def watched(*given: Any) -> Any:
        evaluated.append(given[4])
        return evaluate(*given)

    monkeypatch.setattr(type(engine), "evaluate", watched)
    assert kb.view(as_of="2024-02-05").rows("leans") == {("a", "b")}
    assert kb.view(as_of="2024-03-05").rows("leans") == set()
    later = kb.view(as_of="2024-02-20").evaluation()
    assert set(confidences(later, ("leans",))["leans"].of_all(later.relation("leans")).values()) == {0.6}
    assert not any("leans" in names for names in evaluated)
    kb.add("met(a, c) since 2024-02-15.")
    assert kb.view(as_of="2024-02-05").rows("leans") == {("a", "b")}
    assert kb.view(as_of="2024-02-20").rows("leans") == set()
    assert any("leans" in names for names in evaluated)


def test_what_cannot_be_told_on_all_days() -> None:
    """A relation that changes daily, and one that is doubted and rests on itself, are left to each day."""
    kb = KnowledgeBase()
    kb.add("""source paper reliability c. met(a, b) from paper since 2024-02-01. met(b, c) from paper.
        age(X, N) :- met(X, _) since D, N = now - D. old(X) :- age(X, N), N > 10.
        reach(X, Y) :- met(X, Y). reach(X, Z) :- reach(X, Y), met(Y, Z).
        plain(X) :- met(X, _), not met(_, X).""")
    derive_on_all_days(kb.evaluation(), Limits())
    view = kb.view(as_of="2024-02-20")
    lasting = {name: view.evaluation().lasting(name) is not None for name in ("age", "old", "reach", "plain", "met")}
    assert lasting == {"age": False, "old": False, "reach": False, "plain": True, "met": True}
    assert view.rows("age") == {("a", 19)}
    assert view.rows("old") == {("a",)}
    assert compare(kb, [datetime.date(2024, 1, 1), datetime.date(2024, 2, 20)]) > 0
