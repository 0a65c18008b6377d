"""Chains and rings are chased to the same rounds as pair by pair, whatever stands in the way."""

from __future__ import annotations

import random

import numpy as np
import pytest

from alignment.engines.relational import chasing
from alignment.engines.relational.chasing import chased, step_of
from alignment.engines.relational.links import Link


def one_by_one(step: list[int], newest: set[tuple[int, int]], table: list[list[int]], round_: int) -> list[list[int]]:
    """The rounds of a row and a number, found a round at a time."""
    while newest:
        round_ += 1
        following = {(row, step[number]) for row, number in newest if step[number] >= 0}
        newest = {(row, number) for row, number in following if table[row][number] < 0}
        for row, number in newest:
            table[row][number] = round_
    return table


def case(seed: int) -> tuple[list[int], set[tuple[int, int]], list[list[int]]]:
    """A link, the pairs of round 1, and a table with them and those of round 0."""
    chance = random.Random(seed)
    size, rows = chance.randint(1, 14), chance.randint(1, 4)
    step = chance.sample(range(size), size)
    step = [-1 if chance.random() < chance.choice((0, 0.2, 0.6)) else after for after in step]
    if chance.random() < 0.3:  # as the numbers stand
        step = [number + 1 if number + 1 < size and after >= 0 else -1 for number, after in enumerate(step)]
    table = [[-1] * size for _ in range(rows)]
    cells = [(row, number) for row in range(rows) for number in range(size)]
    reported = chance.sample(cells, min(len(cells), chance.choice((0, 1, 3))))
    derived = chance.sample(cells, min(len(cells), chance.choice((1, 2, 5))))
    for row, number in reported:
        table[row][number] = 0
    derived += [(row, step[number]) for row, number in reported if step[number] >= 0]
    newest = {(row, number) for row, number in derived if table[row][number] < 0}
    for row, number in newest:
        table[row][number] = 1
    return step, newest, table


@pytest.mark.parametrize("long", [0, 64])
def test_the_rounds_are_those_of_pair_by_pair(long: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Parts filled one by one, and together."""
    monkeypatch.setattr(chasing, "_LONG", long)
    for seed in range(1_500):
        step, newest, table = case(seed)
        entries = np.array(table, np.int16).reshape(-1)
        pairs = sorted(newest)
        columns = np.array([number for _, number in pairs], np.int64), np.array([row for row, _ in pairs], np.int64)
        looked: list[int] = []
        assert chased(np.array(step, np.int64), columns, entries, 1, looked.append)
        assert entries.reshape(len(table), -1).tolist() == one_by_one(step, newest, table, 1), seed
        assert len(looked) == (1 if long == 0 or not pairs else 2)  # what is filled together takes memory of its own


def test_many_rounds_are_refused_before_anything_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    step = np.array([1, 2, 3, 4, -1], np.int64)
    for most, is_done in ((4, False), (5, True)):
        monkeypatch.setattr(chasing, "MOST_ROUNDS", most)
        entries = np.array([1, -1, -1, -1, -1], np.int16)
        newest = np.array([0]), np.array([0])
        assert chased(step, newest, entries, 1, lambda _: None) is is_done
        assert entries.tolist() == ([1, 2, 3, 4, 5] if is_done else [1, -1, -1, -1, -1])


def test_only_links_on_which_no_two_ways_meet_or_part() -> None:
    for pairs, found in (
        ([(0, 1), (1, 2)], [1, 2, -1]),
        ([(0, 0), (1, 2), (2, 1)], [0, 2, 1]),
        ([(0, 1), (0, 2)], None),
        ([(0, 2), (1, 2)], None),
    ):
        known, new = (np.array(column, np.int64) for column in zip(*pairs, strict=True))
        step = step_of(Link(known, new, 3))
        assert (None if step is None else step.tolist()) == found
