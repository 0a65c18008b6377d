"""Columns of small imports are lent to DuckDB, and are a table where one is needed: by name, on disk."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("pyarrow")

import numpy as np  # noqa: E402

from alignment import KnowledgeBase  # noqa: E402
from alignment.factbase.database import SETTINGS  # noqa: E402
from alignment.factbase.duck import duckdb  # noqa: E402
from alignment.factbase.importing import clean, lines, table  # noqa: E402
from alignment.factbase.lent import Borrowing, Lent  # noqa: E402

RULES = "engaged(X, Y) :- meets(X, Y), visits(X, Y). alone(X) :- meets(X, _), not visits(X, _)."


def world(folder: Path, rows: int = 600, name: str = "n") -> Path:
    """Two tables of pairs, and rules over them."""
    for relation, step in (("meets", 7), ("visits", 11)):
        pairs = "".join(f"{name}{i * step % 90}\tm{i % 31}\n" for i in range(rows))
        (folder / f"{relation}.tsv").write_text("A\tB\n" + pairs)
    spec = folder / "world.facts"
    spec.write_text(f'import meets(A, B) from "meets.tsv".\nimport visits(A, B) from "visits.tsv".\n{RULES}\n')
    return spec


def kept(kb: KnowledgeBase) -> list[type]:
    """Where the imports of a base are kept."""
    return [type(one.kept) for one in kb.state.imported.values()]


@pytest.fixture(autouse=True)
def small_files(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every file is worth to be read so."""
    monkeypatch.setattr(clean, "LEAST", 0)


