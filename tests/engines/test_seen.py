"""What a recursion has found: the same rows and rounds whatever they are kept in, and the memory that is foretold."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest

from alignment.engines.relational import seen
from alignment.engines.relational.aside import in_halves

MAJORS, MINORS = np.arange(3000) * 7 + 1, np.arange(500) * 11 + 2
HOW = {
    "table": lambda: seen.Table(len(MAJORS) * len(MINORS)),
    "runs": lambda: seen.Runs(lambda _: None),
    "growing": lambda: seen.Growing(len(MAJORS) * len(MINORS), lambda _: None),
}


def filled(kept: seen.Seen, rows: int) -> dict[int, int]:
    """Add so many rows in each of four rounds, some of them again and again; what is then there."""
    chance, rounds = np.random.default_rng(1), {}
    for round_ in range(4):
        keys = chance.integers(0, len(MAJORS) * len(MINORS), rows)
        fresh = kept.add(keys, round_).tolist()
        assert sorted(fresh) == sorted(set(keys.tolist()) - set(rounds))
        rounds.update(dict.fromkeys(fresh, round_))
    return rounds


@pytest.mark.parametrize("how", HOW)
@pytest.mark.parametrize("rows", [0, 30, 3000, 50_000, 200_000])
def test_pairs(how: str, rows: int) -> None:
    """Each row once, with its round, also where there are more than are put together at a time."""
    kept = HOW[how]()
    wanted = filled(kept, rows)
    first, second, rounds = kept.pairs(MAJORS, MINORS)
    keys = (first - 1) // 7 * len(MINORS) + (second - 2) // 11
    assert len(keys) == len(wanted)
    assert dict(zip(keys.tolist(), rounds.tolist(), strict=True)) == wanted
    assert rounds.dtype == np.int32
    assert kept.last == max(wanted.values(), default=0)


@pytest.mark.parametrize("how", HOW)
def test_memory_of_pairs(how: str) -> None:
    """They take no more than they say, but for what one block takes, and not much less."""
    kept = HOW[how]()
    filled(kept, 200_000)
    told = kept.bytes_of_pairs()
    tracemalloc.start()
    try:
        kept.pairs(MAJORS, MINORS)
        taken = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert told // 2 < taken <= told + 40 * seen._BLOCK


def test_what_fails_in_the_other_half_is_told() -> None:
    done: list[range] = []

    def work(rows: range) -> None:
        if rows.start:
            raise MemoryError
        done.append(rows)

    with pytest.raises(MemoryError):
        in_halves(work, 5, at_once=True)
    assert done == [range(2)]
    in_halves(done.append, 1, at_once=True)
    in_halves(done.append, 5, at_once=False)
    assert done[1:] == [range(1), range(5)]
