"""Finding tests, sharing what they load, and what a run reports as a whole."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from alignment.language.loader import Loader
from alignment.problems import AlignmentError
from alignment.scripted.bases import Bases
from alignment.scripted.results import Options, Results, Status
from alignment.scripted.runner import discover, run
from alignment.scripted.text import report, summary


def write(folder: Path, name: str, text: str) -> Path:
    """A file below the folder."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_discover_finds_tests_below_in_name_order(folder: Path) -> None:
    """Files of a folder come in name order, then those of its folders; hidden folders are passed over."""
    for name in ("b.test", "a.test", "sub/c.test", ".hidden/d.test", "notes.txt", "rules.rules"):
        write(folder, name, "")
    assert discover(["."]) == [Path("a.test"), Path("b.test"), Path("sub/c.test")]


def test_discover_takes_each_file_once(folder: Path) -> None:
    """A file that is named and also found below a folder is run once, at its first place."""
    write(folder, "a.test", "")
    write(folder, "b.test", "")
    assert discover(["b.test", "."]) == [Path("b.test"), Path("a.test")]


@pytest.mark.usefixtures("folder")
def test_missing_paths_are_told_all_at_once() -> None:
    """Every path that is not there is a problem of its own."""
    with pytest.raises(AlignmentError) as raised:
        discover(["nowhere", "here.test"])
    assert [problem.message for problem in raised.value.problems] == [
        "there is no file or folder 'here.test'",
        "there is no file or folder 'nowhere'",
    ]


@pytest.mark.parametrize(
    ("files", "status"),
    [
        ({"a.test": 'test "a" { }'}, 0),
        ({"a.test": 'test "a" { load "base.rules". refute supports(china, russia). }'}, 1),
        ({"a.test": 'test "a" { expect }'}, 2),
        ({"a.test": 'test "a" { load "nowhere.rules". }'}, 2),
        ({"a.test": 'test "a" { load "bad.rules". }', "bad.rules": "p(X) :- q(X)."}, 2),
        ({"a.test": "% nothing"}, 2),
        ({}, 2),
    ],
    ids=["passed", "failed", "syntax", "missing load", "bad load", "no test in the file", "no file"],
)
def test_exit_status(folder: Path, files: dict[str, str], status: int) -> None:
    """0 if all passed, 1 if a test failed, 2 if something could not be read or nothing was found."""
    for name, text in files.items():
        write(folder, name, text)
    assert run(["."]).exit_status == status


def test_a_file_that_cannot_be_read_does_not_stop_the_others(folder: Path) -> None:
    """Its problems are told, its tests are not run, and the tests of the other files are."""
    write(folder, "a.test", 'test "a" { expect }')
    write(folder, "b.test", 'test "b" { }')
    results = run(["."])
    assert [test.name for test in results.tests] == ["b"]
    assert {problem.file for problem in results.all_problems} == {"a.test"}
    assert summary(results).startswith("1 passed, 1 file could not be read in ")


def test_a_missing_load_points_at_the_load(folder: Path) -> None:
    """The problem of a file that is not there stands at the `load` that names it."""
    write(folder, "a.test", 'test "a" {\n    load "base.rules", "nowhere.rules".\n}')
    (test,) = run(["."]).tests
    (problem,) = test.failures[0].problems
    assert (problem.code, problem.line, problem.column) == ("no-such-file", 2, 24)
    assert test.status is Status.ERROR


def test_what_several_tests_cannot_load_is_told_once(folder: Path) -> None:
    """A mistake in a rule file is shown for the first test that loads it, and named for the others."""
    write(folder, "bad.rules", "p(X) :- q(X).")
    write(folder, "a.test", 'load "bad.rules".\ntest "a" { }\ntest "b" { }')
    text = report(run(["."]))
    assert text.count("bad.rules:1:") == 1
    assert "as in 'a' above" in text
    assert "2 could not run" in text


def test_loads_are_relative_to_the_file(folder: Path) -> None:
    """A test may stand in a folder of its own, whatever folder the run starts in."""
    write(
        folder, "tests/deep/a.test", 'test "a" { load "../../base.rules". expect supports(china, russia). }'
    )
    assert run(["tests"]).exit_status == 0


