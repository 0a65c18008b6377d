"""Tables of other systems become facts: every kind of file, bad rows told, evidence and views kept."""

from __future__ import annotations

import datetime
import gzip
import sqlite3
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.feather
import pyarrow.parquet
import pytest

from alignment import AlignmentError, KnowledgeBase

HEAD = """
type country, good.
country china. country russia "Russia". country north_korea "North Korea". country iran.
relation supplies(a: country, b: country, g: good).
source sipri "SIPRI", reliability b.
"""
ROWS = [
    ("china", "Russia", "drones", "2024-01-05", "0.8", "delivered"),
    ("North Korea", "russia", "shells", "2023-11-01", "likely", "delivered"),
    ("iran", "russia", "missiles", "", "", "delivered"),
    ("iran", "russia", "missiles", "2024-03-01", "0.9", "ordered"),
]
COLUMNS = ("Supplier", "Recipient", "Weapon", "Delivered", "Conf", "Status")
WANTED = {("china", "russia", "drones"), ("north_korea", "russia", "shells"), ("iran", "russia", "missiles")}
STATEMENT = "import supplies(Supplier, Recipient, Weapon) since Delivered confidence Conf from {path} source sipri where Status = \"delivered\"."


@pytest.fixture(params=["memory", "duckdb", "auto"])
def engine(request: pytest.FixtureRequest) -> str:
    """Each engine in turn."""
    return str(request.param)


def base(folder: Path, statement: str, engine: str = "auto", head: str = HEAD, **options: str) -> KnowledgeBase:
    """A base whose one file is in a folder."""
    (folder / "base.facts").write_text(f"{head}\n{statement}", encoding="utf-8")
    kb = KnowledgeBase(engine, **options)  # type: ignore[arg-type]
    kb.load(folder / "base.facts")
    return kb


def delimited(mark: str) -> str:
    """The rows as a delimited file."""
    return "".join(mark.join(row) + "\n" for row in (COLUMNS, *ROWS))


def write(folder: Path, kind: str) -> str:
    """The rows as a file of a kind; what stands after `from`."""
    empty = [tuple(cell or None for cell in row) for row in ROWS]
    data = pa.table({name: [row[i] for row in empty] for i, name in enumerate(COLUMNS)})
    if kind in ("csv", "tsv"):
        (folder / f"t.{kind}").write_text(delimited("," if kind == "csv" else "\t"), encoding="utf-8")
    elif kind == "csv.gz":
        (folder / "t.csv.gz").write_bytes(gzip.compress(delimited(",").encode(), mtime=0))
    elif kind == "jsonl":
        import json

        lines = (json.dumps(dict(zip(COLUMNS, row, strict=True))) for row in empty)
        (folder / "t.jsonl").write_text("\n".join(lines), encoding="utf-8")
    elif kind == "parquet":
        pyarrow.parquet.write_table(data, folder / "t.parquet")
    elif kind == "arrow":
        pyarrow.feather.write_feather(data, str(folder / "t.arrow"), compression="uncompressed")
    elif kind == "duckdb":
        with duckdb.connect(str(folder / "t.duckdb")) as connection:
            connection.execute("CREATE TABLE transfers AS SELECT * FROM data")
    elif kind == "sqlite":
        with sqlite3.connect(folder / "t.sqlite") as other:
            other.execute(f"CREATE TABLE transfers ({', '.join(COLUMNS)})")
            other.executemany("INSERT INTO transfers VALUES (?, ?, ?, ?, ?, ?)", empty)
    return f'"t.{kind}"' + (' table "transfers"' if kind in ("duckdb", "sqlite") else "")


@pytest.mark.parametrize("kind", ["csv", "tsv", "csv.gz", "jsonl", "parquet", "arrow", "duckdb", "sqlite"])
def test_every_kind_of_file_gives_the_same_facts(kind: str, tmp_path: Path) -> None:
    """Names and aliases are resolved, the condition holds, an empty cell of evidence says nothing."""
    kb = base(tmp_path, STATEMENT.format(path=write(tmp_path, kind)))
    assert kb.rows("supplies") == WANTED
    assert not kb.checked.warnings


