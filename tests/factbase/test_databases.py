"""Tables of databases become facts: PostgreSQL (a real server), SQLite and DuckDB, and what goes wrong with each."""

from __future__ import annotations

import datetime
import io
import os
import signal
import sqlite3
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from alignment import AlignmentError, KnowledgeBase

sys.path.insert(0, str(Path(__file__).parent))
import postgres

HEAD = 'type country. country china. country russia "Russia". relation sends(a: country, b: country, n: number).\n'


@pytest.fixture(scope="module")
def server() -> Iterator[postgres.Server]:
    """One server for the tests of this file."""
    if postgres.binaries() is None:
        if os.environ.get("CI"):
            pytest.fail("the package postgresql is missing: .ci/run installs it")
        pytest.skip("PostgreSQL is not installed")
    with postgres.running() as running:
        running.run(
            "CREATE TABLE kinds (a text, i integer, b bigint, n numeric(12, 2), d date, ts timestamp, tz timestamptz, f double precision, k boolean, v varchar(9), c char(4), j jsonb)",
            "INSERT INTO kinds VALUES ('x', 7, 9000000000, 3.50, '2024-01-02', '2024-01-03 23:59', '2024-01-04 23:30+00', 0.25, true, 'de', 'ab', '{\"a\": 1}')",
            "INSERT INTO kinds (a) VALUES ('empty')",
            'CREATE TABLE trade ("Sender" text, "Recipient country" text, "Amount" integer, day date)',
            "INSERT INTO trade VALUES ('China', 'Russia', 3, '2024-01-05'), ('china', 'russia', 4, NULL), ('Narnia', 'Russia', 5, NULL), ('China', NULL, 6, NULL)",
            "CREATE SCHEMA ops",
            "CREATE VIEW ops.late AS SELECT * FROM trade WHERE day IS NOT NULL",
        )
        yield running


def rows(server: postgres.Server, statement: str, relation: str, head: str = "", **options: str) -> set[tuple[object, ...]]:
    """The rows of an import from the server."""
    return loaded(server.address(), statement, head, **options).rows(relation)


def loaded(address: str, statement: str, head: str = "", **options: str) -> KnowledgeBase:
    """A base with an import from an address."""
    kb = KnowledgeBase(**options)  # type: ignore[arg-type]
    kb.add(head + statement.format(at=address))
    return kb


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ("A, I", ("x", 7)),
        ("A, B", ("x", 9_000_000_000)),
        ("A, N", ("x", 3.5)),
        ("A, D", ("x", datetime.date(2024, 1, 2))),
        ("A, Ts", ("x", datetime.date(2024, 1, 3))),
        ("A, Tz", ("x", datetime.date(2024, 1, 4))),
        ("A, F", ("x", 0.25)),
        ("A, K", ("x", "true")),
        ("A, V", ("x", "de")),
        ("A, C", ("x", "ab")),
    ],
)
def test_types_of_postgresql(server: postgres.Server, columns: str, expected: tuple[object, ...]) -> None:
    """Numbers, days and texts stay what they are; a row whose cell is null is told and left out."""
    kb = loaded(server.address(), f'import p({columns}) from "{{at}}" table "kinds".')
    assert kb.rows("p") == {expected}
    assert [one.code for one in kb.checked.warnings] == ["bad-row"]


def test_days_of_times_in_postgresql(server: postgres.Server) -> None:
    """A time is the day on which it falls, one with a time zone the day in UTC."""
    head = "relation p(a: any, d: date). relation q(a: any, d: date)."
    imports = 'import p(A, Ts) from "{at}" table "kinds" where A = "x". import q(A, Tz) from "{at}" table "kinds" where A = "x".'
    kb = loaded(server.address(), imports, head)
    assert kb.rows("p") == {("x", datetime.date(2024, 1, 3))}
    assert kb.rows("q") == {("x", datetime.date(2024, 1, 4))}


