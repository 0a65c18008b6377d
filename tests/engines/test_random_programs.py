"""The engine gives what clingo gives, on random programs with every construct of the core."""

import pytest

from tests.engines.compared import rounds
from tests.engines.oracle import explained
from tests.generators import program

PROGRAMS, A_TEST = 1000, 50
REFUSED = ("the braces need the value of", "error[unstratified]")
"""What clingo runs and we refuse with a way out: an aggregate that needs another's value, or its own head, in
its braces. A test fails if more than a tenth of the programs is refused."""


@pytest.mark.parametrize("first", range(0, PROGRAMS, A_TEST))
def test_random_programs_agree_with_clingo(first: int) -> None:
    """Fifty programs each: the same rows of every relation. A difference prints the program whole."""
    differing = [found for seed in range(first, first + A_TEST) if (found := explained(program(seed), "pydatalog"))]
    wrong = [found for found in differing if not any(told in found for told in REFUSED)]
    assert not wrong, "\n\n".join(wrong)
    assert len(differing) <= A_TEST // 10


@pytest.mark.parametrize("first", range(0, 200, 50))
def test_the_fast_engine_agrees_with_clingo(first: int) -> None:
    """The same programs on DuckDB."""
    differing = [found for seed in range(first, first + 50) if (found := explained(program(seed), "duckdb"))]
    wrong = [found for found in differing if not any(told in found for told in REFUSED)]
    assert not wrong, "\n\n".join(wrong)


@pytest.mark.parametrize("first", range(2000, 2150, 50))
def test_engines_agree_on_the_round_of_every_row(first: int) -> None:
    """What a proof goes by, the round in which a row first appeared, is the same on every engine."""
    for seed in range(first, first + 50):
        found = [rounds(program(seed).text, engine) for engine in ("pydatalog", "duckdb")]
        assert found[0] == found[1], program(seed).text
