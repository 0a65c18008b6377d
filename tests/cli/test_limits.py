"""Limits of time and memory: every engine keeps them, says which rule was at work, and goes on afterwards."""

from __future__ import annotations

import datetime
import os
import subprocess
import sys
import time
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from alignment import KnowledgeBase
from alignment.commands.limits import within
from alignment.engines.base import Limits
from alignment.engines.call import resident
from alignment.engines.relational import duckdb as duckdb_engine
from alignment.factbase.database import database_of, reading
from alignment.problems import AlignmentError, LimitReached

ROOT = Path(__file__).resolve().parents[2]
MANY = "".join(f"n({i}). " for i in range(300))
CROSS = f"{MANY}\npairs: big(A, B, C, D) :- n(A), n(B), n(C), n(D).\n"
COUNTER = "n(0).\nn(X) :- n(Y), X = Y + 1.\n"
SAME = "".join(f"e({i}, {i // 2}). " for i in range(1, 30000)) + (
    "s(X, Y) :- e(X, P), e(Y, P).\nlevel: s(X, Y) :- e(X, P), s(P, Q), e(Y, Q).\n"
)
"""Everybody of one generation: 2.3e8 pairs in the last one, a single step of the recursion."""


@dataclass(frozen=True, slots=True)
class Done:
    """A call that ended: how, after how many seconds, with how many MB at most, and whether anything was spilled."""

    status: int
    out: str
    err: str
    seconds: float
    most: int
    spilled: bool


def run(folder: Path, *words: str) -> Done:
    """Run a call in a process of its own, and look at its memory and at its temporary folder all the time."""
    spill = folder / "temporary"
    spill.mkdir(exist_ok=True)
    outputs = folder / "out", folder / "err"
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(spill)}
    started, most, spilled = time.monotonic(), 0, False
    with outputs[0].open("w") as out, outputs[1].open("w") as err:
        process = subprocess.Popen([sys.executable, "-m", "alignment", *words], stdout=out, stderr=err, env=environment)
        while process.poll() is None:
            most = max(most, _resident(process.pid))
            spilled = spilled or any(path.is_file() for path in spill.glob("alignment-*/*"))
            time.sleep(0.01)
            assert time.monotonic() - started < 120, "no limit ended it"
    texts = [path.read_text() for path in outputs]
    return Done(process.returncode, *texts, time.monotonic() - started, most, spilled)


def _resident(process: int) -> int:
    try:
        pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    except (OSError, IndexError):
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE") // 2**20


def written(folder: Path, text: str) -> str:
    path = folder / "runaway.rules"
    path.write_text(text)
    return str(path)


@pytest.mark.parametrize(
    ("engine", "text", "goal", "named"),
    [
        ("memory", CROSS, "big(A, B, C, D)", "the rule 'pairs'"),
        ("pydatalog", CROSS, "big(A, B, C, D)", "the rule 'pairs'"),
        ("memory", COUNTER, "n(X)", "runaway.rules:2'"),
        ("duckdb", CROSS, "big(A, B, C, D)", "the rule 'pairs'"),
        ("duckdb", COUNTER, "n(X)", "runaway.rules:2'"),
        ("duckdb", SAME, "s(X, Y)", "the rule 'level'"),
    ],
)
def test_a_runaway_rule_is_stopped_and_named(tmp_path: Path, engine: str, text: str, goal: str, named: str) -> None:
    """Exit status 3 soon after the limit, with the rule's label or its file and line. The call's seconds count from its start."""
    seconds = 8 if text == SAME else 5
    done = run(tmp_path, "query", goal, written(tmp_path, text), "--engine", engine, "--time-limit", str(seconds))
    assert (done.status, done.out) == (3, ""), done.err
    assert f"error[time-limit]: the time limit of {seconds} s was reached while evaluating the rule" in done.err
    assert named in done.err
    assert "Traceback" not in done.err
    assert done.seconds < 3 * seconds


