"""The wide run tells programs apart that are the same, refused and different, and fails for the last alone."""

from __future__ import annotations

import pytest

from tests.engines import oracle, random_run
from tests.generators import program

CALL = ["--programs", "6", "--seed", "5000", "--workers", "1", "--engine", "pydatalog"]


def _refused() -> int:
    """The seed of a program that every engine refuses."""
    return next(seed for seed in range(5000, 5200) if isinstance(oracle.outcome(program(seed), "pydatalog"), frozenset))


def test_a_refusal_is_counted_apart(capsys: pytest.CaptureFixture[str]) -> None:
    """A told refusal is no difference: it is counted with its code and by whom, and the status is 0."""
    call = ["--programs", "1", "--seed", str(_refused()), "--workers", "1", "--engine", "pydatalog"]
    assert random_run.main(call) == 0
    told = capsys.readouterr().out
    assert "0 same, 1 refused, 0 differ" in told
    assert "  1 refused by pydatalog: unstratified" in told
    assert random_run.main([*call, "--against", "duckdb"]) == 0
    assert "  1 refused by pydatalog and duckdb: unstratified" in capsys.readouterr().out


def test_a_difference_is_status_1(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Other rows, a refusal by one side alone, and a limit are differences; the program is printed."""
    assert random_run.main([*CALL, "--against", "duckdb"]) == 0
    assert "0 differ" in capsys.readouterr().out
    right = oracle.outcome
    for wrong in ({"p": {("a",): 7}}, frozenset(["unstratified"]), frozenset(["time-limit"])):
        monkeypatch.setattr(
            oracle, "outcome", lambda one, engine, wrong=wrong: wrong if engine == "duckdb" else right(one, engine)
        )
        assert random_run.main([*CALL[:1], "1", *CALL[2:], "--against", "duckdb"]) == 1
        told = capsys.readouterr().out
        assert "0 same, 0 refused, 1 differ" in told
        assert "seed 5000" in told


def test_defaults_are_not_held_against_clingo(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        random_run.main(["--defaults", "--against", "clingo"])
    assert ended.value.code == 2
    assert "clingo knows no defaults" in capsys.readouterr().err
