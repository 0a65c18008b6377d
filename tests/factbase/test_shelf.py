"""Derived relations kept on disk save work and change nothing: not the answers, not the rounds, whatever becomes of the files."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from alignment import AlignmentError, KnowledgeBase
from alignment.commands.evidence import evidence
from alignment.engines import auto
from alignment.factbase.shelf.shelf import Shelf
from alignment.reasoning.confidences import confidences
from tests.generators import program

FACTS = """
type node. node a. node b. node c. node d.
source wire "Wire", reliability b.
edge(a, b). edge(b, c) since 2024-01-01 until 2030-01-01. edge(c, d) since 2025-06-01 from wire.
"""
RULES = """
reach(X, Y) :- edge(X, Y).
reach(X, Z) :- reach(X, Y), edge(Y, Z).
far(X, Y, "very far") :- reach(X, Y), not edge(X, Y).
weight(X, W) :- reach(X, Y), W = 0.5 * 3.
recent(X) :- edge(X, _) since D, D >= now - 100000.
"""
ALL = ("reach", "far", "weight", "recent")


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything is worth keeping."""
    monkeypatch.setattr("alignment.engines.keeping.WORTH_KEEPING", 0.0)


@pytest.fixture(params=[20_000, -1], ids=["packed", "table"])
def many(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    """Relations as small ones are kept, and as large ones."""
    monkeypatch.setattr("alignment.factbase.shelf.shelf.MANY", request.param)
    return int(request.param)


@pytest.fixture
def base(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A base on disk, with rules beside it."""
    monkeypatch.chdir(tmp_path)
    kb = KnowledgeBase()
    kb.add(FACTS)
    kb.save("base.duckdb")
    (tmp_path / "base.rules").write_text(RULES, encoding="utf-8")
    return tmp_path / "base.duckdb"


def loaded(*names: str | Path, **options: Any) -> KnowledgeBase:
    """A base of some files, as a process of its own would have it."""
    kb = KnowledgeBase(**options)
    kb.load(*names)
    return kb


def said(kb: KnowledgeBase) -> dict[str, set[tuple[object, ...]]]:
    """All that is derived."""
    return {name: kb.rows(name) for name in ALL}


class Evaluations:
    """Counts what is evaluated."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.count = 0
        evaluate = auto.AutoEngine.evaluate

        def counted(engine: Any, *args: Any) -> Any:
            self.count += 1
            return evaluate(engine, *args)

        monkeypatch.setattr(auto.AutoEngine, "evaluate", counted)
        weigh = auto.AutoEngine.weigh

        def counted_too(engine: Any, *args: Any) -> Any:
            self.count += 1
            return weigh(engine, *args)

        monkeypatch.setattr(auto.AutoEngine, "weigh", counted_too)


@pytest.fixture
def evaluations(monkeypatch: pytest.MonkeyPatch) -> Evaluations:
    """The number of evaluations so far."""
    return Evaluations(monkeypatch)


def test_what_was_derived_is_not_derived_again(base: Path, many: int, evaluations: Evaluations) -> None:
    """Neither relations, nor the answers of a goal; and both are the same, with all kinds of constants."""
    first = loaded(base, "base.rules")
    expected, goal = said(first), first.query("reach(X, d), far(X, Y, T)").rows
    assert evaluations.count
    evaluations.count = 0
    again = loaded(base, "base.rules")
    assert said(again) == expected
    assert again.query("reach(X, d), far(X, Y, T)").rows == goal
    assert evaluations.count == 0
    assert str(again.why("reach(a, d)")) == str(first.why("reach(a, d)"))


SURE = """
source rumour "Rumour", reliability d. source press "Press".
near(X, Y) :- edge(X, Y). near(X, Z) :- near(X, Y), near(Y, Z).
close(a, b). edge(d, e) from rumour. edge(d, e) from press, likely. edge(a, c) unlikely.
normally 0.6 default: far(X, Y) :- near(X, Y), not edge(X, Y). exclusive far(X, Y), close(X, Y).
doubted(X) :- edge(X, _) confidence C, C < 0.5.
"""


@pytest.fixture
def sure(base: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A base with doubted facts, and rules beside it that hand doubts on."""
    kb = KnowledgeBase()
    kb.add(FACTS + "node e." + "\n".join(SURE.splitlines()[i] for i in (1, 3)))
    kb.save("sure.duckdb")
    (base.parent / "sure.rules").write_text("\n".join(SURE.splitlines()[i] for i in (2, 4, 5)), encoding="utf-8")
    return base.parent / "sure.duckdb"


def weighed(kb: KnowledgeBase) -> list[dict[str, object]]:
    """Answers of a goal with how sure they are, and of each derived relation."""
    found: list[dict[str, object]] = []
    rows = {name: kb.evaluation().relation(name) for name in ("near", "far", "edge")}
    for name, one in confidences(kb.evaluation(), tuple(rows)).items():
        decode = kb.evaluation().dictionary.decode
        found.append({name: {tuple(map(decode, row)): sureness for row, sureness in one.of_all(rows[name]).items()}})
    for goal in ("near(X, Y)", "near(a, X), far(X, Y)", "far(X, Y)", "doubted(X)", "edge(X, Y)"):
        answers = kb.query(goal)
        found.append({row: one["confidence"] for row, one in zip(answers.rows, evidence(kb, goal, answers, ["confidence"]), strict=True)})
    return found


def test_how_sure_rows_are_is_not_found_again(sure: Path, many: int, evaluations: Evaluations) -> None:
    """Neither of relations nor of goals, of certain rows nor of doubted ones; defaults and their contraries included."""
    plain = KnowledgeBase(engine="memory")
    plain.load(sure, "sure.rules")
    expected = weighed(loaded(sure, "sure.rules"))
    assert expected == weighed(plain)
    assert evaluations.count
    evaluations.count = 0
    assert weighed(loaded(sure, "sure.rules")) == expected
    assert evaluations.count == 0
    (sure.parent / "other.rules").write_text('first("other", 0.75, word) :- edge(_, _).', encoding="utf-8")
    again = loaded("other.rules", sure, "sure.rules")
    again.rows("first")
    evaluations.count = 0
    assert weighed(again) == expected
    assert evaluations.count == 0


def test_a_change_of_what_is_sure_is_seen(sure: Path, many: int) -> None:
    """Another cap of a default, another view; and a damaged file is made again."""
    expected = weighed(loaded(sure, "sure.rules"))
    rules = (sure.parent / "sure.rules").read_text(encoding="utf-8")
    (sure.parent / "sure.rules").write_text(rules.replace("normally 0.6", "normally 0.3"), encoding="utf-8")
    capped = weighed(loaded(sure, "sure.rules"))
    assert {*capped[5].values()} == {0.3}
    assert {*expected[5].values()} == {0.6}
    for view in ({"as_of": "ever"}, {"min_confidence": 0.5}, {"without": ["press"]}):
        fresh = KnowledgeBase(engine="duckdb")
        fresh.load(sure, "sure.rules")
        assert weighed(loaded(sure, "sure.rules").view(**view)) == weighed(fresh.view(**view))
    for file in files(sure):
        whole = file.read_bytes()
        file.write_bytes(whole[: len(whole) // 2] + b"x" + whole[len(whole) // 2 + 1 :])
    assert weighed(loaded(sure, "sure.rules")) == capped


def test_constants_may_have_other_numbers(base: Path, many: int, evaluations: Evaluations) -> None:
    """Constants of rules and computed ones that are met in another order."""
    expected = said(loaded(base, "base.rules"))
    evaluations.count = 0
    (base.parent / "other.rules").write_text('first("other", 0.75, word) :- edge(_, _). second(X, 2.25) :- first(X, _, _).', encoding="utf-8")
    again = loaded("other.rules", base, "base.rules")
    again.rows("first")
    again.rows("second")
    evaluations.count = 0
    assert {name: again.rows(name) for name in ("reach", "far", "weight")} == {name: expected[name] for name in ("reach", "far", "weight")}
    assert evaluations.count == 0


def test_a_change_is_seen(base: Path, evaluations: Evaluations) -> None:
    """Another rule, another view, a fact more, a fact less; what does not depend on it is still at hand."""
    kb = loaded(base, "base.rules")
    expected = said(kb)
    (base.parent / "base.rules").write_text(RULES.replace("0.5 * 3", "0.5 * 4"), encoding="utf-8")
    evaluations.count = 0
    assert loaded(base, "base.rules").rows("reach") == expected["reach"]
    assert evaluations.count == 0
    assert loaded(base, "base.rules").rows("weight") == {(node, 2.0) for node in "abc"}
    assert evaluations.count == 1
    for view in ({"as_of": "2024-06-01"}, {"as_of": "2031-01-01"}, {"min_confidence": 0.9}, {"without": ["wire"]}):
        seen = loaded(base, "base.rules").view(**view)
        rows = KnowledgeBase()
        rows.add(FACTS + RULES)
        assert seen.rows("reach") == rows.view(**view).rows("reach")
    (base.parent / "more.facts").write_text("edge(d, a).", encoding="utf-8")
    assert len(loaded(base, "base.rules", "more.facts").rows("reach")) == 16
    less = loaded(base, "base.rules")
    less.remove("edge(a, b).")
    assert ("a", "d") not in less.rows("reach")
    assert loaded(base, "base.rules").rows("reach") == expected["reach"]


def test_a_day_on_which_nothing_changes_is_like_the_day_before(base: Path, evaluations: Evaluations) -> None:
    """A result of today holds tomorrow, unless something begins or ends, or a rule asks for the day itself."""
    for day, evaluated in (("2025-06-01", True), ("2025-06-02", False), ("2029-12-31", False), ("2030-01-01", True), ("2025-05-31", True)):
        evaluations.count = 0
        loaded(base, "base.rules").view(as_of=day).rows("reach")
        assert bool(evaluations.count) == evaluated, day
    for day in ("2025-06-01", "2025-06-02"):
        evaluations.count = 0
        loaded(base, "base.rules").view(as_of=day).rows("recent")
        assert evaluations.count == 1


def files(base: Path) -> list[Path]:
    """What is kept beside a base."""
    return sorted(base.with_name(f"{base.name}.derived").iterdir())


def damages(data: bytes) -> Iterator[bytes]:
    """A file in many states in which it must not be believed."""
    yield b""
    yield data[: len(data) // 2]
    yield data[:-1]
    yield b"not what it was"
    for place in range(0, len(data), len(data) // 12 + 1):
        yield data[:place] + bytes([data[place] ^ 0x15]) + data[place + 1 :]


def test_a_damaged_file_is_made_again(base: Path, many: int) -> None:
    """Cut off, or with a byte changed: the answer is derived and kept again."""
    expected = loaded(base, "base.rules").rows("reach")
    (file,) = files(base)
    whole = file.read_bytes()
    for damaged in damages(whole):
        file.write_bytes(damaged)
        assert loaded(base, "base.rules").rows("reach") == expected
        assert file.exists()
        assert loaded(base, "base.rules").rows("reach") == expected


def test_another_relation_under_the_name_is_not_believed(base: Path) -> None:
    """Rows of another width, and JSON of something else under a right digest of its bytes."""
    import hashlib

    expected = loaded(base, "base.rules").rows("reach")
    (file,) = files(base)
    for content in (b"[]", b"{}", b'{"arity":2,"given":0,"constants":[],"rows":[[1]]}', b"null"):
        file.write_bytes(hashlib.sha256(content).hexdigest().encode() + b"\n" + content)
        assert loaded(base, "base.rules").rows("reach") == expected


def test_where_nothing_can_be_written_nothing_is_kept(base: Path, many: int) -> None:
    """A folder that cannot be made: the same answers."""
    base.with_name(f"{base.name}.derived").write_text("in the way", encoding="utf-8")
    for _ in range(2):
        assert len(loaded(base, "base.rules").rows("reach")) == 6
    assert base.with_name(f"{base.name}.derived").read_text(encoding="utf-8") == "in the way"


def test_what_a_session_says_is_not_kept(base: Path) -> None:
    """Statements added and facts taken back leave nothing beside the base; rules of the session are no facts."""
    kb = loaded(base, "base.rules")
    kb.add("edge(d, a).")
    assert len(kb.rows("reach")) == 16
    kb.remove("edge(a, b).")
    kb.rows("far")
    assert not base.with_name(f"{base.name}.derived").exists()


def test_an_engine_that_is_named_does_the_work(base: Path) -> None:
    """It neither reads nor writes what is kept."""
    loaded(base, "base.rules").rows("reach")
    (file,) = files(base)
    file.write_bytes(b"x")
    for engine in ("memory", "duckdb"):
        loaded(base, "base.rules", engine=engine).rows("reach")
    assert file.read_bytes() == b"x"


def test_a_base_that_is_written_again_forgets_what_was_derived(base: Path) -> None:
    """What was derived of the old one goes; what is no such file stays."""
    loaded(base, "base.rules").rows("reach")
    note = base.with_name(f"{base.name}.derived") / "note.txt"
    note.write_text("mine", encoding="utf-8")
    kb = KnowledgeBase()
    kb.add(FACTS.replace("edge(a, b).", "edge(b, a)."))
    kb.save(base)
    assert files(base) == [note]
    assert ("b", "a") in loaded(base, "base.rules").rows("reach")


def test_what_was_unused_the_longest_goes(tmp_path: Path) -> None:
    """The files of a folder stay within its size."""
    from alignment.factbase.dictionary import Dictionary
    from alignment.factbase.relation import MemoryRelation

    shelf, dictionary = Shelf(tmp_path / "shelf", 5_000), Dictionary()
    rows = MemoryRelation({(i << 2 | 1,): 1 for i in range(100)})
    for i in range(10):
        shelf.put(f"{i:040x}", rows, 1, dictionary)
        assert shelf.get(f"{0:040x}", dictionary) is not None  # it is used each time
    kept = sorted(int(path.stem, 16) for path in (tmp_path / "shelf").iterdir())
    assert kept[0] == 0
    assert kept[1:] == list(range(11 - len(kept), 10))
    assert sum(path.stat().st_size for path in (tmp_path / "shelf").iterdir()) <= 5_000


@pytest.mark.parametrize("seed", range(60))
def test_random_programs_are_the_same_from_the_shelf(seed: int, many: int, tmp_path: Path) -> None:
    """Every relation with the round of every row."""
    try:
        kb = KnowledgeBase()
        kb.add(program(seed).text)
        kb.save(tmp_path / "base.duckdb")
    except AlignmentError:
        return
    first, again = loaded(tmp_path / "base.duckdb"), loaded(tmp_path / "base.duckdb")
    names = sorted(kb.evaluation().program.stratum_of)
    expected = [rounds(first, name) for name in names]
    assert [rounds(again, name) for name in names] == expected
    assert [rounds(kb, name) for name in names] == expected


def rounds(kb: KnowledgeBase, name: str) -> dict[tuple[str, ...], int]:
    """The rows of a relation with their rounds."""
    evaluation = kb.evaluation()
    found = evaluation.relation(name)
    return {tuple("padding" if code == 3 else repr(evaluation.dictionary.node(code)) for code in row): found.round(row) for row in found}


def test_text_in_the_cache_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, evaluations: Evaluations) -> None:
    """Bases of text are kept by what is in their files, wherever these are; without the folder all is as before."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    texts = []
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "base.facts").write_text(FACTS, encoding="utf-8")
        (tmp_path / folder / "base.rules").write_text(RULES, encoding="utf-8")
        texts.append(loaded(tmp_path / folder, keeping="all"))
    expected = said(texts[0])
    evaluations.count = 0
    again = said(texts[1])
    assert again == expected
    assert evaluations.count == 0
    (tmp_path / "two" / "base.facts").write_text(FACTS + "edge(d, a).", encoding="utf-8")
    assert len(loaded(tmp_path / "two", keeping="all").rows("reach")) == 16
    for path in (tmp_path / "cache" / "alignment" / "derived").iterdir():
        path.unlink()
    assert said(loaded(tmp_path / "one", keeping="all")) == expected
    assert said(loaded(tmp_path / "one")) == expected


def test_the_day_is_part_of_what_asks_for_it(base: Path) -> None:
    """`now` without a day in view is the day of the question."""
    kb = loaded(base, "base.rules")
    assert kb.current_view.as_of == datetime.date.today()
    assert kb.rows("recent") == {("b",), ("c",)}