@pytest.mark.parametrize(("engine", "limit"), [("memory", 100), ("duckdb", 230)])
@pytest.mark.parametrize(("text", "goal"), [(CROSS, "big(A, B, C, D)"), (SAME, "s(X, Y)")], ids=["cross", "one-step"])
def test_memory_stays_within_its_limit(tmp_path: Path, engine: str, limit: int, text: str, goal: str) -> None:
    """The whole process takes no more than it may, whatever ends it, and DuckDB leaves nothing on disk."""
    call = ("query", goal, written(tmp_path, text), "--engine", engine)
    done = run(tmp_path, *call, "--memory-limit", str(limit), "--time-limit", "15")
    assert done.status == 3, done.err
    assert "-limit]" in done.err
    assert "while evaluating the rule" in done.err
    assert done.most <= limit * 1.1
    assert list((tmp_path / "temporary").iterdir()) == []


def test_duckdb_spills_before_it_fails(tmp_path: Path) -> None:
    """What is larger than the memory limit is put on disk, answered, and removed."""
    text = "".join(f"n({i}). " for i in range(200)) + (
        "t(A, B, C) :- n(A), n(B), n(C), A < C.\n"
        "u(A, B, C) :- t(A, B, C), t(B, A, D), D = C.\n"
        "few(A) :- u(A, A, 199), A < 3.\n"
    )
    call = ("query", "few(A)", written(tmp_path, text), "--engine", "duckdb", "--format", "csv")
    done = run(tmp_path, *call, "--memory-limit", "230", "--time-limit", "60")
    assert (done.status, done.out.split()) == (0, ["A", "0", "1", "2"]), done.err
    assert done.spilled
    assert done.most <= 230
    assert list((tmp_path / "temporary").iterdir()) == []


def test_duckdb_takes_less_where_the_process_needs_more(monkeypatch: pytest.MonkeyPatch) -> None:
    """A large dictionary beside it leaves less: else the process is over the limit before DuckDB spills."""
    taken = []
    for used in (100, 600):
        monkeypatch.setattr(duckdb_engine, "resident", lambda used=used: used)
        kb = KnowledgeBase("duckdb", memory_limit=1000)
        kb.add(MANY + "few(X) :- n(X), X < 2.")
        assert len(kb.rows("few")) == 2
        database = database_of(kb.evaluation().dictionary)
        ((limit,),) = database.cursor().execute("SELECT current_setting('memory_limit')").fetchall()
        taken.append(float(limit.split()[0]))
    assert taken[0] > 600
    assert 250 < taken[1] < 330


