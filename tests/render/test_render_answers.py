"""Answers, tables and problems in each format."""

from __future__ import annotations

import csv
import datetime
import io
import json
from typing import TYPE_CHECKING, Any

import pyarrow.parquet
import pytest

from alignment.language import tree
from alignment.problems import Note, Problem, Severity
from alignment.reasoning.answers import Answers
from alignment.render.answers import render_answers
from alignment.render.problems import problems_json, render_problems
from alignment.render.rows import Field
from alignment.render.tables import table
from alignment.render.widths import cut, display_width, wrapped
from alignment.source import SourceText

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.render.conftest import Base


def answers(columns: Sequence[str], *rows: tuple[Any, ...]) -> Answers:
    """Answers with these constants: strings are symbols."""
    nodes = {str: tree.Symbol, int: tree.Integer, float: tree.Decimal, datetime.date: tree.Date}
    constants = tuple(tuple(nodes[type(value)](value) for value in row) for row in rows)
    return Answers.of(columns, constants)


def rendered(found: Answers, base: Base, form: str = "table", extra: Sequence[dict[str, Field]] = ()) -> str:
    """The answers in a format of text."""
    text = render_answers(found, base.schema, form, extra)
    assert isinstance(text, str)
    return text


def parquet(found: Answers, base: Base, extra: Sequence[dict[str, Field]] = ()) -> Any:  # noqa: ANN401  # pyarrow has no types
    """The answers as read back from Parquet."""
    data = render_answers(found, base.schema, "parquet", extra)
    assert isinstance(data, bytes)
    return pyarrow.parquet.read_table(io.BytesIO(data))


TWO = answers(
    ["X", "N", "D"], ("china", 2, datetime.date(2024, 7, 3)), ("turkey", 10, datetime.date(2022, 2, 24))
)
EXTRA: tuple[dict[str, Field], ...] = (
    {"confidence": 0.8, "sources": ("article", "summary"), "round": 1},
    {"confidence": None, "sources": (), "round": 0},
)
YES, NO = answers([], ()), answers([])


def test_a_table_shows_names_and_likelihoods(base: Base) -> None:
    """People read display names, numbers to the right, and no blanks at the ends of lines."""
    assert rendered(TWO, base) == (
        "X         N  D\n───────  ──  ──────────\nChina     2  2024-07-03\nTürkiye  10  2022-02-24"
    )
    assert rendered(TWO, base, "table", EXTRA) == (
        "X         N  D           likelihood          sources           round\n"
        "───────  ──  ──────────  ──────────────────  ────────────────  ─────\n"
        "China     2  2024-07-03  very likely (0.80)  article, summary      1\n"
        "Türkiye  10  2022-02-24  unjudged                                  0"
    )


def test_csv_has_identifiers_and_iso_dates(base: Base) -> None:
    """A header line, identifiers, ISO dates; names with commas and quotes survive."""
    assert rendered(TWO, base, "csv", EXTRA) == (
        "X,N,D,confidence,sources,round\n"
        "china,2,2024-07-03,0.8,article; summary,1\n"
        "turkey,10,2022-02-24,,,0\n"
    )
    odd = answers(["X"], ('a "b", c\nd',))
    text = rendered(odd, base, "csv")
    assert list(csv.reader(io.StringIO(text))) == [["X"], ['a "b", c\nd']]


def test_json_is_an_array_of_objects(base: Base) -> None:
    """One object a row, letters of every script as they are."""
    data = json.loads(rendered(TWO, base, "json", EXTRA))
    assert data[0] == {
        "X": "china",
        "N": 2,
        "D": "2024-07-03",
        "confidence": 0.8,
        "sources": ["article", "summary"],
        "round": 1,
    }
    assert data[1]["confidence"] is None
    assert "لبنان" in rendered(answers(["X"], ("لبنان",)), base, "json")


def test_json_lines_are_one_object_a_line(base: Base) -> None:
    """Each line is an object of its own."""
    lines = rendered(TWO, base, "jsonl").split("\n")
    assert [json.loads(line)["X"] for line in lines] == ["china", "turkey"]


def test_parquet_keeps_types(base: Base) -> None:
    """Columns keep their types; sources are a list; an unknown likelihood is null."""
    rows = parquet(TWO, base, EXTRA).to_pylist()
    assert rows[0]["D"] == datetime.date(2024, 7, 3)
    assert rows[0]["sources"] == ["article", "summary"]
    assert rows[1]["confidence"] is None


@pytest.mark.parametrize(
    ("rows", "read"),
    [
        ([("a",), (1,)], ["a", "1"]),
        ([(1,), (2.5,)], [1.0, 2.5]),
        ([(2**70,), (1,)], [str(2**70), "1"]),
        ([], []),
    ],
)
def test_parquet_columns_have_one_type(base: Base, rows: list[tuple[Any, ...]], read: list[object]) -> None:
    """A column that mixes types, or whose numbers are too large, is text; whole and decimal numbers mix."""
    assert parquet(answers(["X"], *rows), base).column("X").to_pylist() == read


@pytest.mark.parametrize(
    ("form", "yes", "no"),
    [
        ("table", "yes", "no"),
        ("json", '{"answer": true}', '{"answer": false}'),
        ("jsonl", '{"answer": true}', '{"answer": false}'),
        ("csv", "answer\ntrue\n", "answer\nfalse\n"),
    ],
)
def test_a_goal_without_variables_is_yes_or_no(base: Base, form: str, yes: str, no: str) -> None:
    """People read yes or no; programs read true or false under `answer`."""
    assert rendered(YES, base, form) == yes
    assert rendered(NO, base, form) == no


