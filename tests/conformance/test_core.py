"""Every core case of the package datalog-conformance that the language can state."""

import pytest

from alignment import AlignmentError, KnowledgeBase
from tests.conformance.adapter import CANNOT_BE_STATED, Case, cases

CASES = list(cases())


def test_nothing_is_left_out_in_silence() -> None:
    """The package has 114 core cases, and each one left out is there and has its reason."""
    assert len(CASES) == 114
    assert set(CANNOT_BE_STATED) <= {case.name for case in CASES}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_core_case(case: Case) -> None:
    """The rows derived are those expected, or the program is refused for the expected reason."""
    if case.name in CANNOT_BE_STATED:
        pytest.skip(CANNOT_BE_STATED[case.name])
    base = KnowledgeBase()
    if case.code is not None:
        with pytest.raises(AlignmentError) as refused:
            base.add(case.text)
        assert case.code in {problem.code for problem in refused.value.problems}
        return
    base.add(case.text)
    for relation, rows in case.rows.items():
        known = relation in base.schema.relations
        assert (base.rows(relation) if known else set()) == rows
