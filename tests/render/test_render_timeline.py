"""Timelines as tables, as bars and as rows: open ends are told, and nothing is drawn wider than the terminal."""

from __future__ import annotations

import datetime
import io

import pytest

from alignment.commands.console import Console
from alignment.language import tree
from alignment.reasoning.timeline import Period, Timeline
from alignment.render.bars import Axis
from alignment.render.timeline import TimelineTable
from alignment.render.widths import display_width
from tests.render.conftest import Base


def day(text: str) -> datetime.date:
    """A date from its ISO form."""
    return datetime.date.fromisoformat(text)


ONE = Period(day("2022-02-24"), day("2023-01-01"))
LATER = Period(day("2023-06-01"), None)
ALWAYS = Period(None, None)


@pytest.fixture
def table(base: Base) -> TimelineTable:
    """Two answers, one of them with two periods."""
    constants = ((tree.Symbol("turkey"), tree.Integer(7)), (tree.Symbol("lebanon"), tree.Integer(10)))
    rows = (("turkey", 7), ("lebanon", 10))
    return TimelineTable(Timeline(("X", "N"), rows, constants, ((ONE, LATER), (ALWAYS,))), base.words.schema)


def test_the_table(table: TimelineTable) -> None:
    """A line a period; an answer is named once, and open ends are told."""
    assert table.render().splitlines() == [
        "X         N  From        Until",
        "───────  ──  ──────────  ──────────",
        "Türkiye   7  2022-02-24  2023-01-01",
        "             2023-06-01  open",
        "\u2068لبنان\u2069    10  open        open",
    ]


def test_bars_stand_behind_the_table_where_there_is_room(table: TimelineTable) -> None:
    """A bar a period, over an axis of dates with a stroke at its day."""
    assert table.render(70).splitlines()[:4] == [
        "X         N  From        Until                 |2022-07   |2023-01",
        "───────  ──  ──────────  ──────────  ─────────────────────────────────",
        "Türkiye   7  2022-02-24  2023-01-01    ▐██████████████████",
        "             2023-06-01  open                                      ██►",
    ]


@pytest.mark.parametrize("width", [20, 40, 52, 53, 60, 80, 200])
def test_no_line_is_wider_than_the_terminal(table: TimelineTable, width: int) -> None:
    """Bars are left out, and names are cut, where there is no room."""
    for text in (table.render(width), table.bars(width)):
        assert max(map(display_width, text.splitlines())) <= max(width, 30)


def test_bars_alone(table: TimelineTable) -> None:
    """A bar an answer, with all its periods; an arrow is an open end."""
    lines = table.bars(50).splitlines()
    assert [line.split(number)[1] for number, line in zip(("7  ", "10  "), lines[2:], strict=True)] == [
        "   ████████████████████▌         ▐██►",
        "◄███████████████████████████████████►",
    ]


def test_rows_for_programs(table: TimelineTable) -> None:
    """The variables, then `from` and `until`: empty or null where an end is open."""
    assert table.format("csv") == (
        "X,N,from,until\nturkey,7,2022-02-24,2023-01-01\nturkey,7,2023-06-01,\nlebanon,10,,\n"
    )
    assert '{"X": "lebanon", "N": 10, "from": null, "until": null}' in str(table.format("json"))
    assert table.to_dict()["answers"][0]["periods"][1] == {"from": "2023-06-01", "until": None}


def test_nothing_ever(base: Base) -> None:
    """A goal without variables that never holds, and one with variables that never has an answer."""
    assert TimelineTable(Timeline((), (), ()), base.words.schema).render(80) == "never"
    assert TimelineTable(Timeline(("X",), (), ()), base.words.schema).bars() == "no answers"


@pytest.mark.parametrize(
    ("first", "last", "cells", "labels"),
    [
        ("2024-07-03", "2024-07-03", 40, "                    |2024-07-03"),
        ("2022-02-24", "2024-07-03", 60, None),
        ("1648-10-24", "2024-07-03", 60, None),
        ("0001-01-01", "9999-12-31", 60, None),
        ("2024-01-01", "2024-01-05", 16, None),
    ],
)
def test_an_axis_names_days_apart(first: str, last: str, cells: int, labels: str | None) -> None:
    """Dates are named as exactly as there is room, each behind its stroke, and never over each other."""
    axis = Axis.over([Period(day(first), None), Period(None, day(last))], cells)
    found = axis.labels()
    assert 0 < len(found) <= cells
    assert all(len(part) in (0, 4, 7, 10) for part in found.replace(" ", "").split("|"))
    if labels is not None:
        assert found == labels


def test_a_short_period_is_seen() -> None:
    """One day among centuries still has half a cell."""
    axis = Axis.over([Period(day("1000-01-01"), day("2000-01-01"))], 20)
    assert axis.bar([Period(day("1500-01-01"), day("1500-01-02"))]).strip() in "▌▐"


def test_letters_that_a_terminal_lacks() -> None:
    """Where the encoding has no blocks, bars and lines are written in ASCII."""
    stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii", errors="backslashreplace")
    Console(io.StringIO(), stream, io.StringIO()).result("◄█▌──►")
    stream.flush()
    assert stream.buffer.getvalue() == b"<==-->\n"  # type: ignore[attr-defined]  # a BytesIO
