"""What compiled defaults conclude on random theories, against defeasible logic by its definition."""

from __future__ import annotations

import pytest

from alignment import AlignmentError, KnowledgeBase
from alignment.language import tree
from alignment.language.printer import format_node
from tests.reasoning import defeasible
from tests.theories import CONSTANTS, Theory, theory

SYMBOLS = tuple(tree.Symbol(name) for name in CONSTANTS)


def loaded(one: Theory, engine: str) -> KnowledgeBase | None:
    """A base of the theory; None where the checks refuse it."""
    kb = KnowledgeBase(engine, time_limit=60)
    try:
        kb.add(one.text)
    except AlignmentError as error:
        assert {problem.code for problem in error.problems} <= {"unsafe", "excludes-itself"}, one.text
        return None
    return kb


def atoms(kb: KnowledgeBase, names: set[str], *, possible: bool = False) -> set[defeasible.Ground]:
    """The rows of relations, or with `possible` all that is not false of them."""
    evaluation = kb.evaluation()
    node = evaluation.dictionary.node
    relations = {name: evaluation.program.possible.get(name, name) if possible else name for name in names}
    return {(name, tuple(map(node, row))) for name, made in relations.items() for row in evaluation.relation(made)}


def difference(one: Theory, engine: str) -> str | None:
    """None if the base concludes what the definition does, else where they differ."""
    kb = loaded(one, engine)
    if kb is None:
        return None
    by_definition = defeasible.ground(kb.checked, SYMBOLS)
    true, possible = defeasible.well_founded(by_definition)
    names = {name for name, _ in by_definition.atoms}
    ours, ours_possible = atoms(kb, names), atoms(kb, names, possible=True)
    if ours != true or ours_possible != possible:
        told = [("only ours", ours - true), ("missing", true - ours)]
        told += [("only ours possible", ours_possible - possible), ("missing possible", possible - ours_possible)]
        return "; ".join(f"{what} {sorted(map(str, found))}" for what, found in told if found)
    holds, fails = defeasible.provable(by_definition, defeasible.certain(by_definition))
    if not holds <= true or fails & possible:
        return f"+∂ not concluded: {holds - true}, -∂ possible: {fails & possible}"
    return None


def explained(seed: int, engine: str) -> str | None:
    """None if a theory comes out as defined, else the smallest part of it that does not."""
    one = theory(seed)
    if difference(one, engine) is None:
        return None
    place = 0
    while place < len(one.statements):
        try:
            smaller = one.without(place)
            still = difference(smaller, engine)
        except AssertionError:
            still = None
        if still:
            one = smaller
        else:
            place += 1
    return f"seed {seed}: {difference(one, engine)}\n{one.text}"


@pytest.mark.parametrize("engine", ["memory", "duckdb"])
@pytest.mark.parametrize("first", range(0, 150, 50))
def test_defaults_conclude_what_defeasible_logic_does(first: int, engine: str) -> None:
    """True, undecided and false, on theories whose defaults go round in every way."""
    wrong = [found for seed in range(first, first + 50) if (found := explained(seed, engine))]
    assert not wrong, "\n\n".join(wrong)


@pytest.mark.parametrize("first", range(0, 60, 20))
def test_linchpins_of_defaults_are_the_facts_without_which_they_fall(first: int) -> None:
    """Held against taking back each fact in turn."""
    looked_at = 0
    for seed in range(first, first + 20):
        kb = loaded(theory(seed), "memory")
        if kb is None:
            continue
        facts = list(dict.fromkeys(line for line in theory(seed).statements if line[-2:] == ")." and ":" not in line))
        facts = [fact for fact in facts if not fact.startswith(("prefer", "exclusive", "normally"))]
        names = {name for name, _ in defeasible.ground(kb.checked, SYMBOLS).atoms}
        for name, row in sorted(atoms(kb, names), key=str)[:3]:
            claim = tree.Atom(name.removeprefix("-"), row, name.startswith("-"))
            found = kb.linchpins(claim).found
            if not found.exact:
                continue
            single = {format_node(one.claim) for one in found.facts.single}
            without = set()
            for fact in facts:
                other = kb.copy()
                other.remove(fact)
                if not other.holds((tree.Literal(claim),)):
                    without.add(fact.rstrip(".").replace("()", ""))
            assert single == without, (seed, format_node(claim))
            looked_at += 1
    assert looked_at > 20
