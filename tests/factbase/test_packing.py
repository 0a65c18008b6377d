"""Cells told apart, short ones as whole numbers: the same list and the same places as a dictionary in Python gives."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pyarrow = pytest.importorskip("pyarrow")

from alignment.factbase.importing.packing import (  # noqa: E402  # needs NumPy
    WIDTH,
    begins_with,
    short,
    texts_of,
    told_apart,
    within,
)

letters = st.characters(blacklist_categories=("Cs",)) | st.just("\0")
short_cells = st.text(st.characters(blacklist_characters="\0", blacklist_categories=("Cs",)), max_size=WIDTH).filter(lambda cell: len(cell.encode()) <= WIDTH)
cells = st.one_of(short_cells, st.sampled_from(("", "a", "a\0", "c1", "abcdefgh", "abcdefghi")), st.text(letters, max_size=12))
columns = st.lists(st.lists(cells, max_size=6), min_size=1, max_size=4)
short_columns = st.lists(st.lists(short_cells, max_size=6), min_size=1, max_size=4)


def column(texts: list[str], before: list[str]) -> pyarrow.Array:
    """An Arrow array of these texts that begins in the middle of another one."""
    return pyarrow.array([*before, *texts, "after"], pyarrow.string()).slice(len(before), len(texts))


@settings(deadline=None)
@given(st.one_of(columns, short_columns), st.lists(cells, max_size=3), st.one_of(st.none(), st.lists(cells, unique=True)))
def test_cells_are_told_apart_as_by_a_dictionary(
    texts: list[list[str]], before: list[str], known: list[str] | None
) -> None:
    numbers: dict[str, int] = {cell: i for i, cell in enumerate(known or [])}
    wanted = [[numbers.setdefault(cell, len(numbers)) for cell in column] for column in texts]
    given_columns = [short(column(one, before)) for one in texts]
    places, different = told_apart(given_columns, None if known is None else pyarrow.array(known, pyarrow.string()))
    assert [one.tolist() for one in places] == wanted
    assert different.to_pylist() == list(numbers)
    different.validate(full=True)


@settings(deadline=None)
@given(st.lists(cells, min_size=1, max_size=6), st.lists(cells, max_size=3))
def test_a_column_is_short_where_all_its_cells_are(texts: list[str], before: list[str]) -> None:
    packed = not isinstance(short(column(texts, before)), pyarrow.Array)
    assert packed == all(len(cell.encode()) <= WIDTH and "\0" not in cell for cell in texts)


@settings(deadline=None)
@given(st.lists(cells, max_size=6), st.lists(cells, max_size=3))
def test_first_letters_are_those_of_the_column(texts: list[str], before: list[str]) -> None:
    assert begins_with(column(texts, before), b"a1") == any(cell[:1] in {"a", "1"} for cell in texts)


@settings(deadline=None)
@given(st.lists(cells, max_size=6), st.lists(cells, max_size=3))
def test_first_and_last_letters_are_looked_at_together(texts: list[str], before: list[str]) -> None:
    wanted = [cell[:1] in {"a", "1"} and cell[-1:] in {"h", "1", "a"} for cell in texts]
    assert within(column(texts, before), b"a1", b"h1a").tolist() == wanted


def test_bytes_that_are_no_text_are_none() -> None:
    """Each cell by itself: the first two would be one letter together."""
    content = [b"a\xc3", b"\xa9b", "über".encode(), b"", b"ch\xffna"]
    cells = pyarrow.array([b"x", *content], pyarrow.binary()).view(pyarrow.string()).slice(1)
    assert texts_of(cells) == [None, None, "über", "", None]
