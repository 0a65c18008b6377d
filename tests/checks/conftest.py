"""Bases for the checks, from text; and the flag that renews the expected texts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pytest

from alignment.checks.check import check
from alignment.checks.model import Checked
from alignment.language.parser import parse
from alignment.problems import Problem
from alignment.source import SourceText


def pytest_addoption(parser: pytest.Parser) -> None:
    """`pytest tests/checks --renew` writes what is found as what is expected."""
    parser.addoption(
        "--renew", action="store_true", help="write the expected texts of tests/checks/cases anew"
    )


@dataclass(frozen=True)
class Bases:
    """Checks texts as files `1.rules`, `2.rules`, …"""

    def run(
        self, *texts: str, quoted: Mapping[str, str] | None = None, complete: bool = True
    ) -> tuple[Checked | None, tuple[Problem, ...]]:
        """What `check` gives; `quoted` are the text files that sources name."""
        files = []
        for number, text in enumerate(texts, 1):
            file, problems = parse(SourceText(f"{number}.rules", text))
            assert not problems, problems[0]
            files.append(file)
        found = quoted or {}
        return check(files, texts=lambda _file, path: found.get(path), complete=complete)

    def sound(self, *texts: str) -> Checked:
        """The checked base of texts without errors."""
        checked, problems = self.run(*texts)
        assert checked is not None, problems
        return checked

    def codes(self, *texts: str, complete: bool = True) -> list[str]:
        """The codes of the problems, in order of place."""
        return [problem.code for problem in self.run(*texts, complete=complete)[1]]


@pytest.fixture(scope="session")
def bases() -> Bases:
    """Bases from texts."""
    return Bases()
