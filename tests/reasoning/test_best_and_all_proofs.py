"""The strongest, the shortest and all proofs, held against brute force on small random bases."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from alignment import AlignmentError, KnowledgeBase
from alignment.engines.base import Limits
from alignment.language import tree
from alignment.problems import LimitReached
from alignment.program.model import POSSIBLE
from alignment.reasoning import proofs, proving
from alignment.reasoning.asked import ground_row
from alignment.reasoning.derivations import Choice, Instance, Node, derivations
from alignment.reasoning.proofs import CutOff, Derived, Proof, Reported
from alignment.reasoning.strongest import StrongestProofs
from tests.generators import defeasible_program, doubted
from tests.reasoning.brute import Ground, all_choices, grounded, lengths, rows_of, strengths
from tests.reasoning.proofcheck import Checker, nodes

FORMS = (
    "p(X, Y) :- e(X, Y).",
    "p(X, Y) :- e(Y, X).",
    "p(X, Y) :- p(X, Z), p(Z, Y).",
    "p(X, Y) :- e(X, Z), p(Z, Y).",
    "p(X, Y) :- q(Y, X).",
    "q(X, Y) :- p(X, Y).",
    "q(X, Y) :- f(X), f(Y).",
    "q(X, Y) :- p(X, Y), f(X), X != Y.",
    "p(X, X) :- f(X), q(X, Y), f(Y).",
    "f(X) :- q(X, X).",
)
WORD = ("confidence 0.2", "confidence 0.5", "confidence 0.9", "from f_source", "")
NUMBER = {"confidence 0.2": 0.2, "confidence 0.5": 0.5, "confidence 0.9": 0.9, "from f_source": -1.0, "": 1.0}
PAIRS = tuple(f"{name}({x}, {y})" for name in "epq" for x in "ab" for y in "ab") + ("f(a)", "f(b)", "e(b, c)", "e(c, a)")
QUICK = settings(max_examples=120, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))

facts = st.dictionaries(st.sampled_from(PAIRS), st.sampled_from(WORD), min_size=1, max_size=6)
rules = st.lists(st.sampled_from(FORMS), min_size=1, max_size=5, unique=True)


def base(reported: dict[str, str], written: list[str]) -> KnowledgeBase:
    declared = "source f_source, reliability f. relation e(a: any, b: any). relation f(a: any)."
    declared += " relation p(a: any, b: any). relation q(a: any, b: any)."
    kb = KnowledgeBase("memory", time_limit=20)
    kb.add("\n".join([declared, *(f"{atom} {word}." for atom, word in reported.items()), *written]))
    return kb


def reported_atoms(kb: KnowledgeBase, reported: dict[str, str]) -> dict[tree.Atom, float]:
    return {kb.prepare(kb.why(atom).claim): NUMBER[word] for atom, word in reported.items()}


def derived_atoms(kb: KnowledgeBase) -> list[tree.Atom]:
    return [tree.Atom(name, row) for name, rows in sorted(rows_of(kb).items()) for row in sorted(rows, key=repr)]


def why(kb: KnowledgeBase, atom: tree.Atom, **options: Any) -> proofs.Why:
    found = proving.why(kb.evaluation(), atom, **options)
    assert found is not None
    return found


def strength(proof: Proof) -> float:
    """The confidence of the weakest report in a proof."""
    found = [node for node in nodes(proof) if isinstance(node, Reported)]
    return min((max(-1.0 if r.confidence is None else r.confidence for r in leaf.reports) for leaf in found), default=1.0)


def length(proof: Proof) -> int:
    """Its rows, with a part that is shown once counted wherever it is used."""
    shown = {node.claim: node for node in nodes(proof) if isinstance(node, Derived)}

    def count(node: Proof) -> int:
        if isinstance(node, CutOff):
            node = shown[node.claim]
        if isinstance(node, Reported):
            return 1
        # one row that two premises match is one row
        claims = {part.claim: part for part in node.premises if isinstance(part, Reported | Derived | CutOff)}
        return 1 + sum(map(count, claims.values()))

    return count(proof)


def choice_of(proof: Proof, instances: list[Ground], kb: KnowledgeBase) -> frozenset[tuple[tree.Atom, Ground | None]]:
    """A proof as the set of its rows, each with what gives it."""
    numbers = {rule: number for number, rule in reversed(list(enumerate(kb.checked.rules)))}
    found: dict[tree.Atom, Ground | None] = {}
    for node in nodes(proof):
        if isinstance(node, Reported):
            found[node.claim] = None
        elif isinstance(node, Derived):
            claims = [part.claim for part in node.premises if isinstance(part, Reported | Derived | CutOff)]
            found[node.claim] = (node.claim, numbers[node.rule], tuple(dict.fromkeys(claims)))
            assert found[node.claim] in instances
    return frozenset(found.items())


@QUICK
@given(facts, rules)
def test_no_proof_is_stronger_than_the_one_given_and_confidence_is_its_strength(
    reported: dict[str, str], written: list[str]
) -> None:
    kb = base(reported, written)
    best = strengths(grounded(kb), reported_atoms(kb, reported))
    for atom in derived_atoms(kb):
        found = why(kb, atom)
        assert strength(found.proofs[0]) == best[atom]
        assert found.confidence == (None if best[atom] < 0 else best[atom])


@QUICK
@given(facts, rules)
def test_no_proof_as_strong_is_shorter_than_the_one_given(reported: dict[str, str], written: list[str]) -> None:
    kb = base(reported, written)
    instances, leaves = grounded(kb), reported_atoms(kb, reported)
    best = strengths(instances, leaves)
    for atom in derived_atoms(kb):
        strong = [leaf for leaf, confidence in leaves.items() if confidence >= best[atom]]
        assert length(why(kb, atom).proofs[0]) == lengths(instances, strong)[atom]


@QUICK
@given(facts, rules)
def test_proofs_looked_for_one_after_another_are_as_strong_and_as_short(reported: dict[str, str], written: list[str]) -> None:
    """Below what is strong enough alone, and no further than where none can become shorter: rows in any order."""
    kb = base(reported, written)
    instances, leaves = grounded(kb), reported_atoms(kb, reported)
    best, looked_for = strengths(instances, leaves), StrongestProofs(kb.evaluation(), Limits())
    atoms = derived_atoms(kb)
    random.Random(len(atoms)).shuffle(atoms)
    for atom in atoms:
        row = ground_row(kb.evaluation(), atom)
        assert row is not None
        builder, choice = looked_for.proved((atom.relation, row))
        proof = builder.proof((atom.relation, row), choice)
        strong = [leaf for leaf, confidence in leaves.items() if confidence >= best[atom]]
        assert (strength(proof), length(proof)) == (best[atom], lengths(instances, strong)[atom])


def in_reading_order(root: Node, chosen: Choice) -> Iterator[tuple[Node, Instance | None]]:
    """The rows of the proof that a choice stands for, each once, as people read them: a made rule passes one on."""
    todo, seen = [root], set[Node]()
    while todo:
        node = todo.pop()
        if node not in seen:
            seen.add(node)
            instance = chosen[node]
            yield node, instance
            if instance is not None:
                todo += instance.premises[:1] if instance.rule.made else reversed(instance.premises)


@QUICK
@given(facts, rules, st.integers(0, 8))
def test_where_too_many_would_be_compared_rows_have_a_proof_all_the_same(
    reported: dict[str, str], written: list[str], limit: int
) -> None:
    kb = base(reported, written)
    looked_for = StrongestProofs(kb.evaluation(), Limits())
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("alignment.reasoning.strongest.LIMIT", limit)
        for atom in derived_atoms(kb):
            row = ground_row(kb.evaluation(), atom)
            assert row is not None
            builder, choice = looked_for.proved((atom.relation, row))
            Checker(kb).check(builder.proof((atom.relation, row), choice), atom)


@pytest.mark.parametrize("seeds", [range(5000, 5040)])
def test_they_are_those_found_among_all(seeds: range) -> None:
    """Random programs with defaults, aggregates and recursion: the ranks are those found in the whole graph."""
    compared = 0
    for seed in seeds:
        kb, made = KnowledgeBase("memory", time_limit=20), doubted(defeasible_program(seed))
        try:
            kb.add(made.text)
            relations = kb.evaluation().relations([one.ours for one in made.predicates], Limits.of(20))
        except (AlignmentError, LimitReached):
            continue
        evaluation = kb.evaluation()
        looked_for = StrongestProofs(evaluation, Limits())
        for node in [(name, row) for name, relation in relations.items() for row in list(relation)[:6]]:
            whole = proving.ProofBuilder(evaluation, derivations(evaluation, node))
            builder, choice = looked_for.proved(node)
            if whole.graph.whole:
                expected = whole.strongest_choice(node)
                assert whole.rank(node, choice) == whole.rank(node, expected), (seed, node)
                rules = [[(part, one and one.rule) for part, one in in_reading_order(node, by)] for by in (choice, expected)]
                # of what is only possible nobody is shown a proof, and made rules that tie come in any order
                assert rules[0] == rules[1] or node[0].endswith((POSSIBLE, ".undecided")), (seed, node)
                compared += len(rules[0]) > 1
    assert compared > 3 * len(seeds)


@QUICK
@given(facts, rules)
def test_all_proofs_are_the_acyclic_choices_of_what_gives_each_row_each_once(
    reported: dict[str, str], written: list[str]
) -> None:
    kb = base(reported, written)
    instances, leaves = grounded(kb), reported_atoms(kb, reported)
    for atom in derived_atoms(kb)[:4]:
        expected = all_choices(atom, instances, leaves, most=3000)
        assume(expected is not None and len(expected) <= proving.MOST_PROOFS)
        found = why(kb, atom, every=True)
        listed = [choice_of(proof, instances, kb) for proof in found.proofs]
        assert found.complete
        assert len(listed) == len(set(listed))
        assert set(listed) == expected


@QUICK
@given(facts, rules)
def test_all_proofs_come_strongest_first_then_shortest_and_begin_with_the_one_of_why(
    reported: dict[str, str], written: list[str]
) -> None:
    kb = base(reported, written)
    for atom in derived_atoms(kb)[:4]:
        found = why(kb, atom, every=True)
        ranks = [(-strength(proof), length(proof)) for proof in found.proofs]
        assert ranks == sorted(ranks)
        assert found.proofs[0] == why(kb, atom).proofs[0]


def test_a_short_weak_way_to_a_premise_is_taken_where_another_premise_is_weaker_still() -> None:
    kb = KnowledgeBase()
    kb.add("""
        g :- a, w.   w confidence 0.1.
        a :- b.      b :- c.   c :- d.   d confidence 0.9.
        a confidence 0.5.
    """)
    found = kb.why("g").whys[0]
    assert found.confidence == 0.1
    assert length(found.proofs[0]) == 3
    assert kb.why("a").whys[0].confidence == 0.9


def test_the_list_of_all_proofs_ends_at_the_limit_says_so_and_keeps_the_strongest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proving, "MOST_PROOFS", 5)
    kb = KnowledgeBase()
    kb.add(" ".join(f"f({i}) confidence 0.{i}." for i in range(1, 8)) + " g :- f(X), X > 0.")
    found = kb.why("g", every=True).whys[0]
    assert len(found.proofs) == 5
    assert not found.complete
    assert strength(found.proofs[0]) == found.confidence == 0.7
    monkeypatch.setattr(proving, "MOST_PROOFS", 7)
    whole = kb.why("g", every=True).whys[0]
    assert whole.complete
    assert [strength(proof) for proof in whole.proofs] == [0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1]


@pytest.mark.parametrize("every", [False, True])
def test_a_proof_of_a_thousand_steps_is_built_and_rendered(every: bool) -> None:
    kb = KnowledgeBase()
    kb.add("r(0). r(Y) :- r(X), e(X, Y). " + " ".join(f"e({i}, {i + 1})." for i in range(1000)))
    found = kb.why("r(1000)", every=every)
    assert len(list(proofs.leaves(found.whys[0].proofs[0]))) == 1001
    assert "r(500)" in str(found)


def test_in_a_clique_where_nearly_every_choice_ends_in_a_cycle_proofs_are_found_at_once() -> None:
    kb = KnowledgeBase(time_limit=10)
    edges = " ".join(f"e({i}, {j})." for i in range(6) for j in range(6) if i != j)
    kb.add(f"s(0). t(X, Y) :- s(X), e(X, Y). t(X, Y) :- t(X, Z), t(Z, Y). t(X, Y) :- t(Y, X). {edges}")
    found = kb.why("t(3, 1)", every=True).whys[0]
    assert len(set(map(id, found.proofs))) == len(found.proofs) == proving.MOST_PROOFS


def test_a_time_limit_ends_the_search_for_all_proofs() -> None:
    kb = KnowledgeBase(time_limit=0.3)
    edges = " ".join(f"e({i}, {j})." for i in range(14) for j in range(14) if i != j)
    kb.add(f"t(X, Y) :- e(X, Y). t(X, Y) :- t(X, Z), t(Z, Y). {edges}")
    with pytest.raises(LimitReached):
        kb.why("t(3, 1)", every=True)


def test_a_graph_beyond_the_limit_still_gives_one_proof_and_says_that_there_may_be_better(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("alignment.reasoning.derivations.LIMIT", 10)
    kb = KnowledgeBase()
    kb.add("t(X, Y) :- e(X, Y). t(X, Y) :- t(X, Z), t(Z, Y). " + " ".join(f"e({i}, {(i + 1) % 5})." for i in range(5)))
    for row in kb.rows("t"):
        found = kb.why(f"t({row[0]}, {row[1]})").whys[0]
        claims = [node.claim for node in nodes(found.proofs[0]) if isinstance(node, Derived)]
        assert len(claims) == len(set(claims))
        assert {leaf.claim.predicate for leaf in proofs.leaves(found.proofs[0])} == {"e"}
    assert not found.complete
