"""Random programs over imported facts give what they give over written ones, however the rows are read."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from alignment import AlignmentError, KnowledgeBase
from tests.generators import program

FACT = re.compile(r"(\w+)\(([^():\"']*)\)\.\Z")
A_TEST = 25


def over_tables(text: str, folder: Path) -> str:
    """The same program with its plain facts in tables, each row twice."""
    rows: dict[str, list[str]] = {}
    kept = []
    for line in text.splitlines():
        found = FACT.match(line)
        if found:
            rows.setdefault(found[1], []).append(found[2].replace(", ", "\t"))
        else:
            kept.append(line)
    for relation, cells in rows.items():
        names = [f"C{i}" for i in range(cells[0].count("\t") + 1)]
        (folder / f"{relation}.tsv").write_text("\n".join(["\t".join(names), *cells, *cells, ""]))
        kept.append(f'import {relation}({", ".join(names)}) from "{folder}/{relation}.tsv".')
    return "\n".join(kept)


def relations(text: str, engine: str) -> dict[str, set[tuple[object, ...]]] | None:
    """The rows of every relation, asked for one after another; None if the program is refused."""
    kb = KnowledgeBase(engine)
    try:
        kb.add(text)
    except AlignmentError:
        return None
    names = [*kb.schema.relations, *(f"-{name}" for name in kb.schema.relations)]
    return {name: kb.rows(name) for name in names}


@pytest.mark.parametrize("first", range(4000, 4000 + 4 * A_TEST, A_TEST))
def test_imported_facts_are_as_good_as_written_ones(first: int, tmp_path: Path) -> None:
    """Programs with negation, recursion and aggregates over tables that repeat their rows."""
    compared = 0
    for seed in range(first, first + A_TEST):
        text = program(seed).text
        expected = relations(text, "duckdb")
        folder = tmp_path / str(seed)
        folder.mkdir()
        if expected is not None:
            assert relations(over_tables(text, folder), "duckdb") == expected, text
            compared += 1
    assert compared > A_TEST // 2


def test_rows_that_a_table_repeats_count_once(tmp_path: Path) -> None:
    """A count, and the rows that a rule copies, see each row once, whatever the table repeats."""
    text = "e(a, 1). e(a, 2). e(b, 1). n(N) :- N = #count{ X, Y : e(X, Y) }. p(X, Y) :- e(X, Y)."
    kb = KnowledgeBase("duckdb")
    kb.add(over_tables(text.replace(". ", ".\n"), tmp_path))
    assert kb.rows("n") == {(3,)}
    assert len(kb.evaluation().relation("p")) == 3
