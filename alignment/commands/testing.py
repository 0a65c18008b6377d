"""`alignment test`: run the tests below the paths, once or at every change."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from alignment.commands.console import Status
from alignment.problems import AlignmentError, Problem

if TYPE_CHECKING:
    from collections.abc import Callable

    from alignment.commands.console import Console
    from alignment.commands.options import Call
    from alignment.scripted.bases import Bases
    from alignment.scripted.coverage import Recorder
    from alignment.scripted.results import Options as TestOptions
    from alignment.scripted.results import Results, TestResult


def test(call: Call, console: Console) -> int:
    """Run the tests; 1 if one failed, 2 if one could not be run."""
    from alignment.scripted.bases import Bases  # noqa: PLC0415  # heavy: only when testing

    bases = Bases(_options(call))
    if not call.options.watch:
        results = _run(call, console, bases)
        if results.problems and not results.files:
            raise AlignmentError(results.problems)
        return results.exit_status
    from alignment.scripted.watch import watch  # noqa: PLC0415  # likewise

    def again() -> Results:
        results = _run(call, console, bases)
        console.problems(results.problems if not results.files else ())
        now = datetime.datetime.now().astimezone()
        console.note(f"{now:%H:%M:%S}: waiting for a change; Ctrl-C ends")
        return results

    last = watch(_paths(call), again, bases)
    return last.exit_status if last else Status.INTERRUPTED


def _run(call: Call, console: Console, bases: Bases) -> Results:
    from alignment.scripted.runner import run  # noqa: PLC0415  # likewise
    from alignment.scripted.text import report  # noqa: PLC0415  # likewise

    recorder = _recorder() if call.options.coverage else None
    results = run(_paths(call), bases=bases, recorder=recorder, seen=_progress(console))
    if console.stderr.isatty() and results.tests:
        console.note("")
    if results.problems and not results.files:
        return results
    console.result(report(results))
    if recorder is not None:
        from alignment.scripted.text import coverage_text  # noqa: PLC0415  # likewise

        console.result(f"\n{coverage_text(recorder.coverage())}")
    if call.options.junit:
        _write_junit(call.options.junit, results)
    return results


def _paths(call: Call) -> list[str]:
    return call.arguments or ["."]


def _options(call: Call) -> TestOptions:
    from alignment.scripted.results import Options as TestOptions  # noqa: PLC0415  # likewise

    given = call.options
    return TestOptions(
        engine=given.engine,
        master=given.master,
        as_of=None if given.as_of is None else str(given.as_of),
        min_confidence=given.min_confidence,
        without=given.without,
        time_limit=given.time_limit,
    )


def _recorder() -> Recorder:
    from alignment.scripted.coverage import Recorder  # noqa: PLC0415  # likewise

    return Recorder()


def _progress(console: Console) -> Callable[[TestResult], None] | None:
    """A mark for each test as it ends, for a person who waits."""
    if not console.stderr.isatty():
        return None
    from alignment.scripted.text import mark  # noqa: PLC0415  # likewise

    def seen(result: TestResult) -> None:
        console.stderr.write(mark(result))
        console.stderr.flush()

    return seen


def _write_junit(name: str, results: Results) -> None:
    from alignment.scripted.junit import junit  # noqa: PLC0415  # likewise

    try:
        Path(name).write_text(junit(results), encoding="utf-8")
    except OSError as error:
        message = f"cannot write '{name}': {error.strerror}"
        raise AlignmentError(Problem("cannot-write", None, message)) from None
