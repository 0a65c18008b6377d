"""What each command prints and ends with, on bases of a few lines."""

from __future__ import annotations

import io
import json
import stat
import sys
from pathlib import Path

import pytest

from alignment.cli import main
from alignment.commands.console import Console
from alignment.knowledge import KnowledgeBase

BASE = """\
type country.
country russia "Russia" aka "Moscow".
country china "China".
country turkey "Türkiye" aka "Ankara".
relation supplies(giver: country, taker: country) "{giver} supplies {taker}".
stance supports(actor: country, side: country) "{actor} supports {side}".
source summary "Summary", 2024-07-03, reliability c.
source wire "Wire report", 2024-07-03, reliability b.
supplies(china, russia) since 2022-02-24 from summary.
supplies(turkey, russia) since 2024-01-01 from wire.
arms: supports(X, Y) :- supplies(X, Y), X != Y.
"""


@pytest.fixture
def base(tmp_path: Path) -> str:
    """A file with the base above."""
    path = tmp_path / "base.facts"
    path.write_text(BASE, encoding="utf-8")
    return str(path)


def run(*words: str, stdin: str = "") -> tuple[int, str, str]:
    """Exit status, standard output and standard error of a call in this process."""
    out, err = io.StringIO(), io.StringIO()
    status = main(words, Console(io.StringIO(stdin), out, err))
    return status, out.getvalue(), err.getvalue()


def test_query_gives_rows_with_names(base: str) -> None:
    """A table has the goal's variables as columns and shows display names; the status is yes."""
    status, out, err = run("query", "supports(X, russia)", base)
    assert (status, err) == (0, "")
    assert [line.strip() for line in out.splitlines() if "China" in line or "Türkiye" in line]
    assert "china" not in out


def test_query_without_an_answer(base: str) -> None:
    """No answer is 1, and a machine format stays well formed."""
    assert run("query", "supports(X, turkey)", base)[0] == 1
    status, out, _ = run("query", "supports(X, turkey)", base, "--format", "csv")
    assert (status, out) == (1, "X\n")


@pytest.mark.parametrize(
    ("goal", "word", "expected"),
    [("supports(china, russia)", "yes", 0), ("supports(russia, china)", "no", 1)],
)
def test_a_goal_without_variables(base: str, goal: str, word: str, expected: int) -> None:
    """It prints yes or no, and the status says the same."""
    assert run("query", goal, base) == (expected, f"{word}\n", "")


def test_machine_formats_give_identifiers(base: str) -> None:
    """CSV, JSON and JSON lines hold ids."""
    assert run("query", "supports(X, russia)", base, "--format", "csv")[1] == "X\nchina\nturkey\n"
    rows = [{"X": "china"}, {"X": "turkey"}]
    assert json.loads(run("query", "supports(X, russia)", base, "--format", "json")[1]) == rows
    lines = run("query", "supports(X, russia)", base, "--format", "jsonl")[1].splitlines()
    assert [json.loads(line) for line in lines] == rows


def test_with_adds_what_an_answer_rests_on(base: str) -> None:
    """`--with` adds confidence, sources and round after the goal's variables, in the order asked."""
    status, out, _ = run("query", "supports(X, russia)", base, "--with", "confidence,sources,round", "--format", "csv")
    assert status == 0
    assert out.splitlines() == ["X,confidence,sources,round", "china,0.6,summary,1", "turkey,0.8,wire,1"]


def test_names_and_aliases_in_goals(base: str) -> None:
    """A name in double quotes stands for the entity."""
    assert run("query", 'supports("Ankara", "Moscow")', base)[:2] == (0, "yes\n")


def test_the_view_options(base: str) -> None:
    """As of a date, above a confidence, without a source."""

    def rows(*options: str) -> list[str]:
        return run("query", "supports(X, russia)", base, "--format", "csv", *options)[1].splitlines()[1:]

    assert rows("--as-of", "2023-01-01") == ["china"]
    assert rows("--as-of", "ever") == ["china", "turkey"]
    assert rows("--min-confidence", "0.7") == ["turkey"]
    assert rows("--min-confidence", "likely") == ["turkey"]
    assert rows("--without", "wire") == ["china"]
    assert rows("--without", "wire", "--without", "summary") == []


