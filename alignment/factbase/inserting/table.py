"""Many rows as a table of codes: columns that DuckDB can scan go through it, others are encoded here."""

from __future__ import annotations

import weakref
from collections.abc import Iterator, Sequence
from typing import Any

from alignment.checks.model import ANY, Schema
from alignment.factbase.database import Database, drop, new_name, reading
from alignment.factbase.dictionary import Dictionary
from alignment.factbase.importing import encoding
from alignment.factbase.importing.lookups import Lookups
from alignment.factbase.importing.plan import Output, Plan
from alignment.factbase.importing.readers import reading as reading_of
from alignment.factbase.importing.reading import Reading, Wanted, identifier
from alignment.factbase.importing.reports import COLUMNS, ImportedReports
from alignment.factbase.importing.streams import registered
from alignment.factbase.importing.table import tabled
from alignment.factbase.inserting.constants import Encode, encoder
from alignment.factbase.inserting.facts import is_empty
from alignment.factbase.inserting.handed import Handed, Record
from alignment.factbase.inserting.matching import Matched
from alignment.language import tree
from alignment.problems import AlignmentError, Problem

KINDS = {"since": "date", "until": "date", "on": "date", "from": "source", "confidence": "confidence"}
"""What the cells of columns of evidence are."""

_NO_CONSTANTS = ("[]", "STRUCT", "MAP", "UNION", "BLOB", "BIT", "TIME", "INTERVAL", "LIST")
"""How the SQL types of cells begin or end that are no constants."""


def stored_rows(
    relation: str, handed: Handed, matched: Matched, schema: Schema, dictionary: Dictionary, database: Database
) -> tuple[ImportedReports, int]:
    """The table of the rows that fit, and how many do not. Raises AlignmentError where nothing can be read."""
    statement = statement_of(relation, matched.arity)
    if handed.stream is None and handed.path is None:
        return _encoded(statement, handed, matched, schema, dictionary, database)
    lookups = _Lookups(schema, dictionary, is_text=handed.is_text)
    with reading():
        made, bad = tabled(lambda cursor, _: _plan(statement, handed, matched, cursor), lookups, database)
        lookups.drop(database.cursor())
    return made, bad.count


def statement_of(relation: str, arity: int) -> tree.Import:
    """An import from nowhere: what stands among the statements for rows that were handed over."""
    args = tuple(tree.Variable(f"V{i}") for i in range(arity))
    return tree.Import(tree.Atom(relation.removeprefix("-"), args, negative=relation.startswith("-")), (), ())


class _Lookups(Lookups):
    """Cells are the constants that they would be as few rows."""

    def __init__(self, schema: Schema, dictionary: Dictionary, *, is_text: bool) -> None:
        super().__init__(schema, dictionary)
        self._is_text = is_text

    def encoder(self, kind: str) -> encoding.Encode:
        """What gives the code of a cell of a kind."""
        if kind in ("confidence", "source"):
            return super().encoder(kind)
        type_ = ANY if kind == encoding.EXACT else kind
        return encoder(type_, self.schema, self.dictionary, is_text=self._is_text)


def _plan(statement: tree.Import, handed: Handed, matched: Matched, cursor: Any) -> Plan:  # noqa: ANN401
    """Which column fills which part of a fact."""
    assert handed.names is not None
    exact = ANY if handed.is_text else encoding.EXACT
    kinds = [exact if type_ == ANY else type_ for type_ in matched.types]
    outputs = [Output(f"c{i}", kind, arg) for i, (kind, arg) in enumerate(zip(kinds, statement.atom.args, strict=True))]
    columns = {f"V{i}": handed.names[place] for i, place in enumerate(matched.arguments)}
    for name, place in matched.evidence.items():
        variable = tree.Variable(name)
        outputs.append(Output(COLUMNS[name], KINDS[name], variable))
        columns[name] = handed.names[place]
    return Plan(statement, _reading(handed, tuple(columns.values()), cursor), columns, tuple(outputs))


def _reading(handed: Handed, columns: Sequence[str], cursor: Any) -> Reading:  # noqa: ANN401
    """How DuckDB reads the rows, with the types that constants have."""
    assert handed.names is not None
    if handed.path is not None:
        wanted = Wanted((str(handed.path.absolute()),), None, frozenset(columns), None)
        found = reading_of(wanted, handed.path.parent, cursor)
    else:
        found = registered(handed.stream, handed.names, ("the table",), cursor)
    if handed.is_text:
        return found
    described = cursor.execute(f"DESCRIBE SELECT * FROM {found.sql}").fetchall()  # noqa: S608  # quoted
    types = {name: type_ for name, type_, *_ in described}
    problems = [_no_constants(name, types[name]) for name in columns if _is_no_constant(types[name])]
    if problems:
        raise AlignmentError(problems)
    selected = ", ".join(f"{_number(identifier(name), types[name])} AS {identifier(name)}" for name in types)
    return Reading(f"(SELECT {selected} FROM {found.sql})", found.columns, found.files, closing=found.closing)  # noqa: S608