def test_evidence_and_views(engine: str, tmp_path: Path) -> None:
    """Dates, confidence and the source of a row are those of its cells, and views go by them."""
    kb = base(tmp_path, STATEMENT.format(path=write(tmp_path, "csv")), engine)
    found = {(row["X"], row["C"]) for row in kb.query("supplies(X, _, _) confidence C")}
    assert found == {("china", 0.8), ("north_korea", 0.675), ("iran", 0.8)}
    assert {row["D"] for row in kb.query("supplies(china, _, _) since D")} == {datetime.date(2024, 1, 5)}
    assert len(kb.query("supplies(X, Y, G) from sipri")) == 3
    assert {row[0] for row in kb.view(as_of="2023-12-01").rows("supplies")} == {"iran", "north_korea"}
    assert {row[0] for row in kb.view(min_confidence=0.7).rows("supplies")} == {"iran", "china"}
    assert kb.view(without=["sipri"]).rows("supplies") == set()
    assert "since 2024-01-05" in str(kb.why("supplies(china, russia, drones)"))


def test_written_and_imported_facts_are_one_relation(engine: str, tmp_path: Path) -> None:
    """Facts of files join those of tables; each can be taken back, and put in again."""
    kb = base(tmp_path, STATEMENT.format(path=write(tmp_path, "csv")) + "supplies(iran, china, oil). both(X) :- supplies(X, _, G), G != oil.", engine)
    assert kb.rows("supplies") == WANTED | {("iran", "china", "oil")}
    kb.remove("supplies(china, russia, drones).")
    assert kb.rows("both") == {("iran",), ("north_korea",)}
    assert kb.undo()
    assert kb.rows("both") == {("iran",), ("north_korea",), ("china",)}


def test_bad_rows_are_counted_and_shown(tmp_path: Path) -> None:
    """Rows that do not fit are told with file and row, the first ten of them, and the good ones stay."""
    bad = [("narnia", "russia", "lions", "", "", "delivered")] * 11 + [("iran", "russia", "", "", "", "delivered"), ("iran", "russia", "oil", "2023-13-01", "", "delivered")]
    text = "".join(",".join(row) + "\n" for row in (COLUMNS, *ROWS, *bad))
    (tmp_path / "t.csv").write_text(text, encoding="utf-8")
    statement = STATEMENT.format(path='"t.csv"')
    kb = base(tmp_path, statement)
    assert kb.rows("supplies") == WANTED
    told = [warning.message for warning in kb.checked.warnings if warning.code == "bad-row"]
    assert len(told) == 11
    assert told[0].endswith("t.csv, row 6: 'narnia' in the column 'Supplier' is no country")
    assert told[-1] == "13 rows do not fit in all; the first 10 are shown"
    with pytest.raises(AlignmentError) as refused:
        base(tmp_path, statement, on_bad_row="stop")
    assert {problem.code for problem in refused.value.problems} == {"bad-row"}


def test_an_empty_argument_and_a_wrong_day_are_told(tmp_path: Path) -> None:
    """Each kind of bad cell has its own sentence."""
    rows = [("iran", "russia", "", "", "", "delivered"), ("iran", "russia", "oil", "2023-13-01", "", "delivered"), ("iran", "russia", "oil", "", "often", "delivered")]
    (tmp_path / "t.csv").write_text("".join(",".join(row) + "\n" for row in (COLUMNS, *rows)), encoding="utf-8")
    told = [w.message.partition(": ")[2] for w in base(tmp_path, STATEMENT.format(path='"t.csv"')).checked.warnings if w.code == "bad-row"]
    assert told == [
        "the column 'Weapon' is empty",
        "'2023-13-01' in the column 'Delivered' is no date",
        "'often' in the column 'Conf' is no confidence",
    ]


def test_columns_by_number_and_several_files(engine: str, tmp_path: Path) -> None:
    """A file without a header names its columns by number; a pattern stands for all its files."""
    for i in range(3):
        (tmp_path / f"part{i}.tsv").write_text(f"a{i}\t{i}\t2024-01-0{i + 1}\n007\t-5\t2024-02-01\n", encoding="utf-8")
    kb = base(tmp_path, 'import p(Column1, Column2, Column3) from "part*.tsv". q(X, N + 1) :- p(X, N, D), D < 2024-01-03.', engine, head="")
    assert kb.rows("q") == {("a0", 1), ("a1", 2)}
    assert ("007", -5, datetime.date(2024, 2, 1)) in kb.rows("p")