def test_assumed_facts_hold_for_one_call(base: str) -> None:
    """`--assume` adds statements in memory; the file stays as it is."""
    before = Path(base).read_bytes()
    assert run("query", "supports(russia, china)", base, "--assume", "supplies(russia, china)")[0] == 0
    assert Path(base).read_bytes() == before


def test_a_slip_in_what_is_assumed_is_told(base: str) -> None:
    """A misspelt relation would change nothing, in silence: it is pointed out beside the answer."""
    status, out, err = run("query", "supports(russia, china)", base, "--assume", "suplies(russia, china)")
    assert (status, out) == (1, "no\n")
    assert "did you mean 'supplies'?" in err


def test_an_unknown_source_is_named(base: str) -> None:
    """`--without` of a source that is not declared is a mistake of the call."""
    status, _, err = run("query", "supports(X, russia)", base, "--without", "kremlin")
    assert status == 2
    assert "error[unknown-source]" in err


def test_an_engine_that_is_not_there(base: str) -> None:
    """An engine that does not exist is refused, with those that do."""
    status, _, err = run("query", "supports(X, russia)", base, "--engine", "spork")
    assert status == 2
    assert "spork" in err
    assert "duckdb" in err


def test_why_tells_the_proof(base: str) -> None:
    """A proof names the claim, the rule's premises and the source; the status is yes."""
    status, out, err = run("why", "supports(china, russia)", base)
    assert (status, err) == (0, "")
    assert "China supplies Russia" in out


def test_why_of_what_does_not_hold(base: str) -> None:
    """It says so and ends with 1."""
    status, out, _ = run("why", "supports(russia, china)", base)
    assert status == 1
    assert out


@pytest.mark.parametrize(("form", "mark"), [("mermaid", "flowchart"), ("dot", "digraph"), ("html", "<"), ("json", "{")])
def test_proofs_in_other_forms(base: str, form: str, mark: str) -> None:
    """A proof can be drawn, shown as a page, or read by a program."""
    status, out, _ = run("why", "supports(china, russia)", base, "--format", form)
    assert status == 0
    assert mark in out
    if form == "json":
        json.loads(out)


def test_whynot(base: str) -> None:
    """It tells the premise that fails and ends with 0; of what holds after all it says so and ends with 1."""
    status, out, _ = run("whynot", "supports(russia, china)", base)
    assert status == 0
    assert "Russia supplies China" in out
    assert run("whynot", "supports(china, russia)", base)[0] == 1


def test_stances_tell_files_from_entities(base: str) -> None:
    """An argument that is no file is an entity: by id, by name, or by alias."""
    everyone = run("stances", base)[1]
    assert "China" in everyone
    assert "Türkiye" in everyone
    for name in ("turkey", "Türkiye", "Ankara"):
        status, out, _ = run("stances", name, base)
        assert status == 0
        assert "China" not in out
    status, _, err = run("stances", "atlantis", base)
    assert status == 2
    assert "atlantis" in err


def test_standard_input_is_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """`-` reads statements from standard input."""
    stream = io.TextIOWrapper(io.BytesIO(b"p(a). p(b)."), encoding="utf-8")
    monkeypatch.setattr(sys, "stdin", stream)
    assert run("query", "p(X)", "-", "--format", "csv")[1] == "X\na\nb\n"


def test_all_problems_of_a_file_are_told(tmp_path: Path) -> None:
    """A base with mistakes answers nothing: 2, and each mistake with its place."""
    path = tmp_path / "bad.facts"
    path.write_text("type country.\ncountry a.\nrelation p(x: country).\np(aa).\nq(X) :- not p(X).\n")
    status, out, err = run("query", "p(X)", str(path))
    assert (status, out) == (2, "")
    assert "bad.facts:4:3: error[unknown-constant]" in err
    assert "error[unsafe]" in err


