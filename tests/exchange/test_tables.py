"""CSV, Parquet and JSON hold every relation, with the evidence of what is reported, always in the same order."""

from __future__ import annotations

import csv
import datetime
import io
import json

import pyarrow.parquet

from alignment.exchange.content import Content
from alignment.exchange.document import json_lines
from alignment.exchange.parquet import parquet_parts
from alignment.exchange.tabular import csv_parts
from tests.exchange.rows import content

BASE = r"""
type country.
country china "China". country russia "Russia" aka "Moscow".
source wire "Wire", 2024-01-02, reliability b.
relation supplies(giver: country, taker: country, tons: number).
relation said(source: country, words: text, day: date).
supplies(china, russia, 3) since 2024-01-01 from wire, from wire "three tons".
supplies(russia, china, 0.5).
-supplies(china, china, 1) likely.
said(china, "a \"b\", c\nd", 2024-01-05).
arms(X, Y) :- supplies(X, Y, _).
supplies(X, X, 0) :- country(X).
alarm :- arms(_, _).
mixed(1). mixed("1"). mixed(one). mixed(2024-01-05).
"""


def files(parts: object) -> dict[str, bytes]:
    """The bytes of each file."""
    return {part.name: b"".join(part.chunks()) for part in parts}  # type: ignore[attr-defined]


def test_csv() -> None:
    """A file a relation, a line for each report, one for a derived row; names of columns never clash."""
    found = {name: data.decode() for name, data in files(csv_parts(content(BASE, "2024-06-01"))).items()}
    assert sorted(found) == [f"{name}.csv" for name in ("alarm", "arms", "country", "mixed", "neg_supplies", "said", "supplies")]
    assert found["supplies.csv"] == (
        "giver,taker,tons,origin,source,quote,confidence,since,until,on\n"
        "china,china,0,derived,,,,,,\n"
        "china,russia,3,reported,wire,,0.8,2024-01-01,,\n"
        "china,russia,3,reported,wire,three tons,0.8,2024-01-01,,\n"
        "russia,china,0.5,reported,,,1.0,,,\n"
        "russia,russia,0,derived,,,,,,\n"
    )
    assert found["neg_supplies.csv"].splitlines()[1] == "china,china,1,reported,,,0.675,,,"
    assert found["arms.csv"] == "c1,c2,origin\nchina,china,derived\nchina,russia,derived\nrussia,china,derived\nrussia,russia,derived\n"
    assert found["alarm.csv"] == "origin\nderived\n"
    rows = list(csv.reader(io.StringIO(found["said.csv"])))
    assert rows[0][:5] == ["source", "words", "day", "origin", "report_source"]
    assert rows[1][:4] == ["china", 'a "b", c\nd', "2024-01-05", "reported"]


def test_parquet() -> None:
    """Numbers, dates and names have their types, in empty columns too."""
    found = {name: pyarrow.parquet.read_table(io.BytesIO(data)) for name, data in files(parquet_parts(content(BASE, "ever"))).items()}
    supplies = found["supplies.parquet"]
    assert [str(field.type) for field in supplies.schema] == ["string", "string", "double", "string", "string", "string", "double", "date32[day]", "date32[day]", "date32[day]"]
    assert supplies.column("tons").to_pylist() == [0.0, 3.0, 3.0, 0.5, 0.0]
    assert found["said.parquet"].column("day").to_pylist() == [datetime.date(2024, 1, 5)]
    assert found["mixed.parquet"].column("c1").to_pylist() == ["1", "2024-01-05", "1", "one"]


def test_json() -> None:
    """One document with the view, what is declared, and each relation under its own name."""
    document = json.loads("\n".join(json_lines(content(BASE, "2024-06-01"))))
    assert document["view"] == {"as_of": "2024-06-01", "min_confidence": 0.0, "without": []}
    assert document["entities"]["russia"] == {"types": ["country"], "name": "Russia", "aliases": ["Moscow"]}
    assert document["sources"]["wire"]["date"] == "2024-01-02"
    supplies = document["relations"]["supplies"]
    assert supplies["columns"][2] == {"name": "tons", "type": "number"}
    assert supplies["rows"][0] == {"values": ["china", "china", 0], "reports": []}
    assert supplies["rows"][1]["reports"][1] == {"source": "wire", "quote": "three tons", "confidence": 0.8, "since": "2024-01-01"}
    assert document["relations"]["-supplies"]["rows"] == [{"values": ["china", "china", 1], "reports": [{"confidence": 0.675}]}]
    assert document["relations"]["alarm"]["rows"] == [{"values": [], "reports": []}]


def test_the_view_applies() -> None:
    """A report outside the view is not written; what follows from it is not either."""
    found = files(csv_parts(content(BASE, "2023-01-01")))
    assert b"wire" not in found["supplies.csv"]
    assert b"china,russia" not in found["arms.csv"]


def everything(one: Content) -> dict[str, bytes]:
    """All files of the three formats."""
    return {**files(csv_parts(one)), **files(parquet_parts(one)), "json": "\n".join(json_lines(one)).encode()}


def test_the_order_never_changes() -> None:
    """The same facts in another order give the same bytes."""
    lines = BASE.strip().splitlines()
    again = "\n".join([*lines[:5], *lines[:4:-1]])
    assert everything(content(BASE)) == everything(content(again))
