"""Cases: a file or folder of statements, and the text of every problem in it. Adding a file adds a test.

`pytest tests/checks --renew` writes the texts anew; look at the difference before you commit it.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from alignment.checks.check import check
from alignment.language.loader import Loader, read_text
from alignment.problems import ordered

CASES = Path(__file__).parent / "cases"
NAMES = sorted(path.name for path in CASES.iterdir() if path.suffix != ".txt")


def golden(name: str) -> Path:
    """The file of the expected text of a case."""
    return CASES / f"{Path(name).stem}.txt"


def problems_of(name: str) -> str:
    """Every problem of a case, as people read it."""
    loader = Loader()
    loader.load([name])
    _, problems = check(loader.files, texts=read_text)
    return "".join(f"{problem}\n" for problem in ordered([*loader.problems, *problems]))


@pytest.mark.parametrize("name", NAMES)
def test_case(name: str, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """A case has exactly the problems that its text shows: places, carets, notes and hints included."""
    monkeypatch.chdir(CASES)
    found = problems_of(name)
    if request.config.getoption("--renew", default=False):
        golden(name).write_text(found, encoding="utf-8")
    assert found == golden(name).read_text(encoding="utf-8")


def test_no_golden_text_without_a_case() -> None:
    """Every expected text belongs to a case."""
    assert {path.name for path in CASES.glob("*.txt")} == {golden(name).name for name in NAMES}
