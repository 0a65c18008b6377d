"""Every defeasible case of the package datalog-conformance that has the blocking policy, on both engines."""

from __future__ import annotations

from typing import Any

import pytest

from alignment import KnowledgeBase
from tests.conformance.theories import OTHER_SEMANTICS, TheoryCase, theory_cases

CASES = list(theory_cases())


def test_nothing_is_left_out_in_silence() -> None:
    """How many cases with the blocking policy there are, and that each one left out is there and has its reason."""
    assert len(CASES) == 156
    assert set(OTHER_SEMANTICS) <= {case.name for case in CASES}


def rows(kb: KnowledgeBase, name: str) -> set[tuple[Any, ...]]:
    """The rows of a literal's relation; a relation that nothing gives has none."""
    own = f"-{name[1:]}" if name.startswith("~") else name
    return kb.rows(own) if own.removeprefix("-") in kb.schema.relations else set()


def loaded(text: str, engine: str) -> KnowledgeBase:
    kb = KnowledgeBase(engine)
    kb.add(text)
    return kb


@pytest.mark.parametrize("engine", ["memory", "duckdb"])
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_theory(case: TheoryCase, engine: str) -> None:
    """What is definite, what is concluded by default, what is not, and what stays undecided."""
    if case.name in OTHER_SEMANTICS:
        pytest.skip(OTHER_SEMANTICS[case.name])
    kb = loaded(case.text, engine)
    strict = kb if case.strict == case.text else loaded(case.strict, engine)
    for name, expected in case.sections.get("definitely", {}).items():
        assert rows(strict, name) == expected
    for name, expected in case.sections.get("defeasibly", {}).items():
        assert rows(kb, name) == expected
    for name, expected in case.sections.get("not_defeasibly", {}).items():
        assert rows(kb, name).isdisjoint(expected)
    for name, expected in case.sections.get("undecided", {}).items():
        assert rows(kb, name).isdisjoint(expected)
    assert set(case.sections) <= {"definitely", "defeasibly", "not_defeasibly", "undecided"}


def test_a_more_specific_rule_wins_where_it_is_preferred() -> None:
    """The one case left out comes out once its rule is preferred."""
    (case,) = (case for case in CASES if case.name == "bozzato_example1_bob_exception")
    kb = loaded(f"{case.text}\nprefer r3 over r2.", "auto")
    assert rows(kb, "~teach_course") == {("bob",)}
