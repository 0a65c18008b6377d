"""What a process leaves behind when it ends: nothing on disk, and no work for tables in memory."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import weakref
from pathlib import Path

import pytest

from alignment.factbase import database as databases
from alignment.factbase.database import database_of, drop
from alignment.factbase.dictionary import Dictionary


class Owner:
    """Whose table goes with it."""


def tables(dictionary: Dictionary) -> set[str]:
    """The tables of a dictionary's database."""
    return {name for (name,) in database_of(dictionary).cursor().execute("SELECT table_name FROM duckdb_tables()").fetchall()}


def test_tables_go_with_their_owners_until_the_process_ends() -> None:
    """A database that is left drops nothing, and is not closed."""
    dictionary = Dictionary()
    database = database_of(dictionary)
    for left in (False, True):
        owner = Owner()
        name = database.table(1, [(8,)], database.cursor())
        weakref.finalize(owner, drop, database, name)
        if left:
            database.leave()
        del owner
        assert (name in tables(dictionary)) is left
    assert not database.close.atexit


def test_what_was_spilled_goes_when_the_process_ends(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A database with something on disk is closed at the end, and takes it away."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    database = databases.Database()
    (tmp_path / f"alignment-{os.getpid()}").mkdir()
    database.leave()
    assert database.close.atexit


def test_a_question_leaves_no_file(tmp_path: Path) -> None:
    """A question that spills to disk within its memory limit leaves an empty folder for temporary files."""
    facts = tmp_path / "n.csv"
    facts.write_text("a\n" + "".join(f"{i}\n" for i in range(3_000)))
    base = tmp_path / "base.facts"
    base.write_text('import n(A) from "n.csv".\np(A, B) :- n(A), n(B).\n')
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    command = [sys.executable, "-m", "alignment", "query", "N = #count{ A, B : p(A, B) }", str(base)]
    limits = ["--engine", "duckdb", "--memory-limit", "450", "--format", "csv"]
    found = subprocess.run(
        [*command, *limits], env={**os.environ, "TMPDIR": str(temporary)}, capture_output=True, text=True, check=False
    )
    assert found.stdout.split() == ["N", "9000000"], found.stderr
    assert not list(temporary.iterdir())
