"""The engines give what clingo gives, on random programs with every construct of the core."""

import pytest

from alignment import AlignmentError, KnowledgeBase
from alignment.language.printer import format_node
from tests.engines.compared import Rounds, rounds, rounds_of
from tests.engines.oracle import explained
from tests.generators import defeasible_program, program

PROGRAMS, A_TEST = 1000, 50
REFUSED = ("the braces need the value of", "error[unstratified]")
"""What clingo runs and we refuse with a way out: an aggregate that needs another's value, or its own head, in
its braces. A test fails if more than a tenth of the programs is refused."""


@pytest.mark.parametrize("first", range(0, PROGRAMS, A_TEST))
def test_random_programs_agree_with_clingo(first: int) -> None:
    """Fifty programs each, in turn on the engine of most questions and on the plain one: the same rows of every
    relation. A difference prints the program whole."""
    engine = ("memory", "pydatalog")[first // A_TEST % 2]
    differing = [found for seed in range(first, first + A_TEST) if (found := explained(program(seed), engine))]
    wrong = [found for found in differing if not any(told in found for told in REFUSED)]
    assert not wrong, "\n\n".join(wrong)
    assert len(differing) <= A_TEST // 10


@pytest.mark.parametrize("first", range(0, 150, 50))
def test_the_fast_engine_agrees_with_clingo(first: int) -> None:
    """The same programs on DuckDB."""
    differing = [found for seed in range(first, first + 50) if (found := explained(program(seed), "duckdb"))]
    wrong = [found for found in differing if not any(told in found for told in REFUSED)]
    assert not wrong, "\n\n".join(wrong)


@pytest.mark.parametrize("first", range(2000, 2100, 50))
def test_engines_agree_on_the_round_of_every_row(first: int) -> None:
    """What a proof goes by, the round in which a row first appeared, is the same on every engine."""
    for seed in range(first, first + 50):
        found = [rounds(program(seed).text, engine) for engine in ("memory", "pydatalog", "duckdb")]
        assert found[0] == found[1] == found[2], program(seed).text


@pytest.mark.parametrize("first", range(0, 100, 50))
def test_engines_agree_on_programs_with_defaults(first: int) -> None:
    """Every relation, those made of defaults too, has the same rows in the same rounds, and the conflicts are the same.

    Refused is what sends an aggregate round a circle of defaults, a quarter at the most.
    """
    refused = 0
    for seed in range(first, first + 50):
        text = defeasible_program(seed).text
        found = [_rounds_and_conflicts(text, engine) for engine in ("memory", "duckdb")]
        assert found[0] == found[1], text
        refused += not found[0][0]
    assert refused <= 12


Conflicts = list[tuple[str, list[str], float | None]]


def _rounds_and_conflicts(text: str, engine: str) -> tuple[Rounds, Conflicts]:
    base = KnowledgeBase(engine)
    try:
        base.add(text)
    except AlignmentError:
        return {}, []
    return rounds_of(base), [(one.kind, [format_node(claim) for claim in one.claims], one.confidence) for one in base.contradictions()]
