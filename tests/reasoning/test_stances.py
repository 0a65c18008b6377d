"""Who stands where: order, strength, and whose stances are asked for."""

from __future__ import annotations

import pytest

from alignment import AlignmentError, KnowledgeBase
from alignment.language.printer import format_node

TEXT = """
type country.
country russia "Russia" aka "Moscow", "the Kremlin".
country turkey "Türkiye" aka "Ankara".
country china "China". country mali "Mali" aka "Bamako". country niger "Niger" aka "Bamako".
relation arms(a: country, b: country).
relation blames(a: country, b: country).
stance supports(actor: country, side: country).
stance opposes(actor: country, side: country).
stance sides(actor: country, a: country, b: country).
source f1, reliability f.
supports(X, Y) :- arms(X, Y).
opposes(X, Y) :- blames(X, Y), not arms(X, Y).
sides(X, Y, Z) :- arms(X, Y), blames(X, Z).
arms(china, russia) confidence 0.4. arms(china, russia) confidence 0.8.
arms(turkey, russia) confidence 0.3.
arms(mali, turkey) from f1.
blames(turkey, china) confidence 0.6. blames(turkey, mali).
"""


@pytest.fixture(scope="module")
def kb() -> KnowledgeBase:
    base = KnowledgeBase()
    base.add(TEXT)
    return base


def told(kb: KnowledgeBase, *entities: str) -> list[tuple[str, float | None]]:
    return [(format_node(stance.claim), stance.confidence) for stance in kb.stances(*entities)]


TURKEY = [
    ("supports(turkey, russia)", 0.3),
    ("opposes(turkey, china)", 0.6),
    ("opposes(turkey, mali)", 1.0),
    ("sides(turkey, russia, china)", 0.3),
    ("sides(turkey, russia, mali)", 0.3),
]
CHINA, MALI = [("supports(china, russia)", 0.8)], [("supports(mali, turkey)", None)]


def test_all_stances_come_by_actor_then_as_declared_then_by_value_with_their_strength(kb: KnowledgeBase) -> None:
    assert told(kb) == [*CHINA, *MALI, *TURKEY]


@pytest.mark.parametrize("name", ["turkey", "Türkiye", "Ankara"])
def test_an_entity_is_asked_for_by_id_name_or_alias_and_is_the_actor(kb: KnowledgeBase, name: str) -> None:
    assert told(kb, name) == TURKEY


def test_several_entities_give_the_stances_of_each_once_in_the_same_order(kb: KnowledgeBase) -> None:
    assert told(kb, "Ankara", "china", "turkey") == [*CHINA, *TURKEY]


def test_an_entity_without_a_stance_has_none(kb: KnowledgeBase) -> None:
    assert told(kb, "the Kremlin") == []
    assert not kb.stances("russia")


@pytest.mark.parametrize(("name", "code"), [("nowhere", "unknown-constant"), ("Bamako", "ambiguous-alias")])
def test_a_name_of_nobody_or_of_two_is_a_problem(kb: KnowledgeBase, name: str, code: str) -> None:
    with pytest.raises(AlignmentError) as caught:
        kb.stances(name)
    assert [problem.code for problem in caught.value.problems] == [code]


def test_relations_that_are_no_stances_are_left_out_and_the_view_counts(kb: KnowledgeBase) -> None:
    assert {stance.claim.predicate for stance in kb.stances()} == {"supports", "opposes", "sides"}
    assert told(kb.view(min_confidence=0.5)) == [*CHINA, ("opposes(turkey, china)", 0.6), ("opposes(turkey, mali)", 1.0)]


def test_the_confidence_of_a_stance_is_that_of_its_strongest_proof(kb: KnowledgeBase) -> None:
    for stance in kb.stances():
        assert stance.confidence == kb.why(format_node(stance.claim)).whys[0].confidence


def test_the_actor_is_the_first_argument_and_a_stance_may_be_reported_itself() -> None:
    base = KnowledgeBase()
    base.add("stance s(a: any, b: any). stance alarm(). s(b, 1) confidence 0.5. s(a, 1.0). s(a, 1). alarm.")
    assert told(base) == [("s(a, 1.0)", 1.0), ("s(a, 1)", 1.0), ("s(b, 1)", 0.5)]
    assert [format_node(stance.actor) for stance in base.stances()] == ["a", "a", "b"]


def test_stances_whose_contrary_holds_are_contested() -> None:
    """As in answers: the table has a column where some are, and other formats keep theirs."""
    base = KnowledgeBase()
    base.add(TEXT + "exclusive supports(X, Y), opposes(X, Y). opposes(china, russia).")
    found = base.stances()
    assert {format_node(one.claim) for one in found if one.contested} == {"supports(china, russia)", "opposes(china, russia)"}
    header, _, first, *_ = str(found).splitlines()
    assert header.split()[-1] == "Contested"
    assert first.split()[-1] == "yes"
    assert "Contested" not in str(base.stances("turkey"))
    assert {len(row) for row in found.rows()} == {5}
