"""What an answer hangs on, held against taking every small set of facts away and asking again."""

import itertools

import pytest

from alignment import AlignmentError, KnowledgeBase
from alignment.language import tree
from alignment.language.printer import format_node
from alignment.problems import LimitReached
from alignment.reasoning.diagnosis import LARGEST
from alignment.reasoning.linchpins import Linchpins, linchpins
from tests.generators import program

PROGRAMS = 60
ATOMS = 3
MOST_FACTS = 12
"""Facts of a random base: all sets of up to three of them are tried."""


def found(kb: KnowledgeBase, atom: str | tree.Atom) -> Linchpins:
    if isinstance(atom, str):
        predicate, _, args = atom.removesuffix(")").partition("(")
        atom = tree.Atom(predicate, tuple(tree.Symbol(arg.strip()) for arg in args.split(",") if arg))
    return linchpins(kb.evaluation(), atom)


def sets(one: Linchpins) -> list[set[str]]:
    return [{format_node(fact.claim) for fact in facts} for facts in one.facts.sets]


CASES = {
    "each premise of the only proof": ("a(x). b(x). p(X) :- a(X), b(X).", [{"a(x)"}, {"b(x)"}]),
    "two ways fall together": ("a(x). b(x). p(X) :- a(X). p(X) :- b(X).", [{"a(x)", "b(x)"}]),
    "a fact that keeps an absence": (
        "a(x). b(x). c(x). q(X) :- b(X), not c(X). p(X) :- a(X), not q(X).", [{"a(x)"}, {"c(x)"}],
    ),
    "an absence of one thing behind the absence of another": (
        "a(x). b(x). c(x). d(x). r(X) :- c(X), not d(X). q(X) :- b(X), not r(X). p(X) :- a(X), q(X).",
        [{"a(x)"}, {"b(x)"}, {"d(x)"}],
    ),
    "two of three counted": (
        "g(x, 1). g(x, 2). g(x, 3). a(x). p(X) :- a(X), N = #count{ G : g(X, G) }, N >= 2.",
        [{"a(x)"}, {"g(x, 1)", "g(x, 2)"}, {"g(x, 1)", "g(x, 3)"}, {"g(x, 2)", "g(x, 3)"}],
    ),
    "no more than": (
        "g(x, 1). h(x). a(x). f(X, 1) :- g(X, 1). f(X, 2) :- a(X), not h(X). p(X) :- a(X), N = #count{ G : f(X, G) }, N < 2.",
        [{"a(x)"}, {"h(x)"}],
    ),
    "a circle holds itself up only from outside": (
        "e(a, b). e(b, a). s(a). r(X) :- s(X). r(Y) :- r(X), e(X, Y). p(x) :- r(b).", [{"e(a, b)"}, {"s(a)"}],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), CASES.values(), ids=CASES.keys())
def test_the_smallest_sets_without_which_it_falls(text: str, expected: list[set[str]]) -> None:
    kb = KnowledgeBase()
    kb.add(text)
    one = found(kb, "p(x)")
    assert one.exact
    assert one.facts.complete
    assert sorted(sets(one), key=sorted) == sorted(expected, key=sorted)


def test_sources_fall_where_no_other_report_is_left() -> None:
    kb = KnowledgeBase()
    kb.add("source s. source t. a(x) from s, from t. b(x) from t. c(x) from s. c(x). p(X) :- a(X), b(X), c(X).")
    one = found(kb, "p(x)")
    assert one.sources.sets == (("t",),)
    assert one.sources.complete


def test_more_than_three_are_told() -> None:
    kb = KnowledgeBase()
    kb.add("a(x). b(x). c(x). d(x). p(X) :- a(X). p(X) :- b(X). p(X) :- c(X). p(X) :- d(X).")
    one = found(kb, "p(x)")
    assert not one.facts.sets
    assert not one.facts.complete


def test_what_does_not_hold_hangs_on_nothing() -> None:
    kb = KnowledgeBase()
    kb.add("a(x). p(X) :- a(X), not a(x).")
    one = found(kb, "p(x)")
    assert not one.holds
    assert not one.facts.sets


@pytest.mark.parametrize("first", range(0, PROGRAMS, 20))
def test_random_bases_against_taking_away_every_small_set(first: int) -> None:
    compared = 0
    for seed in range(first, first + 20):
        kb = KnowledgeBase(time_limit=20)
        made = program(seed)
        try:
            kb.add(made.text)
            derived = [rule.head.relation for rule in kb.checked.rules]
            atoms = [
                tree.Atom(name.removeprefix("-"), tuple(map(constant, row)), name.startswith("-"))
                for name in dict.fromkeys(derived)
                for row in sorted(kb.rows(name), key=repr)[:1]
            ][:ATOMS]
        except (AlignmentError, LimitReached):
            continue
        facts = [one.ours for one in made.statements if ":-" not in one.ours]
        if len(facts) > MOST_FACTS:
            continue
        for atom in atoms:
            one = found(kb, atom)
            if one.exact:
                compared += 1
                assert sorted(map(sorted, sets(one))) == brute(kb, atom, facts), (seed, format_node(atom))
    assert compared


def brute(kb: KnowledgeBase, atom: tree.Atom, facts: list[str]) -> list[list[str]]:
    """The smallest sets, by asking again without each."""
    breaking: list[set[str]] = []
    for size in range(1, LARGEST + 1):
        for some in itertools.combinations(facts, size):
            if not any(one <= set(some) for one in breaking):
                without = kb.copy()
                without.remove(" ".join(some))
                if not without.holds(format_node(atom)):
                    breaking.append(set(some))
    return sorted(sorted(fact.removesuffix(".") for fact in one) for one in breaking)


def constant(value: object) -> tree.Constant:
    return tree.Integer(value) if isinstance(value, int) else tree.Symbol(str(value))
