"""Competing hypotheses: which facts bear on which, in which direction, and what stands against each."""

import pytest

from alignment import AlignmentError, KnowledgeBase
from alignment.language.printer import format_node

ENGINES = ("memory", "duckdb")

BASE = """
    source wire, reliability b. source blog, reliability d. source rumour, reliability f.
    supplies(turkey, ukraine) from wire.   friends(turkey, russia) from blog.   -sanctions(turkey, russia) from wire.
    meets(turkey, russia) from rumour.     attacks(russia, ukraine).            supplies(china, russia) from wire.
    helps_enemy(X, Y) :- attacks(Y, Z), supplies(X, Z).
    supports(X, Y) :- friends(X, Y), not helps_enemy(X, Y).
    opposes(X, Y) :- sanctions(X, Y), helps_enemy(X, Y).
    close(X, Y) :- meets(X, Y), friends(X, Y).
    lonely(X) :- supplies(X, _), N = #count{ Y : friends(X, Y) }, N < 1.
"""


@pytest.fixture(params=ENGINES)
def kb(request: pytest.FixtureRequest) -> KnowledgeBase:
    kb = KnowledgeBase(request.param)
    kb.add(BASE.replace("-sanctions(turkey", "sanctions(eu, russia). -sanctions(turkey"))
    return kb


def bearings(kb: KnowledgeBase, atom: str) -> dict[str, str]:
    """How each fact that is not neutral bears on an atom."""
    found = kb.compare(atom)
    return {format_node(one.fact.claim): one.bearings[0] for one in found.evidence}


@pytest.mark.parametrize(
    ("atom", "expected"),
    [
        ("supports(turkey, russia)", {
            "friends(turkey, russia)": "consistent",
            "supplies(turkey, ukraine)": "inconsistent",
            "attacks(russia, ukraine)": "inconsistent",
        }),
        ("opposes(turkey, russia)", {
            "-sanctions(turkey, russia)": "inconsistent",
            "supplies(turkey, ukraine)": "consistent",
            "attacks(russia, ukraine)": "consistent",
        }),
        ("lonely(turkey)", {
            "supplies(turkey, ukraine)": "consistent", "friends(turkey, russia)": "inconsistent",
        }),
        ("supports(china, russia)", {}),
    ],
)  # fmt: skip
def test_premises_speak_for_an_atom_and_what_is_excluded_or_denied_against_it(
    kb: KnowledgeBase, atom: str, expected: dict[str, str]
) -> None:
    assert bearings(kb, atom) == expected


def test_the_hypothesis_with_the_least_against_it_comes_first_and_the_weights_are_summed(kb: KnowledgeBase) -> None:
    found = kb.compare("supports(turkey, russia)", "close(turkey, russia)", "opposes(turkey, russia)")
    assert [(format_node(one.claim), one.holds, one.against) for one in found.hypotheses] == [
        ("close(turkey, russia)", True, 0.0),
        ("opposes(turkey, russia)", False, 0.8),
        ("supports(turkey, russia)", False, 1.8),
    ]
    assert found.hypotheses[0].likelihood is None  # one of its premises cannot be judged
    meeting = next(one for one in found.evidence if one.fact.claim.predicate == "meets")
    assert (meeting.weight, meeting.bearings) == (None, ("consistent", "neutral", "neutral"))


def test_facts_that_are_alike_for_all_come_last(kb: KnowledgeBase) -> None:
    kb.add("p(X) :- attacks(X, _), a(X). q(X) :- attacks(X, _), b(X). a(russia). b(none).")
    found = kb.compare("p(russia)", "q(russia)")
    assert [one.is_diagnostic for one in found.evidence] == [True, False]
    assert format_node(found.evidence[-1].fact.claim) == "attacks(russia, ukraine)"


def test_only_atoms_without_variables_are_compared(kb: KnowledgeBase) -> None:
    with pytest.raises(AlignmentError, match="name in place of each variable"):
        kb.compare("supports(X, russia)", "opposes(X, russia)")


def test_what_another_label_rests_on_is_no_evidence_against_one_that_it_excludes(kb: KnowledgeBase) -> None:
    """Labels of degree exclude each other, and a reason for the weaker one contradicts nothing; a report of it does."""
    kb.add("exclusive supports(X, Y), leans(X, Y), neutral(X, Y). leans(X, Y) :- friends(X, Y). neutral(eu, russia).")
    assert bearings(kb, "supports(turkey, russia)")["friends(turkey, russia)"] == "consistent"
    kb.add("neutral(turkey, russia) from wire.")
    assert bearings(kb, "supports(turkey, russia)")["neutral(turkey, russia)"] == "inconsistent"