def _is_no_constant(type_: str) -> bool:
    bare = type_.split("(", maxsplit=1)[0]
    return type_.endswith("]") or (bare.startswith(_NO_CONSTANTS) and not bare.startswith("TIMESTAMP"))


def _no_constants(name: str, type_: str) -> Problem:
    message = f"the column '{name}' holds values of the type {type_}, which are no constants"
    return Problem("bad-row", None, message, "a constant is a name, a text, a number or a date")


def _number(column: str, type_: str) -> str:
    """A column of numbers as numbers that we have: a FLOAT is the decimal that it is written as."""
    if type_ == "FLOAT" or type_.startswith("DECIMAL"):
        return f"{column}::VARCHAR::DOUBLE"
    return f"TRY_CAST({column} AS BIGINT)" if type_ in ("HUGEINT", "UHUGEINT") else column


def _encoded(
    statement: tree.Import, handed: Handed, matched: Matched, schema: Schema, dictionary: Dictionary, database: Database
) -> tuple[ImportedReports, int]:
    """Rows that Python alone can read, without evidence: each distinct cell of a column is encoded once."""
    import numpy as np  # noqa: PLC0415  # only where there are many rows

    records = list(handed.records())
    width = matched.width(handed)
    whole = [record for record in records if len(record) == width]
    cells = list(zip(*whole, strict=True)) or [()] * width
    columns = [
        _codes(cells[place], encoder(type_, schema, dictionary, is_text=handed.is_text))
        for place, type_ in zip(matched.arguments, matched.types, strict=True)
    ]
    if any(None in column for column in columns):
        rows = [row for row in zip(*columns, strict=True) if None not in row]
        columns = [list(column) for column in zip(*rows, strict=True)] or [[] for _ in columns]
    size = len(columns[0]) if columns else len(whole)
    arrays = {f"c{i}": np.array(column, dtype=np.int64) for i, column in enumerate(columns)}
    name = new_name()
    database.cursor().execute(f"CREATE TABLE {name} AS SELECT *, 0::INTEGER AS r FROM arrays")  # noqa: S608  # ours
    del arrays
    relation, arity = statement.atom.relation, matched.arity
    made = ImportedReports(database, name, arity, size, frozenset(), 1.0, relation)
    weakref.finalize(made, drop, database, name)
    return made, len(records) - size


def misfits(
    handed: Handed, matched: Matched, schema: Schema, dictionary: Dictionary
) -> Iterator[tuple[int, Record]]:
    """The rows that make no fact, with their numbers."""
    coders = [encoder(type_, schema, dictionary, is_text=handed.is_text) for type_ in matched.types]
    arguments = [(place, _remembering(coder)) for place, coder in zip(matched.arguments, coders, strict=True)]
    lookups = Lookups(schema, dictionary)
    evidence = {name: (place, lookups.encoder(KINDS[name])) for name, place in matched.evidence.items()}
    width = matched.width(handed)
    for number, record in enumerate(handed.records(), 1):
        if len(record) != width or any(code(record[place]) is None for place, code in arguments):
            yield number, record
            continue
        said = {name: code(record[i]) for name, (i, code) in evidence.items() if not is_empty(record[i])}
        since, until = said.get("since"), said.get("until")
        if None in said.values() or (since is not None and until is not None and since >= until):
            yield number, record


def _codes(cells: Sequence[Any], encode: Encode) -> list[int | None]:
    """The codes of cells, each distinct one encoded once."""
    if set(map(type, cells)) == {str}:
        known = {cell: encode(cell) for cell in dict.fromkeys(cells)}
        return [known[cell] for cell in cells]
    return list(map(_remembering(encode), cells))


def _remembering(encode: Encode) -> Encode:
    """The same, for each cell once; 1, 1.0 and True are equal to Python, and other things have no hash."""
    known: dict[tuple[type, Any], int | None] = {}

    def code(cell: Any) -> int | None:  # noqa: ANN401
        key = (type(cell), cell)
        try:
            return known[key]
        except KeyError:
            return known.setdefault(key, encode(cell))
        except TypeError:
            return encode(cell)

    return code
