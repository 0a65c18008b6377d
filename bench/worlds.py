"""Generated worlds: countries, their companies, and what they do to each other, heavy-tailed as news is.

In event data of the world half the pairs of actors occur once while a few write most of the news. So here:
half the pairs occur once, the top hundredth carries a quarter of the events, and great powers take part
in more pairs than others. Companies own companies, and trade in the place of the country that controls
them. The same seed gives the same world.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bench.tables import NUMBER, Codes, Table, World, distinct

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

TRADE = ("supplies", "buys")

DAYS = 3650


@dataclass(frozen=True, slots=True)
class Companies:
    """Who owns whom, and the companies of each country: those of country c are `members[start[c]:][:count[c]]`.

    Actors are numbered countries first; `members` and both columns of `owns` hold numbers of actors.
    """

    owns: tuple[Codes, Codes]
    members: Codes
    start: Codes
    count: Codes


def stance_world(facts: int, seed: int = 1) -> World:
    """A world of about that many facts; a few per cent fewer where the busiest pairs repeat themselves."""
    chance = np.random.default_rng(seed)
    events, ties = round(facts * (1 - TIES)), round(facts * TIES)
    counts = counts_of_pairs(events)
    countries = max(12, round((len(counts) * 6) ** 0.5))
    goods = max(20, min(events // 200, 50_000))
    firms = _companies(max(10, ties * 2 // 5), countries, chance)
    actors = countries + len(firms.members)
    first, second = (np.repeat(side, counts) for side in _pairs(countries, len(counts), chance))
    weights = np.array(list(KINDS.values()), dtype=float)
    kind = np.searchsorted(np.cumsum(weights / weights.sum()), chance.random(len(first)), side="right")
    tables = {}
    for number, name in enumerate(KINDS):
        a, b = first[kind == number], second[kind == number]
        if name in TRADE:
            a, b = _through_companies(a, 0.5, firms, chance), _through_companies(b, 0.3, firms, chance)
            rows = distinct((a, b, chance.integers(0, goods, len(a))), (actors, actors, goods), chance)
            tables[name] = Table(("actor", "actor", "good"), rows)
        else:
            rows = distinct((a, b, chance.integers(0, DAYS, len(a))), (countries, countries, DAYS), chance)
            tables[name] = Table(("actor", "actor", NUMBER), rows)
    tables["owns"] = Table(("actor", "actor"), distinct(firms.owns, (actors, actors), chance))
    organisations = max(8, countries // 4)
    tables.update(_ties(ties, countries, organisations, goods, chance))
    names = {
        "actor": (("c", countries), ("k", actors - countries)),
        "good": (("g", goods),),
        "group": (("o", organisations),),
    }
    return World(tables, names)


def counts_of_pairs(events: int) -> Codes:
    """How often each pair occurs: half once, the top hundredth a quarter of all, the rest between."""
    pairs = max(4, events // EVENTS_A_PAIR)
    top, once = max(1, pairs // 100), pairs // 2
    middle = pairs - top - once
    shares = 1 / np.arange(1, top + 1)
    heads = np.maximum(2, np.rint(events / 4 * shares / shares.sum())).astype(np.int64)
    left = max(0, events - int(heads.sum()) - once - 2 * middle)
    decline = np.exp(-4 * np.arange(middle) / middle)  # the first of them more than the last
    tails = 2 + np.rint(left * decline / decline.sum()).astype(np.int64)
    return np.concatenate([heads, tails, np.ones(once, dtype=np.int64)])


def _powers(countries: int, number: int, chance: np.random.Generator) -> Codes:
    """Countries at random, the great ones more often."""
    weights = np.cumsum(1 / (np.arange(countries) + 3))
    return np.minimum(np.searchsorted(weights / weights[-1], chance.random(number), side="right"), countries - 1)


def _pairs(countries: int, number: int, chance: np.random.Generator) -> tuple[Codes, Codes]:
    """Distinct ordered pairs, those of great powers more often and first."""
    found = np.empty(0, dtype=np.int64)
    while len(found) < number:
        more = 3 * (number - len(found)) + 1000
        a, b = _powers(countries, more, chance), _powers(countries, more, chance)
        drawn = np.concatenate([found, (a * countries + b)[a != b]])
        found = drawn[np.sort(np.unique(drawn, return_index=True)[1])]
    return np.divmod(found[:number], countries)


def _companies(number: int, countries: int, chance: np.random.Generator) -> Companies:
    """Trees of ownership below countries; a fifth have a country as second owner, and a few hold their holders.

    Second owners that are companies would make the controllers of a company more, the larger the world is.
    """
    own = np.arange(number) + countries
    above = (np.arange(number) * chance.random(number) ** 2).astype(np.int64) + countries
    by_country = chance.random(number) < 0.3
    by_country[0] = True
    owner = np.where(by_country, _powers(countries, number, chance), above)
    home = owner
    while (home >= countries).any():
        home = np.where(home >= countries, owner[np.maximum(home - countries, 0)], home)
    partners = chance.choice(number, number // 5, replace=False)
    crossed = chance.choice(np.flatnonzero(~by_country), number // 100, replace=False)
    crossed = crossed[owner[crossed] != own[crossed]]
    owners = np.concatenate([owner, _powers(countries, len(partners), chance), own[crossed]])
    owned = np.concatenate([own, own[partners], owner[crossed]])
    members = np.argsort(home, kind="stable") + countries
    count = np.bincount(home, minlength=countries)
    return Companies((owners, owned), members, np.cumsum(count) - count, count)


def _through_companies(actor: Codes, share: float, firms: Companies, chance: np.random.Generator) -> Codes:
    """Countries, some of which act through a company of theirs."""
    count = firms.count[actor]
    pick = firms.start[actor] + (chance.random(len(actor)) * count).astype(np.int64)
    through = (count > 0) & (chance.random(len(actor)) < share)
    return np.where(through, firms.members[np.minimum(pick, len(firms.members) - 1)], actor)


def _ties(number: int, countries: int, groups: int, goods: int, chance: np.random.Generator) -> dict[str, Table]:
    """Memberships, groups within groups, alliances, neighbours, wars, and what goods are for."""
    everyone = np.arange(countries)
    members = min(number // 4, countries * groups // 4)
    joined = (groups * (1 - np.sqrt(chance.random(members)))).astype(np.int64)
    near = chance.integers(0, countries, number // 8)
    parts = np.arange(groups // 2, groups)
    allies = np.arange(1, countries, 2)
    wars = np.arange(min(max(3, countries // 100), (countries - 8) // 2))
    pairs = {
        "member": (("actor", "group"), (chance.integers(0, countries, members), joined), (countries, groups)),
        "chairs": (("actor", "group"), (_powers(countries, groups, chance), np.arange(groups)), (countries, groups)),
        "part_of": (("group", "group"), (parts, chance.integers(0, parts // 2)), (groups, groups)),
        "neighbour": (
            ("actor", "actor"),
            (near, (near + chance.integers(1, 7, len(near))) % countries),
            (countries, countries),
        ),
        "allied": (
            ("actor", "actor"),
            (allies, chance.integers(0, np.maximum(1, allies // 4))),
            (countries, countries),
        ),
        "at_war": (("actor", "actor"), (2 * wars, 2 * wars + 7), (countries, countries)),
        "country": (("actor",), (everyone,), (countries,)),
        "military": (("good",), (np.arange(0, goods, 5),), (goods,)),
        "strategic": (("good",), (np.arange(2, goods, 7),), (goods,)),
    }
    return {name: Table(kinds, distinct(rows, sizes, chance)) for name, (kinds, rows, sizes) in pairs.items()}
