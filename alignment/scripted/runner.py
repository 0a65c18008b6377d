"""The runner: paths in, results out. Command line, watching and the pytest plugin all go through it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from pathlib import Path

from alignment.engines.base import Limits
from alignment.engines.registry import engine
from alignment.language import tree
from alignment.problems import AlignmentError, LimitReached, Problem
from alignment.scripted.bases import Bases
from alignment.scripted.coverage import Recorder
from alignment.scripted.files import TestFile, discover, read_test_file
from alignment.scripted.results import FileResult, Options, Results, Status, TestResult
from alignment.scripted.steps import TestRun

__all__ = ["discover", "run", "run_file", "run_test"]

Seen = Callable[[TestResult], None]


def run(
    paths: Iterable[str | Path],
    options: Options | None = None,
    *,
    bases: Bases | None = None,
    recorder: Recorder | None = None,
    seen: Seen | None = None,
) -> Results:
    """Run every `.test` below the paths, in name order.

    `bases` keeps what was read from one run to the next, `recorder` gathers coverage, `seen` is told
    of each test as it ends. A path that is missing, or paths without any test, are problems.
    """
    started = time.perf_counter()
    bases = bases or Bases(options)
    paths = list(paths)
    files: list[FileResult] = []
    problems: tuple[Problem, ...] = ()
    stopped: tuple[Problem, ...] = ()
    limits = Limits.of(bases.options.time_limit)
    try:
        engine(bases.options.engine, master=bases.options.master)
        for path in discover(paths):
            files.append(run_file(path, bases=bases, recorder=recorder, seen=seen, limits=limits))
            if files[-1].limited:
                break
    except LimitReached as error:
        stopped = error.problems
    except AlignmentError as error:
        problems = error.problems
    if not (problems or stopped or any(file.tests or file.problems for file in files)):
        below = ", ".join(f"'{path}'" for path in paths)
        problems = (
            Problem("no-such-file", None, f"there are no tests in {below}", "tests stand in .test files"),
        )
    return Results(tuple(files), problems, time.perf_counter() - started, stopped)


def run_file(
    path: Path,
    *,
    bases: Bases,
    recorder: Recorder | None = None,
    seen: Seen | None = None,
    limits: Limits | None = None,
) -> FileResult:
    """Run the tests of one file, in its order, until one reaches a limit."""
    file = read_test_file(path)
    results = []
    for test in file.tests:
        result = run_test(file, test, bases=bases, recorder=recorder, limits=limits)
        if seen is not None:
            seen(result)
        results.append(result)
        if result.status is Status.LIMIT:
            break
    return FileResult(path, tuple(results), file.problems)


def run_test(
    file: TestFile,
    test: tree.Test,
    *,
    bases: Bases,
    recorder: Recorder | None = None,
    limits: Limits | None = None,
) -> TestResult:
    """Run one test on a base of its own."""
    return TestRun(file, test, bases, recorder, limits or Limits()).run()
