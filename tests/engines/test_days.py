"""Sets of days, held against sets of whole numbers."""

from __future__ import annotations

import random

from alignment.engines.dated.days import ALWAYS, END, FIRST, Days, apart, both, either, outside, periods, united

SMALL = 12
"""Days from FIRST on that random sets have boundaries in; END stands for the rest."""


def some_days(chance: random.Random) -> Days:
    """A random set of days."""
    places = sorted(chance.sample(range(SMALL), chance.choice([0, 1, 2, 3, 4, 5, 6])))
    found = tuple(places if len(places) % 2 == 0 else [*places, END])
    return ALWAYS if found == (FIRST, END) else found


def plain(days: Days) -> set[int]:
    """The same as a set; `SMALL` stands for all days after it."""
    return {day for begin, end in periods(days) for day in range(begin, min(end, SMALL + 1))}


def test_the_algebra_of_sets() -> None:
    """Intersection, union, difference and complement, each in the one form that equal sets have."""
    chance = random.Random(5)
    everything = set(range(SMALL + 1))
    for _ in range(5000):
        a, b, c = some_days(chance), some_days(chance), some_days(chance)
        cases = {
            both(a, b): plain(a) & plain(b),
            either(a, b): plain(a) | plain(b),
            apart(a, b): plain(a) - plain(b),
            outside(a): everything - plain(a),
            united([a, b, c]): plain(a) | plain(b) | plain(c),
        }
        for found, expected in cases.items():
            assert plain(found) == expected, (a, b, c)
            assert list(found) == sorted(set(found)), "boundaries in order, and no empty period"
        assert outside(outside(a)) == a
        assert (either(a, outside(a)) is ALWAYS, both(a, outside(a))) == (True, ())
