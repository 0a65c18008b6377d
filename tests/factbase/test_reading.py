"""What one view sees, read from what another saw, or from the table before an edit, is what reading it whole gives."""

from __future__ import annotations

import datetime
import random
from pathlib import Path

import pytest

from alignment import KnowledgeBase
from alignment.factbase import differing
from alignment.factbase.reading import Reading
from alignment.factbase.report import View
from alignment.program.model import Evidence

EVIDENCE = (None, Evidence("p", ("from",)), Evidence("p", ("since",)), Evidence("p", ("confidence",)), Evidence("p", ()))


def day(chance: random.Random) -> datetime.date:
    return datetime.date(2024, 1, 1) + datetime.timedelta(chance.randrange(30))


def view(chance: random.Random) -> View:
    """A view on a day or ever, above a confidence or not, without sources or not."""
    sources = frozenset(chance.sample(["s1", "s2", "s3"], chance.choice([0, 0, 1, 2])))
    return View(chance.choice([None, day(chance), day(chance)]), chance.choice([0.0, 0.0, 0.5, 0.7]), sources)


def facts(chance: random.Random, number: int) -> str:
    """Facts of p with whatever a report may say."""
    told = []
    for _ in range(number):
        begin = day(chance)
        said = [f"since {begin}", f"until {begin}", f"during {begin} .. {begin + datetime.timedelta(5)}", "likely", "confidence 0.9"]
        said = [chance.choice(said), *(f"from {one}" for one in chance.sample(["s1", "s2", "s3"], chance.choice([0, 1, 1, 2])))]
        tail = " " + ", ".join(said) if chance.random() < 0.8 else ""
        told.append(f"p(a{chance.randrange(12)}, {chance.randrange(3)}){tail}.")
    return " ".join(told)


def imported(chance: random.Random, folder: Path) -> str:
    """An import of p, and the file that it reads."""
    lines = [f"a{chance.randrange(12)},{chance.randrange(3)},{day(chance)},s{chance.randint(1, 3)},0.{chance.randint(3, 9)}" for _ in range(40)]
    (folder / "p.csv").write_text("X,N,Begin,Who,Conf\n" + "\n".join(lines) + "\n")
    return f'import p(X, N) since Begin from Who confidence Conf from "{folder / "p.csv"}".'


@pytest.mark.parametrize("small", [2000, 0], ids=["looking at all", "by an index"])
@pytest.mark.parametrize("with_import", [False, True], ids=["told", "imported"])
@pytest.mark.parametrize("seed", range(5))
def test_views_from_each_other(
    seed: int, with_import: bool, small: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Random views one after another, facts coming and going between them."""
    monkeypatch.setattr(differing, "SMALL", small)
    chance = random.Random(seed)
    kb = KnowledgeBase()
    kb.add("source s1, reliability a. source s2, reliability c. source s3, reliability f. relation p(x: any, n: number).")
    if with_import:
        kb.add(imported(chance, tmp_path))
    kb.add(facts(chance, 40))
    for _ in range(12):
        before = {evidence: reading(kb, view(chance), evidence) for evidence in EVIDENCE}
        whole = {evidence: one.whole() for evidence, one in before.items()}
        for evidence, one in before.items():
            other = reading(kb, view(chance), evidence)
            found = other.otherwise(one.view, whole[evidence])
            assert found is not None
            assert sorted(found) == sorted(other.whole()), (one.view, other.view)
        rows = sorted(whole[None])
        if rows and chance.random() < 0.6:
            taken = chance.choice(rows)
            kb.remove(f"p({kb._store.dictionary.decode(taken[0])}, {taken[1] >> 2}).")
        kb.add(facts(chance, chance.choice([1, 3])))
        for evidence, one in before.items():
            now = reading(kb, one.view, evidence)
            if now.origin is not None:
                assert sorted(now.after(now.origin.whole())) == sorted(now.whole())


def reading(kb: KnowledgeBase, seen: View, evidence: Evidence | None) -> Reading:
    found = kb.state.facts.reading("p", seen, evidence)
    assert found is not None
    return found


def test_many_differences_are_read_anew() -> None:
    """Views that see little alike are not compared row by row."""
    kb = KnowledgeBase()
    kb.add("source s. " + " ".join(f"p({i}) since 2024-01-01 from s." for i in range(1500)))
    ever, early = View(), View(datetime.date(2023, 1, 1))
    assert reading(kb, early, None).otherwise(ever, reading(kb, ever, None).whole()) is None