@pytest.mark.parametrize("engine", ["duckdb", "memory"])
def test_answers_are_the_same_lent_and_in_tables(engine: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spec = world(tmp_path)

    def told() -> tuple[object, ...]:
        kb = KnowledgeBase(engine)
        kb.load(spec)
        asked = [kb.query(goal).rows for goal in ("engaged(X, Y)", "alone(X)", "meets(X, m3)")]
        kb.add("meets(n1, m77).")
        kb.remove("visits(n0, m0).")
        changed = [kb.query(goal).rows for goal in ("engaged(X, Y)", "meets(X, Y)")]
        return kept(kb), asked, changed, str(kb.why("meets(n7, m1)"))

    lent, *answers = told()
    assert lent == [Lent, Lent]
    with monkeypatch.context() as patch:
        patch.setattr(clean, "LENT", 100)
        large, *others = told()
    assert large == [str, str]
    assert answers == others
    monkeypatch.setattr(clean, "TOGETHER", 1)
    monkeypatch.setattr(lines, "BLOCK", 1000)
    in_parts, *others = told()
    assert in_parts == [str, str]
    assert answers == others
    monkeypatch.setattr(table, "read_clean", lambda *_: None)
    _, *others = told()
    assert answers == others


def test_a_table_has_each_row_once(tmp_path: Path) -> None:
    kb = KnowledgeBase("duckdb")
    kb.load(world(tmp_path, 6_000))
    relation = kb.evaluation().reported("meets")
    assert relation.table  # type: ignore[attr-defined]
    assert len(relation) == len(set(relation)) == 2_790


def test_there_is_room_for_more_rows_than_the_first_lines_promise(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first lines are long."""
    monkeypatch.setattr(lines, "BLOCK", 400)
    pairs = [*((f"longer{i % 9}", "longer") for i in range(30)), *(("a", f"b{i % 9}") for i in range(600))]
    (tmp_path / "t.tsv").write_text("A\tB\n" + "".join(f"{a}\t{b}\n" for a, b in pairs))
    (tmp_path / "base.facts").write_text('import p(A, B) from "t.tsv".')
    kb = KnowledgeBase("duckdb")
    kb.load(tmp_path / "base.facts")
    assert kb.rows("p") == set(pairs)


@pytest.mark.parametrize("rows", [90, 600], ids=["different rows", "rows that are repeated"])
def test_a_relation_that_several_rules_read_has_each_row_once(rows: int, tmp_path: Path) -> None:
    spec = world(tmp_path, rows)
    spec.write_text(spec.read_text() + "copy(X, Y) :- meets(X, Y), X != Y. many(N) :- N = #count{ X, Y : meets(X, Y) }.")
    found = []
    for engine in ("duckdb", "memory"):
        kb = KnowledgeBase(engine)
        kb.load(spec)
        relations = kb.evaluation().relations(["copy", "many"])
        assert len(relations["copy"]) == len(set(relations["copy"]))
        found.append((kb.rows("copy"), kb.rows("many")))
    assert found[0] == found[1]


RECURSIVE = """
near(X, Y) :- meets(X, Y). near(X, Z) :- near(X, Y), visits(Y, Z). near(X, Z) :- near(X, Y), met(Z, Y).
met(Y, X) :- meets(X, Y). from(X) :- meets(X, m3). from(Y) :- from(X), near(X, Y), not visits(X, Y).
"""


@pytest.mark.parametrize("rows", [90, 600], ids=["different rows", "rows that are repeated"])
def test_recursions_read_the_columns_and_leave_them_as_they_are(rows: int, tmp_path: Path) -> None:
    """Rows that are there several times are read by a query, each once."""
    spec = world(tmp_path, rows)
    spec.write_text(spec.read_text() + RECURSIVE)
    found = []
    for engine in ("duckdb", "memory"):
        kb = KnowledgeBase(engine)
        kb.load(spec)
        before = [{name: column.copy() for name, column in one.kept._columns.items()} for one in kb.state.imported.values()]
        near = kb.evaluation().relation("near")
        found.append([sorted(kb.rows(name)) for name in ("near", "from")] + [sorted((row, near.round(row)) for row in near)])
        for columns, one in zip(before, kb.state.imported.values(), strict=True):
            after = one.kept._columns
            assert after is None or all((columns[name] == after[name]).all() for name in columns)
    assert found[0] == found[1]


SEEN = "seen(X, Y) :- visits(X, Y). seen(X, Z) :- seen(X, Y), back(Y, Z). back(Y, Z) :- meets(Z, Y)."


def test_recursions_read_what_a_view_sees(tmp_path: Path) -> None:
    """Not the columns of an import whose source is left out, or doubted."""
    spec = world(tmp_path, 90)
    text = spec.read_text().replace('"visits.tsv".', '"visits.tsv" source diary.')
    spec.write_text('source diary "A diary", reliability d.\n' + text + SEEN)
    found = []
    for engine in ("duckdb", "memory"):
        kb = KnowledgeBase(engine)
        kb.load(spec)
        views = [kb, kb.view(without=["diary"]), kb.view(min_confidence=0.9), kb.view(min_confidence=0.1)]
        found.append([sorted(one.rows("seen")) for one in views])
    assert found[0] == found[1]
    whole, without, surer, less_sure = found[0]
    assert whole == less_sure
    assert whole
    assert without == surer == []


def test_a_base_on_disk_has_what_was_lent(tmp_path: Path) -> None:
    kb = KnowledgeBase()
    kb.load(world(tmp_path))
    assert kept(kb) == [Lent, Lent]
    kb.save(tmp_path / "base.duckdb")
    other = KnowledgeBase()
    other.load(tmp_path / "base.duckdb")
    assert other.rows("engaged") == kb.rows("engaged")
    assert other.rows("meets") == kb.rows("meets")


def test_plans_name_imported_relations(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether they are lent or in tables."""

    def joins() -> tuple[str, ...]:
        kb = KnowledgeBase("duckdb")
        kb.load(world(tmp_path))
        plan = kb.explain_plan("engaged(X, Y)").plan
        return plan.strata[0].joins

    assert {word for line in joins() for word in line.split()[1:]} == {"meets", "⋈", "visits"}
    monkeypatch.setattr(table, "read_clean", lambda *_: None)
    assert {word for line in joins() for word in line.split()[1:]} == {"meets", "⋈", "visits"}

LOADED = """
import sys
from alignment.cli import main
assert main(["query", "engaged(X, Y)", "--engine", "duckdb", sys.argv[1]]) == 0
print("pyarrow" in sys.modules)
"""


@pytest.mark.parametrize(("name", "loads"), [("n", False), ("a_long_name_of_n", True)])
def test_arrow_is_loaded_for_cells_that_do_not_carry_their_codes(name: str, loads: bool, tmp_path: Path) -> None:  # noqa: FBT001
    spec = world(tmp_path, 60_000, name)
    command = [sys.executable, "-c", LOADED, str(spec)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603  # our own
    assert done.stdout.splitlines()[-1] == str(loads)


def test_who_borrows_knows_columns_by_their_names_and_nobody_else() -> None:
    connection = duckdb.connect(config=SETTINGS)
    one, other = Borrowing(connection), Borrowing(connection)
    one.register("r1", {"a b": np.arange(3)})
    other.register("r1", {"a b": np.arange(4)})
    assert one.execute('SELECT sum("a b") FROM r1').fetchall() == [(3,)]
    assert other.execute('SELECT sum("a b") FROM (SELECT "a b" FROM r1) AS t').fetchall() == [(6,)]
    one.execute("CREATE TABLE kept AS SELECT * FROM r1")
    assert connection.execute("SELECT count(*) FROM kept").fetchall() == [(3,)]
    with pytest.raises(duckdb.CatalogException):
        connection.execute("SELECT * FROM r1")
    with pytest.raises(duckdb.CatalogException):
        one.execute("SELECT * FROM r2")
