"""Rows that a program hands over are facts like those that are written, few or many, whatever they stand in."""

from __future__ import annotations

import datetime
import decimal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet
import pytest

from alignment import AlignmentError, KnowledgeBase
from alignment.inserting import MANY

HEAD = """
type country, good.
country china. country russia "Russia" aka "Moscow". country iran.
relation supplies(a: country, b: country, g: good).
relation pays(a: country, sum: number, day: date, note: text).
event meets(a: country, b: country).
source wire "Wire", reliability b. source rumour "Rumour", reliability f.
likes(X, Y) :- supplies(X, Y, _).
"""
FEW, LOTS = 5, MANY + 500
COUNTRIES = ("china", "russia", "iran")

Kind = Callable[[list[str], list[list[Any]], Path], Any]


def as_tuples(_names: list[str], rows: list[list[Any]], _folder: Path) -> Any:
    """Rows without names."""
    return [tuple(row) for row in rows]


def as_dicts(names: list[str], rows: list[list[Any]], _folder: Path) -> Any:
    """Rows with names."""
    return [dict(zip(names, row, strict=True)) for row in rows]


def as_arrow(names: list[str], rows: list[list[Any]], _folder: Path) -> Any:
    """An Arrow table."""
    return pa.table({name: [row[i] for row in rows] for i, name in enumerate(names)})


def as_pandas(names: list[str], rows: list[list[Any]], folder: Path) -> Any:
    """A pandas frame with an index that is not to be read."""
    frame = as_arrow(names, rows, folder).to_pandas()
    return frame.set_index(pd.Index([f"i{i}" for i in range(len(frame))]))


def as_polars(names: list[str], rows: list[list[Any]], folder: Path) -> Any:
    """A polars frame."""
    return pl.from_arrow(as_arrow(names, rows, folder))


def as_parquet(names: list[str], rows: list[list[Any]], folder: Path) -> Any:
    """The path of a Parquet file."""
    pyarrow.parquet.write_table(as_arrow(names, rows, folder), folder / "rows.parquet")
    return folder / "rows.parquet"


def as_csv(names: list[str], rows: list[list[Any]], folder: Path) -> Any:
    """The path of a CSV file."""
    pyarrow.csv.write_csv(as_arrow(names, rows, folder), folder / "rows.csv")
    return str(folder / "rows.csv")


KINDS: list[Kind] = [as_tuples, as_dicts, as_arrow, as_pandas, as_polars, as_parquet, as_csv]
TABLES = [kind for kind in KINDS if kind is not as_tuples]


def base() -> KnowledgeBase:
    """A base with declarations and one rule."""
    kb = KnowledgeBase()
    kb.add(HEAD)
    return kb


def supplies(number: int) -> list[list[Any]]:
    """Rows of `supplies`, all different."""
    return [[COUNTRIES[i % 3], COUNTRIES[(i + 1) % 3], f"g{i}"] for i in range(number)]


@pytest.fixture(params=[FEW, LOTS], ids=["few", "many"])
def number(request: pytest.FixtureRequest) -> int:
    """So few rows that they are written as facts, and so many that they become a table."""
    return int(request.param)


@pytest.mark.parametrize("kind", KINDS)
def test_rows_of_every_kind_are_facts(kind: Kind, number: int, tmp_path: Path) -> None:
    """The rows are there, rules see them, names are resolved, proofs say that they are stated."""
    kb = base()
    rows = [*supplies(number), ["Moscow", "iran", "gas"]]
    kb.insert("supplies", kind(["a", "b", "g"], rows, tmp_path))
    wanted = {tuple(row) for row in rows[:-1]} | {("russia", "iran", "gas")}
    assert kb.rows("supplies") == wanted
    assert kb.holds("likes(russia, iran)")
    assert "stated" in str(kb.why("supplies(russia, iran, gas)"))


@pytest.mark.parametrize("kind", TABLES)
def test_columns_named_like_arguments_are_those(kind: Kind, number: int, tmp_path: Path) -> None:
    """In any order; columns with other names are taken in their order."""
    kb = base()
    rows = [[g, b, a] for a, b, g in supplies(number)]
    kb.insert("supplies", kind(["g", "b", "a"], rows, tmp_path))
    assert kb.rows("supplies") == {tuple(row) for row in supplies(number)}
    kb = base()
    kb.insert("supplies", kind(["x", "y", "z"], supplies(number), tmp_path))
    assert kb.rows("supplies") == {tuple(row) for row in supplies(number)}