@pytest.fixture
def loads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names that were loaded, in order."""
    names: list[str] = []
    load = Loader.load

    def counted(self: Loader, loaded: list[str]) -> None:
        names.extend(loaded)
        load(self, loaded)

    monkeypatch.setattr(Loader, "load", counted)
    return names


def test_tests_with_the_same_loads_share_a_base(folder: Path, loads: list[str]) -> None:
    """A hundred tests in two files, in different folders, read the base once."""
    steps = "expect supports(china, russia). given { sanctions(china, russia). }"
    inside = "".join(f'test "{i}" {{ load "base.rules". {steps} }}\n' for i in range(50))
    write(folder, "a.test", inside)
    write(folder, "sub/b.test", inside.replace("base.rules", "../base.rules"))
    results = run(["."])
    assert (results.exit_status, len(results.tests)) == (0, 100)
    assert loads == ["base.rules"]


def test_a_changed_file_is_read_again(folder: Path, loads: list[str]) -> None:
    """Bases kept from one run to the next are those of the files as they are now."""
    base = folder / "base.rules"
    write(folder, "a.test", 'test "a" { load "base.rules". expect supports(china, russia). }')
    bases = Bases()
    assert run(["."], bases=bases).exit_status == 0
    assert run(["."], bases=bases).exit_status == 0
    assert loads == ["base.rules"]
    base.write_text(
        base.read_text(encoding="utf-8").replace("buys(china, russia, oil) from article.", ""), "utf-8"
    )
    os.utime(base, ns=(1, 1))
    assert run(["."], bases=bases).exit_status == 0
    base.write_text("supports(a, b).", "utf-8")
    assert run(["."], bases=bases).exit_status == 1
    assert loads == ["base.rules"] * 3


def test_a_time_limit_stops_the_run(folder: Path) -> None:
    """The test at work tells the limit, those after it are not run, and the exit status is 3."""
    write(folder, "a.test", 'load "base.rules".\ntest "a" { expect supports(X, Y). }\ntest "b" { }')
    results = run(["."], Options(time_limit=0.0))
    assert [(test.name, test.status) for test in results.tests] == [("a", Status.LIMIT)]
    assert results.exit_status == 3
    assert "the time limit" in report(results)
    assert "1 reached a limit, the rest was not run" in summary(results)


def test_options_are_the_view_that_tests_start_in(folder: Path) -> None:
    """A date, a threshold and sources left out hold until a test chooses its own."""
    write(
        folder, "a.test", 'load "base.rules".\ntest "a" { expect supports(turkey, india). as of 2024-02-01. }'
    )
    assert run(["."], Options(as_of="2023-01-01")).exit_status == 1
    assert run(["."], Options(without=("article", "not declared here"))).exit_status == 1
    assert run(["."], Options(min_confidence=0.9)).exit_status == 1
    write(
        folder, "a.test", 'load "base.rules".\ntest "a" { as of 2024-02-01. expect supports(turkey, india). }'
    )
    assert run(["."], Options(as_of="2023-01-01")).exit_status == 0


def test_an_engine_that_is_none_is_a_problem_of_the_call(folder: Path) -> None:
    """An unknown engine is told once, not for each test."""
    write(folder, "a.test", 'test "a" { }')
    results = run(["."], Options(engine="abacus"))
    assert [problem.code for problem in results.problems] == ["unknown-engine"]
    assert results.exit_status == 2


def test_seen_is_told_of_each_test_as_it_ends(folder: Path) -> None:
    """So that progress can be shown while a run is under way."""
    write(folder, "a.test", 'test "a" { }\ntest "b" { expect p. }')
    seen: list[tuple[str, str]] = []
    run(["."], seen=lambda test: seen.append((test.name, test.status)))
    assert seen == [("a", "passed"), ("b", "failed")]


def test_summary_counts(run_text: Callable[[str], Results]) -> None:
    """One line says how many tests came out how, and in which time."""
    results = run_text('test "a" { }\ntest "b" { expect opposes(_, _). }')
    assert summary(results).startswith("1 passed, 1 failed in ")
    assert summary(results).endswith(" s")