def test_names_conditions_and_bad_rows_of_postgresql(server: postgres.Server) -> None:
    """Names are resolved, `where` chooses, rows that do not fit are counted and told; evidence may be null."""
    statement = 'import sends(Sender, Recipient_Country, Amount) on Day from "{at}" table "trade" where Amount >= 4.'
    kb = loaded(server.address(), statement, HEAD)
    assert kb.rows("sends") == {("china", "russia", 4)}
    told = [one.message for one in kb.checked.warnings if one.code == "bad-row"]
    assert [one.partition(": ")[2] for one in told] == ["'Narnia' in the column 'Sender' is no country", "the column 'Recipient country' is empty"]
    with pytest.raises(AlignmentError):
        loaded(server.address(), statement, HEAD, on_bad_row="stop")


def test_a_view_in_a_schema_of_postgresql(server: postgres.Server) -> None:
    """A name with a dot is a table or view in a schema."""
    statement = 'import sends(Sender, Recipient_Country, Amount) on Day from "{at}" table "ops.late".'
    assert rows(server, statement, "sends", HEAD) == {("china", "russia", 3)}


@pytest.mark.parametrize(
    ("change", "said", "hint"),
    [
        ({"table": "trades"}, "there is no table 'trades' in", "did you mean 'trade'? its tables are: kinds, ops.late, trade"),
        ({"table": 'tr"; DROP TABLE trade; --'}, "there is no table", "its tables are: kinds, ops.late, trade"),
        ({"password": "Wr0ng"}, "password authentication failed", None),
        ({"column": "Amout"}, "there is no column 'Amout'", "did you mean 'Amount'? its columns are: Sender, Recipient country, Amount, day"),
        ({"port": "free"}, "Connection refused", None),
        ({"host": "no.such.host.invalid"}, "could not translate host name", None),
    ],
)
def test_what_is_wrong_with_postgresql_is_a_problem(server: postgres.Server, change: dict[str, str], said: str, hint: str | None) -> None:
    """A wrong table, password, column, port or host is a problem at the import, and no password is shown."""
    password = change.get("password", postgres.PASSWORD)
    address = server.address(password=password, port=postgres.free_port() if "port" in change else None)
    address = address.replace("127.0.0.1", change.get("host", "127.0.0.1"))
    statement = f'import sends(Sender, Recipient_Country, {change.get("column", "Amount")}) from "{{at}}" table "{change.get("table", "trade").replace(chr(34), chr(92) + chr(34))}".'
    with pytest.raises(AlignmentError) as refused:
        loaded(address, statement, HEAD)
    (problem,) = refused.value.problems
    assert said in problem.message, problem.message
    assert hint is None or problem.hint == hint
    assert password not in str(problem)
    assert password not in str(refused.value)
    assert problem.line == 2
    assert rows(server, 'import p(Sender) from "{at}" table "trade".', "p") >= {("China",)}


def test_a_large_table_of_postgresql_is_streamed(server: postgres.Server) -> None:
    """Rows come in batches, and only the columns that are asked for."""
    server.run("CREATE TABLE large AS SELECT i AS a, i % 7 AS b, repeat('x', 200) AS c FROM generate_series(1, 300000) AS i")
    kb = loaded(server.address(), 'import p(A, B) from "{at}" table "large" where B = 3.')
    assert len(kb.query("p(X, Y)")) == 42857


def test_values_of_sqlite_are_read_whatever_their_column(tmp_path: Path) -> None:
    """A column of SQLite may hold numbers first and words later; blanks and quotes in names do not matter."""
    with sqlite3.connect(tmp_path / "t.db") as database:
        database.execute('CREATE TABLE "odd ""one" ("The Name" , n, empty TEXT)')
        database.executemany('INSERT INTO "odd ""one" VALUES (?, ?, ?)', [(i, i / 4, None) for i in range(3000)] + [("ä", -1, None), (None, 5, "x")])
    where = 'from "t.db" table "odd \\"one"'
    (tmp_path / "b.facts").write_text(f'import p(The_Name, N) {where} where N < 0.6. import q(Empty) {where} where Empty != "".')
    kb = KnowledgeBase()
    kb.load(tmp_path / "b.facts")
    assert kb.rows("p") == {(0, 0.0), (1, 0.25), (2, 0.5), ("ä", -1)}
    assert kb.rows("q") == {("x",)}


