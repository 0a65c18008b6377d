"""Generated worlds: countries and what they do to each other, as heavy-tailed as news of the real one.

In event data of the world half the pairs of actors occur once while a few write most of the news. So here:
half the pairs occur once, the top hundredth carries a quarter of the events, and great powers take part
in more pairs than others. The same seed gives the same world on every machine.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

EVENTS_A_PAIR = 3
"""The mean. With it the pairs between the top hundredth and the lower half occur about 3.6 times."""

TIES = 0.1
"""The share of facts that are standing ties, not events."""

KINDS = {
    "meets": 30,
    "visits": 15,
    "supplies": 15,
    "buys": 20,
    "aids": 6,
    "condemns": 8,
    "sanctions": 3,
    "threatens": 3,
}
"""The kinds of events and their weights. `supplies` and `buys` name a good, the others a day."""

DAYS = 3650


Row: TypeAlias = tuple[str | int, ...]
"""A constant is a symbol (`str`) or a whole number."""


@dataclass(frozen=True, slots=True)
class World:
    """Rows by relation."""

    rows: dict[str, list[Row]] = field(default_factory=dict)

    def __len__(self) -> int:
        return sum(map(len, self.rows.values()))

    def facts(self) -> Iterator[str]:
        """The facts in the syntax that Prolog, answer-set systems and this project share."""
        for relation, rows in self.rows.items():
            for row in rows:
                yield f"{relation}({', '.join(map(str, row))})."


def counts_of_pairs(events: int, chance: random.Random) -> list[int]:
    """How often each pair occurs: half once, the top hundredth a quarter of all, the rest between."""
    pairs = max(4, events // EVENTS_A_PAIR)
    top, once = max(1, pairs // 100), pairs // 2
    middle = pairs - top - once
    shares = [1 / rank for rank in range(1, top + 1)]
    heads = [max(2, round(events / 4 * share / sum(shares))) for share in shares]
    left = max(2 * middle, events - sum(heads) - once)
    tails = [2] * middle
    for _ in range(left - 2 * middle):
        tails[min(int(chance.expovariate(4 / middle)), middle - 1)] += 1  # the first of them more than the last
    return heads + tails + [1] * once


def world(facts: int, seed: int = 1) -> World:
    """A world of about that many facts."""
    chance = random.Random(seed)
    events = round(facts * (1 - TIES))
    counts = counts_of_pairs(events, chance)
    countries = [f"c{i}" for i in range(max(12, round((len(counts) * 6) ** 0.5)))]
    goods = [f"g{i}" for i in range(max(20, events // 200))]
    rows: dict[str, dict[Row, None]] = {kind: {} for kind in KINDS}
    for (a, b), count in zip(_pairs(countries, len(counts), chance), counts, strict=True):
        for kind in chance.choices(list(KINDS), list(KINDS.values()), k=count):
            _add_event(rows[kind], kind, a, b, goods, chance)
    rows.update(_ties(round(facts * TIES), countries, goods, chance))
    return World({relation: list(found) for relation, found in rows.items()})


def _pairs(countries: list[str], number: int, chance: random.Random) -> list[tuple[str, str]]:
    """Distinct ordered pairs, those of great powers more often and first."""
    weights = list(itertools.accumulate(1 / (rank + 3) for rank in range(len(countries))))
    found: dict[tuple[str, str], None] = {}
    while len(found) < number:
        a, b = chance.choices(countries, cum_weights=weights, k=2)
        if a != b:
            found[a, b] = None
    return list(found)


def _add_event(
    rows: dict[Row, None], kind: str, a: str, b: str, goods: list[str], chance: random.Random
) -> None:
    """Add one event that is not there yet; after some tries a repetition is let go."""
    for _ in range(20):
        row = (a, b, chance.choice(goods) if kind in ("supplies", "buys") else chance.randrange(DAYS))
        if row not in rows:
            rows[row] = None
            return


def _ties(number: int, countries: list[str], goods: list[str], chance: random.Random) -> dict[str, dict[Row, None]]:
    """Memberships, alliances, neighbours, wars, and what goods are for."""
    organisations = [f"o{i}" for i in range(max(8, len(countries) // 8))]
    members: dict[Row, None] = {}
    neighbours: dict[Row, None] = {}
    while len(members) < min(number * 3 // 4, len(countries) * len(organisations) // 2):
        members[chance.choice(countries), organisations[int(chance.triangular(0, len(organisations), 0))]] = None
    while len(neighbours) < number // 8:
        i = chance.randrange(len(countries))
        neighbours[countries[i], countries[(i + chance.randint(1, 6)) % len(countries)]] = None
    allied = {(countries[i], countries[chance.randrange(max(1, i // 4))]): None for i in range(1, len(countries), 2)}
    wars = {(countries[2 * i], countries[2 * i + 7]): None for i in range(min(6, (len(countries) - 8) // 2))}
    military = {(good,): None for good in goods[:: 5]}
    return {
        "member": members,
        "neighbour": neighbours,
        "allied": dict(allied),
        "at_war": dict(wars),
        "military": dict(military),
    }