def test_a_column_that_is_not_there(tmp_path: Path) -> None:
    """The columns that there are are named; a difference in case and blanks is none."""
    (tmp_path / "t.csv").write_text("source country,target\na,b\n", encoding="utf-8")
    assert base(tmp_path, 'import p(Source_Country, Target) from "t.csv".', head="").rows("p") == {("a", "b")}
    with pytest.raises(AlignmentError) as refused:
        base(tmp_path, 'import p(Sender, Goal) from "t.csv".', head="")
    assert [problem.code for problem in refused.value.problems] == ["unknown-column", "unknown-column"]
    assert refused.value.problems[0].hint == "its columns are: source country, target"


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ("N >= 10", {"b", "c"}),
        ('K in ["x", "y"], N != 2', {"b"}),
        ("K = L", {"c"}),
        ("D > 2024-01-15", {"b", "c"}),
        ("N < M", {"a"}),
        ('E = ""', {"b", "c"}),
        ('E != ""', {"a"}),
        ('E != "e"', {"b", "c"}),
        ("E != F", {"a", "b", "c"}),
        ("E = F", set()),
        ('E < "f"', {"a"}),
    ],
)
def test_conditions(where: str, expected: set[str], tmp_path: Path) -> None:
    """Columns compare with constants as what the constants are, and with each other; an empty cell is like nothing."""
    (tmp_path / "t.csv").write_text("I,N,M,K,L,D,E,F\na,2,10,x,y,2024-01-01,e,\nb,10,9,y,x,2024-02-01,,\nc,100,99,z,z,2024-02-02,,f\n", encoding="utf-8")
    assert {row[0] for row in base(tmp_path, f'import p(I) from "t.csv" where {where}.', head="").rows("p")} == expected


def test_a_changed_file_is_read_again(tmp_path: Path) -> None:
    """An import is carried out once, and anew when its file has changed."""
    (tmp_path / "t.csv").write_text("A\nx\n", encoding="utf-8")
    kb = base(tmp_path, 'import p(A) from "t.csv".', head="")
    before = kb.state.facts.tables["p"].imported[0]
    kb.add("q(1).")
    assert kb.state.facts.tables["p"].imported[0] is before
    (tmp_path / "t.csv").write_text("A\nx\nyy\n", encoding="utf-8")
    kb.reload()
    assert kb.rows("p") == {("x",), ("yy",)}


@pytest.mark.parametrize("name", ["none.csv", "t.xyz", "junk.parquet", "junk.duckdb"])
def test_what_cannot_be_read_is_a_problem(name: str, tmp_path: Path) -> None:
    """A missing file, an unknown kind and junk are problems at the import, and nothing is half loaded."""
    (tmp_path / "t.xyz").write_text("A\n")
    (tmp_path / "junk.parquet").write_bytes(b"junk" * 100)
    (tmp_path / "junk.duckdb").write_bytes(b"junk" * 5000)
    with pytest.raises(AlignmentError) as refused:
        base(tmp_path, f'import p(A) from "{name}" table "t".', head="")
    assert refused.value.problems[0].line == 2


def test_lines_that_are_no_rows_are_counted_and_shown(tmp_path: Path) -> None:
    """Too few or too many cells, an open quote and bytes that are no UTF-8 are told with file and line."""
    (tmp_path / "t.csv").write_bytes(b'A,B\nx,y\nonly\np,q,r\nk,l\nm,\xff\xfe\n"open,z\n')
    kb = base(tmp_path, 'import p(A, B) from "t.csv".', head="")
    assert kb.rows("p") == {("x", "y"), ("k", "l")}
    told = [warning.message.removeprefix(f"{tmp_path}/") for warning in kb.checked.warnings if warning.code == "bad-row"]
    assert [one.split(":")[0] for one in told] == ["t.csv, line 3", "t.csv, line 4", "t.csv, line 6", "t.csv, line 7"]
    assert [one.split(": ")[1] for one in told] == ["it has too few cells", "it has too many cells", "it is not UTF-8", "a quote is not closed"]
    with pytest.raises(AlignmentError):
        base(tmp_path, 'import p(A, B) from "t.csv".', head="", on_bad_row="stop")


