"""A run of facts of a text as a table of codes, evidence beside each row, each row with its line.

A fact that several sources report is several rows.
"""

from __future__ import annotations

import weakref
from collections.abc import Sequence
from operator import attrgetter
from typing import Any

import numpy as np

from alignment.checks.context import merge_annotations
from alignment.checks.model import Schema
from alignment.checks.schema import relation_of
from alignment.factbase.database import Database, drop, new_name
from alignment.factbase.dictionary import Dictionary
from alignment.factbase.disk.layout import EVIDENCE, written
from alignment.factbase.importing.reports import LINE, NTH, ImportedReports
from alignment.factbase.report import Report, Reports
from alignment.factbase.tables import reports_of
from alignment.language.bulk import FactColumns

_SAYS = {
    "src": attrgetter("source"),
    "since": attrgetter("since"),
    "until": attrgetter("until"),
    "happened": attrgetter("on"),
    "conf": attrgetter("confidence"),
    "quote": attrgetter("quote"),
}
"""What a report has for each column."""

_DTYPES = {"BIGINT": np.int64, "INTEGER": np.int32, "DOUBLE": np.float64}


def stored_run(run: FactColumns, schema: Schema, dictionary: Dictionary, database: Database) -> ImportedReports:
    """The table of a run."""
    cursor = database.cursor()
    kinds, tails = _kinds(run, schema)
    reports = [(kind, nth, report) for kind, found in enumerate(kinds) for nth, report in enumerate(found)]
    has = {name for name in _SAYS if any(_SAYS[name](report) is not None for _, _, report in reports)} | {LINE}
    if all(report.confidence == 1.0 for _, _, report in reports):
        has -= {"conf"}
    if any(nth for _, nth, _ in reports):
        has |= {NTH}
    facts, said, target = new_name(), new_name(), new_name()
    _facts(run, tails, facts, dictionary, cursor)
    _said(reports, said, dictionary, cursor)
    arguments = ", ".join(f"f.c{i}" for i in range(run.arity)) or "1 AS one"
    evidence = "".join(f", {'f' if name == LINE else 's'}.{written(name)}" for name in EVIDENCE if name in has)
    cursor.execute(
        f"CREATE TABLE {target} AS SELECT {arguments}{evidence} "  # noqa: S608  # names of our own
        f"FROM {facts} AS f JOIN {said} AS s ON f.kind = s.kind"
    )
    ((size,),) = cursor.execute(f"SELECT count(*) FROM {target}").fetchall()  # noqa: S608
    cursor.execute(f"DROP TABLE {facts}; DROP TABLE {said}")
    default = None if "conf" in has else 1.0
    made = ImportedReports(database, target, run.arity, size, frozenset(has), default, relation_of(run))
    weakref.finalize(made, drop, database, target)
    return made


def _kinds(run: FactColumns, schema: Schema) -> tuple[list[Reports], Sequence[int]]:
    """The different things that tails say, and which of them each fact says."""
    tails = run.tails or [""] * len(run)
    numbers = {tail: number for number, tail in enumerate(dict.fromkeys(tails))}
    kinds: list[Reports] = []
    for tail in numbers:
        annotations = merge_annotations(run.annotations, run.annotations_of(tail) if tail else ())
        kinds.append(reports_of(annotations, schema, None) if annotations else (Report(),))
    return kinds, [numbers[tail] for tail in tails]


def _facts(run: FactColumns, tails: Sequence[int], name: str, dictionary: Dictionary, cursor: Any) -> None:  # noqa: ANN401
    """A table of the arguments, the line, and the number of what is said of each fact."""
    starts = np.array(run.run.source.line_starts, dtype=np.int64)
    begins = np.array(run.run.bounds[0], dtype=np.int64)[np.asarray(run.ordinals, dtype=np.int64)]
    arrays = {f"c{i}": _codes(run, column, dictionary) for i, column in enumerate(run.columns)}
    arrays["line"] = np.searchsorted(starts, begins, side="right").astype(np.int32)
    arrays["kind"] = np.array(tails, dtype=np.int32)
    cursor.execute(f"CREATE TABLE {name} AS SELECT * FROM arrays")  # noqa: S608  # names of our own


def _codes(run: FactColumns, column: Sequence[str], dictionary: Dictionary) -> Any:  # noqa: ANN401  # a NumPy array
    codes = {token: dictionary.constant(run.constant(token)) for token in dict.fromkeys(column)}
    return np.array([codes[token] for token in column], dtype=np.int64)


def _said(reports: Sequence[tuple[int, int, Report]], name: str, dictionary: Dictionary, cursor: Any) -> None:  # noqa: ANN401
    """A table of what is said, by its number, each report with its place among those of its fact."""
    arrays = {
        "kind": np.array([kind for kind, _, _ in reports], dtype=np.int32),
        NTH: np.array([nth for _, nth, _ in reports], dtype=np.int32),
    }
    for column, get in _SAYS.items():
        said = [_value(get(report), column, dictionary) for _, _, report in reports]
        if column == "quote":
            arrays[column] = np.array(said, dtype=object)
        else:
            kept = np.array([0 if one is None else one for one in said], dtype=_DTYPES[EVIDENCE[column]])
            arrays[column] = np.ma.MaskedArray(kept, [one is None for one in said])
    columns = ", ".join(f"{written(column)}::{EVIDENCE[column]} AS {written(column)}" for column in _SAYS)
    cursor.execute(f"CREATE TABLE {name} AS SELECT kind, {NTH}, {columns} FROM arrays")  # noqa: S608  # names of our own


def _value(said: Any, column: str, dictionary: Dictionary) -> Any:  # noqa: ANN401  # what a column holds
    if said is None:
        return None
    if column == "src":
        return dictionary.symbol(said)
    return said.toordinal() if column in ("since", "until", "happened") else said
