"""The engine `spark` gives what the others give, on tasks that exchange rows, and says what is missing."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from pathlib import Path

import pytest

from alignment import AlignmentError, KnowledgeBase
from alignment.engines.base import Limits
from alignment.engines.relational import spark_facts, spark_relation, spark_session, spark_tables
from alignment.problems import EngineError, LimitReached
from tests.engines.compared import rounds
from tests.engines.conftest import QUICK
from tests.generators import program

pytestmark = pytest.mark.usefixtures("spark")


@pytest.fixture
def spread(monkeypatch: pytest.MonkeyPatch) -> None:
    """No rows are few: facts are Parquet files, and every table is computed by tasks that exchange rows."""
    monkeypatch.setattr(spark_facts, "FEW", 0)
    monkeypatch.setattr(spark_tables, "FEW", 0)
    monkeypatch.setattr(spark_relation, "_IN_MEMORY", 0)


@pytest.mark.parametrize("seeds", [range(3000, 3003), range(3004, 3008)])
def test_spark_agrees_on_rows_and_rounds(seeds: range) -> None:
    """Random programs: the same rows of every relation, each in the same round, as in memory.

    3003, mutual recursion of nine relations over seven rounds, takes Spark 20 s of planning: `random_run` has it.
    """
    for seed in seeds:
        text = program(seed).text
        assert rounds(text, "spark") == rounds(text, "memory"), text


@pytest.mark.usefixtures("spread")
@pytest.mark.parametrize("seed", [3008, 3009])
def test_spark_agrees_where_tasks_exchange_rows(seed: int) -> None:
    """The same when nothing is fetched on the way, as with large relations."""
    text = program(seed).text
    assert rounds(text, "spark") == rounds(text, "memory"), text


VALUES = """
p(a, 1.5). p(a, 2). p(b, 4). p(b, 5). p(c, 1152921504606846976). q(1). q(zebra). q(ant). q("ant"). q(2.5). q(2024-01-03).
total(X, N) :- p(X, _), N = #sum{ V : p(X, V) }.
mean(X, N) :- p(X, _), N = #avg{ V : p(X, V) }.
least(N) :- N = #min{ V : q(V) }.
before(X, Y) :- q(X), q(Y), X < Y.
same(X, Y) :- q(X), p(_, Y), X =:= Y.
quarter(X, Z) :- p(X, Y), Z = Y / 4.
near(Y) :- p(_, Y), Y > 1.6, Y * 3 < 14.
later(D + 30) :- q(D).
fixed(a) :- N = -1 // 5, N < 3.
"""


@pytest.mark.parametrize("spread_out", [False, True])
def test_what_codes_cannot_say_is_looked_up(spread_out: bool, request: pytest.FixtureRequest) -> None:
    """Decimals, names in order, very large numbers and mixed columns come out as in memory."""
    if spread_out:
        request.getfixturevalue("spread")
    assert rounds(VALUES, "spark") == rounds(VALUES, "memory")


def test_a_number_beyond_64_bits_names_the_rule() -> None:
    """A sum or product that would wrap around is an error, and never a wrong answer."""
    for rule in ("grow: p(X * X) :- n(X).", "grow: p(N) :- N = #sum{ X, Y : n(X), m(Y) }."):
        base = KnowledgeBase("spark")
        base.add(f"n(9223372036854775807). m(1). m(2). {rule}")
        with pytest.raises(LimitReached, match="'grow' does not fit into 64 bits"):
            base.rows("p")


@pytest.mark.usefixtures("spread")
def test_rows_that_stay_in_spark_are_asked_for_there() -> None:
    """Answers, proofs and changes of a relation that is never taken into memory."""
    base = KnowledgeBase("spark")
    base.add("e(a, b). e(b, c). e(c, d). r(X, Y) :- e(X, Y). r(X, Z) :- r(X, Y), e(Y, Z).")
    relation = base.evaluation().relation("r")
    codes = {name: base.evaluation().dictionary.symbol(name) for name in "abcd"}
    assert (codes["a"], codes["d"]) in relation
    assert (codes["d"], codes["a"]) not in relation
    assert relation.round((codes["a"], codes["d"])) == 3
    assert len(list(relation.match((codes["a"], None)))) == 3
    assert "e(a, b)" in str(base.why("r(a, c)"))
    base.add("e(d, a).")
    assert len(base.rows("r")) == 16


def test_an_import_of_parquet_reaches_spark_as_parquet(tmp_path: Path) -> None:
    """A relation of more rows than are written into a query goes from the importing database to a file."""
    import duckdb

    table = tmp_path / "edges.parquet"
    duckdb.sql("SELECT range AS A, (range * 7 + 3) % 2000 AS B FROM range(2000)").write_parquet(str(table))
    found = []
    for engine in ("spark", "duckdb"):
        base = KnowledgeBase(engine)
        base.add(f'relation e(a: number, b: number). import e(A, B) from "{table}". two(X, Z) :- e(X, Y), e(Y, Z), X < Z.')
        found.append(base.rows("two"))
    assert len(found[0]) > 500
    assert found[0] == found[1]


def test_a_second_master_is_refused() -> None:
    """A process has one Spark; a question for another one says so."""
    base = KnowledgeBase("spark", master="local[7]")
    base.add("p(a). q(X) :- p(X).")
    with pytest.raises(EngineError, match=r"runs on 'local\[2\]' already"):
        base.rows("q")


def test_only_spark_has_a_master() -> None:
    """A master for another engine is a mistake, told when the base is made."""
    with pytest.raises(EngineError, match="has no master"):
        KnowledgeBase("duckdb", master="local[2]")


def _problem(monkeypatch: pytest.MonkeyPatch) -> str:
    """What is said where Spark must be started anew."""
    from alignment.engines.relational import spark_session

    monkeypatch.setattr(spark_session, "_current", None)
    base = KnowledgeBase("spark", memory_limit=100)
    base.add("p(a). q(X) :- p(X).")
    with pytest.raises(AlignmentError) as refused:
        base.rows("q")
    return str(refused.value)


def test_without_java_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No Java, or an old one, is a problem with a hint."""
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    assert "needs Java 17 or later, and none is found" in _problem(monkeypatch)
    java = tmp_path / "bin" / "java"
    java.parent.mkdir()
    java.write_text("#!/bin/sh\necho 'openjdk version \"11.0.2\" 2019-01-15' >&2\n")
    java.chmod(0o755)
    told = _problem(monkeypatch)
    assert "needs Java 17 or later, and Java 11 is found" in told
    assert "openjdk-17-jre-headless" in told


