"""Contradictions: which there are, both sides proved, on every engine; and which answers are contested."""

from __future__ import annotations

import pytest

from alignment import KnowledgeBase
from alignment.language.printer import format_node
from alignment.reasoning.proofs import Absent, Compared, Derived, Reported

TEXT = """
type country.
country russia "Russia". country china "China". country turkey "Türkiye". country india "India".
source a, reliability b.
source b, reliability c.
relation sanctions(x: country, y: country).
relation arms(x: country, y: country).
relation leads(x: country, y: country).
stance supports(x: country, y: country).
stance opposes(x: country, y: country).
sanctions(turkey, russia) from a. -sanctions(turkey, russia) from b.
sanctions(china, russia) from b. sanctions(india, russia).
arms(china, russia) from a. leads(china, india). leads(russia, india). leads(russia, china).
supports(X, Y) :- arms(X, Y).
opposes(X, Y) :- sanctions(X, Y).
exclusive supports(X, Y), opposes(X, Y).
exclusive leads(X, Y), leads(Z, Y).
arming: :- arms(X, Y), sanctions(X, Y), X != Y, not arms(Y, X).
"""


@pytest.fixture(scope="module", params=["memory", "duckdb"])
def kb(request: pytest.FixtureRequest) -> KnowledgeBase:
    base = KnowledgeBase(request.param)
    base.add(TEXT)
    return base


def claims(kb: KnowledgeBase) -> list[tuple[str, list[str]]]:
    return [(one.kind, [format_node(claim) for claim in one.claims]) for one in kb.contradictions()]


def contested(kb: KnowledgeBase, goal: str) -> set[tuple[object, ...]]:
    answers = kb.query(goal)
    return {answers.rows[place] for place in answers.contested}


def test_denials_come_first_then_exclusions_and_constraints_as_written_each_once(kb: KnowledgeBase) -> None:
    """`leads` excludes itself both ways round, and is listed once."""
    assert claims(kb) == [
        ("denied", ["sanctions(turkey, russia)", "-sanctions(turkey, russia)"]),
        ("exclusive", ["supports(china, russia)", "opposes(china, russia)"]),
        ("exclusive", ["leads(china, india)", "leads(russia, india)"]),
        ("constraint", ["arms(china, russia)", "sanctions(china, russia)"]),
    ]


def test_each_side_has_its_proof_and_the_weakest_decides(kb: KnowledgeBase) -> None:
    denied, exclusive, leads, constraint = kb.contradictions()
    assert [type(proof) for proof in denied.proofs] == [Reported, Reported]
    assert [type(proof) for proof in exclusive.proofs] == [Derived, Derived]
    assert [type(proof) for proof in constraint.proofs] == [Reported, Reported, Compared, Absent]
    assert [one.confidence for one in (denied, exclusive, leads, constraint)] == [0.6, 0.6, 1.0, 0.6]


def test_the_view_decides_what_contradicts(kb: KnowledgeBase) -> None:
    assert [kind for kind, _ in claims(kb.view(without=["b"]))] == ["exclusive"]
    assert [kind for kind, _ in claims(kb.view(min_confidence=0.7))] == ["exclusive"]


def test_a_contradiction_proves_nothing_else(kb: KnowledgeBase) -> None:
    assert kb.rows("supports") == {("china", "russia")}
    assert kb.rows("-supports") == set()


@pytest.mark.parametrize(
    ("goal", "expected"),
    [
        ("sanctions(X, russia)", {("turkey",)}),
        ("-sanctions(X, Y)", {("turkey", "russia")}),
        ("sanctions(turkey, russia)", {()}),
        ("sanctions(turkey, russia) from a", {()}),
        ("opposes(X, Y)", {("china", "russia")}),
        ("leads(X, india)", {("china",), ("russia",)}),
        ("leads(russia, X)", {("india",)}),
        ("leads(russia, _)", set()),  # one way to it is not contested
        ("opposes(_, Y)", set()),
        ("leads(X, _)", {("china",)}),
        ("arms(X, Y), not sanctions(Y, X)", set()),
    ],
)
def test_an_answer_is_contested_where_every_way_to_it_is(
    kb: KnowledgeBase, goal: str, expected: set[tuple[object, ...]]
) -> None:
    assert contested(kb, goal) == expected


@pytest.mark.parametrize(
    ("exclusive", "expected"),
    [
        ("exclusive p(X, a), p(X, b).", [["p(x, a)", "p(x, b)"]]),
        ("exclusive p(X, L), p(X, M).", [["p(x, a)", "p(x, b)"], ["p(x, a)", "p(x, c)"], ["p(x, b)", "p(x, c)"]]),
        ("exclusive p(X, b), q(X).", [["p(x, b)", "q(x)"]]),
        ("exclusive q(X), p(Y, X).", []),
        ("exclusive q(_), alarm.", [["q(x)", "alarm"]]),
        ("exclusive q(X), p(X, a), alarm.", [["q(x)", "p(x, a)"], ["q(x)", "alarm"], ["p(x, a)", "alarm"]]),
        ("exclusive p(X, X), q(X).", []),
        ("exclusive p(X, Y), p(Y, X).", [["p(x, a)", "p(a, x)"]]),
        ("exclusive -p(X, a), q(X).", [["-p(x, a)", "q(x)"]]),
    ],
)
@pytest.mark.parametrize("engine", ["memory", "duckdb"])
def test_exclusive_reads_constants_repeated_variables_and_arguments_that_are_not_shared(
    engine: str, exclusive: str, expected: list[list[str]]
) -> None:
    kb = KnowledgeBase(engine)
    kb.add("p(x, a). p(x, b). p(x, c). q(x). alarm. relation back(). p(a, x) :- back.")
    if "-p" in exclusive:
        kb.add("-p(x, a).")
        expected = [*[["p(x, a)", "-p(x, a)"]], *expected]
    if "p(Y, X)" in exclusive and "q" not in exclusive:
        kb.add("back.")
    kb.add(exclusive)
    found = [sides for _, sides in claims(kb)]
    assert sorted(map(sorted, found)) == sorted(map(sorted, expected))


def test_a_conflict_of_a_fact_with_what_rests_on_it_shows_the_fact_once() -> None:
    """`-p` follows from `p`: its proof stands above."""
    kb = KnowledgeBase()
    kb.add("p(a). -p(X) :- p(X).")
    assert claims(kb) == [("denied", ["p(a)", "-p(a)"])]
    assert "p(a) (as shown above)" in str(kb.contradictions())


def test_no_contradictions_is_said_so() -> None:
    kb = KnowledgeBase()
    kb.add("p(a). -p(b).")
    assert (str(kb.contradictions()), len(kb.contradictions()), bool(kb.contradictions())) == ("no contradictions", 0, False)
    assert kb.contradictions().to_dict() == {"total": 0, "contradictions": []}


def test_a_strong_negation_that_is_told_later_counts_and_goes_with_undo() -> None:
    kb = KnowledgeBase()
    kb.add("p(a). p(b).")
    kb.add("-p(b).")
    assert contested(kb, "p(X)") == {("b",)}
    kb.undo()
    assert contested(kb, "p(X)") == set()
    assert not kb.contradictions()


def test_a_recursive_conclusion_is_contested_like_a_fact() -> None:
    kb = KnowledgeBase()
    kb.add("e(a, b). e(b, c). r(X, Y) :- e(X, Y). r(X, Z) :- r(X, Y), e(Y, Z). -r(a, c).")
    assert contested(kb, "r(a, X)") == {("c",)}
