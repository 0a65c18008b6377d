"""Watching: the tests run again when something that they rest on changes."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from alignment.scripted.bases import Bases
from alignment.scripted.results import Results
from alignment.scripted.runner import run
from alignment.scripted.watch import watch

PASSES = 'load "base.rules".\ntest "a" { expect supports(china, russia). }'
FAILS = 'load "base.rules".\ntest "a" { expect opposes(china, russia). }'


def change(path: Path, text: str) -> None:
    """Write a file so that its change shows, however coarse the clock of the file system."""
    path.write_text(text, encoding="utf-8")
    stat = path.stat()
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns + 1_000_000))


def watched(paths: list[str], *changes: Callable[[], object]) -> list[int]:
    """The exit status of each run, when these changes happen one at each wait, then Ctrl-C."""
    statuses: list[int] = []
    bases = Bases()
    waits = iter(changes)

    def run_it() -> Results:
        results = run(paths, bases=bases)
        statuses.append(results.exit_status)
        return results

    def sleep(seconds: float) -> None:
        assert seconds > 0
        happen = next(waits, None)
        if happen is None:
            raise KeyboardInterrupt
        happen()

    last = watch(paths, run_it, bases, sleep=sleep)
    assert last is not None
    assert last.exit_status == statuses[-1]
    return statuses


def test_runs_once_and_ends_with_ctrl_c(folder: Path) -> None:
    """Nothing changes, so nothing is run again; Ctrl-C ends, with the last results."""
    change(folder / "a.test", PASSES)
    assert watched(["."], lambda: None, lambda: None) == [0]


def test_runs_again_when_a_test_changes(folder: Path) -> None:
    """An edited test, a new one and one that is gone are each a reason to run again."""
    one, two = folder / "a.test", folder / "b.test"
    change(one, PASSES)
    assert watched(
        ["."],
        lambda: change(one, FAILS),
        lambda: change(one, PASSES),
        lambda: change(two, FAILS),
        two.unlink,
    ) == [0, 1, 0, 1, 0]


def test_runs_again_when_a_loaded_file_changes(folder: Path) -> None:
    """So is a change of a rule file that a test loads, wherever it stands, and its coming into being."""
    rules = folder / "more" / "extra.rules"
    rules.parent.mkdir()
    (folder / "tests").mkdir()
    change(folder / "tests" / "a.test", 'test "a" { load "../more/extra.rules". expect good(day). }')
    assert watched(
        ["tests"],
        lambda: change(rules, "good(day)."),
        lambda: change(rules, "good(night)."),
    ) == [2, 0, 1]


def test_a_missing_path_is_waited_for(folder: Path) -> None:
    """A path that is not there yet is a problem now, and run when it comes."""
    assert watched(["a.test"], lambda: change(folder / "a.test", PASSES)) == [2, 0]


def test_a_change_during_the_run_counts(folder: Path) -> None:
    """A file that is saved while the tests run is not missed."""
    path = folder / "a.test"
    change(path, PASSES)
    bases, count = Bases(), 0

    def run_it() -> Results:
        nonlocal count
        count += 1
        results = run(["a.test"], bases=bases)
        if count == 1:
            change(path, FAILS)
        return results

    def sleep(_: float) -> None:
        raise KeyboardInterrupt

    last = watch(["a.test"], run_it, bases, sleep=sleep)
    assert count == 2
    assert last is not None
    assert last.exit_status == 1
