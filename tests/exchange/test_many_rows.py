"""What the database sorts and spells, because it is much, is byte for byte what is written of few rows."""

from __future__ import annotations

import io
from pathlib import Path

import pyarrow.parquet
import pytest

from alignment import KnowledgeBase
from alignment.exchange import content as rooms
from alignment.exchange.content import Content
from alignment.exchange.targets import TARGETS
from alignment.problems import AlignmentError
from tests.exchange.cases import CONSTRUCTS, WHOLE
from tests.exchange.rows import content, content_of
from tests.exchange.test_tables import BASE

ROWS = """Giver,Taker,Tons,Day,Wire,Sure,Note
china,russia,3,2024-01-01,wire,0.5,"a ""b"", c"
china,russia,3,2024-01-01,other,,
Russia,china,0.25,2023-05-06,wire,0.9,x
"Côte d'Ivoire",china,12,,wire,1,
ß,SS,-1,2022-02-02,,0.1,'
"""
IMPORTS = """
source wire "Wire", 2024-01-02, reliability b. source other "Other".
relation sends(giver: any, taker: any, tons: number). relation tells(giver: any, note: any).
import sends(Giver, Taker, Tons) on Day confidence Sure from "rows.csv" source wire.
import sends(Giver, Taker, 7) from "rows.csv" source other where Tons = 3.
import tells(Giver, Note) from "rows.csv".
sends(china, russia, 3) since 2024-01-01 from wire "three", from other, likely. sends(a, b, 1). sends(china, russia, 3).
tells(x, x). sends(X, X, 0) :- sends(X, _, _). reaches(X, Y) :- sends(X, Y, _). reaches(X, Z) :- reaches(X, Y), reaches(Y, Z).
late(X, D) :- sends(X, _, _) on D, D > 2023-01-01. late(X, S) :- sends(X, _, _) from S. none(X) :- tells(X, nothing).
"""


def written(one: Content) -> dict[str, object]:
    """What each target makes of a content: its files, or what it refuses."""
    found: dict[str, object] = {}
    for target in TARGETS.values():
        try:
            for part in target.parts(one):
                data = b"".join(part.chunks())
                found[f"{target.name} {part.name}"] = table(data) if target.name == "parquet" else data.decode()
        except AlignmentError as error:
            found[target.name] = str(error)
    return found


def table(data: bytes) -> tuple[list[str], list[dict[str, object]]]:
    """The types and rows of a Parquet file."""
    read = pyarrow.parquet.read_table(io.BytesIO(data))
    return [f"{field.name}: {field.type}" for field in read.schema], read.to_pylist()


@pytest.mark.parametrize("text", [BASE, *CONSTRUCTS.values(), *WHOLE.values()], ids=["tables", *CONSTRUCTS, *WHOLE])
def test_many_rows_are_written_as_few_are(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every kind of constant and of report, in every format."""
    few = written(content(text, "2024-06-01"))
    monkeypatch.setattr(rooms, "LARGE", 0)
    assert written(content(text, "2024-06-01")) == few


@pytest.mark.parametrize("view", [{}, {"as_of": "2023-06-01"}, {"min_confidence": 0.6}, {"without": ["wire"]}], ids=str)
@pytest.mark.parametrize("place", ["text", "base.duckdb"])
def test_imported_rows(place: str, view: dict[str, object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows of imports with their evidence beside written facts, read anew or from a base on disk; facts taken back."""
    (tmp_path / "rows.csv").write_text(ROWS, encoding="utf-8")
    (tmp_path / "spec.facts").write_text(IMPORTS, encoding="utf-8")
    path = tmp_path / "spec.facts"
    if place != "text":
        base = KnowledgeBase()
        base.load(str(path))
        path = tmp_path / place
        base.save(path)

    def found() -> dict[str, object]:
        base = KnowledgeBase()
        base.load(str(path))
        base.remove("tells('Russia', x).")
        return written(content_of(base.view(**{"as_of": "ever"} | view)))  # type: ignore[arg-type]  # of several kinds

    few = found()
    assert "three" in str(few["csv sends.csv"]) or view
    monkeypatch.setattr(rooms, "FEW", 0)
    assert found() == few
