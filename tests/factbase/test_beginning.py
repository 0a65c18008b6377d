"""A load that was begun before: the base is the one of a plain load, and its tables are read while modules are loaded."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from alignment import AlignmentError, KnowledgeBase
from alignment.activity import unwatched
from alignment.factbase import database, linking
from alignment.factbase.beginning import beginning
from alignment.factbase.dictionary import Dictionary
from alignment.factbase.importing import clean, table

ROWS = 400
"""Rows of a table here."""

ASKED = """
import sys, threading
begun = []
start = threading.Thread.start
def noted(thread):
    begun.append(thread.name.split(" ")[-1])
    start(thread)
threading.Thread.start = noted
class Told:
    def find_spec(self, name, path=None, target=None):
        if name == "alignment.knowledge":
            print(begun)
sys.meta_path.insert(0, Told())
from alignment.cli import main
sys.argv = ["alignment", "query", "p(X, Y)", "--format", "csv", sys.argv[1]]
main()
"""


@pytest.fixture
def spec(tmp_path: Path) -> Path:
    """A base that imports two tables and states a fact."""
    for name in "pq":
        (tmp_path / f"{name}.tsv").write_text("A\tB\n" + "".join(f"{name}{i}\tx{i % 7}\n" for i in range(ROWS)))
    path = tmp_path / "base.facts"
    path.write_text('import p(A, B) from "p.tsv".\nimport q(A, B) from "q.tsv".\np(a, b).\nr(X) :- p(X, Y), q(Y, Z).\n')
    return path


def quiet(before: int) -> bool:
    """Whether soon no more threads run than before."""
    until = time.monotonic() + 5
    while threading.active_count() > before and time.monotonic() < until:
        time.sleep(0.001)
    return threading.active_count() <= before


def test_a_load_that_was_begun_is_a_load(spec: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clean, "LEAST", 0)
    plain, begun_base, before = KnowledgeBase(), KnowledgeBase(), threading.active_count()
    plain.load(spec)
    with beginning([str(spec)], unwatched) as begun:
        assert begun.imports is not None
        with monkeypatch.context() as patch:
            patch.delattr("alignment.content.check")  # what was checked is not checked again
            begun_base.load(spec, begun=begun)
    for goal in ("p(X, Y)", "q(X, Y)", "r(X)"):
        assert begun_base.query(goal).rows == plain.query(goal).rows
    begun_base.add("p(more, b).")
    begun_base.reload()
    assert len(begun_base.query("p(X, Y)")) == ROWS + 2
    assert quiet(before)


@pytest.mark.parametrize("rows", [ROWS, 200_000])
def test_small_tables_that_are_read_already_need_no_thread(
    spec: Path, rows: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A large one is put in a table, which Ctrl-C has to be able to stop."""
    monkeypatch.setattr(clean, "LEAST", 0)
    asked: list[object] = []
    supervised = table.supervised
    monkeypatch.setattr(table, "supervised", lambda *work, **more: asked.append(work) or supervised(*work, **more))
    spec.with_name("p.tsv").write_text("A\tB\n" + "".join(f"p{i % 9999}\tx{i % 7}\n" for i in range(rows)))
    before, kb = threading.active_count(), KnowledgeBase()
    with beginning([str(spec)], unwatched) as begun:
        assert quiet(before)
        kb.load(spec, begun=begun)
    assert len(asked) == (rows > ROWS)
    assert len(kb.query("q(X, Y)")) == ROWS


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("p(a, b)", "syntax"),
        ("q(X) :- not p(X).", "unsafe"),
        ('import p(A, C) from "p.tsv".', "unknown-column"),
        ('import p(A, B) from "none.tsv".', "no-such-file"),
        ('load "none.facts".', "no-such-file"),
    ],
)
def test_problems_are_those_of_a_load(spec: Path, text: str, code: str) -> None:
    spec.write_text(text)
    said = []
    for begin in (False, True):
        kb = KnowledgeBase()
        with pytest.raises(AlignmentError) as raised, beginning([str(spec)], unwatched) as begun:
            kb.load(spec, begun=begun if begin else None)
        said.append([str(one) for one in raised.value.problems])
        assert code in {one.code for one in raised.value.problems}
    assert said[0] == said[1]


def test_what_was_begun_of_a_base_is_not_used_for_more(spec: Path) -> None:
    """A base that has statements already checks them all together."""
    kb = KnowledgeBase()
    kb.add("p(first, fact).")
    with beginning([str(spec)], unwatched) as begun:
        kb.load(spec, begun=begun)
    assert len(kb.query("p(X, Y)")) == ROWS + 2


def test_reading_ends_with_what_was_begun(spec: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clean, "LEAST", 0)
    before = threading.active_count()
    with pytest.raises(ZeroDivisionError), beginning([str(spec)], unwatched):
        raise ZeroDivisionError
    assert quiet(before)


def test_tables_are_read_while_modules_are_loaded(spec: Path) -> None:
    """When the façade is loaded, the threads that read have begun, and may have ended."""
    big = "".join(f"p{i}\tx{i % 7}\n" for i in range(40_000))
    spec.with_name("p.tsv").write_text("A\tB\n" + big)
    found = subprocess.run([sys.executable, "-c", ASKED, spec], capture_output=True, text=True, check=False)
    first, *rows = found.stdout.splitlines()
    assert "(_read_all)" in first
    assert len(rows) == 40_000 + 2


def test_a_database_that_cannot_be_opened_ahead_is_opened_again(monkeypatch: pytest.MonkeyPatch) -> None:
    made = database.Database

    def failing() -> database.Database:
        monkeypatch.setattr(database, "Database", made)
        raise OSError

    monkeypatch.setattr(database, "Database", failing)
    database.open_ahead()
    opened = database.database_of(dictionary := Dictionary())
    assert isinstance(opened, made)
    assert database.database_of(dictionary) is opened
    database.open_ahead()
    assert database.database_of(Dictionary()) is not opened


LINKED = """
import sys
from alignment.factbase.linking import LIBRARY, linked
linked("no_module_of_this_name")
linked("re")
assert LIBRARY not in open("/proc/self/maps").read()
linked(LIBRARY)
assert LIBRARY in open("/proc/self/maps").read()
assert LIBRARY not in sys.modules
import _duckdb
print(_duckdb.connect().execute("SELECT 42").fetchall())
"""


@pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="tells by a file of Linux what is linked")
def test_the_library_is_linked_before_its_module_is_loaded() -> None:
    found = subprocess.run([sys.executable, "-c", LINKED], capture_output=True, text=True, check=False)
    assert found.stdout == "[(42,)]\n", found.stderr


@pytest.mark.parametrize("in_database", [True, False])
@pytest.mark.parametrize("name", ["plain.facts", "base.duckdb"])
def test_a_database_that_is_sure_to_be_needed_is_begun(
    tmp_path: Path, name: str, in_database: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its library while files are parsed, and itself whatever they say: a base on disk too."""
    (tmp_path / "plain.facts").write_text("p(a).\n")
    kb = KnowledgeBase()
    kb.load(tmp_path / "plain.facts")
    kb.save(tmp_path / "base.duckdb")
    begun: list[str] = []
    monkeypatch.setattr(linking, "link_ahead", lambda: begun.append("linked"))
    monkeypatch.setattr(database, "open_ahead", lambda: begun.append("opened"))
    with beginning([str(tmp_path / name)], unwatched, in_database=in_database):
        assert begun == (["linked", "opened"] if in_database else [])
