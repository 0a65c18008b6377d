"""The facts of the world held against tables of other people, where those are at hand.

Each test prints what only one side says (`pytest -rP` shows it) and fails on a contradiction that is not
justified below: the tables have mistakes too, and are not what the base is made from.
"""

from collections import Counter

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