def test_columns_are_found_by_name_in_each_file(tmp_path: Path) -> None:
    """Files of one pattern may order their columns differently and have others besides; rows are told with their file."""
    (tmp_path / "a1.csv").write_text("A,B\nx,1\n,9\n")
    (tmp_path / "a2.csv").write_text("Extra;b;a\n_;2;y\n_;8;\n")
    (tmp_path / "a3.csv").write_text("B,Other,A\n3,_,z\nno\n")
    kb = base(tmp_path, 'import p(A, B) from "a*.csv".', head="")
    assert kb.rows("p") == {("x", 1), ("y", 2), ("z", 3)}
    told = [one.message.removeprefix(f"{tmp_path}/") for one in kb.checked.warnings]
    assert told == ["a3.csv, line 3: it has too few cells", "a1.csv, row 3: the column 'A' is empty", "a2.csv, row 3: the column 'A' is empty"]
    (tmp_path / "a4.csv").write_text("A,C\nx,1\n")
    with pytest.raises(AlignmentError) as refused:
        base(tmp_path, 'import p(A, B) from "a*.csv".', head="")
    assert refused.value.problems[0].message == f"there is no column 'B' in '{tmp_path}/a4.csv'"


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("t.csv", b"\xef\xbb\xbfA,B\r\nx y,1\r\n\"p, \"\"q\"\"\r\nr\",2\r\n"),
        ("t.csv", b"A;B\nx y;1\n\"p, \"\"q\"\"\r\nr\";2\n"),
        ("t.CSV", b"A\tB\tC\nx y\t1\t\n\"p, \"\"q\"\"\tr\t\n"),
        ("t.txt", b"A|B\nx y|1\n"),
        ("t.tsv", b'"A"\t"B"\n"x y"\t"1"\n'),
        ("t.csv", "A,B\nx y,1\nä,2\n".encode("utf-16")),
        ("t.csv", b",A,B\n0,x y,1\n"),
        ("t.csv.gz", gzip.compress(b"A,B\nx y,1\n", mtime=0)),
    ],
)
def test_delimited_files_as_programs_write_them(name: str, data: bytes, tmp_path: Path) -> None:
    """Byte order marks, CRLF, line ends and quotes in cells, semicolons, tabs in a `.csv`, a column without a name."""
    (tmp_path / name).write_bytes(data)
    found = base(tmp_path, f'import p(A, B) from "{name}".', head="").rows("p")
    assert ("x y", 1) in found
    assert found <= {("x y", 1), ('p, "q"\r\nr', 2), ('"p, ""q""', "r"), ("ä", 2)}


def test_lines_that_end_in_different_ways_are_a_problem_in_plain_words(tmp_path: Path) -> None:
    """DuckDB gives up on such a file; the message says what to do about it."""
    (tmp_path / "t.csv").write_bytes(b"A,B\n1,x\r\n2,y\n")
    with pytest.raises(AlignmentError) as refused:
        base(tmp_path, 'import p(A, B) from "t.csv".', head="")
    (problem,) = refused.value.problems
    assert problem.message == f"the lines of '{tmp_path}/t.csv' end in different ways"


def test_a_table_that_another_file_places(engine: str, tmp_path: Path) -> None:
    """An import may name its table; the file that says where it is counts its paths from its own folder."""
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "t1.csv").write_text("Who,Whom\nchina,Russia\n")
    (tmp_path / "data" / "t2.csv").write_text("Whom,Who\nRussia,iran\nNarnia,iran\n")
    (tmp_path / "data" / "mine.facts").write_text('load "../base.facts".\ntable sendings from "t*.csv".\n')
    (tmp_path / "base.facts").write_text(f"{HEAD}\nimport sends(Who, Whom) on 2024-01-01 from table sendings source sipri.\nimport to(Whom) from table sendings where Whom != \"Narnia\".")
    kb = KnowledgeBase(engine)
    kb.load(tmp_path / "data" / "mine.facts")
    assert kb.rows("sends") == {("china", "Russia"), ("iran", "Russia"), ("iran", "Narnia")}
    assert kb.rows("to") == {("Russia",)}
    assert kb.state.files[0].name.endswith("base.facts")