def test_check(tmp_path: Path) -> None:
    """No problem is 0, errors are 1, warnings are 1 with `--strict` only; the summary is no result."""
    good, warned, bad = (tmp_path / name for name in ("good.facts", "warned.rules", "bad.facts"))
    good.write_text("relation p(x: any).\nrelation q(x: any).\np(a).\nq(X) :- p(X).\n?- q(X).\n")
    warned.write_text("relation p(x: any, y: any).\nrelation q(x: any).\np(a, b).\nq(X) :- p(X, Y).\n?- q(X).\n")
    bad.write_text("p(a.\n")
    assert run("check", str(good))[:2] == (0, "")
    assert "1 file: 0 errors, 0 warnings" in run("check", str(good))[2]
    status, out, _ = run("check", str(warned))
    assert status == 0
    assert "warning[singleton-variable]" in out
    assert run("check", str(warned), "--strict")[0] == 1
    status, out, _ = run("check", str(bad))
    assert status == 1
    assert "error[syntax]" in out
    problems = json.loads(run("check", str(bad), "--format", "json")[1])
    assert problems[0]["code"] == "syntax"
    assert problems[0]["line"] == 1
    assert run("check", str(tmp_path / "none.facts"))[0] == 2


def test_check_of_what_comes_with_the_package() -> None:
    """The bundled base and rules have no errors."""
    status, _, err = run("check")
    assert status == 0
    assert "0 errors" in err


def test_format_rewrites_in_place(tmp_path: Path) -> None:
    """The layout becomes canonical, comments and the file's mode stay, a second run changes nothing."""
    path = tmp_path / "a.facts"
    path.write_text("% why\np( a,b ).\n")
    path.chmod(0o640)
    assert run("format", str(path), "--check") == (1, f"{path}\n", "")
    assert path.read_text() == "% why\np( a,b ).\n"
    assert run("format", str(path))[0] == 0
    assert path.read_text() == "% why\np(a, b).\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert run("format", str(tmp_path), "--check") == (0, "", "")
    assert [child.name for child in tmp_path.iterdir()] == ["a.facts"]


def test_format_of_standard_input() -> None:
    """`-` is formatted to standard output."""
    assert run("format", "-", stdin="p( a,b ).") == (0, "p(a, b).\n", "")


def test_format_leaves_a_file_with_mistakes_alone(tmp_path: Path) -> None:
    """What cannot be read is not rewritten; the other files are."""
    bad, good = tmp_path / "bad.facts", tmp_path / "good.facts"
    bad.write_text("p( a.\n")
    good.write_text("p( a ).\n")
    status, _, err = run("format", str(bad), str(good))
    assert status == 2
    assert "error[syntax]" in err
    assert bad.read_text() == "p( a.\n"
    assert good.read_text() == "p(a).\n"


def test_test(tmp_path: Path) -> None:
    """All passed is 0, one failed is 1, a path without tests is 2; JUnit and coverage come along."""
    path = tmp_path / "a.test"
    path.write_text('p(a).\nq(X) :- p(X).\ntest "holds" { expect q(a). }\n')
    junit = tmp_path / "out.xml"
    status, out, _ = run("test", str(path), "--junit", str(junit), "--coverage")
    assert status == 0
    assert "1 passed" in out
    assert "<testsuite" in junit.read_text()
    path.write_text('p(a).\ntest "fails" { expect p(b). }\n')
    status, out, _ = run("test", str(path))
    assert status == 1
    assert "1 failed" in out
    assert run("test", str(tmp_path / "none"))[0] == 2


def test_a_time_limit_is_status_3(tmp_path: Path) -> None:
    """A question that takes too long is stopped, and says so."""
    path = tmp_path / "big.facts"
    path.write_text("".join(f"n({i}).\n" for i in range(300)) + "big(A, B, C, D) :- n(A), n(B), n(C), n(D).\n")
    status, out, err = run("query", "big(A, B, C, D)", str(path), "--time-limit", "0.5")
    assert (status, out) == (3, "")
    assert "error[time-limit]" in err


