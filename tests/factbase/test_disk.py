"""A base on disk says what its files said, is written whole or not at all, and may come from anybody."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest

from alignment import AlignmentError, KnowledgeBase
from alignment.factbase.dictionary import SHORT, Dictionary, Sort
from alignment.factbase.disk.layout import definition
from alignment.factbase.disk.replacing import replaced
from tests.generators import program

EDGES = 1_500
SPEC = """
type country, good.
country china. country russia "Russia" aka "Moscow". country north_korea "North Korea". country iran.
relation supplies(a: country, b: country, g: good) "{a} supplies {g} to {b}".
source sipri "SIPRI", reliability b.
source brief "Brief", text "brief.txt".
import supplies(A, B, G) since Day confidence Conf from "t.csv" source sipri.
supplies(iran, china, oil) from brief "oil flows".
-supplies(china, iran, oil) from brief.
odd(0.25, 9123456789012345678, "te xt", 2024-01-02, 'Côte d''Ivoire').
%%! Who sends what is no oil.
arms: sends(X) :- supplies(X, _, G), G != oil.
reach(X, Y) :- edge(X, Y).
reach(X, Z) :- reach(X, Y), edge(Y, Z).
%%! Most of it, from two papers.
from sipri, since 2020-01-01 {
%s
}
%s
"""
RELATIONS = ("supplies", "-supplies", "odd", "sends", "edge", "country", "plain")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a base in text: facts, long runs of them, an import, sources, rules."""
    monkeypatch.chdir(tmp_path)
    quotes = (' from brief "oil flows"', "", " likely", " until 2024-05-01")
    edges = "\n".join(f"edge(n{i}, n{i * 7 % 40}){quotes[i % 4]}." for i in range(EDGES))
    plain = "\n".join(f"plain({i}, {i % 5}.5). other(a{i // 90 % 3})." if i % 90 == 0 else f"plain({i}, {i % 5}.5)." for i in range(2_000))
    (tmp_path / "spec.facts").write_text(SPEC % (edges, plain), encoding="utf-8")
    (tmp_path / "brief.txt").write_text("Much oil flows here.", encoding="utf-8")
    rows = "china,Moscow,drones,2024-01-05,0.8\nnorth_korea,russia,shells,2023-11-01,likely\nchina,russia,drones,,\n"
    (tmp_path / "t.csv").write_text("A,B,G,Day,Conf\n" + rows, encoding="utf-8")
    return tmp_path


def loaded(*names: str | Path, engine: str = "auto") -> KnowledgeBase:
    """A base of some files."""
    kb = KnowledgeBase(engine)
    kb.load(*names)
    return kb


def made(folder: Path, name: str = "base.duckdb") -> Path:
    """The base of the folder on disk."""
    loaded(folder / "spec.facts").save(folder / name)
    return folder / name


def said(kb: KnowledgeBase) -> list[object]:
    """What a base says: rows in several views, evidence, proofs."""
    views = (kb.view(as_of="ever"), kb.view(as_of="2023-12-01"), kb.view(min_confidence=0.7), kb.view(without=["sipri"]))
    rows = [one.rows(name) for one in (kb, *views) for name in RELATIONS]
    goals = ("edge(X, Y) since D", "edge(X, Y) from S confidence C", "supplies(X, Y, G) confidence C", "reach(n3, X)")
    answers = [kb.query(goal).rows for goal in goals]
    proofs = [str(kb.why(atom)) for atom in ("edge(n0, n0)", "edge(n2, n14)", "plain(7, X)", "sends(china)", "-supplies(china, iran, oil)")]
    return [*rows, *answers, *proofs]


@pytest.mark.parametrize("engine", ["memory", "duckdb", "auto"])
def test_a_base_on_disk_says_what_its_files_said(engine: str, folder: Path) -> None:
    """Rows in every view, evidence, negation, all kinds of constants, and proofs with quotes and lines."""
    expected = said(loaded(folder / "spec.facts", engine=engine))
    base = made(folder)
    for name in ("spec.facts", "t.csv", "brief.txt"):
        (folder / name).unlink()
    assert said(loaded(base, engine=engine)) == expected
    text = loaded(base).state.files[0].span
    assert text is not None and "edge(n" not in text.source.text.split("from sipri, since")[1]


def test_long_runs_are_tables_and_short_ones_text(folder: Path) -> None:
    """A relation with few facts stays in the text, on the lines on which it was, between the many."""
    kb = loaded(made(folder))
    assert len(kb.rows("other")) == 3
    before = loaded(folder / "spec.facts")
    assert str(kb.why("other(a0)")) == str(before.why("other(a0)"))


