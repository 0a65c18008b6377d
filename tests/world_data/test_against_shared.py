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