def test_an_internal_error_is_one_sentence(base: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A mistake of ours is told without a traceback, with status 70 and a way to report it."""

    def broken(*_: object, **__: object) -> None:
        raise KeyError("oops")

    monkeypatch.setattr(KnowledgeBase, "query", broken)
    monkeypatch.delenv("ALIGNMENT_DEBUG", raising=False)
    status, out, err = run("query", "supports(X, russia)", base)
    assert (status, out) == (70, "")
    assert "error[internal]: KeyError" in err
    assert "Traceback" not in err
    monkeypatch.setenv("ALIGNMENT_DEBUG", "1")
    assert "Traceback" in run("query", "supports(X, russia)", base)[2]


def test_ctrl_c_in_a_statement_of_duckdb_is_no_mistake_of_ours(base: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the main thread DuckDB forgets the interrupt, and raises an error with words of its own."""

    def stopped(*_: object, **__: object) -> None:
        raise RuntimeError("Query interrupted")

    monkeypatch.setattr(KnowledgeBase, "query", stopped)
    status, out, err = run("query", "supports(X, russia)", base)
    assert (status, out) == (130, "")
    assert err.strip() == "interrupted"


def test_format_of_files_from_elsewhere(tmp_path: Path) -> None:
    """A byte order mark goes, another encoding is refused, what comes with the package is left alone."""
    marked, latin = tmp_path / "marked.facts", tmp_path / "latin.facts"
    marked.write_bytes("\N{ZERO WIDTH NO-BREAK SPACE}p(a).\n".encode())
    latin.write_bytes("% Türkiye\n".encode("latin-1"))
    status, _, err = run("format", str(marked), str(latin), "@rules")
    assert status == 2
    assert "not UTF-8" in err
    assert "comes with the package" in err
    assert marked.read_bytes() == b"p(a).\n"
    assert latin.read_bytes() == "% Türkiye\n".encode("latin-1")


def test_parquet_without_pyarrow(base: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is missing is named, with the way to get it."""
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    status, out, err = run("query", "supports(X, russia)", base, "--format", "parquet")
    assert (status, out) == (2, "")
    assert "pip install 'alignment[arrow]'" in err


CONTRADICTION = BASE + "-supplies(turkey, russia) from summary.\n"


def test_contradictions_are_listed_with_both_proofs_and_the_status_says_so(tmp_path: Path, base: str) -> None:
    """Nothing found is 0, a contradiction 1; JSON has the same."""
    path = tmp_path / "contradiction.facts"
    path.write_text(CONTRADICTION, encoding="utf-8")
    assert run("contradictions", base) == (0, "no contradictions\n", "")
    status, out, err = run("contradictions", str(path))
    assert (status, err) == (1, "")
    assert "Türkiye supplies Russia: very likely (0.80)\n" in out
    assert "It is not the case that Türkiye supplies Russia: likely (0.60)\n" in out
    (only,) = json.loads(run("contradictions", str(path), "--format", "json")[1])["contradictions"]
    assert (only["kind"], only["confidence"]) == ("denied", 0.6)
    assert [claim["atom"] for claim in only["claims"]] == ["supplies(turkey, russia)", "-supplies(turkey, russia)"]
    assert run("contradictions", str(path), "--without", "summary")[0] == 0


def test_why_and_stances_tell_what_is_contested(tmp_path: Path) -> None:
    """The note of answers stands beside a proof and beside stances, and only where something is contested."""
    base = tmp_path / "base.facts"
    base.write_text(
        "stance supports(x: any, y: any). supports(china, russia). supports(iran, russia). -supports(china, russia).",
        encoding="utf-8",
    )
    assert "note: this answer is contested" in run("why", "supports(china, russia)", str(base))[2]
    assert "note: 1 of 2 answers is contested" in run("why", "supports(X, russia)", str(base))[2]
    assert "note: 1 of 2 stances is contested" in run("stances", str(base))[2]
    assert "contested" not in run("why", "supports(iran, russia)", str(base))[2]


def test_contested_answers_are_marked_for_people_and_on_request_for_programs(tmp_path: Path) -> None:
    """Machine formats keep their columns unless `--with contested` is given; the note goes to standard error."""
    path = tmp_path / "contradiction.facts"
    path.write_text(CONTRADICTION, encoding="utf-8")
    goal = ("query", "supplies(X, russia)", str(path))
    _, out, err = run(*goal)
    assert [line.split() for line in out.splitlines()[:1]] == [["X", "contested"]]
    assert [line.split() for line in out.splitlines()[2:]] == [["China"], ["Türkiye", "yes"]]
    assert err == (
        "note: 1 of 2 answers is contested: the contrary holds as well (`contradictions` shows both sides)\n"
    )
    assert run(*goal, "--format", "csv")[1] == "X\nchina\nturkey\n"
    assert run(*goal, "--format", "csv", "--with", "contested")[1] == "X,contested\nchina,false\nturkey,true\n"
    _, out, err = run("query", "supplies(turkey, russia)", str(path))
    assert (out, "this answer is contested" in err) == ("yes\ncontested: yes\n", True)


def test_every_command_reads_a_base_on_disk(tmp_path: Path) -> None:
    """A base is a FILE wherever text is one."""
    spec, base = tmp_path / "spec.facts", str(tmp_path / "base.duckdb")
    spec.write_text("p(a). p(b). q(X) :- p(X), X != b. stance s(x: any). s(X) :- q(X).", encoding="utf-8")
    assert run("import", str(spec), "-o", base)[0] == 0
    assert run("query", "q(X)", base, "--format", "csv")[:2] == (0, "X\na\n")
    assert run("query", "q(c)", base, "--assume", "p(c)")[:2] == (0, "yes\n")
    for words in (["why", "q(a)"], ["whynot", "q(b)"], ["stances"], ["check"], ["export", "--to", "json"]):
        status, out, err = run(*words, base)
        assert status == 0, err
        assert out or words == ["check"]
def test_linchpins_are_facts_and_sources_singly_and_together(tmp_path: Path) -> None:
    """An atom that does not hold has none and exit status 1; JSON has every set."""
    path = tmp_path / "two.facts"
    path.write_text(
        "source s. source t. a(x) from s. b(x) from t. c(x) from s. p(X) :- c(X), a(X). p(X) :- c(X), b(X).",
        encoding="utf-8",
    )
    status, out, err = run("linchpins", "p(x)", str(path), "--format", "json")
    data = json.loads(out)
    assert (status, err) == (0, "")
    facts = [[fact["atom"] for fact in one] for one in data["facts"]["sets"]]
    assert facts == [["c(x)"], ["a(x)", "b(x)"]]
    assert data["sources"] == {"sets": [["s"]], "complete": True}
    status, out, _ = run("linchpins", "p(y)", str(path))
    assert status == 1
    assert "it does not hold" in out
    assert run("linchpins", "p(X)", str(path))[0] == 2


def test_hypotheses_are_compared_in_a_matrix(tmp_path: Path) -> None:
    """The least contradicted first; machine formats have a column for each hypothesis."""
    path = tmp_path / "two.facts"
    path.write_text(
        "source s, reliability b. a(x) from s. p(X) :- a(X). q(X) :- b(X), not a(X). b(x).", encoding="utf-8"
    )
    status, out, err = run("compare", "q(x)", "p(x)", str(path))
    assert (status, err) == (0, "")
    assert out.startswith("H1  p(x): follows, very likely (0.80); 0.00 against it\nH2  q(x): does not follow; 0.80 against it\n")
    assert run("compare", "q(x)", "p(x)", str(path), "--format", "csv")[1].splitlines()[:2] == [
        "fact,text,sources,weight,p(x),q(x)",
        "a(x),a(x),s,0.8,consistent,inconsistent",
    ]
    assert json.loads(run("compare", "q(x)", "p(x)", str(path), "--format", "json")[1])["hypotheses"][0]["atom"] == "p(x)"
    assert run("compare", "p(x)", str(path))[0] == 2
