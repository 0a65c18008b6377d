"""The bundled base of the world by itself: it is whole, sourced, and its names are understood."""

import re
from collections import Counter

import pytest

from alignment import AlignmentError, KnowledgeBase
from alignment.cli import main
from alignment.language import tree

from .conftest import FILES, codes, reports


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_each_file_is_without_warnings_by_itself(path, capsys):
    """Each theme loads what it needs, so that it may be used alone."""
    assert main(["check", "--strict", str(path)]) == 0, capsys.readouterr()


def test_the_base_and_the_rules_are_without_warnings(capsys):
    """Taken together, with the rules, nothing contradicts or is left unused."""
    assert main(["check", "--strict", "@facts/world", "@rules"]) == 0, capsys.readouterr()


def test_files_are_in_canonical_layout(capsys):
    """The layout is the formatter's."""
    assert main(["format", "--check", *map(str, FILES)]) == 0, capsys.readouterr()


def test_the_astana_base_may_be_loaded_beside_the_world(capsys):
    """Both bases declare the same countries in the same words."""
    assert main(["check", "--strict", "@facts/astana", "@facts/world", "@rules"]) == 0, capsys.readouterr()


def test_every_fact_names_its_source():
    """No fact of the base stands on nobody's word."""
    assert [report.text for report in reports() if not report.sources] == []


@pytest.mark.parametrize(
    ("name", "country"),
    [
        ("Ankara", "turkey"), ("Turkey", "turkey"), ("TUR", "turkey"), ("tr", "turkey"),
        ("the Kremlin", "russia"), ("Russian", "russia"), ("South Korea", "south_korea"),
        ("KOREA, REPUBLIC OF", "south_korea"), ("Côte d’Ivoire", "cote_d_ivoire"),
        ("Ivory Coast", "cote_d_ivoire"), ("Burma", "myanmar"), ("UK", "united_kingdom"),
        ("USA", "united_states"), ("U.S.", "united_states"), ("UAE", "united_arab_emirates"),
        ("French", "france"), ("Congo", "congo"), ("DRC", "dr_congo"), ("Niger", "niger"),
        ("Nigerian", "nigeria"), ("Guinea", "guinea"), ("GNB", "guinea_bissau"), ("Iran", "iran"),
        ("XKX", "kosovo"), ("Vatican", "holy_see"), ("Chinese Taipei", "taiwan"), ("Viet Nam", "vietnam"),
    ],
)  # fmt: skip
def test_names_are_understood(world, name, country):
    """Formal and earlier names, capitals, demonyms and codes stand for their country."""
    found = world.query(f'iso3(X, _), X = "{name}"')
    assert [row["X"] for row in found] == [country]


@pytest.mark.parametrize("name", ["Korean", "Congolese", "Dominican"])
def test_words_of_two_countries_are_asked_back(world, name):
    """A demonym that two countries share is not decided for the reader."""
    with pytest.raises(AlignmentError) as raised:
        world.query(f'country(X), X = "{name}"')
    assert [problem.code for problem in raised.value.problems] == ["ambiguous-alias"]


def test_codes_are_aliases(world):
    """Each code of codes.facts is a name of its country, and of no other."""
    for report in (*reports("iso2"), *reports("iso3")):
        country, code = report.args
        assert world.query(f'country(X), X = "{code}"').rows == ((country,),)
    assert len(codes()) == len({report.args[0] for report in reports("iso2")}) == 200


def test_no_rule_is_needed_to_read_the_base():
    """The base alone answers what is reported."""
    base = KnowledgeBase()
    base.load("@facts/world/codes")
    assert base.query('iso3("Ankara", X)').rows == (("TUR",),)


ROLL_CALLS = {
    "res_68_262": (100, 11, 58, 24),
    "es_11_1": (141, 5, 35, 12),
    "es_11_3": (93, 24, 58, 18),
    "es_11_4": (143, 5, 35, 10),
    "es_11_5": (94, 14, 73, 12),
    "es_11_6": (141, 7, 32, 13),
    "hrc_49_1": (32, 2, 13, 0),
    "hrc_s_34_1": (33, 2, 12, 0),
    "sc_2022_155": (11, 1, 3, 0),
    "sc_2022_720": (10, 1, 4, 0),
    "oas_1195": (24, 0, 8, 1),
}


@pytest.mark.parametrize(("resolution", "counts"), ROLL_CALLS.items(), ids=ROLL_CALLS)
def test_roll_calls_are_whole(world, resolution, counts):
    """Each roll call has the counts of the record, and nobody in it twice."""
    found = [
        {row["X"] for row in world.query(f"votes(X, {resolution}, {vote})")}
        for vote in ("yes", "no", "abstain", "absent")
    ]
    assert tuple(map(len, found)) == counts
    assert len(set().union(*found)) == sum(counts)