@pytest.mark.parametrize("kind", ["sqlite", "duckdb"])
def test_tables_that_are_not_there(kind: str, tmp_path: Path) -> None:
    """The tables that there are are named, and a file without one asks for its name."""
    file = tmp_path / f"t.{kind}"
    connection = sqlite3.connect(file) if kind == "sqlite" else duckdb.connect(str(file))
    connection.execute("CREATE TABLE transfers (a TEXT)")
    connection.close()
    for statement, said, hint in [
        (f'import p(A) from "{file}" table "transfer".', "there is no table 'transfer'", "did you mean 'transfers'? its tables are: transfers"),
        (f'import p(A) from "{file}".', "a database has many tables", f'name one: from "{file}" table "name"'),
        (f'import p(B) from "{file}" table "transfers".', "there is no column 'B'", "its columns are: a"),
    ]:
        with pytest.raises(AlignmentError) as refused:
            KnowledgeBase().add(statement)
        assert said in refused.value.problems[0].message
        assert refused.value.problems[0].hint == hint


@pytest.mark.parametrize("when", ["while it is asked for its rows", "while its columns are asked for"])
def test_a_slow_server_can_be_interrupted(server: postgres.Server, when: str) -> None:
    """Ctrl-C and an alarm end an import at once, whatever the server is at; the base stays as it was."""
    from adbc_driver_postgresql import dbapi

    def alarm(*_: object) -> None:
        raise KeyboardInterrupt

    server.run("CREATE OR REPLACE VIEW slow AS SELECT a, pg_sleep(60)::text AS b FROM kinds", "CREATE TABLE IF NOT EXISTS locked (a text)")
    kb = loaded(server.address(), "q(1).")
    table = "slow" if "rows" in when else "locked"
    before = signal.signal(signal.SIGALRM, alarm)
    start = time.monotonic()
    try:
        with dbapi.connect(server.address()) as other, other.cursor() as cursor:
            cursor.execute("LOCK TABLE locked IN ACCESS EXCLUSIVE MODE")
            signal.setitimer(signal.ITIMER_REAL, 1)
            with pytest.raises(KeyboardInterrupt):
                kb.add(f'import p({"A, B" if table == "slow" else "A"}) from "{server.address()}" table "{table}".')
            other.rollback()
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert time.monotonic() - start < 20
    assert kb.rows("q") == {(1,)}
    assert "p" not in kb.schema.relations


def test_a_time_limit_ends_an_import_with_status_3(server: postgres.Server, tmp_path: Path) -> None:
    """The limit is kept while a server is waited for, and is told as what it is."""
    from alignment.cli import main
    from alignment.commands.console import Console

    server.run("CREATE OR REPLACE VIEW slow AS SELECT a, pg_sleep(60)::text AS b FROM kinds")
    (tmp_path / "b.facts").write_text(f'import p(A, B) from "{server.address()}" table "slow".')
    out, err = io.StringIO(), io.StringIO()
    start = time.monotonic()
    status = main(["query", "p(X, Y)", str(tmp_path / "b.facts"), "--time-limit", "1"], Console(io.StringIO(), out, err))
    assert (status, out.getvalue()) == (3, "")
    assert "error[time-limit]: the time limit of 1 s was reached" in err.getvalue()
    assert time.monotonic() - start < 20


def test_a_base_on_disk_keeps_no_password(server: postgres.Server, tmp_path: Path) -> None:
    """What is imported from a server is kept with its statement, and the password is not."""
    (tmp_path / "b.facts").write_text(f'import p(Sender) from "{server.address()}" table "trade".')
    kb = KnowledgeBase()
    kb.load(tmp_path / "b.facts")
    kb.save(tmp_path / "b.duckdb")
    assert postgres.PASSWORD.encode() not in (tmp_path / "b.duckdb").read_bytes()
    other = KnowledgeBase()
    other.load(tmp_path / "b.duckdb")
    assert other.rows("p") == kb.rows("p") != set()
