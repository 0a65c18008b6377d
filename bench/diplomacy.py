"""A generated world in the vocabulary of the bundled rules: what `@rules` would be asked about a year of news.

Names that the rules know (`military`, votes of `yes` and `no`) are used as they use them. Pairs of countries
are as heavy-tailed as in bench/worlds.py, and the sides of wars are where most of the news is.
"""

from __future__ import annotations

import datetime
import itertools
import random
from collections.abc import Callable, Iterator

KINDS = {
    "meets": 24,
    "votes": 22,
    "supplies": 12,
    "buys": 12,
    "visits": 10,
    "condemns": 7,
    "member": 5,
    "sanctions": 3,
    "endorses": 2,
    "friends": 1,
    "-condemns": 1,
    "allied": 0.5,
}

START = datetime.date(2023, 1, 1)


def diplomacy(facts: int, seed: int = 1) -> Iterator[str]:
    """The statements, one a line: entities first, about that many facts in all."""
    chance = random.Random(seed)
    countries = [f"c{i}" for i in range(max(12, min(200, facts // 50)))]
    numbers = {"good": max(20, facts // 200), "organisation": 40, "resolution": 60, "place": 50}
    entities = {kind: [f"{kind}_{i}" for i in range(count)] for kind, count in numbers.items()}
    entities |= {"country": countries, "person": [f"leader_{c}" for c in countries]}

    for kind, names in entities.items():
        yield from (f"{kind} {name}." for name in names)
    standing = list(_standing(countries, entities))
    yield from standing
    weights = list(itertools.accumulate(1 / (rank + 3) for rank in range(len(countries))))

    def country() -> str:
        return chance.choices(countries, cum_weights=weights)[0]

    writers = _writers(country, entities, chance)
    left = facts - len(standing) - sum(map(len, entities.values()))
    seen: set[str] = set()
    for kind in chance.choices(list(KINDS), list(KINDS.values()), k=max(0, 3 * left)):  # many are drawn twice
        statement = writers[kind](kind)
        if statement not in seen and len(seen) < left:
            seen.add(statement)
            yield statement


def _standing(countries: list[str], entities: dict[str, list[str]]) -> Iterator[str]:
    yield from (f"leads(leader_{country}, {country})." for country in countries)
    yield from (f"chairs({countries[7 * i % len(countries)]}, {g})." for i, g in enumerate(entities["organisation"]))
    for name, step, first in (("military", 5, 0), ("dual_use", 7, 1), ("strategic", 9, 2)):
        yield from (f"{name}({good})." for good in entities["good"][first::step])
    yield from (f"attacks({countries[2 * i]}, {countries[2 * i + 5]})." for i in range(3))
    yield from (f"censures({r}, {countries[2 * (i % 3)]})." for i, r in enumerate(entities["resolution"]))


def _writers(
    country: Callable[[], str], entities: dict[str, list[str]], chance: random.Random
) -> dict[str, Callable[[str], str]]:
    """How a fact of each kind is drawn and written."""

    def pair() -> tuple[str, str]:
        while True:
            a, b = country(), country()
            if a != b:
                return a, b

    def between(kind: str) -> str:
        return "{}({}, {}).".format(kind, *pair())

    def trade(kind: str) -> str:
        return "{}({}, {}, {}).".format(kind, *pair(), chance.choice(entities["good"]))

    def meeting(kind: str) -> str:
        day = START + datetime.timedelta(chance.randrange(365))
        return "{}(leader_{}, leader_{}, {}) on {}.".format(kind, *pair(), chance.choice(entities["place"]), day)

    def visit(kind: str) -> str:
        return "{}(leader_{}, {}) on {}.".format(kind, *pair(), START + datetime.timedelta(chance.randrange(365)))

    def vote(kind: str) -> str:
        said = chance.choices(["yes", "no", "abstain", "absent"], [50, 10, 25, 15])[0]
        return f"{kind}({country()}, {chance.choice(entities['resolution'])}, {said})."

    def membership(kind: str) -> str:
        return f"{kind}({country()}, {chance.choice(entities['organisation'])})."

    return {
        **dict.fromkeys(KINDS, between),
        "meets": meeting,
        "votes": vote,
        "supplies": trade,
        "buys": trade,
        "visits": visit,
        "member": membership,
    }
