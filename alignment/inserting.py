"""Rows that a program hands over, as a change of the content of a base.

Few rows are written as facts, and go the way of every other fact. Many become a table beside those of
imports. Either way a row is the same fact, and what is wrong with it is told in the same words, with its number.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import islice
from typing import Any

from alignment.checks.model import Schema
from alignment.content import State, Store
from alignment.factbase.inserting.facts import SHOWN, facts_text, is_empty, numbered_fact
from alignment.factbase.inserting.handed import Handed, Record, handed
from alignment.factbase.inserting.matching import Matched, matched
from alignment.language import tree
from alignment.language.loader import Loader
from alignment.problems import AlignmentError, Problem, raise_any
from alignment.source import SourceText

MANY = 1_000
"""Rows that become a table."""

LARGE_FILE = 16_000
"""Bytes of a file of text that becomes a table, whatever the number of its rows."""


def with_rows(store: Store, relation: str, rows: Any) -> State:  # noqa: ANN401  # tuples, a table, a path
    """The state with more rows of a relation. Raises AlignmentError with what is wrong with the first of them."""
    state, given = store.state, handed(rows)
    declared = state.checked.schema.relations.get(relation.removeprefix("-"))
    width = len(next(iter(given.records()), ())) if given.names is None else 0
    if not width and given.names is None and declared:
        width = declared.arity
    columns = matched(relation, given, declared, width)
    if _is_many(given, columns):
        return _with_table(store, relation, given, columns)
    return _with_text(store, relation, facts_text(relation, given, columns, state.checked.schema))


def _is_many(given: Handed, columns: Matched) -> bool:
    if given.size is None:
        return given.path is not None and given.path.stat().st_size > LARGE_FILE
    scanned = given.stream is not None or given.path is not None
    return given.size >= MANY and (scanned or not columns.evidence)


def _with_text(store: Store, relation: str, text: str) -> State:
    loader = Loader()
    loader.add_text(SourceText(f"<rows of {relation}>", text))
    raise_any(loader.problems)
    return store.with_facts(store.state, tuple(loader.files))


def _with_table(store: Store, relation: str, given: Handed, columns: Matched) -> State:
    """The state with a table: rows of each kind are checked as facts, and all of them cell by cell."""
    from alignment.factbase.database import database_of  # noqa: PLC0415  # only many rows pay for DuckDB
    from alignment.factbase.inserting.table import statement_of, stored_rows  # noqa: PLC0415

    state, schema = store.state, store.state.checked.schema
    _with_text(store, relation, _written(relation, _kinds(given, columns), columns, schema, given))
    made, unfit = stored_rows(relation, given, columns, schema, store.dictionary, database_of(store.dictionary))
    unfit += made.backward
    if unfit:
        raise AlignmentError(_unfit(store, relation, given, columns, unfit))
    statement = statement_of(relation, columns.arity)
    file = tree.File(f"<rows of {relation}>", (statement,))
    back = {(name, row) for name, row in state.hidden if name == relation and made.has_row(row)}
    inserted = {**state.inserted, id(statement): made}
    grown = replace(state, session=(*state.session, file), inserted=inserted, hidden=state.hidden - back)
    return store.built(grown)


def _kinds(given: Handed, columns: Matched) -> dict[int, Record]:
    """The first rows, by number, of each kind there is by what is said in them."""
    found: dict[tuple[bool, ...], tuple[int, Record]] = {}
    for number, record in enumerate(islice(given.records(), MANY), 1):
        said = tuple(is_empty(record[i]) for i in columns.evidence.values()) if len(record) > columns.arity else ()
        found.setdefault(said, (number, record))
    return dict(found.values())


def _written(relation: str, rows: Mapping[int, Record], columns: Matched, schema: Schema, given: Handed) -> str:
    """Rows as facts, each on the line of its number. Raises AlignmentError where one makes no fact."""
    lines: list[str] = []
    problems: list[Problem] = []
    for number, record in rows.items():
        try:
            text = numbered_fact(number, relation, record, columns, schema, given)
        except AlignmentError as error:
            problems += error.problems
        else:
            lines += ["" for _ in range(len(lines) + 1, number)] + [text]
    raise_any(problems)
    return "\n".join(lines)


def _unfit(store: Store, relation: str, given: Handed, columns: Matched, count: int) -> Iterator[Problem]:
    """What is wrong with the first rows that do not fit: what would be if they were written as facts."""
    from alignment.factbase.inserting.table import misfits  # noqa: PLC0415  # only where there are many rows

    schema = store.state.checked.schema
    shown = dict(islice(misfits(given, columns, schema, store.dictionary), SHOWN))
    try:
        _with_text(store, relation, _written(relation, shown, columns, schema, given))
    except AlignmentError as error:
        yield from error.problems
    if count > len(shown):
        yield Problem("bad-row", None, f"{count:,} rows do not fit in all; the first {len(shown)} are shown")
