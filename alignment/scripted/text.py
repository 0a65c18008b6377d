"""How results read: a dot or a line for each test, each failure with its place, and a summary."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator

from alignment.language.printer import format_node
from alignment.problems import excerpt
from alignment.scripted.coverage import Coverage
from alignment.scripted.results import Failure, Results, Status, TestResult
from alignment.source import Span

MARKS = {Status.PASSED: ".", Status.FAILED: "F", Status.ERROR: "E", Status.LIMIT: "L"}

COUNTED = {
    Status.PASSED: "passed",
    Status.FAILED: "failed",
    Status.ERROR: "could not run",
    Status.LIMIT: "reached a limit",
}


def mark(test: TestResult) -> str:
    """One character for a test, as it ends."""
    return MARKS[test.status]


def line(test: TestResult) -> str:
    """One line for a test, as it ends: where it stands, how it ended, its name."""
    return f"{test.file}:{test.line}: {test.status}: {test.name}"


def failure_text(test: TestResult) -> str:
    """A test that did not pass: its name, then each failing step with its place and what was found."""
    failures = [textwrap.indent(_failure(failure), "  ") for failure in test.failures]
    return f"{test.name} ({test.file}:{test.line})\n" + "\n\n".join(failures)


def _failure(failure: Failure) -> str:
    if failure.problems:
        return failure.details
    span = failure.span
    place = f"{span.file}:{span.line}:{span.column}: " if span else ""
    shown = [f"{place}{failure.sentence}", *(excerpt(span) if span else [])]
    return "\n".join([*shown, textwrap.indent(failure.details, "  ")])


def report(results: Results) -> str:
    """Everything a person has to read after the run: problems, failures, and the summary last."""
    return "\n\n".join([*_blocks(results), summary(results)])


def _blocks(results: Results) -> Iterator[str]:
    """Problems and failures; what several tests have in common is shown once."""
    for problem in (*results.all_problems, *results.stopped):
        yield str(problem)
    shown: dict[str, str] = {}
    for test in results.tests:
        if test.passed:
            continue
        text = failure_text(test)
        headline, _, details = text.partition("\n")
        if test.status is Status.ERROR and details in shown:
            yield f"{headline}\n  as in '{shown[details]}' above"
        else:
            shown.setdefault(details, test.name)
            yield text


def summary(results: Results) -> str:
    """`34 passed, 1 failed in 0.4 s`."""
    counts = [f"{results.count(status)} {word}" for status, word in COUNTED.items() if results.count(status)]
    unread = sum(bool(file.problems) for file in results.files)
    if unread:
        counts.append("1 file could not be read" if unread == 1 else f"{unread} files could not be read")
    if results.limited:
        counts.append("the rest was not run")
    return f"{', '.join(counts) or 'no tests'} in {results.duration:.1f} s"


def coverage_text(coverage: Coverage) -> str:
    """The rules that never fired and the relations that never held a row, each with its place."""
    fired = coverage.rules - len(coverage.never_fired)
    filled = coverage.relations - len(coverage.never_filled)
    lines = [
        f"{fired} of {coverage.rules} rules fired, {filled} of {coverage.relations} relations held a row"
    ]
    rules = ((rule.span, rule.label or format_node(rule.head)) for rule in coverage.never_fired)
    relations = ((one.span, one.name) for one in coverage.never_filled)
    return "\n".join([*lines, *_places("never fired", rules), *_places("never filled", relations)])


def _places(title: str, entries: Iterable[tuple[Span | None, str]]) -> list[str]:
    lines = [f"  {span.file}:{span.line}: {name}" for span, name in entries if span]
    return [f"{title}:", *lines] if lines else []
