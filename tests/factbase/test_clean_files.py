"""Clean files are encoded in one pass: the facts and the bad rows are those of the reader in SQL, whatever is in a file."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from alignment import AlignmentError, KnowledgeBase
from alignment.factbase.importing import clean, lines, numbering, table

HEAD = """
type country.
country china "China" aka "PRC". country russia "Russia". country mali "Mali".
relation met(a: country, b: country).
relation gave(a: country, what: any, n: number).
source x "X", reliability b.
seen(A, B, D) :- met(A, B) since D.
"""
IMPORTS = (
    'import met(A, B) since Day confidence C from "t.{ending}" source x.',
    'import met(A, B) from "t.{ending}".',
    'import gave(A, B, N) from "t.{ending}".',
    'import gave(A, tanks, 3) since 2024-01-01 from "t.{ending}" source x.',
    'import gave(A, B, 7) during 2023-01-01 .. Day confidence likely from "t.{ending}".',
)
RELATIONS = ("met(A, B)", "seen(A, B, D)", "gave(A, B, N)")

good = st.sampled_from(("china", "China", "PRC", "russia", "Mali", " mali "))
things = st.sampled_from(("tanks", "tanks ", "042", "7", "-3", "2.50", "2024-01-05", "über", "x y", "12 t", "99999999999999999999"))
numbers = st.sampled_from(("1", "17", "-4", "2.5", "1e3"))
days = st.sampled_from(("2024-01-05", "20240105", "", "2023-11-01T10:00:00"))
sure = st.sampled_from(("0.8", "likely", "", "1"))
odd = st.sampled_from(("", "nobody", '"', 'a"b', '"a', "\r", "\t", ",", "1.5.2", "2024-13-01", "2", "\u00a0", "é", "\0"))


@st.composite
def texts(draw: st.DrawFn, mark: str, second: st.SearchStrategy[str]) -> bytes:
    """A file: mostly rows as they should be, sometimes an odd cell, an odd line, an odd ending."""
    line = st.tuples(good, second, numbers, days, sure)
    rows = [list(row) for row in draw(st.lists(line, min_size=draw(st.sampled_from((0, 3, 3))), max_size=9))]
    kind = draw(st.sampled_from(("plain", "plain", "plain", "odd cell", "more", "fewer", "endings", "bytes")))
    row = draw(st.sampled_from(rows)) if rows else []
    if rows and kind == "odd cell":
        row[draw(st.integers(0, 4))] = draw(odd)
    if rows and kind == "more":
        row.append("more")
    if rows and kind == "fewer":
        row.pop()
    ending = draw(st.sampled_from(("\r\n", "\n\n"))) if kind == "endings" else "\n"
    lines = [mark.join(row) for row in (["A", "B", "N", "Day", "C"], *rows)]
    text = ending.join(lines) + draw(st.sampled_from(("\n", "")))
    content = text.encode()
    if kind == "bytes":
        torn = content.replace("über".encode(), b"\xc3%s\xa9b" % mark.encode(), 1), content.replace(b"china", b"ch\xffna")
        return draw(st.sampled_from((b"\xef\xbb\xbf" + content, content.replace(b"17", b"1\xff"), *torn)))
    return content


def outcome(folder: Path) -> object:
    """What a base in a folder says: its facts with their evidence, and all problems; or why it cannot be read."""
    kb = KnowledgeBase("duckdb")
    try:
        kb.load(folder / "base.facts")
    except AlignmentError as error:
        return sorted(str(problem) for problem in error.problems)
    said = [str(problem) for problem in kb.checked.warnings]
    views = (kb, kb.view(min_confidence=0.75), kb.view(as_of=datetime.date(2024, 1, 1)))
    return said, [view.query(goal).rows for view in views for goal in RELATIONS]


def assert_same(folder: Path, few: int, taken: dict[bool, int]) -> None:
    """Both readers say the same of a base in a folder; `taken` counts whether the quick one read it."""

    read = []

    def spied(*args: object) -> object:
        found = clean.read_clean(*args)  # type: ignore[arg-type]
        read.append(found is not None)
        return found

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clean, "LEAST", 0)
        patch.setattr(lines, "BLOCK", 200)
        patch.setattr(numbering, "FEW", few)
        patch.setattr(table, "read_clean", spied)
        quick = outcome(folder)
    taken[any(read)] += 1
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(table, "read_clean", lambda *_: None)
        assert quick == outcome(folder)


TAKEN = {True: 0, False: 0}


@pytest.mark.parametrize(("ending", "mark"), [("csv", ","), ("tsv", "\t")])
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_facts_and_bad_rows_are_the_same(ending: str, mark: str, data: st.DataObject, tmp_path: Path) -> None:
    statement = data.draw(st.sampled_from(IMPORTS)).format(ending=ending)
    second = good if "met" in statement else things
    (tmp_path / f"t.{ending}").write_bytes(data.draw(texts(mark, second)))
    (tmp_path / "base.facts").write_text(f"{HEAD}\n{statement}\n", encoding="utf-8")

    assert_same(tmp_path, data.draw(st.sampled_from((0, 2, 10_000))), TAKEN)


PARQUET = {True: 0, False: 0}


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_parquet_gives_the_same_facts_and_bad_rows(data: st.DataObject, tmp_path: Path) -> None:
    """Texts, listed or not, whole numbers of several sizes, gaps, zero bytes, days and decimals."""
    pyarrow, parquet = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    statement = data.draw(st.sampled_from(IMPORTS)).format(ending="parquet")
    second = good if "met" in statement else things | st.sampled_from(("a\0", "", "c1", "united_kingdom", "\0"))
    gap = data.draw(st.sampled_from(((), (), (None,))))
    size = data.draw(st.integers(0, 9))

    def column(cells: st.SearchStrategy[object], type_: object) -> object:
        some = cells | st.sampled_from(gap) if gap else cells
        return pyarrow.array(data.draw(st.lists(some, min_size=size, max_size=size)), type_)

    whole = st.integers(-9, 99) | st.sampled_from((2**59, -(2**59), -(2**59) - 1, 2**59 - 1))
    any_, text = data.draw(st.booleans()), data.draw(st.sampled_from((pyarrow.string(), pyarrow.large_string())))
    number = data.draw(st.sampled_from((text, pyarrow.int64(), pyarrow.int8(), pyarrow.float64())))
    of_number = numbers if number == text else st.integers(-9, 99) if number == pyarrow.int8() else whole if number == pyarrow.int64() else st.sampled_from((1.5, 2.0))
    columns = {
        "A": column(good, text),
        "B": column(second, text) if any_ or "met" in statement else column(whole, pyarrow.int64()),
        "N": column(of_number, number),
        "Day": column(days, text),
        "C": column(sure, text),
    }
    listed = data.draw(st.booleans())
    parquet.write_table(pyarrow.table(columns), tmp_path / "t.parquet", use_dictionary=listed, row_group_size=4)
    (tmp_path / "base.facts").write_text(f"{HEAD}\n{statement}\n", encoding="utf-8")

    assert_same(tmp_path, data.draw(st.sampled_from((0, 2, 10_000))), PARQUET)


@pytest.mark.parametrize("share", [0.3, 0.6, 0.9])
@pytest.mark.parametrize("alone", [True, False])
def test_damaged_parquet_is_told_as_duckdb_tells_it(share: float, alone: bool, tmp_path: Path) -> None:  # noqa: FBT001
    pyarrow, parquet = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    names = [f"c{i * 7919 % 5000}" for i in range(40_000)]
    parquet.write_table(pyarrow.table({"A": names, "B": names[::-1]}), tmp_path / "t.parquet", compression="none")
    content = bytearray((tmp_path / "t.parquet").read_bytes())
    at = int(share * len(content))
    content[at : at + 40] = bytes(range(200, 240))
    (tmp_path / "t.parquet").write_bytes(content)
    other = "" if alone else 'import q(A) from "t.parquet" where B != "x".\n'
    (tmp_path / "base.facts").write_text(f'{HEAD}{other}import p(A, B) from "t.parquet".\n', encoding="utf-8")

    def said() -> object:
        kb = KnowledgeBase("duckdb")
        try:
            kb.load(tmp_path / "base.facts")
        except AlignmentError as error:
            return sorted(problem.code for problem in error.problems)
        return len(kb.rows("p"))

    quick = said()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(table, "read_clean", lambda *_: None)
        slow = said()
    assert type(quick) is type(slow)


def test_parquet_was_read_in_both_ways() -> None:
    """The files above are of both kinds; those whose types are of no use are not even begun."""
    if sum(PARQUET.values()):  # another worker may have run it
        assert min(PARQUET.values()) > 0
        assert PARQUET[True] > 20


def test_both_readers_were_asked() -> None:
    """The files above are of both kinds; else the test before says little."""
    if sum(TAKEN.values()):  # another worker may have run it
        assert min(TAKEN.values()) > 10
