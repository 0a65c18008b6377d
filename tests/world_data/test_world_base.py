"""The bundled base of the world by itself: it is whole, sourced, and its names are understood."""

import pytest

from alignment import AlignmentError, KnowledgeBase
from alignment.cli import main

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