@pytest.mark.parametrize("seed", range(40))
def test_random_bases_are_the_same_on_disk(seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every relation of random programs, with every run of facts made a table."""
    monkeypatch.setattr("alignment.factbase.disk.contents.FEWEST", 1)
    kb = KnowledgeBase()
    try:
        kb.add(program(seed).text)
    except AlignmentError:
        return
    kb.save(tmp_path / "base.duckdb")
    again = loaded(tmp_path / "base.duckdb")
    for name in kb.schema.relations:
        assert again.rows(name) == kb.rows(name), program(seed).text


def test_rules_beside_a_base(folder: Path) -> None:
    """Other files are read with it, whichever is named first, and may speak of its relations and sources."""
    base = made(folder)
    (folder / "more.rules").write_text("hub(X) :- edge(X, _) since D, D >= 2020-01-01.\nplain(1, 1) from sipri.", encoding="utf-8")
    for names in ((base, "more.rules"), ("more.rules", base)):
        kb = loaded(*names).view(as_of="ever")
        assert len(kb.rows("hub")) == EDGES
        assert (1, 1) in kb.rows("plain")
        assert (1, 1.5) in kb.rows("plain")


def test_a_file_that_is_in_the_base_is_not_read_twice(folder: Path) -> None:
    """Named beside the base it is the same; after a change it takes the place of what the base has of it."""
    base = made(folder)
    size = len(loaded(base).state.facts)
    assert len(loaded(base, "spec.facts").state.facts) == size
    (folder / "spec.facts").write_text("edge(new, new).", encoding="utf-8")
    assert loaded(base).rows("edge") != {("new", "new")}
    kb = loaded(base, "spec.facts")
    assert kb.rows("edge") == {("new", "new")}
    assert "supplies" not in kb.schema.relations


def test_load_statements_name_bases_too(folder: Path) -> None:
    """`load "base.duckdb".` in a file, relative to it."""
    made(folder, "sub.duckdb")
    (folder / "top.rules").write_text('load "sub.duckdb".\ntop(X) :- sends(X).', encoding="utf-8")
    assert loaded("top.rules").rows("top") == {("china",), ("north_korea",)}


def test_two_bases_are_one(folder: Path) -> None:
    """Constants that have another number in each are the same constants."""
    first = made(folder)
    other = KnowledgeBase()
    lines = "\n".join(f"edge(m{i}, n{i}) since 2020-02-03." for i in range(1_200))
    other.add(f'source brief "Brief", text "brief.txt". link(0.25, "te xt") from brief. {lines}')
    other.save("second.duckdb")
    kb = loaded(first, "second.duckdb").view(as_of="ever")
    assert len(kb.rows("edge")) == EDGES + 1_200
    assert len(kb.query("edge(m0, X), edge(X, _)")) == 1
    assert len(kb.query("link(X, T), odd(X, _, T, _, _)")) == 1
    assert "since 2020-02-03" in str(kb.why("edge(m0, n0)"))


def test_what_a_session_did_is_kept(folder: Path) -> None:
    """Statements added and facts taken back, in texts and in tables, and what is added to a base again."""
    kb = loaded(made(folder))
    kb.add("edge(x, y). sends(zed).")
    kb.remove("edge(n0, n0). odd(0.25, 9123456789012345678, \"te xt\", 2024-01-02, 'Côte d''Ivoire').")
    kb.save("next.duckdb")
    again = loaded("next.duckdb")
    for one in (kb, again):
        assert {("x", "y")} < one.rows("edge")
        assert ("n0", "n0") not in one.rows("edge")
        assert ("zed",) in one.rows("sends")
        assert not one.rows("odd")
    again.add("edge(n0, n0).")
    assert again.holds("edge(n0, n0)")
    assert again.undo()
    assert not again.holds("edge(n0, n0)")


def test_declarations_beside_a_base_are_held_against_its_rows(folder: Path) -> None:
    """A type that was not declared when the base was made is asked of its rows, and they are told if they do not fit."""
    base = made(folder)
    (folder / "good.rules").write_text("relation plain(a: number, b: number).", encoding="utf-8")
    assert len(loaded(base, "good.rules").rows("plain")) == 2_000
    (folder / "bad.rules").write_text("type node. node n1. node n0. relation edge(a: node, b: node).", encoding="utf-8")
    with pytest.raises(AlignmentError) as raised:
        loaded(base, "bad.rules")
    problems = raised.value.problems
    assert {problem.code for problem in problems} == {"bad-row"}
    assert "is not a declared node" in str(raised.value)
    assert len(problems) <= 20


def test_a_base_that_was_written_again_is_read_again(folder: Path) -> None:
    """An open base stays as it was; `reload` sees the new one."""
    base = made(folder)
    kb = loaded(base)
    old = kb.rows("edge")
    (folder / "new.facts").write_text("\n".join(f"edge(a{i}, b)." for i in range(1_100)), encoding="utf-8")
    loaded("new.facts").save(base)
    assert kb.rows("edge") == old
    assert kb.holds("edge(n5, X)")
    kb.reload()
    assert len(kb.rows("edge")) == 1_100


# Written whole or not at all -----------------------------------------------------------------------

IMPORT = [sys.executable, "-m", "alignment", "import", "spec.facts", "-o", "base.duckdb"]


def test_a_second_writer_is_told(folder: Path) -> None:
    """While somebody writes a base another import ends with exit status 2, and readers see the old base."""
    base = made(folder)
    before = base.read_bytes()
    with replaced(base):
        done = subprocess.run(IMPORT, cwd=folder, capture_output=True, text=True, check=False)
        assert done.returncode == 2
        assert "error[base-in-use]" in done.stderr
        assert loaded(base).holds("sends(china)")
        raise_later = base.with_name(".base.duckdb.new")
        raise_later.write_bytes(before)
    assert base.read_bytes() == before
    assert {path.name for path in folder.iterdir()} == {"base.duckdb", "spec.facts", "brief.txt", "t.csv"}


def test_two_readers_at_once(folder: Path) -> None:
    """Another process reads the base while this one does."""
    kb = loaded(made(folder))
    call = [sys.executable, "-m", "alignment", "query", "sends(X)", "base.duckdb", "--format", "csv"]
    done = subprocess.run(call, cwd=folder, capture_output=True, text=True, check=True)
    assert done.stdout == "X\nchina\nnorth_korea\n"
    assert kb.holds("sends(china)")


def test_a_writer_that_is_killed_leaves_the_old_base(folder: Path) -> None:
    """SIGKILL in the middle of an import: the old base stands, and the next import removes what was left."""
    base = made(folder)
    before = base.read_bytes()
    rows = "\n".join(f"big(x{i}, y{i % 977}, {i}, {i % 13}.25)." for i in range(150_000))
    with (folder / "spec.facts").open("a", encoding="utf-8") as file:
        file.write(rows)
    left = folder / ".base.duckdb.new"
    writer = subprocess.Popen(IMPORT, cwd=folder, stderr=subprocess.DEVNULL)
    while writer.poll() is None and not (left.exists() and left.stat().st_size > 100_000):
        time.sleep(0.002)
    assert writer.poll() is None, "the import was over before it could be killed"
    writer.send_signal(signal.SIGKILL)
    writer.wait()
    assert left.exists()
    assert base.read_bytes() == before
    assert loaded(base).holds("sends(china)")
    subprocess.run(IMPORT, cwd=folder, check=True, capture_output=True)
    assert loaded(base).holds("big(x1, X, Y, Z)")
    assert not left.exists()


def test_a_full_disk_leaves_the_old_base(folder: Path) -> None:
    """A file that may not grow: a problem, exit status 2, and nothing beside the old base."""
    base = made(folder)
    before = base.read_bytes()
    rows = "\n".join(f"big(x{i}, y{i % 977})." for i in range(100_000))
    (folder / "spec.facts").write_text(rows, encoding="utf-8")

    def small() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))

    done = subprocess.run(IMPORT, cwd=folder, capture_output=True, text=True, check=False, preexec_fn=small)  # noqa: PLW1509
    assert done.returncode == 2
    assert "error[cannot-write]" in done.stderr
    assert base.read_bytes() == before
    assert {path.name for path in folder.iterdir()} == {"base.duckdb", "spec.facts", "brief.txt", "t.csv"}


def test_an_interrupted_import_leaves_the_old_base(folder: Path) -> None:
    """Ctrl-C: exit status 130, the old base, nothing left behind."""
    base = made(folder)
    before = base.read_bytes()
    with (folder / "spec.facts").open("a", encoding="utf-8") as file:
        file.write("\n".join(f"big(x{i}, y{i % 977}, {i}, {i % 13}.25)." for i in range(150_000)))
    writer = subprocess.Popen(IMPORT, cwd=folder, stderr=subprocess.PIPE, text=True)
    left = folder / ".base.duckdb.new"
    while writer.poll() is None and not left.exists():
        time.sleep(0.002)
    writer.send_signal(signal.SIGINT)
    _, told = writer.communicate()
    assert writer.returncode == 130, told
    assert base.read_bytes() == before
    assert not left.exists()


def test_a_folder_that_cannot_be_written(folder: Path) -> None:
    """A path that is a folder, or below a file, is a problem."""
    kb = loaded(folder / "spec.facts")
    (folder / "x.duckdb").mkdir()
    for path in (folder / "x.duckdb", folder / "spec.facts" / "b.duckdb"):
        with pytest.raises(AlignmentError) as raised:
            kb.save(path)
        assert [problem.code for problem in raised.value.problems] == ["cannot-write"]


# Files from anybody --------------------------------------------------------------------------------


def code_of(path: Path) -> str:
    """The code of the problem of opening a file."""
    with pytest.raises(AlignmentError) as raised:
        loaded(path)
    (problem,) = raised.value.problems
    return problem.code


def test_files_that_are_no_bases(folder: Path) -> None:
    """Text, nothing, something else of DuckDB, a folder's worth of it cut off: a problem each."""
    path = folder / "x.duckdb"
    path.write_text("country china.", encoding="utf-8")
    assert code_of(path) == "not-a-base"
    path.write_bytes(b"")
    assert code_of(path) == "not-a-base"
    path.unlink()
    with duckdb.connect(str(path)) as other:
        other.execute("CREATE TABLE texts (file VARCHAR)")
    assert code_of(path) == "not-a-base"
    assert code_of(folder / "missing.duckdb") == "no-such-file"


def test_a_damaged_base_is_a_problem(folder: Path) -> None:
    """Cut off or with bytes changed anywhere: a problem where it is noticed, never a traceback."""
    data = made(folder).read_bytes()
    path = folder / "x.duckdb"
    for length in (11, 12, 4_096, 5_000, 12_288, len(data) // 3, len(data) - 200_000):
        path.write_bytes(data[:length])
        assert code_of(path) == "not-a-base"
    for place in range(20, len(data), len(data) // 60):
        path.write_bytes(data[:place] + bytes([data[place] ^ 0x55]) + data[place + 1 :])
        try:
            kb = loaded(path)
            rows = [kb.rows(name) for name in RELATIONS]
            assert rows == [loaded("base.duckdb").rows(name) for name in RELATIONS]
        except AlignmentError as error:
            assert [problem.code for problem in error.problems] == ["not-a-base"]  # noqa: PT017


@pytest.mark.parametrize(
    "change",
    [
        "DROP TABLE facts_0",
        "ALTER TABLE facts_0 RENAME COLUMN c0 TO c9",
        "DROP TABLE texts; CREATE VIEW texts AS SELECT 0 AS number, '/etc/passwd' AS file, '' AS digest, content AS body FROM read_text('/etc/passwd')",
        "DROP TABLE quoted; CREATE TABLE quoted (file VARCHAR, path VARCHAR, body VARCHAR AS (getvariable('x')))",
        "UPDATE reported SET origin = 7",
        "UPDATE reported SET imported = 7",
        "UPDATE reported SET evidence = 'secret'",
        "UPDATE reported SET arity = 30",
        "UPDATE texts SET body = 'supplies(('",
        "DELETE FROM alignment",
        """UPDATE texts SET body = body || ' import plain(A, B) from "t.csv".'""",
        "UPDATE reported SET imported = NULL WHERE imported IS NOT NULL",
    ],
)
def test_a_base_that_is_otherwise_made_is_refused(change: str, folder: Path) -> None:
    """Tables that are not those we write are not read, whatever they would give."""
    base = made(folder)
    with duckdb.connect(str(base)) as other:
        other.execute(change)
    assert code_of(base) in ("not-a-base", "syntax")


@pytest.mark.parametrize(
    "change",
    [
        """UPDATE texts SET body = body || ' source spy "Spy", text "{secret}". country spain. plain(1, 1) from spy "secret".'""",
        """UPDATE texts SET body = body || ' load "{secret}".'""",
        "CREATE VIEW leak AS SELECT * FROM read_csv('{secret}')",
        "CREATE MACRO count(x) AS TABLE SELECT * FROM read_csv('{secret}')",
    ],
)
def test_a_base_of_somebody_else_opens_no_file(change: str, folder: Path) -> None:
    """Texts of sources, loads, views and macros: nobody reads what they name."""
    base, secret = made(folder), folder / "secret.csv"
    secret.write_text("N\n1\n", encoding="utf-8")
    with duckdb.connect(str(base)) as other:
        other.execute(change.format(secret=secret))
    secret.unlink()
    os.mkfifo(secret)  # whoever opens it for reading waits, and may be seen
    script = "import sys; from alignment import KnowledgeBase; kb = KnowledgeBase(); kb.load(sys.argv[1]); kb.rows('reach'); kb.rows('edge')"
    process = subprocess.Popen([sys.executable, "-c", script, str(base)], stderr=subprocess.DEVNULL)
    read = False
    while process.poll() is None and not read:
        try:
            os.close(os.open(secret, os.O_WRONLY | os.O_NONBLOCK))
            read = True
        except OSError:
            time.sleep(0.01)
    process.kill()
    process.wait()
    assert not read


def test_a_newer_format_is_named(folder: Path) -> None:
    """What a later release wrote is not guessed at."""
    base = made(folder)
    with duckdb.connect(str(base)) as other:
        other.execute("UPDATE alignment SET format = 99")
    assert code_of(base) == "newer-base"


def as_an_older_release(base: Path) -> None:
    """Make of a base what format 1 was: there short names were constants with a place, like all others."""
    with duckdb.connect(str(base)) as other:
        query = "SELECT table_name, column_name FROM duckdb_columns() WHERE table_name LIKE 'facts_%' AND data_type = 'BIGINT'"
        coded = other.execute(query).fetchall()
        each = " UNION ".join(f"SELECT {column} AS code FROM {table}" for table, column in coded)
        short = [code for (code,) in other.execute(f"SELECT code FROM ({each}) WHERE code & 3 = {SHORT}").fetchall()]
        ((first,),) = other.execute("SELECT count(*) FROM constants").fetchall()
        for place, code in enumerate(sorted(short), first):
            letters = Dictionary().decode(code)
            other.execute("INSERT INTO constants VALUES (?, ?, ?)", [place, int(Sort.SYMBOL), letters])
            other.execute("INSERT INTO spelled VALUES (?, ?, ?)", [letters, int(Sort.SYMBOL), place])
            for table, column in coded:
                other.execute(f"UPDATE {table} SET {column} = {place << 2} WHERE {column} = {code}")
        other.execute("UPDATE alignment SET format = 1")
        assert short


def test_a_base_of_an_older_release_says_the_same(folder: Path) -> None:
    """Its short names have other codes, which are looked up."""
    base = made(folder)
    as_an_older_release(base)
    assert said(loaded(base)) == said(loaded(folder / "spec.facts"))
    loaded(base).save(folder / "again.duckdb")
    assert said(loaded(folder / "again.duckdb")) == said(loaded(folder / "spec.facts"))


@pytest.mark.parametrize("code", [-1, 2**62 + 3, (0xFF << 50) + 3])
def test_a_code_that_no_name_has_is_told(code: int, folder: Path) -> None:
    """A base may come from anybody."""
    base = made(folder)
    with duckdb.connect(str(base)) as other:
        other.execute("SELECT relation, number FROM reported WHERE relation = 'edge'")
        number = other.fetchall()[0][1]
        other.execute(f"UPDATE facts_{number} SET c0 = {code}")
    with pytest.raises(AlignmentError) as caught:
        loaded(base).rows("edge")
    assert [one.code for one in caught.value.problems] == ["not-a-base"]


def test_tables_read_as_they_are_written(folder: Path) -> None:
    """The definition that is compared is the one that DuckDB tells of every table of a base."""
    with duckdb.connect(str(made(folder))) as other:
        for table, told in other.execute("SELECT table_name, sql FROM duckdb_tables()").fetchall():
            columns = {row[0]: row[1] for row in other.execute(f"DESCRIBE {table}").fetchall()}
            assert definition(table, columns) == told


def test_a_read_only_place_can_be_read(folder: Path) -> None:
    """Nothing is written beside a base that is only read."""
    base = made(folder)
    before = sorted(os.listdir(folder))
    loaded(base, engine="duckdb").rows("reach")  # a named engine keeps nothing, however long it takes
    base.chmod(0o400)
    assert loaded(base, engine="duckdb").holds("sends(china)")
    assert sorted(os.listdir(folder)) == before