def test_without_pyspark_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the extra the engine is there by name, and says how to get it."""
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    assert "pip install 'alignment[spark]'" in _problem(monkeypatch)


def test_too_little_memory_is_told_before_java_starts(monkeypatch: pytest.MonkeyPatch) -> None:
    """A memory limit under what Java needs is refused with the figure."""
    assert "the engine 'spark' needs 1050 MB, and the memory limit is 100 MB" in _problem(monkeypatch)


def test_after_a_stop_the_next_question_is_answered() -> None:
    """A counter that never ends is stopped and named; Spark is there for the same rule with a bound."""
    base = KnowledgeBase("spark", time_limit=2)
    base.add("n(0). up: n(X) :- n(Y), X = Y + 1. m(0). m(X) :- m(Y), X = Y + 1, X < 3.")
    with pytest.raises(LimitReached, match="the time limit of 2 s was reached while evaluating the rule 'up'"):
        base.rows("n")
    base.time_limit = 120
    assert base.rows("m") == {(0,), (1,), (2,)}


def _killed(running: spark_session.Cluster) -> None:
    process = running.context._gateway.proc
    process.kill()
    process.wait()


def _stopped(running: spark_session.Cluster) -> None:
    running.context._jsc.sc().stop()


@pytest.mark.usefixtures("spread")
@pytest.mark.parametrize("end", [_stopped, _killed])
def test_a_spark_that_has_ended_is_started_anew(
    end: Callable[[spark_session.Cluster], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The question after it is answered, with what had been kept in that Java derived again. The last test: it starts one.

    Spark ends with its Java, or within it: where it lacks memory it stops itself.
    """
    base = KnowledgeBase("spark", master="local[2]", time_limit=240)
    base.add("e(a, b). e(b, c). p(X, Z) :- e(X, Y), e(Y, Z). q(X) :- p(X, _).")
    assert base.rows("p") == {("a", "c")}
    before = spark_session.cluster("local[2]", Limits())
    end(before)
    monkeypatch.setenv("PYSPARK_SUBMIT_ARGS", QUICK)
    assert base.rows("q") == {("a",)}
    assert before.lost
    assert spark_session.cluster("local[2]", Limits()) is not before
