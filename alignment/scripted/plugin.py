"""A pytest plugin that collects `.test` files: each test in them is an item.

pytest loads this in every run where the package is installed, so the engine is imported only once a
`.test` file is found. `-p no:alignment` turns it off.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from alignment.language import tree
    from alignment.scripted.bases import Bases
    from alignment.scripted.files import TestFile
    from alignment.scripted.results import TestResult

_BASES: pytest.StashKey[Bases] = pytest.StashKey()


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> ScriptedFile | None:
    """Take every file whose name ends in `.test`."""
    if file_path.suffix != ".test":
        return None
    file: ScriptedFile = ScriptedFile.from_parent(parent, path=file_path)
    return file


class ScriptedFailure(Exception):  # what did not come out is the test's result, not an error of ours
    """A test that did not pass, with its result."""

    def __init__(self, result: TestResult) -> None:
        super().__init__(result.name)
        self.result = result


class ScriptedFile(pytest.File):
    """A `.test` file."""

    def collect(self) -> Iterator[ScriptedItem]:
        """One item for each test; a file that cannot be read is a collection error with its problems."""
        from alignment.scripted.files import read_test_file  # noqa: PLC0415  # only where a .test is found

        file = read_test_file(_shown(self.path))
        if file.problems:
            raise self.CollectError("\n".join(map(str, file.problems)))
        for test in file.tests:
            yield ScriptedItem.from_parent(self, name=test.name, file=file, test=test)


class ScriptedItem(pytest.Item):
    """One test of a `.test` file."""

    def __init__(self, *, file: TestFile, test: tree.Test, **keywords: Any) -> None:  # noqa: ANN401  # pytest's own
        super().__init__(**keywords)
        self.file = file
        self.test = test

    def runtest(self) -> None:
        """Run it. Raises ScriptedFailure if a step does not come out."""
        from alignment.scripted.bases import Bases  # noqa: PLC0415  # only where a .test is run
        from alignment.scripted.runner import run_test  # noqa: PLC0415

        bases = self.config.stash.setdefault(_BASES, Bases())
        result = run_test(self.file, self.test, bases=bases)
        if not result.passed:
            raise ScriptedFailure(result)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:  # noqa: ANN401
        """The text that the command line shows, without a traceback."""
        if isinstance(excinfo.value, ScriptedFailure):
            from alignment.scripted.text import failure_text  # noqa: PLC0415

            return failure_text(excinfo.value.result)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Where the test stands, for pytest's own lines."""
        return self.path, (self.test.line or 1) - 1, self.name


def _shown(path: Path) -> Path:
    """The path as people know it: relative to where they are, if it is below."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path