@pytest.mark.parametrize("error", [RuntimeError("Query interrupted"), duckdb.InterruptException("INTERRUPT Error")])
def test_a_limit_that_stops_the_fetching_of_rows_is_told(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    """DuckDB has two ways to say that it was interrupted; where a limit did it, the limit is the problem."""

    def interrupted(*_: object) -> None:
        time.sleep(0.3)
        raise error

    monkeypatch.setattr(duckdb_engine, "evaluate_all", interrupted)
    kb = KnowledgeBase("duckdb", time_limit=0.2)
    kb.add("n(0). few(X) :- n(X), X < 2.")
    with pytest.raises(LimitReached, match="the time limit of 0.2 s was reached"):
        kb.rows("few")


@pytest.mark.parametrize("engine", ["memory", "duckdb"])
@pytest.mark.parametrize(
    ("runaway", "goal"),
    [(CROSS, "big"), (COUNTER.replace("n(", "m("), "m")],
    ids=["cross", "counter"],
)
def test_a_base_goes_on_after_a_stop(engine: str, runaway: str, goal: str) -> None:
    """After a limit of time the same base answers smaller questions, and the same one of a smaller rule set."""
    kb = KnowledgeBase(engine, time_limit=1)
    kb.add(MANY.replace("n(", "k(") + "small(X, Y) :- k(X), k(Y), X < 2, Y < 2.")
    kb.add(runaway)
    with pytest.raises(LimitReached, match="while evaluating the rule"):
        kb.rows(goal)
    kb.time_limit = 60
    assert kb.rows("small") == {(0, 0), (0, 1), (1, 0), (1, 1)}
    kb.undo()
    kb.add("n(0). m(0). m(X) :- m(Y), X = Y + 1, X < 4. big(A, B, C, D) :- n(A), n(B), n(C), n(D).")
    assert kb.rows(goal) == ({(0, 0, 0, 0)} if goal == "big" else {(0,), (1,), (2,), (3,)})


def test_a_library_keeps_the_memory_limit_and_goes_on(tmp_path: Path) -> None:
    """Without the command line too: the engine stops at the limit, names the rule, and gives memory back."""
    kb = KnowledgeBase("memory", memory_limit=(resident() or 0) + 40, time_limit=60)
    kb.add(CROSS)
    with pytest.raises(LimitReached, match="the memory limit of .* MB was reached while evaluating the rule 'pairs'"):
        kb.rows("big")
    kb.memory_limit = None
    kb.undo()
    kb.add("n(1). n(2). big(A, B, C, D) :- n(A), n(B), n(C), n(D).")
    assert len(kb.rows("big")) == 16


def test_a_recursion_with_no_room_for_arrays_goes_on_in_sql(monkeypatch: pytest.MonkeyPatch) -> None:
    """Steps on NumPy columns give up before memory runs out; SQL, which can use the disk, gives the same rows."""
    text = "".join(f"e({i}, {i + 1}). " for i in range(40)) + "r(X, Y) :- e(X, Y). r(X, Z) :- r(X, Y), e(Y, Z)."
    asked: list[int] = []

    def has_room(self: Limits, bytes_: int) -> bool:
        asked.append(bytes_)
        return False

    found = []
    for room in (True, False):
        if not room:
            monkeypatch.setattr(Limits, "has_room", has_room)
        kb = KnowledgeBase("duckdb")
        kb.add(text)
        relation = kb.evaluation().relation("r")
        found.append({row: relation.round(row) for row in relation})
    assert len(found[0]) == 820
    assert asked
    assert found[0] == found[1]


def test_a_large_step_of_a_recursion_is_cut_into_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Limits are looked at within a step too, after so many rows as come to a moment's work; the rows are the same."""
    from alignment.engines.relational import moves

    text = "".join(f"e({i}, {i // 2}). " for i in range(1, 100)) + (
        "s(X, Y) :- e(X, P), e(Y, P). s(X, Y) :- e(X, P), s(P, Q), e(Y, Q), X != 7."
    )
    found: list[dict[tuple[int, ...], int]] = []
    looks: list[int] = []
    monkeypatch.setattr(Limits, "has_room", lambda self, bytes_: not looks.append(bytes_))
    for at_once in (2**20, 4):
        looks.clear()
        monkeypatch.setattr(moves, "_AT_ONCE", at_once)
        kb = KnowledgeBase("duckdb")
        kb.add(text)
        relation = kb.evaluation().relation("s")
        found.append({row: relation.round(row) for row in relation})
        assert (len(looks) > 100) == (at_once == 4)
    assert found[0] == found[1]


@pytest.mark.parametrize("verb", ["whynot", "timeline", "contradictions", "linchpins", "what_if"])
def test_questions_above_the_engines_keep_the_time_limit(verb: str) -> None:
    """Reasons, histories, conflicts and changes are searched for no longer than the limit."""
    kb = KnowledgeBase("memory", time_limit=1)
    kb.add(CROSS + ":- n(A), n(B), n(C), n(D).\n")
    ask = {
        "whynot": lambda: kb.whynot("big(0, 0, 0, -1)"),
        "timeline": lambda: kb.timeline("big(A, B, C, D)"),
        "contradictions": kb.contradictions,
        "linchpins": lambda: kb.linchpins("big(0, 0, 0, 0)"),
        "what_if": lambda: kb.what_if(add="n(301).", goal="big(A, B, C, D)"),
    }[verb]
    started = time.monotonic()
    with pytest.raises(LimitReached) as stopped:
        ask()
    assert time.monotonic() - started < 4
    assert stopped.value.problems[0].code == "time-limit"


def test_a_search_that_finds_nothing_keeps_the_time_limit() -> None:
    """A proof's premises are searched within the limit even where no solution turns up on the way."""
    from alignment.reasoning.solving import Solver

    kb = KnowledgeBase("memory")
    kb.add("".join(f"p({i}). " for i in range(1000)) + "none(A) :- p(A), p(B), p(C), A + B + C =:= 0 - 1.")
    evaluation = kb.evaluation()
    (rule,) = (rule for stratum in evaluation.program.strata for rule in stratum.rules if rule.head == "none")
    started = time.monotonic()
    solver = Solver(evaluation.relation, evaluation.dictionary, Limits.of(0.5))
    with pytest.raises(LimitReached, match="the time limit"):
        list(solver.solutions(rule.body, {}))
    assert time.monotonic() - started < 3


def test_what_is_evaluated_again_later_has_the_time_again() -> None:
    """An evaluation that another question sets off has the question's time, not none and not what is left."""
    limits = Limits.of(30, memory=500)
    limits.deadline = time.monotonic() - 1
    again = limits.again()
    assert again.deadline is not None
    assert again.deadline > time.monotonic() + 25
    assert again.memory == 500


def test_the_next_literal_is_the_one_with_the_fewest_matches() -> None:
    """A large relation of which two columns are known comes before a small one of which none is."""
    from alignment.program.model import Positive, Var
    from alignment.reasoning.ordering import in_order

    x, y, z, w = map(Var, "XYZW")
    body = (Positive("good", (w,)), Positive("sends", (x, y, z)))
    sizes = [number.bit_length() for number in (200, 5000)]
    assert in_order(body, ("X", "Y"), sizes) == [1, 0]
    assert in_order(body, (), sizes) == [0, 1]
    assert in_order(body, ("X", "Y", "Z"), [2, 13]) == [1, 0], "all of it is known: it is a test"


def test_proofs_from_a_million_facts_ask_the_table_seldom(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A search that looks into a large table again and again takes its columns into memory: a query of it takes 9 ms."""
    import duckdb

    from alignment.factbase.stored import StoredRelation

    queries: list[str] = []
    select = StoredRelation._select
    monkeypatch.setattr(StoredRelation, "_select", lambda self, *rest: queries.append(self.table) or select(self, *rest))

    table = tmp_path / "sends.parquet"
    columns = "'c' || (range % 500) AS A, 'c' || ((range * 7 + range // 500) % 500) AS B, 'g' || (range % 2000) AS G"
    duckdb.sql(f"SELECT {columns} FROM range(1000000)").write_parquet(str(table))
    goods = " ".join(f"mil(g{i})." for i in range(0, 2000, 50))
    kb = KnowledgeBase(time_limit=60)
    kb.add(f'relation sends(a: any, b: any, g: any). import sends(A, B, G) from "{table}". {goods}\n')
    kb.add("arms: arms(X, Y) :- sends(X, Y, G), mil(G). two: pair(X, Z) :- sends(X, Y, G), sends(Y, Z, G), mil(G).")
    partner = min(y for x, y in kb.rows("arms") if x == "c0")
    queries.clear()
    assert str(kb.why(f"arms(c0, {partner})")).startswith(f"arms(c0, {partner})")
    assert len(kb.why("arms(c0, X)").whys) > 20
    assert "No report" in str(kb.whynot("pair(c1, c2)", suppose=False))
    assert 0 < len(queries) < 200


def test_a_lookup_in_columns_finds_what_the_table_has() -> None:
    """The columns in memory answer as SQL does: membership, rounds, and every pattern."""
    from alignment.factbase import stored
    from alignment.factbase.lookup import Lookup
    from alignment.factbase.stored import StoredRelation

    kb = KnowledgeBase("duckdb")
    kb.add("".join(f"e({i}, {i * i % 37}). " for i in range(200)) + "d(X, Y, Z) :- e(X, Y), e(Y, Z). d(X, Y, X) :- d(X, Y, _).")
    relation = kb.evaluation().relation("d")
    assert isinstance(relation, StoredRelation)
    rows = {row: relation.round(row) for row in relation}
    lookup = Lookup.of(relation.database.cursor(), relation.table, 3)
    for row, round_ in rows.items():
        assert lookup.rows(row) == [(*row, round_)]
        for known in range(1, 8):
            pattern = [code if known >> at & 1 else None for at, code in enumerate(row)]
            wanted = {other for other in rows if all(code in (None, one) for code, one in zip(pattern, other, strict=True))}
            assert {found[:3] for found in lookup.rows(pattern)} == wanted
    assert lookup.rows((-1, -1, -1)) == []
    assert stored.OFTEN > 0


def test_a_shell_question_has_its_own_time(tmp_path: Path) -> None:
    """In the shell the limit is each question's: one that comes after the seconds of the first is answered."""
    path = written(tmp_path, CROSS + "few(X) :- n(X), X < 3.")
    words = [sys.executable, "-m", "alignment", path, "--time-limit", "2", "--memory-limit", "3000"]
    asked = subprocess.run(
        words, input="big(A, B, C, D).\nfew(X).\nbig(A, B, C, D).\nfew(X).\n",
        capture_output=True, text=True, check=False, timeout=60, env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert asked.returncode == 3
    assert asked.stderr.count("while evaluating the rule 'pairs'") == 2
    assert asked.stdout.count("2") == 2


def test_an_edit_of_a_base_at_its_limit_keeps_both(tmp_path: Path) -> None:
    """Rows that are kept up to date after an edit keep the limit as the first evaluation does."""
    kb = KnowledgeBase("duckdb", time_limit=60)
    kb.add("".join(f"e({i}, {i + 1}). " for i in range(300)) + "r(X, Y) :- e(X, Y).\nstep: r(X, Z) :- r(X, Y), e(Y, Z).\n")
    assert len(kb.rows("r")) == 300 * 301 // 2
    kb.add("e(300, 301).")
    kb.time_limit = 1e-6
    with pytest.raises(LimitReached, match="the time limit"):
        kb.rows("r")
    kb.time_limit = 60
    assert len(kb.rows("r")) == 301 * 302 // 2
    kb.remove("e(150, 151).")
    seen = kb.view(as_of=datetime.date(2024, 1, 1))
    assert len(seen.rows("r")) == len(kb.rows("r")) == 150 * 151 // 2 + 150 * 151 // 2


def test_a_constraint_and_a_question_are_named_for_what_they_are() -> None:
    """A runaway goal is 'the question'; a base that takes back a limit is not left in the middle."""
    kb = KnowledgeBase("memory", time_limit=0.5)
    kb.add(MANY)
    with pytest.raises(AlignmentError, match="was reached while answering the question"):
        kb.query("n(A), n(B), n(C), n(D)")
    assert kb.holds("n(7)")


@pytest.mark.parametrize("reads", [False, True], ids=["as it is", "as a base reads"])
def test_a_limit_is_told_where_a_statement_runs_in_the_main_thread(reads: bool) -> None:  # noqa: FBT001
    """DuckDB forgets what a signal raised, and says in words of its own that it was interrupted."""
    connection = duckdb.connect()
    with pytest.raises(LimitReached, match="time limit"), within(0.1, None), reading() if reads else nullcontext():
        connection.execute("SELECT count(*) FROM range(3000000000) AS a(x) WHERE hash(x) % 7 = 3").fetchall()


def test_ctrl_c_is_no_limit() -> None:
    with pytest.raises(KeyboardInterrupt), within(60, 100_000):
        raise KeyboardInterrupt
