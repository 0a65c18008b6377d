"""The facts of the world held against tables of other people, where those are at hand.

Each test prints what only one side says (`pytest -rP` shows it) and fails on a contradiction that is not
justified below: the tables have mistakes too, and are not what the base is made from.
"""

from collections import Counter

from alignment.checks.model import fold
from alignment.language import tree

from .conftest import codes, reports, table

RESOLUTIONS = {
    "68/262": "res_68_262", "ES-11/1": "es_11_1", "ES-11/3": "es_11_3", "ES-11/4": "es_11_4",
    "ES-11/5": "es_11_5", "ES-11/6": "es_11_6",
}  # fmt: skip


def told(title: str, lines) -> None:
    """Print what a comparison found, sorted."""
    lines = sorted(lines)
    print(f"{title}: {len(lines)}")
    for line in lines:
        print("  ", line)


def test_votes():
    """Votes agree wherever both sides have one; a table's "abstain or absent" admits either."""
    ours = {report.args[:2]: report.args[2] for report in reports("votes")}
    theirs = {
        (codes()[row["iso3"]], RESOLUTIONS[row["resolution"]]): row["vote"]
        for row in table("unga_ukraine_votes.csv")
        if row["vote"]
    }
    differ = {key for key in ours.keys() & theirs.keys() if ours[key] not in theirs[key].split("_or_")}
    told("votes that differ", (f"{key}: {ours[key]}, table {theirs[key]}" for key in differ))
    told("votes only in the table", map(str, theirs.keys() - ours.keys()))
    only_here = Counter(resolution for _, resolution in ours.keys() - theirs.keys())
    told("votes only here", (f"{resolution}: {count}" for resolution, count in only_here.items()))
    assert not differ
    assert not theirs.keys() - ours.keys()


def test_members_of_the_united_nations():
    """The same 193 states, each admitted in the year that the table gives."""
    ours = {report.args[0]: report.since[:4] for report in reports("member") if report.args[1] == "un"}
    theirs = {codes()[row["iso3"]]: row["un_joined_year"] for row in table("un_members.csv")}
    differ = {country for country in theirs if ours.get(country) != theirs[country]}
    told("admissions that differ", (f"{one}: {ours.get(one)}, table {theirs[one]}" for one in differ))
    assert ours.keys() == theirs.keys()
    assert not differ


GROUPS = {
    "NATO": "nato", "EU": "eu", "G7": "g7", "CSTO": "csto", "SCO": "sco", "EAEU": "eaeu", "CIS": "cis",
    "BRICS": "brics", "BRIC": "brics", "OPEC": "opec", "ARAB_LEAGUE": "arab_league",
    "Arab League": "arab_league", "AU": "african_union", "ASEAN": "asean", "GCC": "gcc",
    "CoE": "council_of_europe", "OECD": "oecd", "ECOWAS": "ecowas", "FIVE_EYES": "five_eyes", "QUAD": "quad",
}  # fmt: skip

LEFT_OUT = {
    ("ecuador", "opec"): "left on 1 January 2020, before the time of the base",
    ("indonesia", "opec"): "suspended its membership in 2016",
    ("qatar", "opec"): "left on 1 January 2019",
    ("mauritania", "ecowas"): "left in 2000",
    ("uzbekistan", "csto"): "left in 2012",
    ("georgia", "cis"): "left on 18 August 2009",
    ("ukraine", "cis"): "never ratified the Charter, and has taken no part since 2018",
    ("turkmenistan", "cis"): "an associate since 2005, and stated as a partner",
}
"""Memberships of the table that the base does not state, and why."""


