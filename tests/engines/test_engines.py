"""What every engine promises besides right answers: it ends, it can be stopped, and bases never meet."""

import signal
import threading
import time

import pytest

from alignment import AlignmentError, KnowledgeBase
from alignment.problems import LimitReached


@pytest.fixture(params=["memory", "pydatalog", "duckdb", "spark"])
def engine(request: pytest.FixtureRequest) -> str:
    """Each engine in turn; Spark has been started."""
    if request.param == "spark":
        request.getfixturevalue("spark")
    return str(request.param)


@pytest.mark.parametrize(
    ("text", "relation", "size"),
    [
        ("edge(a, b). edge(b, c). edge(c, a). path(X, Y) :- edge(X, Y). path(X, Y) :- edge(X, Z), path(Z, Y).", "path", 9),
        ("allied(a, b). allied(b, c). allied(X, Y) :- allied(Y, X). allied(X, Z) :- allied(X, Y), allied(Y, Z).", "allied", 9),
        ("e(a, b). e(b, a). p(X, Y) :- e(X, Y). p(X, Y) :- q(X, Y). q(X, Y) :- p(X, Z), p(Z, Y).", "p", 4),
    ],
)
def test_programs_on_which_pydatalog_alone_never_returns(engine: str, text: str, relation: str, size: int) -> None:
    """Cyclic, symmetric, transitive and mutual recursion end with the right number of rows."""
    base = KnowledgeBase(engine, time_limit=120 if engine == "spark" else 10)
    base.add(text)
    assert len(base.rows(relation)) == size


CROSS = "".join(f"n({i})." for i in range(300)) + "p(A, B, C, D) :- n(A), n(B), n(C), n(D)."


def test_a_time_limit_stops_a_cross_product_and_names_the_rule(engine: str) -> None:
    """A rule with 8.1e9 answers is stopped within a second of its limit, and the base goes on."""
    base = KnowledgeBase(engine, time_limit=0.5)
    base.add(CROSS)
    started = time.monotonic()
    with pytest.raises(LimitReached) as stopped:
        base.rows("p")
    assert time.monotonic() - started < 3
    assert stopped.value.problems[0].code == "time-limit"
    base.time_limit = 20  # a Spark that is cold, on a busy machine, takes longer than half a second for anything
    assert base.holds("n(7)")


def test_ctrl_c_stops_a_cross_product_at_once(engine: str) -> None:
    """An interrupt in the middle of a join arrives, and the base goes on."""
    base = KnowledgeBase(engine, time_limit=20)  # a process that ignores interrupts, as one in the background, ends too
    base.add(CROSS)
    timer = threading.Timer(0.5, lambda: signal.raise_signal(signal.SIGINT))
    started = time.monotonic()
    timer.start()
    with pytest.raises(KeyboardInterrupt):
        base.rows("p")
    assert time.monotonic() - started < 3
    assert len(base.rows("n")) == 300


@pytest.mark.usefixtures("spark")
def test_spark_is_stopped_in_a_product_that_has_run_for_seconds() -> None:
    """An interrupt arrives too when a product has had the time to fill the memory."""
    base = KnowledgeBase("spark", time_limit=40)
    base.add(CROSS)
    after = 3.0
    timer = threading.Timer(after, lambda: signal.raise_signal(signal.SIGINT))
    started = time.monotonic()
    timer.start()
    with pytest.raises(KeyboardInterrupt):
        base.rows("p")
    assert time.monotonic() - started < after + 3
    assert len(base.rows("n")) == 300


def test_counting_without_end_is_stopped(engine: str) -> None:
    """Arithmetic that grows for ever meets the time limit, not the memory."""
    base = KnowledgeBase(engine, time_limit=0.5)
    base.add("n(0). n(X + 1) :- n(X).")
    with pytest.raises(LimitReached):
        base.rows("n")


def test_two_bases_never_see_each_other(engine: str) -> None:
    """The same relation in two bases of one process has its own rows in each."""
    one, two = KnowledgeBase(engine), KnowledgeBase(engine)
    one.add("p(a). q(X) :- p(X), p(X).")
    two.add("p(b). q(X) :- p(X), p(X).")
    assert (one.rows("q"), two.rows("q")) == ({("a",)}, {("b",)})


def test_threads_read_one_base(engine: str) -> None:
    """Eight threads (of Spark, three) that ask at once get the same rows as one."""
    many = 3 if engine == "spark" else 8
    base = KnowledgeBase(engine)
    edges = "".join(f"e({i}, {(i * 7 + 3) % 40})." for i in range(40))
    base.add(edges + "r(X, Y) :- e(X, Y). r(X, Z) :- r(X, Y), e(Y, Z).")
    found: list[int] = []
    threads = [threading.Thread(target=lambda: found.append(len(base.rows("r")))) for _ in range(many)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    again = KnowledgeBase(engine)
    again.add(edges + "r(X, Y) :- e(X, Y). r(X, Z) :- r(X, Y), e(Y, Z).")
    assert found == [len(again.rows("r"))] * many


def test_a_failed_change_leaves_the_base_as_it_was(engine: str) -> None:
    """Of a text with one mistake nothing is added, and all its problems are told."""
    base = KnowledgeBase(engine)
    base.add("p(a).")
    with pytest.raises(AlignmentError) as refused:
        base.add("p(b). q(X) :- r(X). q(Y) :- p(X).")
    assert {problem.code for problem in refused.value.problems} == {"unknown-relation", "unsafe"}
    assert base.rows("p") == {("a",)}


def test_results_are_kept_until_what_they_depend_on_changes(engine: str) -> None:
    """A fact of another relation leaves a derived relation as it is; one of its own changes it."""
    base = KnowledgeBase(engine)
    base.add("p(a). r(z). q(X) :- p(X).")
    before = base.evaluation().relation("q")
    base.add("s(b).")
    assert base.rows("q") == {("a",)}
    assert len(before) == 1
    base.add("p(b).")
    assert base.rows("q") == {("a",), ("b",)}
    base.remove("p(a).")
    assert base.rows("q") == {("b",)}
