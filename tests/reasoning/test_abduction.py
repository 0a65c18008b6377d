"""What would make an atom hold: each set that is given does, and none of its parts alone."""

import itertools

import pytest

from alignment import AlignmentError, KnowledgeBase
from alignment.language import tree
from alignment.language.printer import format_node
from alignment.problems import LimitReached
from alignment.reasoning.abduction import Supposition
from tests.generators import program

PROGRAMS = 40


def found(kb: KnowledgeBase, atom: str) -> tuple[Supposition, ...]:
    return kb.whynot(atom).whynot.suppositions


def texts(kb: KnowledgeBase, atom: str) -> list[set[str]]:
    return [{format_node(fact) for fact in one.facts} for one in found(kb, atom)]


DECLARED = "type country, good. country a. country b. good tank. good shoe. relation arms(good: good). arms(tank). "

CASES = {
    "one fact": ("p(X) :- q(X), r(X). q(x). r(y).", "p(x)", [{"r(x)"}]),
    "through rules": ("p(X) :- q(X). q(X) :- r(X), s(X). r(y). s(x).", "p(x)", [{"r(x)"}]),
    "two facts, and a join between them": (
        "relation r(a: any, b: any). relation s(a: any). p(X) :- r(X, Y), s(Y).", "p(x)", [{"r(x, X)", "s(X)"}],
    ),
    "a count": (
        "g(x, 1). p(X) :- q(X), N = #count{ G : g(X, G) }, N >= 3. q(x).", "p(x)", [{"g(x, _)"}],
    ),
    "types hold": (
        DECLARED + "relation sends(from: country, to: country, good: good). p(X) :- sends(X, b, G), arms(G).",
        "p(a)", [{"sends(a, b, tank)"}, {"arms(X)", "sends(a, b, X)"}],
    ),
    "what is denied is not supposed": ("-q(x). p(X) :- q(X). p(X) :- r(X). r(y). q(y).", "p(x)", [{"r(x)"}]),
    "what is excluded is not supposed": (
        "exclusive q(X), r(X). r(x). p(X) :- q(X), not s(X). q(y). s(y). p(X) :- t(X). t(y).", "p(x)", [{"t(x)"}],
    ),
    "no constraint is broken": (
        "r(x). p(X) :- q(X). p(X) :- t(X). q(y). t(y). :- q(X), r(X).", "p(x)", [{"t(x)"}],
    ),
    "what a rule excludes": ("q(x). s(x). p(X) :- q(X), not s(X).", "p(x)", []),
    "more than three facts are too many": (
        ("relation a(x: any). relation b(x: any). relation c(x: any). relation d(x: any). "
        "p(X) :- a(X), b(X), c(X), d(X)."), "p(x)", [],
    ),
    "in circles": ("relation e(a: any, b: any). r(X, Y) :- e(X, Y). r(X, Z) :- r(X, Y), r(Y, Z). e(b, c).", "r(a, c)",
        [{"e(a, c)"}, {"e(a, X)", "e(X, c)"}]),  # b stands in place of c in both
}  # fmt: skip


@pytest.mark.parametrize(("text", "atom", "expected"), CASES.values(), ids=CASES.keys())
def test_the_smallest_sets_of_facts(text: str, atom: str, expected: list[set[str]]) -> None:
    kb = KnowledgeBase()
    kb.add(text)
    assert sorted(map(sorted, texts(kb, atom))) == sorted(map(sorted, expected))


def test_what_could_stand_in_place_of_a_constant() -> None:
    kb = KnowledgeBase()
    kb.add("relation buys(who: any, what: any). p(X) :- buys(X, G), G in [oil, gas, coal].")
    (one,) = found(kb, "p(x)")
    assert one.exchanged == tree.Symbol("oil")
    assert set(one.instead) == {tree.Symbol("gas"), tree.Symbol("coal")}


def test_what_stands_against_an_atom() -> None:
    kb = KnowledgeBase()
    kb.add("q(x). s(x). t(x). p(X) :- q(X), not s(X), not t(X).")
    (one,) = kb.whynot("p(x)").whynot.against.sets
    assert {format_node(fact.claim) for fact in one} == {"s(x)", "t(x)"}


@pytest.mark.parametrize("first", range(0, PROGRAMS, 20))
def test_in_random_bases_each_set_makes_the_atom_hold_and_no_part_of_it_does(first: int) -> None:
    tried = 0
    for seed in range(first, first + 20):
        kb = KnowledgeBase(time_limit=3)
        try:
            kb.add(program(seed).text)
            for atom in missing(kb):
                for one in found(kb, format_node(atom))[:3]:
                    tried += 1
                    facts = [ground(fact) for fact in one.facts]
                    assert holds_with(kb, atom, facts), (seed, format_node(atom), facts)
                    for some in itertools.combinations(facts, len(facts) - 1):
                        assert not holds_with(kb, atom, some), (seed, format_node(atom), some)
        except LimitReached:
            continue
        except AlignmentError as error:
            assert "aggregate" in str(error) or "stratified" in str(error) or "braces" in str(error), (seed, error)
    assert tried


def missing(kb: KnowledgeBase) -> list[tree.Atom]:
    """A few atoms that no rule gives, over constants that occur."""
    heads = [rule.head for rule in kb.checked.rules if not rule.head.negative]
    named = {head.predicate: len(head.args) for head in heads}
    values = (tree.Symbol("a"), tree.Integer(1))
    atoms = [
        tree.Atom(name, args) for name, arity in named.items() for args in itertools.product(values, repeat=arity)
    ]
    return [atom for atom in atoms if not kb.holds(format_node(atom))][:4]


def ground(fact: tree.Atom) -> str:
    """The fact with a constant that occurs nowhere in place of each variable."""
    names = {arg.name: f"new_{arg.name.lower().strip('_') or 'one'}" for arg in fact.args if isinstance(arg, tree.Variable)}
    args = tuple(tree.Symbol(names[arg.name]) if isinstance(arg, tree.Variable) else arg for arg in fact.args)
    return f"{format_node(tree.Atom(fact.predicate, args, fact.negative))}."


def holds_with(kb: KnowledgeBase, atom: tree.Atom, facts: object) -> bool:
    other = kb.copy()
    other.add(" ".join(facts))  # type: ignore[call-overload]
    return other.holds(format_node(atom))
