"""`alignment evaluate`: keys as people save them, what is counted, what is printed, and how the process ends."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from alignment.cli import main
from alignment.commands.console import Console
from alignment.knowledge import KnowledgeBase

BASE = """\
type country, group.
country russia "Russia". country china "China" aka "CN", "CHN". country turkey "Türkiye" aka "TR", "Ankara".
country namibia "Namibia" aka "NA", "NAM". country india "India" aka "IN". group nam "Movement" aka "NAM".
source wire "Wire report", 2024-07-03, reliability b.
source summary "Summary", 2024-07-03, reliability c.
relation arms(actor: country, side: country) "{actor} arms {side}".
relation scolds(actor: country, side: country) "{actor} scolds {side}".
stance supports(actor: country, side: country) "{actor} supports {side}".
stance neutral(actor: country, side: country) "{actor} is neutral towards {side}".
stance opposes(actor: country, side: country) "{actor} opposes {side}".
stance position(actor: country, side: country, label: any) "the position of {actor} towards {side} is {label}".
arms(china, russia) from wire. scolds(turkey, russia) from summary. arms(india, russia) from wire, from summary.
support: position(X, Y, supports) :- arms(X, Y).
scold: position(X, Y, opposes) :- scolds(X, Y).
silence: position(X, russia, neutral) :- country(X), X != russia, not arms(X, russia), not scolds(X, russia).
"""

KEY = "iso,stance\nCN,supports\nTR,opposes\nNA,neutral\nIN,neutral\n"
GOAL = "position(X, russia, L)"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the base and the key above."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "base.facts").write_text(BASE, encoding="utf-8")
    (tmp_path / "key.csv").write_text(KEY, encoding="utf-8")
    return tmp_path


def run(*words: str) -> tuple[int, str, str]:
    """Exit status, standard output and standard error of a call in this process."""
    out, err = io.StringIO(), io.StringIO()
    status = main(words, Console(io.StringIO(), out, err))
    return status, out.getvalue(), err.getvalue()


def data(*words: str) -> dict:
    """What a call writes as JSON."""
    status, out, err = run("evaluate", GOAL, "base.facts", "--labels", "key.csv", "--format", "json", *words)
    assert status == 0, err
    return json.loads(out)


def test_the_figures(here: Path) -> None:
    """3 of 4 agree; of two that the key calls neutral one is answered so. kappa is (.75 - .25) / (1 - .25) by hand."""
    found = data()
    assert (found["compared"], found["accuracy"], found["labels"]) == (4, 0.75, ["supports", "neutral", "opposes"])
    assert found["recall"] == {"supports": 1.0, "neutral": 0.5, "opposes": 1.0}
    assert found["macro_recall"] == pytest.approx(5 / 6)
    chance = (1 * 2 + 2 * 1 + 1 * 1) / 16
    assert found["kappa"] == pytest.approx((0.75 - chance) / (1 - chance))
    assert found["confusion"]["neutral"] == {"supports": 1, "neutral": 1, "opposes": 0, "no answer": 0}
    assert set(found["intervals"]) == {"accuracy", "macro_recall", "kappa", "weighted_kappa", "recall"}


def test_disagreements_have_their_proof(here: Path) -> None:
    """What the key does not say is explained by what the answer rests on, in text and as data."""
    (one,) = data()["disagreements"]
    assert (one["entity"], one["expected"], one["given"]) == ("india", "neutral", ["supports"])
    assert "by rule support" in run("evaluate", GOAL, "base.facts", "--labels", "key.csv")[1]
    assert "India arms Russia" in json.dumps(one["why"])


def test_the_text(here: Path) -> None:
    """The table has a row a label with its recall; the figures stand under it, and the disagreement under them."""
    status, out, err = run("evaluate", GOAL, "base.facts", "--labels", "key.csv", "--resamples", "0")
    assert (status, err) == (0, "")
    lines = [" ".join(line.split()) for line in out.splitlines()]
    assert "key supports neutral opposes recall interval" in lines
    assert "neutral 1 1 0 0.50" in lines
    assert "accuracy 0.75" in lines
    assert "Disagreements: 1 of 4" in lines
    assert "India: the key says neutral, the answer is supports" in lines


def test_what_is_not_compared_is_counted(here: Path) -> None:
    """An entity of the key without an answer counts as wrong; an answer beyond the key is named, and not counted."""
    (here / "key.csv").write_text("who,what\nRussia,neutral\nChina,supports\n", encoding="utf-8")
    found = data()
    assert (found["unanswered"], found["accuracy"]) == (["russia"], 0.5)
    assert sorted(found["not_in_key"]) == ["india", "namibia", "turkey"]
    out = run("evaluate", GOAL, "base.facts", "--labels", "key.csv")[1]
    assert "Without an answer: 1 (Russia)." in out
    assert "Answered and not in the key: 3 (India, Namibia, Türkiye)." in out


WRITTEN = {
    "with a byte order mark and Windows line ends": ("\ufeff" + KEY.replace("\n", "\r\n")).encode(),
    "with semicolons": KEY.replace(",", ";").encode(),
    "as UTF-16": KEY.encode("utf-16"),
    "with names, blanks and capitals": b"Country,Verdict\n China ,SUPPORTS\nAnkara, Opposes \nNAM,neutral\n\nIndia,Neutral\n",
    "with more columns, found by their names": b"nr,entity,note,label\n1,CN,x,supports\n2,TR,,opposes\n3,NA,,neutral\n4,IN,,neutral\n",
    "without a header line": KEY.split("\n", 1)[1].encode(),
    "quoted": b'"iso","stance"\n"CN","supports"\n"TR","opposes"\n"NA","neutral"\n"IN","neutral"\n',
}


@pytest.mark.parametrize("name", WRITTEN)
def test_keys_as_people_save_them(here: Path, name: str) -> None:
    """All of these are the same key. NA is Namibia and not a missing value; NAM is a country, not the movement."""
    (here / "key.csv").write_bytes(WRITTEN[name])
    found = data()
    assert (found["compared"], found["accuracy"], found["left_out"]) == (4, 0.75, [])


def test_columns_can_be_named(here: Path) -> None:
    """`--columns` says where the entity and the label stand."""
    (here / "key.csv").write_text("year,verdict,iso\n2022,supports,CN\n2022,opposes,TR\n", encoding="utf-8")
    assert data("--columns", "iso,verdict")["accuracy"] == 1.0
    status, _, err = run("evaluate", GOAL, "base.facts", "--labels", "key.csv", "--columns", "iso,label")
    assert status == 2
    assert "has no column 'label'" in err
    assert "its columns are year, verdict, iso" in err


def test_rows_that_do_not_fit_are_told(here: Path) -> None:
    """A row is told with its number and left out, or with `--on-bad-row stop` refuses the key."""
    (here / "key.csv").write_text("iso,stance\nCN,supports\nXX,opposes\nTR,\n,neutral\nChina,opposes\nIN\n", encoding="utf-8")
    status, out, err = run("evaluate", GOAL, "base.facts", "--labels", "key.csv", "--format", "json")
    assert (status, json.loads(out)["compared"], len(json.loads(out)["left_out"])) == (0, 1, 5)
    told = [line for line in err.splitlines() if line.startswith("warning[bad-row]")]
    assert told == [
        "warning[bad-row]: key.csv, row 3: 'XX' is not a declared country",
        "warning[bad-row]: key.csv, row 4: 'TR' has no label",
        "warning[bad-row]: key.csv, row 5: it names no entity",
        "warning[bad-row]: key.csv, row 6: 'China' stands in row 2 already, which counts",
        "warning[bad-row]: key.csv, row 7: 'IN' has no label",
    ]
    status, out, _ = run("evaluate", GOAL, "base.facts", "--labels", "key.csv", "--on-bad-row", "stop")
    assert (status, out) == (2, "")


WRONG = {
    "no key": ([GOAL, "base.facts"], "needs an answer key"),
    "no goal": (["--labels", "key.csv"], "needs a goal"),
    "no such file": ([GOAL, "base.facts", "--labels", "none.csv"], "cannot read 'none.csv'"),
    "too many variables": (["position(X, Y, L)", "base.facts", "--labels", "key.csv"], "this one has 3"),
    "no variable": (["supports(china, russia)", "base.facts", "--labels", "key.csv"], "this one has none"),
    "a label out of order": ([GOAL, "base.facts", "--labels", "key.csv", "--order", "supports,opposes"], "where 'neutral' stands"),
    "a label twice in the order": ([GOAL, "base.facts", "--labels", "key.csv", "--order", "a,b,A"], "'a' stands twice"),
    "a class of nothing": ([GOAL, "base.facts", "--labels", "key.csv", "--classes", "for"], "'for' is not a class"),
    "a label in two classes": ([GOAL, "base.facts", "--labels", "key.csv", "--classes", "x=a+b,y=b"], "'b' stands twice"),
    "an unknown label in a class": ([GOAL, "base.facts", "--labels", "key.csv", "--classes", "x=west"], "no label 'west'"),
    "one column": ([GOAL, "base.facts", "--labels", "key.csv", "--columns", "iso"], "does not name two columns"),
    "no number": ([GOAL, "base.facts", "--labels", "key.csv", "--seed", "x"], "'x' is not a whole number"),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_wrong_calls(here: Path, name: str) -> None:
    """A call that makes no sense ends with 2 and says what is wrong."""
    words, said = WRONG[name]
    status, out, err = run("evaluate", *words)
    assert (status, out) == (2, "")
    assert said in err


@pytest.mark.parametrize("text", ["", "iso,stance\n", "iso\nCN\n", "a,b\nx,y\n"])
def test_keys_without_a_label(here: Path, text: str) -> None:
    """A key that is empty, has one column, or names nobody is wrong input."""
    (here / "key.csv").write_text(text, encoding="utf-8")
    assert run("evaluate", GOAL, "base.facts", "--labels", "key.csv")[:2] == (2, "")


def test_no_answer_at_all(here: Path) -> None:
    """The status is 1 if no entity of the key has an answer."""
    (here / "key.csv").write_text("iso,stance\nRussia,neutral\n", encoding="utf-8")
    assert run("evaluate", GOAL, "base.facts", "--labels", "key.csv")[0] == 1


def test_orders_and_classes(here: Path) -> None:
    """Labels in another order weigh otherwise; classes are judged beside labels."""
    assert data("--order", "supports,opposes,neutral")["weighted_kappa"] != data()["weighted_kappa"]
    found = data("--classes", "engaged=supports+opposes")["classes"]
    assert found["labels"] == ["engaged", "neutral"]
    assert found["confusion"]["neutral"] == {"engaged": 1, "neutral": 1, "no answer": 0}


def test_a_goal_without_a_label(here: Path) -> None:
    """What a goal with one variable finds is yes, and the rest of the key no."""
    (here / "key.csv").write_text("iso,armed\nCN,yes\nTR,no\nIN,No\n", encoding="utf-8")
    status, out, _ = run("evaluate", "arms(X, russia)", "base.facts", "--labels", "key.csv", "--format", "json")
    assert status == 0
    assert json.loads(out)["confusion"]["no"] == {"no": 1, "yes": 1, "no answer": 0}


def test_the_view_counts(here: Path) -> None:
    """Figures are those of the view: without the source that alone says so Türkiye is neutral."""
    assert data("--without", "summary")["recall"]["opposes"] == 0.0
    assert data("--assume", "scolds(namibia, russia)")["accuracy"] == 0.5


def test_ablation(here: Path) -> None:
    """Without each source and rule; a source of which another says the same changes nothing."""
    found = {one["name"]: one for one in data("--ablate")["ablations"]}
    assert set(found) == {"wire", "summary", "support", "scold", "silence"}
    assert found["wire"]["changed"] == ["china"]
    assert (found["wire"]["worse"], found["wire"]["accuracy"]) == (["china"], 0.5)
    assert found["summary"]["worse"] == ["turkey"]
    assert found["support"]["changed"] == ["china", "india"]
    assert found["silence"]["worse"] == ["namibia"]
    out = run("evaluate", GOAL, "base.facts", "--labels", "key.csv", "--ablate")[1]
    assert "wire (Wire report)" in out
    assert "Of 5 sources and rules 5 change an answer of the key" in out


def test_cases_as_rows(here: Path) -> None:
    """CSV has the cases, by entity."""
    out = run("evaluate", GOAL, "base.facts", "--labels", "key.csv", "--format", "csv")[1]
    assert out.splitlines() == [
        "entity,expected,given", "china,supports,supports", "india,neutral,supports", "namibia,neutral,neutral",
        "turkey,opposes,opposes",
    ]  # fmt: skip


def test_in_python(here: Path) -> None:
    """The façade takes a dictionary as well, by name, alias or id."""
    kb = KnowledgeBase()
    kb.load("base.facts")
    found = kb.evaluate(GOAL, {"Ankara": "opposes", "china": "neutral"})
    assert found.accuracy == 0.5
    assert [case.entity for case in found.disagreements] == ["china"]
    assert "China: the key says neutral" in str(found)
