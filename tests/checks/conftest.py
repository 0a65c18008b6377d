"""Bases for the checks, from text; and the flag that renews the expected texts."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from alignment.checks.check import check
from alignment.checks.model import Checked
from alignment.language.parser import parse
from alignment.problems import Problem
from alignment.source import SourceText

Run = Callable[..., tuple[Checked | None, tuple[Problem, ...]]]


def pytest_addoption(parser: pytest.Parser) -> None:
    """`pytest tests/checks --renew` writes what is found as what is expected."""
    parser.addoption("--renew", action="store_true", help="write the expected texts of tests/checks/cases anew")


def run(
    *texts: str, quoted: Mapping[str, str] | None = None, complete: bool = True
) -> tuple[Checked | None, tuple[Problem, ...]]:
    """Check texts as files `1.rules`, `2.rules`, …; `quoted` are the text files that sources name."""
    files = []
    for number, text in enumerate(texts, 1):
        file, problems = parse(SourceText(f"{number}.rules", text))
        assert not problems, problems[0]
        files.append(file)
    found = quoted or {}
    return check(files, texts=lambda _file, path: found.get(path), complete=complete)


def codes(*texts: str, **options: object) -> list[str]:
    """The codes of the problems of texts, in order of place."""
    return [problem.code for problem in run(*texts, **options)[1]]  # type: ignore[arg-type]