@pytest.mark.parametrize("kind", TABLES)
def test_columns_about_the_report_are_evidence(kind: Kind, number: int, tmp_path: Path) -> None:
    """Since, until, from and confidence are said of each row; an empty cell says nothing."""
    kb, day = base(), datetime.date(2024, 3, 1)
    said: list[list[Any]] = [[day, None, "wire", 0.5], [day, day.replace(year=2025), "wire", None], [None, None, "rumour", None]]
    rows = [[*row, *said[i % 3]] for i, row in enumerate(supplies(number))]
    kb.insert("supplies", kind(["a", "b", "g", "since", "until", "from", "confidence"], rows, tmp_path))
    ever = kb.view(as_of="ever")
    assert {row["D"] for row in ever.query("supplies(_, _, _) since D")} == {day}
    assert len(ever.query("supplies(X, Y, G) until D")) == len(range(1, number, 3))
    assert {(r["S"], r["C"]) for r in ever.query("supplies(_, _, _) from S confidence C")} == {("wire", 0.5), ("wire", 0.8)}
    assert len(ever.query("supplies(X, Y, G) from rumour")) == len(range(2, number, 3))
    assert len(kb.view(as_of="2024-01-01").rows("supplies")) == len(range(2, number, 3))
    assert len(ever.view(min_confidence=0.7).rows("supplies")) == len(range(1, number, 3))
    assert "since 2024-03-01" in str(ever.why("supplies(china, russia, g0)"))


def test_undeclared_and_denied_relations(number: int) -> None:
    """An undeclared relation has as many arguments as there are columns; `-p` denies."""
    kb = base()
    kb.insert("trade", [(f"x{i}", i) for i in range(number)])
    kb.insert("-supplies", supplies(number))
    assert len(kb.rows("trade")) == number
    assert kb.rows("-supplies") == {tuple(row) for row in supplies(number)}
    assert not kb.rows("supplies")


def cells() -> list[Any]:
    """What may stand in a column of no type in particular, with what it is."""
    return [
        ("name", "name"), ("12", "12"), ("2024-01-02", "2024-01-02"), (" two words", " two words"), (True, "true"), (1, 1), (1.0, 1.0), (-(2**62), -(2**62)),
        (2**61, 2**61), (0.1, 0.1), (datetime.date(2024, 1, 2), datetime.date(2024, 1, 2)),
        (datetime.datetime(2024, 1, 2, 13), datetime.date(2024, 1, 2)), (np.int32(7), 7), (np.float64(2.5), 2.5), (decimal.Decimal("1.5"), 1.5),
    ]  # fmt: skip