@pytest.mark.parametrize(
    ("statements", "code", "line"),
    [
        ("import p(A)\nfrom table there.", "unknown-table", 2),
        ('table there from "t.csv".\nimport p(A) from table ther.', "unknown-table", 2),
        ('import p(A) from table there.\ntable there from "none.csv".', "no-such-file", 2),
        ('table there from "t.csv".\ntable there from "u.csv".', "conflicting-declaration", 2),
        ('table there from "t.csv".\nimport p(B) from table there.', "unknown-column", 2),
    ],
)
def test_what_is_wrong_with_a_named_table(statements: str, code: str, line: int, tmp_path: Path) -> None:
    """A name that nothing places, a file that is not there (told where it is named), two places for one name."""
    (tmp_path / "t.csv").write_text("A\nx\n")
    with pytest.raises(AlignmentError) as refused:
        base(tmp_path, statements, head="")
    (problem,) = refused.value.problems
    assert (problem.code, problem.line) == (code, line + 1)


def test_the_cells_that_most_often_do_not_fit_are_counted(tmp_path: Path) -> None:
    """Where more bad rows are than are shown, the hint counts them by cell, the most frequent first."""
    rows = ["narnia,russia"] * 7 + ["oz,russia"] * 3 + ["china,"] * 4 + ["oz,"] * 2 + ["china,russia"]
    (tmp_path / "t.csv").write_text("A,B\n" + "\n".join(rows))
    kb = base(tmp_path, 'import p(A, B) from "t.csv".', head=HEAD + "relation p(a: country, b: country).")
    last = [one for one in kb.checked.warnings if one.code == "bad-row"][-1]
    assert last.message == "16 rows do not fit in all; the first 10 are shown"
    assert last.hint == "most often: 'narnia' in 'A' (7 rows), an empty 'B' (6), 'oz' in 'A' (5)"
    assert kb.rows("p") == {("china", "russia")}


def test_lines_without_a_header_may_go_on_after_the_columns_asked_for(tmp_path: Path) -> None:
    """Of numbered columns only those up to the last one asked for must be there; feeds add columns over the years."""
    (tmp_path / "t.tsv").write_text("a\t1\tx\ty\nb\t2\tx\nc\t3\nd\ne\t5\t\"\tz\tz\n")
    kb = base(tmp_path, 'import p(Column1, Column2) from "t.tsv".', head="")
    assert kb.rows("p") == {("a", 1), ("b", 2), ("c", 3), ("e", 5)}
    assert [one.message.partition(", ")[2] for one in kb.checked.warnings if one.code == "bad-row"] == ["line 4: it has too few cells"]


def lines(*objects: object) -> bytes:
    """JSON lines."""
    import json

    return "\n".join(one if isinstance(one, str) else json.dumps(one) for one in objects).encode()


@pytest.mark.parametrize(
    ("data", "rows", "told"),
    [
        (lines({"a": 1, "b": "x"}, '{"a": 2, "b":', "nonsense", "", "[1]", {"a": 3, "b": "y"}), {(1, "x"), (3, "y")}, ["row 2: it is no JSON object", "row 3: it is no JSON object", "row 4: it is no JSON object"]),
        (lines(*({"a": i} for i in range(3000)), {"b": "late", "a": "word"}), {("word", "late")}, None),
        (lines({"b": {"x": 1}, "a": [1, 2]}, {"a": True, "b": 0.5}), {("[1,2]", '{"x":1}'), ("true", 0.5)}, []),
        (lines({"a": "042", "b": 42}, {"a": "2024-01-02", "b": None}), {("042", 42)}, ["row 2: the column 'b' is empty"]),
        (b"\xef\xbb\xbf" + lines({"A": "x", "b": 1}), {("x", 1)}, []),
    ],
    ids=["broken lines", "a field that comes late", "nested values", "texts and nulls", "byte order mark"],
)
def test_json_lines(data: bytes, rows: set[tuple[object, ...]], told: list[str] | None, tmp_path: Path) -> None:
    """A line that is no object costs no other line; fields may come late and hold values of any kind."""
    (tmp_path / "t.jsonl").write_bytes(data)
    kb = base(tmp_path, 'import p(A, B) from "t.jsonl".', head="")
    assert kb.rows("p") == rows
    found = [one.message.partition(", ")[2] for one in kb.checked.warnings if one.code == "bad-row"]
    assert told is None or found == told
    with pytest.raises(AlignmentError) as refused:
        base(tmp_path, 'import p(A, Bb) from "t.jsonl".', head="")
    assert refused.value.problems[0].code == "unknown-column"


