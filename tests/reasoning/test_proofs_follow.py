"""Proofs of random programs with every construct of the core, each node checked independently."""

import pytest

from alignment import AlignmentError, KnowledgeBase
from alignment.engines.base import Limits
from alignment.language import tree
from alignment.reasoning import proofs, proving
from tests.generators import program
from tests.reasoning.proofcheck import Checker, Wrong

A_RELATION = 2
"""Rows of each relation that are explained."""


def base(seed: int) -> KnowledgeBase | None:
    kb = KnowledgeBase("memory", time_limit=20)
    try:
        kb.add(program(seed).text)
    except AlignmentError:
        return None  # what the checks refuse has no answers to explain
    return kb


@pytest.mark.parametrize("first", range(0, 80, 20))
def test_every_node_of_a_proof_follows_from_its_premises(first: int) -> None:
    checked = 0
    for seed in range(first, first + 20):
        kb = base(seed)
        if kb is None:
            continue
        checker, evaluation = Checker(kb), kb.evaluation()
        for name, rows in checker.rows.items():
            for row in sorted(rows, key=repr)[:A_RELATION]:
                claim = tree.Atom(name.removeprefix("-"), row, name.startswith("-"))
                found = proving.why(evaluation, claim, limits=Limits.of(20))
                assert found is not None, (seed, claim)
                try:
                    checker.check(found.proofs[0], claim)
                except (Wrong, RecursionError) as wrong:
                    raise AssertionError(f"seed {seed}, {claim}") from wrong
                checked += isinstance(found.proofs[0], proofs.Derived)
    assert checked > 50
