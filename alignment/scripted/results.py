"""What a run of scripted tests gives: values that the text, JUnit and the exit status are read from."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

from alignment.problems import Problem
from alignment.records import frozen
from alignment.source import Span


class Status(StrEnum):
    """How a test ended. An error is a base that cannot be built; a limit stopped the work."""

    PASSED = "passed"
    FAILED = "failed"
    ERROR = "error"
    LIMIT = "limit"


EXIT_PASSED, EXIT_FAILED, EXIT_WRONG_INPUT, EXIT_LIMIT = 0, 1, 2, 3


@frozen
class Options:
    """The view that tests start in, until their own steps change it, and the engine they run on.

    `as_of` is a date as text or `ever`; None is today. `time_limit` is in seconds for the whole run.
    """

    engine: str = "auto"
    master: str | None = None
    as_of: str | None = None
    min_confidence: float | None = None
    without: tuple[str, ...] = ()
    time_limit: float | None = None


@frozen
class Failure:
    """A step that did not come out: where it stands, what is wrong in a sentence, and what was found.

    `problems` are those of a step that could not be asked; `details` then holds their text.
    """

    span: Span | None
    sentence: str
    details: str = ""
    problems: tuple[Problem, ...] = ()


@frozen
class TestResult:
    """How one test ended. `duration` is in seconds."""

    __test__ = False  # pytest must not collect it

    name: str
    file: str
    line: int
    status: Status
    duration: float
    failures: tuple[Failure, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether every step came out."""
        return self.status is Status.PASSED


@frozen
class FileResult:
    """The tests of one file in its order, or the problems for which it cannot be read."""

    path: Path
    tests: tuple[TestResult, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def limited(self) -> bool:
        """Whether its last test reached a limit, so that those after it were not run."""
        return any(test.status is Status.LIMIT for test in self.tests)


@frozen
class Results:
    """The files of one run, the problems of its call, and its duration in seconds.

    A run stops where it reaches a limit: `stopped` says why, if that was outside a test.
    """

    files: tuple[FileResult, ...] = ()
    problems: tuple[Problem, ...] = ()
    duration: float = 0.0
    stopped: tuple[Problem, ...] = ()

    @property
    def tests(self) -> tuple[TestResult, ...]:
        """The tests of all files."""
        return tuple(test for file in self.files for test in file.tests)

    @property
    def all_problems(self) -> tuple[Problem, ...]:
        """Problems of the call, then those of the files."""
        return (*self.problems, *(problem for file in self.files for problem in file.problems))

    def count(self, status: Status) -> int:
        """The number of tests that ended so."""
        return sum(test.status is status for test in self.tests)

    @property
    def limited(self) -> bool:
        """Whether the run stopped before its end."""
        return bool(self.stopped) or self.count(Status.LIMIT) > 0

    @property
    def exit_status(self) -> int:
        """0 all passed, 1 a test failed, 2 a file or what it loads is wrong, 3 a limit was reached."""
        if self.limited:
            return EXIT_LIMIT
        if self.all_problems or self.count(Status.ERROR):
            return EXIT_WRONG_INPUT
        return EXIT_FAILED if self.count(Status.FAILED) else EXIT_PASSED
