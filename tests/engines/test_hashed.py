"""Where keys stand in a list: as a search in Python says, whatever the keys."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from alignment.engines.relational import hashed
from alignment.engines.relational import numbering as numbering_
from alignment.engines.relational.hashed import Hashed, are_different, different
from alignment.engines.relational.numbering import Numbering

codes = st.integers(-(2**61), 2**61) | st.integers(0, 40) | st.sampled_from((0, 3, 7, 2**57 + 3, -2, -(2**63)))
keys = st.lists(codes.filter(lambda code: code != -1), unique=True)


@settings(deadline=None)
@given(keys, st.lists(codes))
def test_keys_stand_where_they_stand(known: list[int], column: list[int]) -> None:
    places = Hashed(np.array(known, np.int64)).places(np.array([*known, *column], np.int64)).tolist()
    where = {key: at for at, key in enumerate(known)}
    assert places == [where.get(key, -1) for key in [*known, *column]]


@settings(deadline=None)
@given(st.lists(codes))
def test_of_equal_keys_one_stays(column: list[int]) -> None:
    """Twice as many keys as there are different ones, at the least, and keys that are alone."""
    assert sorted(different(np.array(column * 2 + column[:3], np.int64)).tolist()) == sorted(set(column))
    assert sorted(different(np.array(column, np.int64)).tolist()) == sorted(set(column))


@settings(deadline=None)
@given(st.lists(st.tuples(codes, codes)), st.data())
def test_rows_that_are_taken_for_different_are(rows: list[tuple[int, int]], data: st.DataObject) -> None:
    """Equal ones never are; of different ones that look equal there is none here."""
    if rows and data.draw(st.booleans()):
        rows = [*rows, data.draw(st.sampled_from(rows))]
    columns = [np.array(column, np.int64) for column in zip(*rows, strict=True)] or [np.empty(0, np.int64)] * 2
    assert are_different(columns) == (len(set(rows)) == len(rows))
    assert are_different(columns[:1]) == (len({first for first, _ in rows}) == len(rows))


def test_keys_that_are_not_there_are_soon_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """At a place where nobody stands: the tables for those that are left are not looked at for them."""
    asked: list[int] = []
    at = hashed._Table.at

    def counted(table: hashed._Table, keys: hashed.Codes) -> NDArray[np.int32]:
        asked.append(len(keys))
        return at(table, keys)

    tables = Hashed(np.arange(1, 100_000) * 7)
    monkeypatch.setattr(hashed._Table, "at", counted)
    assert set(tables.places(np.arange(1, 100_000) * 7 + 1).tolist()) == {-1}
    assert sum(asked) < 200_000


def test_many_keys_need_few_tables() -> None:
    """Names of companies, as their codes are: each table takes the most of those that are left."""
    known = np.array([int.from_bytes(f"k{i}".encode().ljust(7, b"\0"), "big") << 2 | 3 for i in range(200_000)])
    hashed = Hashed(known)
    assert (hashed.places(known[::-1]) == np.arange(len(known))[::-1]).all()
    assert len(hashed._tables) < 10


@pytest.mark.parametrize("few", [0, 2**16])
@pytest.mark.parametrize("far", [0, 2**57])
def test_numbers_are_the_same_by_tables_and_by_hashes(far: int, few: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Codes near each other, and such as lie far apart; few of them are numbered in their order."""
    monkeypatch.setattr(numbering_, "FEW", few)
    columns = [np.array([9, 5, 5 + far, 9]), np.array([], np.int64), np.array([7])]
    numbering = Numbering(columns)
    wanted = numbering.codes.tolist()
    assert sorted(wanted) == sorted({9, 5, 5 + far, 7})
    assert wanted == sorted(wanted) or (far and not few)
    assert numbering.numbers(columns[0]).tolist() == [wanted.index(code) for code in columns[0].tolist()]
    assert numbering.known(np.array([5, 6, 7, 2**58])).tolist() == [True, False, True, False]
    assert [numbering.number(code) for code in (5, 6, 9)] == [wanted.index(5), -1, wanted.index(9)]
