"""Coverage: the rules that never fired and the relations that never held a row."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from alignment.scripted.coverage import Recorder
from alignment.scripted.runner import run
from alignment.scripted.text import coverage_text


@pytest.fixture
def covered(folder: Path) -> Callable[[str], str]:
    """What is printed after tests were run over the base."""

    def run_it(text: str) -> str:
        (folder / "a.test").write_text(f'load "base.rules".\n{text}', encoding="utf-8")
        recorder = Recorder()
        run(["."], recorder=recorder)
        return coverage_text(recorder.coverage())

    return run_it


def test_what_no_test_asks_for_has_not_fired(covered: Callable[[str], str]) -> None:
    """Rules that no question depends on, and relations that only they fill, are named with their places."""
    assert covered('test "a" { refute opposes(china, russia). }') == (
        "0 of 3 rules fired, 4 of 6 relations held a row\n"
        "never fired:\n"
        "  base.rules:20: trade\n"
        "  base.rules:21: arms\n"
        "  base.rules:22: hostility\n"
        "never filled:\n"
        "  base.rules:13: supports\n"
        "  base.rules:14: opposes"
    )


def test_rules_that_fired_in_any_test_are_covered(covered: Callable[[str], str]) -> None:
    """Coverage is that of all tests together, facts and views of each included."""
    assert (
        covered("""
        test "a" { expect supports(china, russia). }
        test "b" { given { sanctions(china, russia). } expect opposes(china, russia). }
    """)
        == "3 of 3 rules fired, 6 of 6 relations held a row"
    )


def test_a_rule_fires_only_in_the_view_of_the_question(covered: Callable[[str], str]) -> None:
    """A rule whose premises the view hides has not fired."""
    assert "base.rules:21: arms" in covered('test "a" { as of 2020-01-01. expect supports(china, russia). }')


def test_statements_of_test_files_are_not_counted(covered: Callable[[str], str]) -> None:
    """Rules and relations that stand in a test are there to test, not to be tested."""
    text = covered("""
        relation mine(x: any). never(X) :- mine(X).
        test "a" { given { other(X) :- mine(X). } refute never(_), other(_). }
    """)
    assert text.startswith("0 of 3 rules fired, 4 of 6 relations")


def test_one_file_named_in_two_ways_is_one_file(folder: Path) -> None:
    """A rule is counted once, through whatever path it was loaded."""
    (folder / "sub").mkdir()
    (folder / "sub" / "via.rules").write_text('load "../base.rules".', encoding="utf-8")
    (folder / "a.test").write_text(
        'test "a" { load "sub/via.rules". expect supports(_, _). }', encoding="utf-8"
    )
    (folder / "b.test").write_text('test "b" { load "base.rules". expect supports(_, _). }', encoding="utf-8")
    recorder = Recorder()
    run(["."], recorder=recorder)
    coverage = recorder.coverage()
    assert (coverage.rules, [rule.label for rule in coverage.never_fired]) == (3, ["hostility"])


def test_a_rule_with_an_aggregate_fires_as_one_rule(covered: Callable[[str], str]) -> None:
    """The counting inside a rule is part of that rule, fired or not."""
    Path("count.rules").write_text(
        "rich: rich(X) :- buys(X, _, oil), N = #count{ G : buys(X, _, G) }, N > 2.\n"
        "busy: busy(X) :- buys(X, _, oil), N = #count{ G : buys(X, _, G) }, N >= 2.\n",
        encoding="utf-8",
    )
    text = covered('test "a" { load "count.rules". refute rich(_). expect busy(china). }')
    assert "count.rules:1: rich" in text
    assert "count.rules:2: busy" not in text
