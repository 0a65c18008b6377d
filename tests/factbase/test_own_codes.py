"""Cells that carry their own codes: the codes that one cell after another gets, and the rest is left."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pyarrow = pytest.importorskip("pyarrow")

import numpy as np  # noqa: E402

from alignment import KnowledgeBase  # noqa: E402
from alignment.checks.model import ANY, Schema  # noqa: E402
from alignment.factbase.dictionary import LETTERS, SHORT, Dictionary  # noqa: E402
from alignment.factbase.importing import by_rows, clean  # noqa: E402
from alignment.factbase.importing.encoding import encoder  # noqa: E402
from alignment.factbase.importing.odd import OddError  # noqa: E402
from alignment.factbase.importing.own_codes import INTEGERS, OwnCodes, write_numbers  # noqa: E402  # needs NumPy

letters = st.characters(blacklist_categories=("Cs",)) | st.just("\0")
plain = st.text("abzAZ019_-. ~", max_size=9)
numbers = st.integers(-(10**9), 10**9).map(str) | st.integers(0, 10**7).map(lambda n: str(n).zfill(3))
cells = st.one_of(st.text(letters, max_size=9), plain, numbers, st.sampled_from(("", "a", "russia", "c24", "united_kingdom")))
columns = st.lists(cells, max_size=12) | st.lists(numbers, max_size=12) | st.lists(plain, max_size=12)
KEPT_HERE = re.compile(r"[A-Za-z][!-~]{0,6}|0|[1-9][0-9]{0,6}")
"""What has to be told without the dictionary."""

OWN = OwnCodes()
"""One for all, as its arrays are used again."""


def told(texts: list[str], before: list[str], kind: str) -> list[int | None]:
    """The codes of a column that begins in the middle of another one, None where a cell is left."""
    column = pyarrow.array([*before, *texts, "after"], pyarrow.string()).slice(len(before), len(texts))
    codes = np.full(len(texts), -7, np.int64)
    left = OWN.write(OWN.cut(column), kind, codes)
    found: list[int] = codes.tolist()
    return [None if left is not None and left[i] else code for i, code in enumerate(found)]


@settings(deadline=None, max_examples=400)
@given(columns, st.lists(cells, max_size=3), st.sampled_from((ANY, "number")))
def test_codes_are_those_of_each_cell(texts: list[str], before: list[str], kind: str) -> None:
    dictionary = Dictionary()
    encode = encoder(kind, Schema(), dictionary)
    for cell, code in zip(texts, told(texts, before, kind), strict=True):
        assert code is None or code == encode(cell), cell
        assert kind != ANY or (code is not None) == bool(KEPT_HERE.fullmatch(cell)), cell


@settings(deadline=None)
@given(st.lists(st.integers(0, 9_999_999), min_size=1))
def test_numbers_are_read_with_all_their_digits(values: list[int]) -> None:
    wanted = [value << 2 | 1 for value in values]
    assert told([str(value) for value in values], [], ANY) == wanted
    assert told([str(value).zfill(LETTERS) for value in values], [], "number") == wanted


def test_short_names_are_in_the_order_of_their_letters() -> None:
    names = ["B", "a", "ab", "abcdefg", "b", "z9", "~"]
    codes = [Dictionary().symbol(name) for name in names]
    assert codes == sorted(codes)
    assert {code & 3 for code in codes} == {SHORT}
    assert Dictionary().symbol("abcdefgh") & 3 != SHORT
    assert Dictionary().symbol("né") & 3 != SHORT


@pytest.mark.parametrize("name", ["", "a\0", "\0", "né", "abcdefg", "abcdefgh", " ", "a b"])
def test_every_name_comes_back(name: str) -> None:
    dictionary = Dictionary()
    assert dictionary.decode(dictionary.symbol(name)) == name
    assert dictionary.symbols([name, "x", name]) == [dictionary.symbol(name), dictionary.symbol("x"), dictionary.symbol(name)]


@pytest.mark.parametrize("type_", sorted(INTEGERS))
def test_columns_of_whole_numbers(type_: str) -> None:
    values = [3, 0, 127] if type_.startswith("u") else [3, -128, 127]
    codes = np.empty(2, np.int64)
    write_numbers(pyarrow.array(values, type_).slice(1), codes)
    assert codes.tolist() == [Dictionary().value(value) for value in values[1:]]


@pytest.mark.parametrize("value", [2**59, -(2**59) - 1])
def test_a_number_without_a_code_of_its_own_is_odd(value: int) -> None:
    with pytest.raises(OddError):
        write_numbers(pyarrow.array([1, value]), np.empty(2, np.int64))


@pytest.mark.parametrize("type_", ["string", "large_string"])
@pytest.mark.parametrize("listed", [True, False])
def test_cells_of_a_list_have_the_codes_of_its_texts(type_: str, listed: bool, tmp_path: Path) -> None:  # noqa: FBT001
    """Names that carry their codes, numbers, and names that do not, each many times, in two groups of rows."""
    parquet = pytest.importorskip("pyarrow.parquet")
    cells = ["c1", "united_kingdom", "1053", "c1", "007", "x y"] * 40
    columns = {"A": pyarrow.array(cells, type_), "B": pyarrow.array(cells[::-1], type_), "N": pyarrow.array(range(240))}
    parquet.write_table(pyarrow.table(columns), tmp_path / "t.parquet", row_group_size=100, use_dictionary=listed)
    (tmp_path / "base.facts").write_text('import p(A, B, N) from "t.parquet".', encoding="utf-8")
    wanted = sorted({(int(a) if a == "1053" else a, int(b) if b == "1053" else b, n) for n, (a, b) in enumerate(zip(cells, cells[::-1], strict=True))}, key=str)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clean, "LEAST", 0)
        patch.setattr(by_rows, "read_rows", None)  # which would read it in SQL
        kb = KnowledgeBase()
        kb.load(tmp_path / "base.facts")
    assert sorted(kb.query("p(A, B, N)").rows, key=str) == wanted