def test_memberships():
    """Who belongs to which group, and since which year."""
    ours: dict[tuple, set] = {}
    for report in reports("member"):
        if not report.negative and report.args[1] in GROUPS.values():
            ours.setdefault(report.args, set()).add(report.since[:4])
    theirs: dict[tuple, set] = {}
    for row in table("memberships.csv"):
        if row["org"] in GROUPS and row["status"] not in ("observer", "former") and row["iso3"] in codes():
            key = (codes()[row["iso3"]], GROUPS[row["org"]])
            theirs.setdefault(key, set()).add(row["start"][:4])
    differ = {key for key in ours.keys() & theirs.keys() if not ours[key] & theirs[key] and theirs[key] - {""}}
    only_table = theirs.keys() - ours.keys()
    told("years that differ", (f"{key}: {ours[key]}, table {theirs[key]}" for key in differ))
    told("only in the table", (f"{key}: {theirs[key]}" for key in only_table))
    told("only here", (f"{key}: {ours[key]}" for key in ours.keys() - theirs.keys()))
    assert only_table == LEFT_OUT.keys()


def test_unfriendly_states():
    """Russia's list of unfriendly states, territories left out, with the days of its orders."""
    ours = {report.args[1]: report.since for report in reports("lists_unfriendly")}
    theirs = {
        codes()[row["iso3"]]: row["listed_from"]
        for row in table("russia_unfriendly_list.csv")
        if "territory" not in row["entry_type"] and "dependency" not in row["entry_type"]
    }
    assert ours == theirs


NOT_COUNTED = {
    "albania": "the table follows 42 donors, and Albania is none of them",
    "montenegro": "the table follows 42 donors, and Montenegro is none of them",
    "north_macedonia": "the table follows 42 donors, and North Macedonia is none of them",
    "israel": "the table follows 42 donors, and Israel is none of them",
}
"""Suppliers of Ukraine's soldiers that the table does not have, and why."""


def _military_donors():
    """The donors of the tracker that gave military aid, with the month of their first."""
    return {
        codes()[row["iso3"]]: row["first_month"]
        for row in table("kiel_military_by_donor.csv")
        if float(row["military_eur_bn_total"]) > 0 and row["iso3"] in codes()
    }


def test_military_aid_to_ukraine(world):
    """Who gives military aid according to the tracker is a supplier here, and the other way round."""
    theirs = _military_donors()
    ours: dict[str, str] = {}
    for kind in ("military", "nonlethal"):
        goal = f"supplies(X, ukraine, G) since D, {kind}(G)"
        for row in world.view(as_of="ever", min_confidence=0.5).query(goal):
            day = row["D"].isoformat()
            ours[row["X"]] = min(day, ours.get(row["X"], day))
    differ = {country for country in ours.keys() & theirs.keys() if ours[country][:7] != theirs[country]}
    told("first months that differ", (f"{one}: {ours[one]}, table {theirs[one]}" for one in differ))
    told("only here", ours.keys() - theirs.keys())
    assert theirs.keys() - ours.keys() == set()
    assert ours.keys() - theirs.keys() == NOT_COUNTED.keys()


def test_refusals_of_weapons(world):
    """Who refuses weapons has no military aid in the tracker, or soldiers' gear only, or refused late."""
    refusing = {row["X"] for row in world.view(as_of="ever").query("-supplies(X, ukraine, weapons)")}
    assert refusing & _military_donors().keys() == {"slovakia", "south_korea"}


SPEECHES_IN_DOUBT = {
    ("austria", "2022-03-31"): "the National Council heard him on 30 March 2023; in 2022 it declined",
    ("switzerland", "2022-03-19"): "a rally on the Bundesplatz in Bern, not the parliament",
    ("poland", "2022-05-22"): "the Polish president spoke in Kyiv that day, and Ukraine's answered there",
}
"""Speeches of the table that the base does not state, and why."""


def test_speeches_to_parliaments():
    """The speeches of Ukraine's president to parliaments in the spring of 2022, day by day."""
    ours = {(report.args[1], report.day(tree.On)) for report in reports("addresses")}
    theirs = {
        (codes()[row["b_iso3"]], row["date"])
        for row in table("meetings_zelensky_2022.csv")
        if row["type"] == "speech" and row["b_iso3"] in codes()
    }
    told("only here", map(str, ours - theirs))
    told("only in the table", map(str, theirs - ours))
    assert theirs - ours == SPEECHES_IN_DOUBT.keys()