def test_yes_has_place_for_evidence(base: Base) -> None:
    """What was asked for with the answer stands beside it; a no has none."""
    extra: tuple[dict[str, Field], ...] = ({"confidence": 0.8, "sources": ("article",)},)
    assert rendered(YES, base, "table", extra) == ("yes\nlikelihood: very likely (0.80)\nsources: article")
    assert rendered(YES, base, "json", extra) == (
        '{"answer": true, "confidence": 0.8, "sources": ["article"]}'
    )
    assert rendered(NO, base, "json", ()) == '{"answer": false}'


def test_no_answers(base: Base) -> None:
    """People are told; programs get an empty result with its header."""
    none = answers(["X"])
    assert rendered(none, base) == "no answers"
    assert rendered(none, base, "csv") == "X\n"
    assert rendered(none, base, "json") == "[]"
    assert rendered(none, base, "jsonl") == ""
    with pytest.raises(ValueError, match="there is no format 'yaml'"):
        rendered(TWO, base, "yaml")


def test_columns_align_by_what_is_seen(base: Base) -> None:
    """East Asian names take two columns a letter, isolates and combining marks none."""
    text = rendered(answers(["X", "N"], ("ono", 1), ("lebanon", 2), ("e\u0301a", 3)), base)
    assert text == "X      N\n─────  ─\n小野   1\n\u2068لبنان\u2069  2\ne\u0301a     3"
    assert len({display_width(line) for line in text.split("\n")}) == 1


def test_a_narrow_table_cuts_its_widest_columns() -> None:
    """The table fits the terminal; what is cut ends with an ellipsis; a rule names no blanks."""
    text = table(["Who", "What"], [["China", "supports Russia with oil and gas"], ["小野小野小野", ""]], 25)
    assert text == ("Who           What\n────────────  ───────────\nChina         supports R…\n小野小野小野")
    assert max(display_width(line) for line in text.split("\n")) <= 25


def test_a_table_never_shrinks_to_nothing() -> None:
    """However narrow the terminal, some letters of each column are left."""
    assert table(["Country"], [["Kazakhstan"]], 1) == "Cou…\n────\nKaz…"


def test_empty_cells_and_mixed_columns() -> None:
    """An unknown cell is empty; a column with text in it is set to the left."""
    assert table(["A", "B"], [[1, None], [None, "b"], [22, 3]]) == " A  B\n──  ─\n 1\n    b\n22  3"


def test_cutting_keeps_an_isolate_closed() -> None:
    """A right-to-left name that is cut is still isolated from what follows."""
    assert cut("\u2068لبنانلبنان\u2069", 6) == "\u2068لبنان…\u2069"
    assert cut("abc", 0) == ""


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("a bc def", None, ["a bc def"]),
        ("a bc def", 4, ["a bc", "def"]),
        ("abcdefgh", 3, ["abc", "def", "gh"]),
        ("小野小野", 4, ["小野", "小野"]),
        ("", 4, [""]),
    ],
)
def test_text_wraps_by_its_width(text: str, width: int | None, lines: list[str]) -> None:
    """Lines break between words, or within a word that no line could hold."""
    assert wrapped(text, width) == lines


def test_style_dresses_headers_and_answers(base: Base) -> None:
    """A style sees the parts; without it the text is plain."""

    def style(kind: str, text: str) -> str:
        return f"<{kind}>{text}</>"

    assert render_answers(YES, base.schema, style=style) == "<holds>yes</>"
    assert str(render_answers(answers(["X"], ("china",)), base.schema, style=style)).startswith(
        "<header>X</>"
    )


SOURCE = SourceText("astana.facts", "member(kazakstan, sco).\nmember(china, sco).\n")
PROBLEM = Problem(
    "unknown-constant",
    SOURCE.span(7, 16),
    "'kazakstan' is not a declared country",
    "did you mean 'kazakhstan'?",
    notes=(Note(SOURCE.span(31, 36), "another member"),),
)
WARNING = Problem("unused-relation", None, "nothing uses 'friends'", severity=Severity.WARNING)


def test_problems_read_as_the_surface_promises() -> None:
    """Place, severity, code, message, the line with a caret, notes, hint; all problems one after another."""
    assert render_problems([PROBLEM, WARNING]) == f"{PROBLEM}\n{WARNING}"
    assert render_problems([]) == ""


def test_the_parts_of_a_problem_can_be_dressed() -> None:
    """A style sees the place, the severity, the carets and the hints, and nothing is lost."""
    seen = []

    def style(kind: str, text: str) -> str:
        seen.append((kind, text))
        return text

    assert render_problems([PROBLEM], style) == str(PROBLEM)
    assert seen[:2] == [("place", "astana.facts:1:8: "), ("error", "error[unknown-constant]")]
    assert ("error", "      |        ^^^^^^^^^") in seen
    assert ("hint", "      = did you mean 'kazakhstan'?") in seen


def test_problems_as_data() -> None:
    """One dictionary a problem, with the places of its notes."""
    first, second = json.loads(json.dumps(problems_json([PROBLEM, WARNING])))
    assert (first["file"], first["line"], first["column"], first["code"]) == (
        "astana.facts",
        1,
        8,
        "unknown-constant",
    )
    assert first["notes"] == [{"file": "astana.facts", "line": 2, "column": 8, "message": "another member"}]
    assert (second["file"], second["severity"], second["hint"]) == (None, "warning", None)