def test_json_documents(tmp_path: Path) -> None:
    """An array of objects and objects one after the other are read alike; kinds of values may change within a field."""
    (tmp_path / "t1.json").write_text('[{"a": 1, "b": "x"},\n {"b": 7, "a": "042"}]')
    (tmp_path / "t2.json").write_text('{"a": "y",\n "b": "z"}')
    kb = base(tmp_path, 'import p(A, B) from "t1.json". import q(A, B) from "t2.json".', head="")
    assert kb.rows("p") == {(1, "x"), ("042", 7)}
    assert kb.rows("q") == {("y", "z")}
    (tmp_path / "t3.json").write_text('[{"a": 1,')
    with pytest.raises(AlignmentError) as refused:
        base(tmp_path, 'import p(A) from "t3.json".', head="")
    assert "cannot read" in refused.value.problems[0].message


@pytest.mark.parametrize("kind", ["parquet", "arrow", "stream"])
def test_types_of_columnar_files(kind: str, engine: str, tmp_path: Path) -> None:
    """Numbers, days, times, decimals, categories and nested values of Parquet and Arrow are read as what they are."""
    import decimal

    zone = datetime.UTC
    table = pa.table(
        {
            "whole": pa.array([7, None], pa.int8()),
            "large": pa.array([2**40, 1], pa.uint64()),
            "half": pa.array([0.5, 1], pa.float32()),
            "tenth": pa.array([0.1, 1], pa.float32()),
            "exact": pa.array([decimal.Decimal("3.50"), None], pa.decimal128(9, 2)),
            "day": pa.array([datetime.date(2024, 1, 2), None], pa.date32()),
            "second": pa.array([datetime.datetime(2024, 1, 2, 23, 59), None], pa.timestamp("s")),
            "nano": pa.array([datetime.datetime(2024, 1, 2, 23, 59), None], pa.timestamp("ns")),
            "zoned": pa.array([datetime.datetime(2024, 1, 2, 23, 59, tzinfo=zone), None], pa.timestamp("us", "Asia/Tokyo")),
            "yes": pa.array([True, None]),
            "category": pa.array(["c", None]).dictionary_encode(),
            "several": pa.array([[1, 2], None]),
        }
    )
    if kind == "parquet":
        pyarrow.parquet.write_table(table, tmp_path / "t.parquet")
    else:
        maker = pa.ipc.new_stream if kind == "stream" else pa.ipc.new_file
        with maker(tmp_path / "t.arrow", table.schema) as writer:
            writer.write_table(table, max_chunksize=1)
    name = "t.parquet" if kind == "parquet" else "t.arrow"
    names = [one.capitalize() for one in table.column_names]
    statement = "".join(f'import p_{one.lower()}({one}) from "{name}" where Large > 1.\n' for one in names)
    kb = base(tmp_path, statement, engine, head="")
    day = datetime.date(2024, 1, 2)
    expected = [7, 2**40, 0.5, 0.1, 3.5, day, day, day, day, "true", "c", "[1, 2]"]
    assert [list(kb.rows(f"p_{one.lower()}"))[0][0] for one in names] == expected


def test_arrow_files_of_one_pattern(tmp_path: Path) -> None:
    """Files with their columns in another order, or of another width, are read as one table; a missing column is told."""
    for i, table in enumerate([pa.table({"a": ["x"], "n": pa.array([1], pa.int64())}), pa.table({"n": pa.array([2], pa.int8()), "Z": [0], "A": ["y"]})]):
        pyarrow.feather.write_feather(table, str(tmp_path / f"t{i}.feather"))
    assert base(tmp_path, 'import p(A, N) from "t*.feather".', head="").rows("p") == {("x", 1), ("y", 2)}
    pyarrow.feather.write_feather(pa.table({"a": ["z"]}), str(tmp_path / "t2.feather"))
    with pytest.raises(AlignmentError) as refused:
        base(tmp_path, 'import p(A, N) from "t*.feather".', head="")
    assert refused.value.problems[0].message == f"there is no column 'n' in '{tmp_path}/t2.feather'"