def _deliveries() -> dict[str, Counter]:
    """The volume of arms by supplier that each recipient took in from 2018 to 2022."""
    volumes: dict[str, Counter] = {}
    for row in table("sipri_pairs_2018on.csv"):
        if "2018" <= row["delivery_year"] <= "2022" and row["recipient"] in codes() and row["supplier"] in codes():
            taken = volumes.setdefault(codes()[row["recipient"]], Counter())
            taken[codes()[row["supplier"]]] += float(row["tiv_m"])
    return volumes


def test_dependence_on_arms():
    """Who is said to depend on one supplier took more than half from it."""
    volumes = _deliveries()
    ours = {report.args[:2] for report in reports("depends") if report.args[2] == "weapons"}
    shares = {
        (buyer, seller): taken[seller] / taken.total()
        for buyer, taken in volumes.items()
        for seller in ("russia", "united_states")
        if taken.total() > 0
    }
    above = {pair for pair, share in shares.items() if share > 0.5}
    told("above one half, and not stated", (f"{pair}: {shares[pair]:.2f}" for pair in above - ours))
    assert {(pair, round(shares.get(pair, 0), 2)) for pair in ours - above} == set()


def test_buyers_of_arms():
    """Who is said to buy arms from Russia took some."""
    volumes = _deliveries()
    buyers = {report.args[0] for report in reports("buys") if report.args[1:] == ("russia", "weapons")}
    others = {buyer for buyer, taken in volumes.items() if taken["russia"] > 50} - buyers
    told("more than 50 million of value, and not stated", others)
    assert {buyer for buyer in buyers if not volumes.get(buyer, Counter())["russia"]} == set()


NO_DEFENCE_PACT = {
    ("united_states", "marshall_islands"): "not in the table; the compact gives the defence to the United States",
    ("united_states", "micronesia"): "not in the table; the compact gives the defence to the United States",
    ("united_states", "palau"): "not in the table; the compact gives the defence to the United States",
    ("united_states", "japan"): "article 5 is about attacks in Japan alone, which the table counts otherwise",
    ("france", "djibouti"): "the treaty of 2011 has a clause of defence, and the table an older one without",
    ("france", "united_arab_emirates"): "not in the table; the agreement is published in part",
    ("russia", "abkhazia"): "the table has no states of limited recognition",
    ("russia", "south_ossetia"): "the table has no states of limited recognition",
}
"""Alliances of two that are no defence pacts in the table, and why they are stated."""


def test_alliances_of_two():
    """Treaties of two states that were in force in 2018 are in the table, most of them as defence pacts."""
    defence = {}
    for row in table("alliances_atop_2000on.csv"):
        if row["last_year"] == "2018" and row["iso3_a"] in codes() and row["iso3_b"] in codes():
            pair = frozenset((codes()[row["iso3_a"]], codes()[row["iso3_b"]]))
            defence[pair] = row["defense"] == "1"
    old = {report.args for report in reports("allied") if report.since < "2018"}
    told("not in the table", (str(pair) for pair in old if frozenset(pair) not in defence))
    told("no defence pact in the table", (str(pair) for pair in old if defence.get(frozenset(pair)) is False))
    missing = {pair for pair in old if not defence.get(frozenset(pair))}
    assert missing == NO_DEFENCE_PACT.keys()


def test_names_and_aliases(world):
    """English names, capitals and demonyms of the table stand for the same country, or are not known here."""
    owners: dict[str, set[str]] = {}
    for row in table("country_aliases.csv"):
        if row["kind"] in ("name_common", "name_official", "capital", "demonym_eng", "alt_spelling"):
            if row["iso3"] in codes():
                owners.setdefault(row["alias"], set()).add(codes()[row["iso3"]])
    ours = {name: set(world.schema.aliases.get(fold(name), ())) for name in owners}
    told("not known here", (name for name, found in ours.items() if not found))
    assert [name for name, found in ours.items() if found and not owners[name] <= found] == []
