"""Rows that are joined out of spelled values are to the letter those of the writers."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alignment.factbase.dictionary import Value
from alignment.render.rows import written_rows
from alignment.render.spelled import SPELLED, spelled

VALUES: list[Value] = [
    "", "a", "a b", 'say "no"', "one, two", "two\nlines", "a\r", "لبنان", "50%", "{x}", "\\", 1, -2, 0.5, 1e300, 2**70,
    datetime.date(2024, 7, 3),
]  # fmt: skip


@pytest.mark.parametrize("form", sorted(SPELLED))
@settings(max_examples=60, deadline=None)
@given(st.integers(1, 3).flatmap(lambda n: st.lists(st.tuples(*[st.integers(0, len(VALUES) - 1)] * n), max_size=9)))
def test_spelled_rows_are_those_of_the_writers(form: str, places: list[tuple[int, ...]]) -> None:
    columns = ["X", "Ä", "Z"][: len(places[0]) if places else 2]
    rows = [[VALUES[at] for at in row] for row in places]
    across = list(zip(*places, strict=True)) if places else [()] * len(columns)
    assert spelled(columns, across, VALUES, form) == written_rows(columns, rows, form)
