"""The measuring harness: its smallest rows with the systems that are here, and that it notices what is wrong."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from bench.answers import fingerprint
from bench.compare import Figures, _Contender, _disagreements
from bench.processes import run
from bench.systems import HERE, Job, System
from bench.translate import recursive, rules_of, to_prolog, to_souffle

ROOT = Path(__file__).resolve().parents[2]


def bench(*words):
    command = [sys.executable, "-m", "bench", *words]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)


def test_small_rows_agree_and_are_told_as_a_table_and_as_json(tmp_path):
    """The chain at small scale: pydatalog and clingo give the same answers; ratios and noise are printed."""
    done = bench(
        "--row", "chain", "--engines", "pydatalog", "--repeat", "1", "--work", str(tmp_path), "--json", str(tmp_path / "j")
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "chain: reaches(X, N), 121 facts, 61 answers, all agree" in done.stdout
    assert re.search(r"clingo +\d+\.\d\d s .*x\n", done.stdout)
    assert "noise: " in done.stdout
    told = json.loads((tmp_path / "j").read_text())
    found = {each["system"]: each["digest"] for each in told["rows"][0]["systems"] if each["digest"]}
    assert {"pydatalog", "clingo"} <= set(found)
    assert len(set(found.values())) == 1


def test_an_engine_that_is_refused_is_not_available_and_no_failure(tmp_path):
    """Its place in the table says so; status 0."""
    done = bench("--row", "rules-20k", "--engines", "nosuch", "--repeat", "1", "--work", str(tmp_path))
    assert done.returncode == 0, done.stdout + done.stderr
    assert "not available: there is no engine named 'nosuch'" in done.stdout


def test_rows_are_listed_and_an_unknown_one_is_refused():
    """`--list` names every row of issue B's table; a wrong name is status 2."""
    assert {"stance-1e6", "closure", "chain", "growth", "dsl-text"} <= set(bench("--list").stdout.split())
    assert bench("--row", "nosuch").returncode == 2


def test_disagreement_is_told_with_rows(tmp_path):
    """Two systems with other answers: a sentence with a row that only one has."""
    contents = {"one": "a\tb\nc\td\n", "two": "c\td\n"}
    states, figures = [], []
    for name, text in contents.items():
        path = tmp_path / name
        path.write_text(text)
        job = Job((), path, "tsv")
        states.append(_Contender(System(name, lambda: None, lambda task, folder: None), job))
        figures.append(Figures(name, (1.0,), 1.0, 1.0, fingerprint(path, "tsv")))
    (sentence,) = _disagreements(states, figures)
    assert sentence == "one and two disagree: only the first has 1 rows, such as (a, b)"


def test_fingerprints_do_not_depend_on_form_or_order(tmp_path):
    """The same rows from our CSV, a TSV and clingo's line of atoms are one fingerprint; other rows are not."""
    (tmp_path / "csv").write_text("X,Y\n1,a\n2,b\n")
    (tmp_path / "tsv").write_text("2\tb\n1\ta\n")
    (tmp_path / "atoms").write_text("% Solving\nANSWER\np(1,a). p(2,b).\n")
    (tmp_path / "other").write_text("2\ta\n1\tb\n")
    prints = {fingerprint(tmp_path / form, form) for form in ("csv", "tsv", "atoms")}
    assert len(prints) == 1
    assert fingerprint(tmp_path / "other", "tsv") not in prints


def test_a_run_beyond_its_limit_is_ended(tmp_path):
    """The process is killed and the run says so."""
    done = run([sys.executable, "-c", "while True: pass"], output=tmp_path / "out", folder=tmp_path, limit=0.3)
    assert done.timed_out
    assert done.seconds < 5


def test_rules_in_the_words_of_other_systems(tmp_path):
    """Negation, inequality, counts, tables for recursive relations; kinds of columns for Soufflé."""
    rules = rules_of((HERE / "closure.rules").read_text())
    assert recursive(rules) == {"path"}
    prolog = to_prolog(rules, "reaches(X, N)", tmp_path, tmp_path)
    assert ":- table path/2." in prolog
    assert "findall([Y], (path(X, Y)), EveryN)" in prolog
    souffle = to_souffle(rules, "reaches(X, N)", {"edge": ["number", "number"], "node": ["number"]})
    assert ".decl reaches(a0: number, a1: number)" in souffle
    assert "reaches(X, N) :- node(X), N = count : { path(X, Y) }." in souffle
    stances = rules_of((HERE / "stance.rules").read_text())
    assert recursive(stances) == {"controls", "belongs", "bloc"}
    kinds = {"sanctions": ["symbol", "symbol", "number"], "at_war": ["symbol", "symbol"]}
    assert "!hostile(X, Y)" in to_souffle(stances, "leans(X, Y)", kinds)


def test_worlds_are_heavy_tailed_and_the_same_again():
    """The top hundredth of pairs carries a quarter of the events, half the pairs occur once; one seed, one world."""
    np = pytest.importorskip("numpy")
    from bench.worlds import counts_of_pairs, stance_world

    counts = counts_of_pairs(90_000)
    assert counts[: len(counts) // 100].sum() / counts.sum() == pytest.approx(0.25, abs=0.02)
    assert (counts == 1).mean() == pytest.approx(0.5, abs=0.01)
    one, two = stance_world(5_000), stance_world(5_000)
    assert len(one) == pytest.approx(5_000, rel=0.05)
    for name, table in one.tables.items():
        for mine, theirs in zip(table.columns, two.tables[name].columns, strict=True):
            assert np.array_equal(mine, theirs)


def test_our_sql_is_held_against_the_sql_by_hand_over_the_same_tables(tmp_path):
    """Both give the same rows, and the processor time of both is told."""
    done = bench("--row", "stance-sql", "--work", str(tmp_path))
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"\n  duckdb .*1\.00x\n  by-hand +\d+\.\d\d s .*x\n", done.stdout)
