"""Relations that are kept up to date are those of a base made anew: after random edits, in random views."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.engines.edits import sequence


@pytest.mark.parametrize(("engine", "first", "number"), [("pydatalog", 0, 80), ("pydatalog", 80, 80), ("duckdb", 500, 6)])
def test_random_edit_sequences(engine: str, first: int, number: int) -> None:
    """Facts come and go in random programs, and views change; rows and rounds are those of a base made anew."""
    outcomes = [sequence(seed, engine, steps=6) for seed in range(first, first + number)]
    wrong = [one.difference for one in outcomes if one.difference]
    assert not wrong, "\n\n".join(wrong[:3])
    counts = sum((one.counts for one in outcomes), start=Counter[str]())
    assert counts["maintained"] > 2 * counts["too far"] > 0 < counts["given up"]
    assert counts["recursive"] > number
