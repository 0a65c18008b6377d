"""Whoever waits at a terminal sees what a long load is at; nobody else sees anything."""

from __future__ import annotations

import io
import time
from pathlib import Path

import pytest

from alignment import KnowledgeBase
from alignment.cli import main
from alignment.commands import progress
from alignment.commands.console import Console


class Terminal(io.StringIO):
    """A stream that a person reads."""

    def isatty(self) -> bool:
        """It is one."""
        return True


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything takes long."""
    monkeypatch.setattr(progress, "PATIENCE", 0.001)
    monkeypatch.setattr(progress, "PAUSE", 0.001)


@pytest.fixture
def spec(tmp_path: Path) -> Path:
    """A file that imports a table."""
    (tmp_path / "big.csv").write_text("A,B\n" + "".join(f"a{i},b{i % 7}\n" for i in range(400_000)), encoding="utf-8")
    (tmp_path / "spec.facts").write_text('import p(A, B) from "big.csv".', encoding="utf-8")
    return tmp_path / "spec.facts"


def test_work_is_drawn_and_taken_away() -> None:
    """A bar as long as the share that is done, the rows so far, and an empty line in the end."""
    stderr = Terminal()
    with progress.activity(Console(io.StringIO(), io.StringIO(), stderr)) as told:
        told("importing big.csv", 0.5, 1_234_567)
        time.sleep(0.1)
    drawn = stderr.getvalue()
    assert f"\r[{'#' * 15}{'.' * 15}] importing big.csv, 1,234,567 rows so far\x1b[K" in drawn
    assert drawn.endswith("\r\x1b[K")


def test_importing_tells_what_it_is_at(spec: Path, tmp_path: Path) -> None:
    """On a terminal the file, the table and the base that is written; in a pipe the result alone."""
    call = ("import", str(spec), "-o", str(tmp_path / "base.duckdb"))
    stderr = Terminal()
    assert main(call, Console(io.StringIO(), io.StringIO(), stderr)) == 0
    for what in ("reading spec.facts", "importing big.csv", "writing base.duckdb, 400,000 rows so far"):
        assert what in stderr.getvalue()
    piped = io.StringIO()
    assert main(call, Console(io.StringIO(), io.StringIO(), piped)) == 0
    assert piped.getvalue() == f"wrote {tmp_path / 'base.duckdb'}: 400000 facts\n"


def test_a_program_may_be_told_too(spec: Path) -> None:
    """`activity` is called with what is read, a share from 0 to 1 or None, and the rows before it."""
    seen: list[tuple[str, float | None, int]] = []
    kb = KnowledgeBase(activity=lambda what, share, rows: seen.append((what, share, rows)))
    kb.load(spec)
    assert seen[0] == ("reading spec.facts", None, 0)
    assert {what for what, _, _ in seen} == {"reading spec.facts", "importing big.csv"}
    assert all(share is None or 0 <= share <= 1 for _, share, _ in seen)