def test_the_votes_on_relief_are_those_that_are_established(world):
    """ES-11/2: the votes against and the abstentions are complete, the rest is a part of what was cast."""
    of = {vote: len(world.query(f"votes(X, es_11_2, {vote})")) for vote in ("yes", "no", "abstain", "absent")}
    assert (of["no"], of["abstain"]) == (5, 38)
    assert of["yes"] <= 140
    assert of["absent"] <= 10


def test_the_united_nations_have_193_members(world):
    """Each member once, and nobody votes in the Assembly who is not one."""
    members = {row["X"] for row in world.query("member(X, un)")}
    assert len(members) == 193
    voters = {row["X"] for row in world.query("votes(X, _, _)")}
    assert voters == members


@pytest.mark.parametrize(
    ("group", "day", "size"),
    [
        ("nato", "2022-02-24", 30), ("nato", "2023-04-03", 30), ("nato", "2023-04-04", 31),
        ("nato", "2024-03-07", 32), ("eu", "2020-02-01", 27), ("eu", "2022-02-24", 27), ("g7", "2022-02-24", 7),
        ("csto", "2022-02-24", 6), ("sco", "2022-02-24", 8), ("sco", "2023-07-04", 9), ("sco", "2024-12-31", 10),
        ("eaeu", "2022-02-24", 5), ("cis", "2022-02-24", 9), ("brics", "2023-12-31", 5),
        ("opec", "2023-12-31", 13), ("opec", "2024-01-01", 12), ("arab_league", "2022-02-24", 22),
        ("african_union", "2022-02-24", 55), ("asean", "2022-02-24", 10), ("gcc", "2022-02-24", 6),
        ("council_of_europe", "2022-03-15", 47), ("council_of_europe", "2022-03-16", 46),
        ("oecd", "2022-02-24", 38), ("non_aligned", "2022-02-24", 120),
    ],
)  # fmt: skip
def test_groups_have_their_members_on_each_day(world, group, day, size):
    """Accessions and withdrawals take effect on their day."""
    assert len({row["X"] for row in world.view(as_of=day).query(f"member(X, {group})")}) == size


def test_both_reports_stay_where_sources_disagree(world):
    """The day on which Belarus joined the SCO, and whether Saudi Arabia is in BRICS."""
    days = {row["D"].isoformat() for row in world.query("member(belarus, sco) since D")}
    assert days == {"2024-07-04", "2024-08-08"}
    assert world.holds("member(saudi_arabia, brics), -member(saudi_arabia, brics)")


def test_every_source_is_cited():
    """A source that no fact cites is a leftover."""
    cited = {source for report in reports() for source in report.sources}
    declared = {name for path in FILES for name in re.findall(r"^source (\w+)", path.read_text("utf-8"), re.MULTILINE)}
    assert declared - cited == set()


def test_no_fact_begins_after_the_time_of_the_base():
    """The base ends with 2024."""
    late = [report.text for report in reports() if (report.since or report.day(tree.On) or "") > "2024-12-31"]
    assert late == []


TWO_AT_ONCE = {"poland", "iran"}
"""States of which the head of state and the head of government both act abroad."""


@pytest.mark.parametrize("day", ["2022-03-15", "2023-02-24", "2024-12-01"])
def test_leaders_follow_each_other(world, day):
    """On each day four fifths of the states that matter have a leader, and one only."""
    leaders = world.view(as_of=day).query("leads(X, Y)")
    count = Counter(row["Y"] for row in leaders)
    assert len(count) >= 120
    assert {country for country, number in count.items() if number > 1} <= TWO_AT_ONCE


def test_who_is_visited_or_met_has_a_leader(world):
    """Whoever goes to Russia or Ukraine leads or represents a country on that day."""
    for report in reports("visits"):
        at = world.view(as_of=report.day(tree.On))
        person = report.args[0]
        assert at.holds(f"leads({person}, _)") or at.holds(f"represents({person}, _)"), report.text


def test_lists_cover_whom_they_say(world):
    """A list over the United Nations says so, one of 41 donors names them."""
    assert world.holds("covers_members(sanctions_on_russia, un)")
    assert len(world.query("tracked(kiel_donors, X)")) == 41
    with_rules = KnowledgeBase()
    with_rules.load("@facts/world", "@rules/lists")
    assert len(with_rules.query("tracked(sanctions_on_russia, X)")) == 195


def test_known_contradictions_are_the_ones_that_are_meant(world):
    """What is reported both ways at once is disputed in the world, and not by a slip."""
    ever = world.view(as_of="2024-12-31")
    assert [row["X"] for row in ever.query("sanctions(X, russia), -sanctions(X, russia)")] == ["bosnia_and_herzegovina"]
    assert [row["X"] for row in ever.query("condemns(X, russia), -condemns(X, russia)")] == ["bosnia_and_herzegovina"]
    assert ever.query("endorses(X, Y), condemns(X, Y)").rows == ()
    assert {row["X"] for row in ever.query("supplies(X, Y, G), -supplies(X, Y, G)")} == {
        "china", "india", "iran", "north_korea", "pakistan", "serbia", "south_korea"
    }  # fmt: skip