def test_each_kind_of_cell_is_the_same_constant_in_few_rows_and_in_many() -> None:
    """A string is a name whatever it looks like; 1, 1.0 and True are told apart."""
    few, many = KnowledgeBase(), KnowledgeBase()
    rows = [(i, cell) for i, (cell, _) in enumerate(cells())]
    few.insert("p", rows)
    many.insert("p", rows * (MANY // len(rows) + 1))
    expected = {(i, type(value), value) for i, (_, value) in enumerate(cells())}
    for kb in (few, many):
        assert {(i, type(value), value) for i, value in kb.rows("p")} == expected


def test_types_of_columns_are_the_same_constants_in_few_rows_and_in_many(tmp_path: Path) -> None:
    """Every type of an Arrow column, and the same column as Python's values."""
    columns = {
        "s": pa.array(["12", "b"] * MANY), "i8": pa.array([1, -2] * MANY, pa.int8()), "i64": pa.array([2**61, -(2**62)] * MANY),
        "u64": pa.array([2**62, 3] * MANY, pa.uint64()), "f": pa.array([0.1, 2.0] * MANY, pa.float32()), "d": pa.array([0.1, 2.0] * MANY),
        "dec": pa.array([decimal.Decimal("1.50"), decimal.Decimal("2.25")] * MANY), "b": pa.array([True, False] * MANY),
        "date": pa.array([datetime.date(2024, 1, 2), datetime.date(1900, 1, 1)] * MANY),
        "time": pa.array([datetime.datetime(2024, 1, 2, 3), datetime.datetime(1900, 1, 1)] * MANY),
        "enum": pa.array(["x", "y"] * MANY).dictionary_encode(),
    }  # fmt: skip
    for name, column in columns.items():
        few, many = KnowledgeBase(), KnowledgeBase()
        values = [0.1, 2.0] if name == "f" else column[:2].to_pylist()
        few.insert("p", [(value,) for value in values])
        many.insert("p", pa.table({"x": column}))
        assert {repr(row) for row in many.rows("p")} == {repr(row) for row in few.rows("p")}, name


def problems_of(kb: KnowledgeBase, relation: str, rows: Any) -> list[tuple[str, int | None]]:
    """The code and the line of each problem of rows; the base must be as it was."""
    before = kb.state
    with pytest.raises(AlignmentError) as raised:
        kb.insert(relation, rows)
    assert kb.state is before
    return [(problem.code, problem.line) for problem in raised.value.problems]


@pytest.mark.parametrize("kind", KINDS)
def test_what_does_not_fit_is_told_as_of_facts_with_its_row(kind: Kind, number: int, tmp_path: Path) -> None:
    """Unknown constants, wrong types, unknown sources, periods that end before they begin."""
    kb = base()
    rows = supplies(number)
    rows[3] = ["narnia", "russia", "g3"]
    assert problems_of(kb, "supplies", kind(["a", "b", "g"], rows, tmp_path)) == [("unknown-constant", 4)]
    paid = [["china", i, datetime.date(2024, 1, 1), "x"] for i in range(number)]
    kb.insert("pays", kind(["a", "sum", "day", "note"], paid, tmp_path))
    wrong = [[a, f"n{i}" if i == 2 else str(i), day, note] for i, (a, _, day, note) in enumerate(paid)]
    assert problems_of(kb, "pays", kind(["a", "sum", "day", "note"], wrong, tmp_path)) == [("type", 3)]
    if kind is as_tuples:
        return
    day = datetime.date(2024, 1, 1)
    said = [[*row, day, day if i == 4 else None] for i, row in enumerate(supplies(number))]
    assert problems_of(kb, "supplies", kind(["a", "b", "g", "since", "until"], said, tmp_path)) == [("bad-interval", 5)]
    said = [[*row, "gossip" if i == 1 else "wire"] for i, row in enumerate(supplies(number))]
    assert problems_of(kb, "supplies", kind(["a", "b", "g", "from"], said, tmp_path)) == [("unknown-source", 2)]
    met = [["china", "iran", day] for _ in range(number)]
    assert {code for code, _ in problems_of(kb, "meets", kind(["a", "b", "until"], met, tmp_path))} == {"bad-interval"}


def test_bad_rows_have_their_number(number: int) -> None:
    """Too few cells, empty cells, what is no constant; the first ten, and how many there are in all."""
    kb = base()
    rows: list[Any] = [tuple(row) for row in supplies(number)]
    rows[2] = ("china", "russia")
    with pytest.raises(AlignmentError, match="row 3 has 2 values, but 'supplies' takes 3"):
        kb.insert("supplies", rows)
    for cell in (None, float("nan"), ["list"], object()):
        rows[2] = ("china", "russia", cell)
        with pytest.raises(AlignmentError, match="row 3: ") as raised:
            kb.insert("supplies", rows)
        assert [problem.code for problem in raised.value.problems] == ["bad-row"]


def test_the_first_ten_of_many_bad_rows_are_told(tmp_path: Path) -> None:
    """And how many there are in all."""
    rows = [[f"no{i}" if i > 100 else "china", "russia", "x"] for i in range(LOTS)]
    for kind in KINDS:
        with pytest.raises(AlignmentError) as raised:
            base().insert("supplies", kind(["a", "b", "g"], rows, tmp_path))
        told = raised.value.problems
        assert len(told) == 11
        assert [problem.line for problem in told if problem.span] == list(range(102, 112))
        assert any(f"{LOTS - 101:,} rows do not fit in all" in problem.message for problem in told)


def test_tables_that_cannot_be_facts(tmp_path: Path) -> None:
    """A wrong number of columns, columns of lists, files of other kinds and none."""
    kb = base()
    many = pa.table({"x": [[1]] * LOTS})
    for relation, rows, code in (
        ("supplies", as_arrow(["a", "b"], [["china", "iran"]] * LOTS, tmp_path), "bad-row"),
        ("supplies", [("china", "iran")] * LOTS, "bad-row"),
        ("p", many, "bad-row"),
        ("p", many.slice(0, 3), "bad-row"),
        ("p", tmp_path / "none.csv", "no-such-file"),
        ("p", tmp_path, "no-such-file"),
    ):
        assert {found for found, _ in problems_of(kb, relation, rows)} == {code}
    (tmp_path / "x.parquet").write_bytes(b"PAR1 not really PAR1")
    assert {found for found, _ in problems_of(kb, "p", tmp_path / "x.parquet")} == {"bad-row"}


def test_nothing_is_nothing(tmp_path: Path) -> None:
    """No rows add no facts."""
    kb = base()
    for rows in ([], pa.table({"a": pa.array([], pa.string()), "b": pa.array([], pa.string()), "g": pa.array([], pa.string())})):
        kb.insert("supplies", rows)
    assert not kb.rows("supplies")


def test_inserted_rows_are_part_of_the_session(number: int, tmp_path: Path) -> None:
    """They can be saved as text, taken back one by one or at once, and kept in a base on disk."""
    kb = base()
    rows = [[*row, "wire", datetime.date(2024, 1, 1), 0.5 if i else None] for i, row in enumerate(supplies(number))]
    kb.insert("supplies", as_arrow(["a", "b", "g", "from", "since", "confidence"], rows, tmp_path))
    again = KnowledgeBase()
    again.add(kb.session_text())
    kb.save(tmp_path / "base.duckdb")
    third = KnowledgeBase()
    third.load(tmp_path / "base.duckdb")
    for one in (kb, again, third):
        assert one.rows("supplies") == {tuple(row) for row in supplies(number)}
        assert len(one.query("supplies(X, Y, G) from wire since D confidence 0.5")) == number - 1
        assert len(one.query("supplies(X, Y, G) confidence 0.8")) == 1
        assert str(one.why("likes(china, russia)")).split("<")[0] == str(kb.why("likes(china, russia)")).split("<")[0]
    kb.remove("supplies(china, russia, g0).")
    assert len(kb.rows("supplies")) == number - 1
    kb.insert("supplies", as_arrow(["a", "b", "g"], supplies(number), tmp_path))
    assert len(kb.rows("supplies")) == number
    assert kb.undo()
    assert kb.undo()
    assert kb.undo()
    assert not kb.rows("supplies")


def test_inserting_twice_adds_reports(number: int, tmp_path: Path) -> None:
    """The same rows from two tables are one fact with two reports."""
    kb = base()
    for source in ("wire", "rumour"):
        rows = [[*row, source] for row in supplies(number)]
        kb.insert("supplies", as_arrow(["a", "b", "g", "from"], rows, tmp_path))
    assert len(kb.rows("supplies")) == number
    assert {row["S"] for row in kb.query("supplies(china, russia, g0) from S")} == {"wire", "rumour"}


def test_a_lazy_frame_is_evaluated() -> None:
    """Polars hands over a plan as well as a frame."""
    kb = KnowledgeBase()
    kb.add("relation sends(a: any, b: any).")
    kb.insert("sends", pl.DataFrame({"a": ["x"], "b": ["y"]}).lazy())
    assert kb.rows("sends") == {("x", "y")}


@pytest.mark.parametrize("rows", [["xy"], [b"xy"], "xy.csv", 5, None, [("x", "y"), 5], {"a": "x", "b": "y"}, ["xy", ("x", "y")]], ids=str)
def test_what_is_no_row_is_a_problem(rows: Any) -> None:
    """A text is not taken for a row of its letters, and nothing ends in a traceback."""
    kb = KnowledgeBase()
    kb.add("relation sends(a: any, b: any).")
    with pytest.raises(AlignmentError):
        kb.insert("sends", rows)
    assert kb.rows("sends") == set()
