"""`alignment diff` and `alignment timeline`: which sides are compared, what is printed, and how the process ends."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from alignment.cli import main
from alignment.commands.console import Console

BASE = """\
type country.
country russia "Russia". country china "China". country turkey "Türkiye".
relation supplies(giver: country, taker: country) "{giver} supplies {taker}".
stance supports(actor: country, side: country) "{actor} supports {side}".
source summary "Summary", 2024-07-03, reliability c.
source wire "Wire report", 2024-07-03, reliability b.
supplies(china, russia) since 2022-02-24 from summary, from wire.
supplies(turkey, russia) since 2024-01-01 from summary.
arms: supports(X, Y) :- supplies(X, Y), X != Y.
"""


@pytest.fixture
def base(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A file with the base above, in the working directory."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "base.facts").write_text(BASE, encoding="utf-8")
    return "base.facts"


def run(*words: str) -> tuple[int, str, str]:
    """Exit status, standard output and standard error of a call in this process."""
    out, err = io.StringIO(), io.StringIO()
    status = main(words, Console(io.StringIO(), out, err))
    return status, out.getvalue(), err.getvalue()


SIDES = {
    "assumed": (["--assume", "supplies(russia, china)"], ["+ Russia supports China: certain"]),
    "retracted, whoever reports it": (
        ["--retract", "supplies(china, russia)"],
        ["- China supports Russia: was very likely (0.80)"],
    ),
    "both at once, on a date": (
        ["--as-of", "2023-01-01", "--assume", "supplies(turkey, russia)", "--retract", "supplies(china, russia)"],
        ["+ Türkiye supports Russia: certain", "- China supports Russia: was very likely (0.80)"],
    ),
    "both at once, without a source": (
        ["--without", "summary", "--assume", "supplies(turkey, russia)", "--retract", "supplies(china, russia)"],
        ["+ Türkiye supports Russia: certain", "- China supports Russia: was very likely (0.80)"],
    ),
    "two dates": (["--as-of", "2023-01-01", "--to", "2024-01-01"], ["+ Türkiye supports Russia: likely (0.60)"]),
    "a date and today": (["--as-of", "2023-01-01"], ["+ Türkiye supports Russia: likely (0.60)"]),
    "today and a date": (["--to", "2023-01-01"], ["- Türkiye supports Russia: was likely (0.60)"]),
    "without a source": (["--without", "summary"], ["- Türkiye supports Russia: was likely (0.60)"]),
    "more or less sure": (["--without", "wire"], ["~ China supports Russia: likely (0.60), was very likely (0.80)"]),
    "above a threshold": (["--min-confidence", "0.7"], ["- Türkiye supports Russia: was likely (0.60)"]),
    "a source and dates": (
        ["--without", "wire", "--as-of", "2023-01-01", "--to", "2024-01-01"],
        ["+ Türkiye supports Russia: likely (0.60)"],
    ),
    "nothing": (["--assume", "supplies(russia, russia)"], ["nothing changes"]),
}


@pytest.mark.parametrize(("options", "expected"), SIDES.values(), ids=SIDES.keys())
def test_sides(base: str, options: list[str], expected: list[str]) -> None:
    """What the options compare. Like diff(1) it ends with 0 where nothing was found, else with 1."""
    status, out, err = run("diff", base, *options)
    assert [line for line in out.splitlines() if not line.startswith(" ")] == expected
    assert (status, err) == (int(expected != ["nothing changes"]), "")


def test_two_bases(base: str) -> None:
    """`--against` takes all files up to the next option."""
    rules = BASE.replace("arms: supports(X, Y) :- supplies(X, Y), X != Y.\n", "")
    Path("other.facts").write_text(rules, encoding="utf-8")
    Path("other.rules").write_text("gifts: supports(Y, X) :- supplies(X, Y), X != Y.\n", encoding="utf-8")
    status, out, _ = run("diff", base, "--against", "other.facts", "other.rules", "--as-of", "2023-01-01")
    assert status == 1
    assert out.splitlines() == [
        "+ Russia supports China: very likely (0.80)",
        "    by rule gifts (other.rules:1): China supplies Russia",
        "    new: rule gifts (other.rules:1)",
        "- China supports Russia: was very likely (0.80)",
        "    gone: rule arms (base.facts:9)",
    ]
    assert run("diff", base, "--against", base)[:2] == (0, "nothing changes\n")


def test_a_goal_and_formats(base: str) -> None:
    """A goal in place of the stances; JSON has the proofs, rows have what is behind each change."""
    call = ("diff", "supplies(X, russia)", base, "--without", "summary", "--format")
    assert run(*call, "csv")[1] == (
        "change,atom,text,before,after,causes\n"
        'vanished,"supplies(turkey, russia)",Türkiye supplies Russia,0.6,,'
        "no longer reported (summary): Türkiye supplies Russia\n"
    )
    data = json.loads(run(*call, "json")[1])
    (gone,) = data["vanished"]
    assert gone["values"] == {"X": "turkey"}
    assert gone["causes"][0]["reports"][0]["source"] == "summary"
    assert data["appeared"] == data["changed"] == []
    (row,) = map(json.loads, run(*call, "jsonl")[1].splitlines())
    assert row["causes"] == ["no longer reported (summary): Türkiye supplies Russia"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([], "the two sides do not differ in anything"),
        (["nowhere.facs", "--to", "ever"], "there is no file 'nowhere.facs'"),
        (["--to", "yesterday"], "'yesterday' is not a date"),
        (["--retract", "supplies(russia, china)"], "is not reported, so it cannot be taken back"),
        (["--retract", "supplies(china, russia)", "--assume", "supplies(china, russia)"], "both taken back and assumed"),
        (["--against"], "--against needs a value"),
        (["nothing(X)", "--to", "ever"], "neither declared"),
    ],
)
def test_mistakes(base: str, words: list[str], message: str) -> None:
    """A call that compares nothing, or wrongly, says so."""
    status, out, err = run("diff", base, *words)
    assert (status, out) == (2, "")
    assert message in err


def test_timeline(base: str) -> None:
    """A line a period; 1 where there is none on any day."""
    assert run("timeline", "supports(X, russia)", base, "--format", "csv") == (
        0, "X,from,until\nchina,2022-02-24,\nturkey,2024-01-01,\n", "",
    )  # fmt: skip
    assert run("timeline", "supports(russia, X)", base)[:2] == (1, "no answers\n")
    assert "│" not in run("timeline", "supports(X, Y)", base, "--format", "bars")[1]
    assert "►" in run("timeline", "supports(X, Y)", base, "--format", "bars")[1]