def test_imports_of_one_table_read_it_once(engine: str, tmp_path: Path) -> None:
    """Each import has the columns and rows that it asks for; what is no row is told once, and each its own bad cells."""
    from alignment.factbase.importing import gathering

    read: list[str] = []
    plain = gathering.gathered

    def counting(plan: object, *rest: object) -> object:
        read.append(plan.reading.files[0])  # type: ignore[attr-defined]
        return plain(plan, *rest)  # type: ignore[arg-type]

    (tmp_path / "t.csv").write_text("A,B,N\nx,1,\ny,2,7\nno\nx,,9\nz,oops,8\n")
    statements = (
        'table t from "t.csv". relation p(a: any, b: number). relation q(n: number). relation r(a: any).\n'
        'import p(A, B) from table t where A != "z".\nimport q(N) from table t where N > 7.\nimport r(B) from table t where A = "z".'
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("alignment.factbase.importing.together.gathered", counting)
        patch.setattr("alignment.factbase.importing.rows.gathered", counting)
        kb = base(tmp_path, statements, engine, head="")
    assert len(read) == 1
    assert (kb.rows("p"), kb.rows("q"), kb.rows("r")) == ({("x", 1), ("y", 2)}, {(9,), (8,)}, {("oops",)})
    told = [(one.line, one.message.partition(", ")[2]) for one in kb.checked.warnings if one.code == "bad-row"]
    assert told == [(3, "line 4: it has too few cells"), (3, "row 4: the column 'B' is empty")]


def test_a_wrong_column_in_one_import_of_a_table_is_told_alone(tmp_path: Path) -> None:
    """The other imports of the same table are not blamed for it."""
    (tmp_path / "t.csv").write_text("A,B\nx,1\n")
    with pytest.raises(AlignmentError) as refused:
        base(tmp_path, 'import p(A) from "t.csv".\nimport q(Aa, B) from "t.csv" where C = 1.\nimport r(B) from "t.csv" where A = "x".', head="")
    assert [(one.line, one.message.partition(" in ")[0]) for one in refused.value.problems] == [(3, "there is no column 'Aa'"), (3, "there is no column 'C'")]


LISTED = """type country. country germany "Germany" aka "DEU". country france "France" aka "FRA".
country ukraine "Ukraine" aka "UKR". country joint "DEU & FRA" aka "DEU;UKR".
relation gives(a: country, b: country, n: any). relation said(a: any).
import gives(A, B, N) on Day confidence C from "l.tsv".
import said(A) from "l.tsv".
"""


@pytest.mark.parametrize("alone", [True, False])
def test_a_cell_that_lists_entities_makes_a_fact_of_each(tmp_path: Path, alone: bool) -> None:
    """What several do to several each does to each; what is no list of entities is told once, and names stay names."""
    rows = ["DEU; FRA\tUKR\t1", "DEU;FRA;DEU\tUKR; FRA\t2", "DEU;UKR\tFRA\t3", "DEU;XXX\tUKR\t4", "DEU;FRA\tUKR;Y;FRA\t5"]
    rows += ["FRA;\tUKR\t6", "DEU;FRA\tUKR;FRA\t"]
    lines = ["A\tB\tN\tDay\tC", *(f"{row}\t2024-01-0{i}\t0.{i}" for i, row in enumerate(rows, 1))]
    (tmp_path / "l.tsv").write_text("\n".join(lines) + "\n")
    kb = KnowledgeBase("memory")
    (tmp_path / "l.facts").write_text(LISTED.replace('import said(A) from "l.tsv".\n', "") if alone else LISTED)
    kb.load(tmp_path / "l.facts")
    pairs = {("germany", "ukraine"), ("germany", "france"), ("france", "ukraine"), ("france", "france")}
    expected = {(*pair, 2) for pair in pairs} | {("germany", "ukraine", 1), ("france", "ukraine", 1)}
    assert kb.rows("gives") == expected | {("joint", "france", 3)}
    told = [one.message.rpartition("/")[2] for one in kb.checked.warnings if one.code == "bad-row"]
    assert told == [
        "l.tsv, row 5: 'DEU;XXX' in the column 'A' is no country",
        "l.tsv, row 6: 'UKR;Y;FRA' in the column 'B' is no country",
        "l.tsv, row 7: 'FRA;' in the column 'A' is no country",
        "l.tsv, row 8: the column 'N' is empty",
    ]
    assert [row["A"] for row in kb.query("gives(A, ukraine, 2) on D, D = 2024-01-02")] == ["france", "germany"]
    if not alone:
        assert ("DEU;FRA",) in kb.rows("said")
