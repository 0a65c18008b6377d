"""An `import` statement carried out: a table of codes with the evidence of each row beside them.

Before: `import supplies(A, B, G) on Day confidence C from "t.csv" source sipri where Status = "delivered".`
After:  a table with columns `c0 c1 c2`, `since until happened` (days, as ordinals), `conf` and `src`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from alignment.checks.model import ANY, Schema
from alignment.factbase.database import Database, drop, new_name
from alignment.factbase.dictionary import Dictionary
from alignment.factbase.importing import conditions, encoding
from alignment.factbase.importing.lookups import Lookups
from alignment.factbase.importing.readers import Reading, Wanted, column_of, identifier, reading
from alignment.factbase.importing.reports import COLUMNS, ImportedReports
from alignment.language import tree
from alignment.problems import AlignmentError, Problem

SHOWN = 10
"""Bad rows that are shown; the others are counted."""

SAMPLE = 2_000
"""Rows that are looked at to see what a column holds."""

ROW = "row__"
"""The number of a row in its file, where bad rows are looked for."""


_SAID = {
    "MISSING COLUMNS": "it has too few cells",
    "TOO MANY COLUMNS": "it has too many cells",
    "UNQUOTED VALUE": "a quote is not closed",
    "INVALID ENCODING": "it is not UTF-8",
    "LINE SIZE OVER MAXIMUM": "it is too long",
}
"""What is wrong with a line, by the kind of DuckDB's error."""

_EVIDENCE = frozenset(COLUMNS.values())


@dataclass(frozen=True, slots=True)
class BadRows:
    """How many rows do not fit, and the first of them as problems."""

    count: int
    shown: tuple[Problem, ...]


@dataclass(slots=True)
class _Plan:
    """What is selected: for each output column its kind and the variable or constant that fills it."""

    reading: Reading
    columns: dict[str, str] = field(default_factory=dict)
    types: dict[str, str] = field(default_factory=dict)
    outputs: list[tuple[str, str, tree.Term]] = field(default_factory=list)
    wordy: frozenset[str] = frozenset()

    def in_sql(self, kind: str, variable: str, column: str) -> str | None:
        """SQL for the codes of a column that need no look-up."""
        return None if variable in self.wordy else encoding.in_sql(kind, column, self.types[variable])


def carried_out(
    statement: tree.Import,
    lookups: Lookups,
    database: Database,
    folder: Path,
) -> tuple[ImportedReports, BadRows]:
    """The rows of an import, and those that do not fit. Raises AlignmentError if nothing can be read."""
    cursor, schema = database.cursor(), lookups.schema
    raw, target = new_name(), new_name()
    try:
        plan = _planned(statement, schema, folder, cursor)
        broken = _read(statement, plan, raw, cursor)
        bad = _encode(statement, plan, raw, target, lookups, cursor)
        bad = BadRows(bad.count + broken.count, (*broken.shown, *bad.shown)[:SHOWN])
    except duckdb.Error as error:
        message = f"the import cannot be read: {str(error).splitlines()[0]}"
        raise AlignmentError(Problem("bad-row", statement.span, message)) from None
    finally:
        cursor.execute(f"DROP TABLE IF EXISTS {raw}")
    ((size,),) = cursor.execute(f"SELECT count(*) FROM {target}").fetchall()  # noqa: S608  # names of our own
    default = schema.sources[statement.source.name].confidence if statement.source else 1.0
    has = {name for name, _, _ in plan.outputs if name in _EVIDENCE} | ({"src"} if statement.source else set())
    has |= {"conf"} if "src" in {name for name, _, _ in plan.outputs} else set()
    made = ImportedReports(database, target, len(statement.atom.args), size, frozenset(has), default, statement)
    drop_later(made, database, target)
    return made, bad


def drop_later(holder: object, database: Database, table: str) -> None:
    """Forget a table when nobody holds what it stands for."""
    import weakref  # noqa: PLC0415

    weakref.finalize(holder, drop, database, table)


def _planned(statement: tree.Import, schema: Schema, folder: Path, cursor: Any) -> _Plan:  # noqa: ANN401
    """Which column fills which argument, all missing columns told at once."""
    relation = schema.relations[statement.atom.predicate]
    outputs: list[tuple[str, str, tree.Term]] = []
    for i, (arg, parameter) in enumerate(zip(statement.atom.args, relation.parameters, strict=True)):
        outputs.append((f"c{i}", parameter.type, arg))
    for annotation in statement.annotations:
        outputs += _evidence(annotation)
    variables = [term for _, _, term in outputs if isinstance(term, tree.Variable)] + conditions.names(statement.where)
    named = [variable for variable in variables if not variable.is_anonymous]
    wanted = Wanted(
        tuple(path.value for path in statement.paths), statement.table, frozenset(v.name for v in named), statement.span
    )
    plan = _Plan(reading(wanted, folder, cursor), outputs=outputs)
    problems = []
    for variable in named:
        found = column_of(variable.name, plan.reading.columns)
        if found is None:
            known = ", ".join(plan.reading.columns[:30])
            message = f"there is no column '{variable.name}' in '{plan.reading.files[0]}'"
            problems.append(Problem("unknown-column", variable.span, message, f"its columns are: {known}"))
        else:
            plan.columns[variable.name] = found
    if problems:
        raise AlignmentError(problems)
    return plan


def _evidence(annotation: tree.Annotation) -> list[tuple[str, str, tree.Term]]:
    match annotation:
        case tree.On(date=term):
            return [("happened", "date", term)]
        case tree.Since(date=term):
            return [("since", "date", term)]
        case tree.Until(date=term):
            return [("until", "date", term)]
        case tree.During(start=start, end=end):
            return [("since", "date", start), ("until", "date", end)]
        case tree.Confidence(value=term):
            return [("conf", "confidence", term)]
        case tree.From(source=term):
            return [("src", "source", term)]


def _read(statement: tree.Import, plan: _Plan, raw: str, cursor: Any) -> BadRows:  # noqa: ANN401
    """The columns asked for, of the rows asked for, as they stand in the file; and lines that are no rows."""
    quoted = {variable: identifier(column) for variable, column in plan.columns.items()}
    used = {term.name for _, _, term in plan.outputs if isinstance(term, tree.Variable) and term.name in quoted}
    selected = ", ".join(f"{quoted[name]} AS {identifier(name)}" for name in sorted(used)) or "1 AS one"
    where = conditions.condition(statement.where, quoted)
    sql = plan.reading.collecting(f"{raw}_rejects")
    cursor.execute(f"CREATE TABLE {raw} AS SELECT {selected} FROM {sql} WHERE {where}")  # noqa: S608
    for name, type_, *_ in cursor.execute(f"DESCRIBE {raw}").fetchall():
        plan.types[name] = type_
    textual = [name for name, type_ in plan.types.items() if type_ in encoding.TEXTUAL and name in plan.columns]
    if textual:
        # where a sample shows no digit first, all cells are looked up: to look for numbers costs more than that
        probes = ", ".join(f"bool_or({identifier(name)} ~ '^-?[0-9]')" for name in textual)
        sample = f"SELECT {probes} FROM (SELECT * FROM {raw} LIMIT {SAMPLE}) AS s"  # noqa: S608
        (found,) = cursor.execute(sample).fetchall()
        plan.wordy = frozenset(name for name, digits in zip(textual, found, strict=True) if not digits)
    return _broken(statement, f"{raw}_rejects", cursor) if plan.reading.is_text else BadRows(0, ())


def _broken(statement: tree.Import, rejects: str, cursor: Any) -> BadRows:  # noqa: ANN401
    """The lines of a text file that could not be cut into cells."""
    found = cursor.execute(
        f"SELECT file_path, line, min(error_type::VARCHAR) FROM {rejects} JOIN {rejects}_scan USING (scan_id, file_id) "  # noqa: S608
        "GROUP BY ALL ORDER BY ALL"
    ).fetchall()
    cursor.execute(f"DROP TABLE {rejects}; DROP TABLE {rejects}_scan")
    shown = (
        Problem("bad-row", statement.span, f"{file}, line {line}: {_SAID.get(kind, kind.lower())}")
        for file, line, kind in found[:SHOWN]
    )
    return BadRows(len(found), tuple(shown))


def _encode(
    statement: tree.Import,
    plan: _Plan,
    raw: str,
    target: str,
    lookups: Lookups,
    cursor: Any,  # noqa: ANN401
) -> BadRows:
    """The table of codes; the rows that do not fit are counted and the first of them described."""
    schema, dictionary = lookups.schema, lookups.dictionary
    maps = _maps(plan, raw, lookups, cursor)
    codes = {name: _code(name, type_, term, plan, maps, dictionary) for name, type_, term in plan.outputs}
    selected = [f"{sql} AS {_output(name)}" for name, sql in codes.items()]
    if "src" in codes and "conf" not in codes:
        judged = " ".join(
            f"WHEN {dictionary.symbol(name)} THEN {source.confidence if source.confidence is not None else 'NULL'}"
            for name, source in sorted(schema.sources.items())
        )
        selected.append(f"(CASE {codes['src']} {judged} END)::DOUBLE AS conf")
    if statement.source is not None and "src" not in codes:
        selected.append(f"{dictionary.symbol(statement.source.name)}::BIGINT AS src")
    joins = " ".join(
        f"LEFT JOIN {table} AS m_{i} ON {_cell(name)} = m_{i}.cell"
        for i, (name, table) in enumerate(maps.items())
    )
    fits = " AND ".join(f"{_output(name)} IS NOT NULL" for name in codes if name not in _EVIDENCE) or "TRUE"
    evidence_fits = [
        f"NOT ({_output(name)} IS NULL AND {identifier(term.name)} IS NOT NULL)"
        for name, _, term in plan.outputs
        if name in _EVIDENCE and isinstance(term, tree.Variable)
    ]
    fits = " AND ".join((fits, *evidence_fits))
    kept = ", ".join(f"z.{identifier(name)}" for name in plan.types if name in plan.columns)
    inner = f"SELECT {', '.join(selected)}{', ' + kept if kept else ''} FROM {raw} AS z {joins}"  # noqa: S608
    columns = ", ".join(one.rpartition(" AS ")[2] for one in selected)
    cursor.execute(f"CREATE TABLE {target} AS SELECT {columns}, 0::INTEGER AS r FROM ({inner}) AS y WHERE {fits}")  # noqa: S608
    ((read,), (good,)) = (
        cursor.execute(f"SELECT count(*) FROM {table}").fetchall()[0] for table in (raw, target)  # noqa: S608
    )
    if read == good:
        return BadRows(0, ())
    return BadRows(read - good, _bad_rows(statement, plan, lookups, cursor))


def _output(name: str) -> str:
    return identifier(name) if name in ("since", "until") else name


def _cell(key: str) -> str:
    """The cell that a look-up is for, by the look-up's key."""
    return f"z.{identifier(key.partition(chr(0))[0])}"


def _maps(plan: _Plan, raw: str, lookups: Lookups, cursor: Any) -> dict[str, str]:  # noqa: ANN401
    """For each variable and kind the table in which its cells that need one have their codes."""
    cells: dict[tuple[str, str], dict[str, str]] = {}
    for _, kind, term in plan.outputs:
        if isinstance(term, tree.Variable) and term.name in plan.types:
            column, type_ = identifier(term.name), plan.types[term.name]
            fast = plan.in_sql(kind, term.name, column)
            left = f"WHERE {column} IS NOT NULL" + (f" AND ({fast}) IS NULL" if fast else "")
            query = f"SELECT DISTINCT {column} AS cell FROM {raw} {left}"  # noqa: S608
            cells.setdefault((kind, type_), {})[f"{term.name}\0{kind}"] = query
    maps: dict[str, str] = {}
    for (kind, type_), queries in cells.items():
        table = lookups.filled(kind, type_, list(queries.values()), cursor)
        maps.update(dict.fromkeys(queries, table))
    return maps


def _code(
    name: str, type_: str, term: tree.Term, plan: _Plan, maps: Mapping[str, str], dictionary: Dictionary
) -> str:
    """The SQL of one output column: a code, a day's ordinal, or a confidence."""
    if isinstance(term, tree.Variable):
        if term.name not in plan.types:
            return "NULL::BIGINT"
        at = list(maps).index(f"{term.name}\0{type_}")
        fast = plan.in_sql(type_, term.name, f"z.{identifier(term.name)}")
        code = f"coalesce({fast}, m_{at}.code)" if fast else f"m_{at}.code"
    elif type_ == "confidence":
        value = encoding.confidence(getattr(term, "name", None) or getattr(term, "value", None))
        code = f"{value}::DOUBLE"
    else:
        assert isinstance(term, tree.Symbol | tree.Text | tree.Integer | tree.Decimal | tree.Date)
        code = f"{dictionary.constant(term)}::BIGINT"
    return f"(({code}) - 2) // 4" if name in ("since", "until", "happened") else code


def _bad_rows(
    statement: tree.Import, plan: _Plan, lookups: Lookups, cursor: Any  # noqa: ANN401
) -> tuple[Problem, ...]:
    """The first rows that do not fit, with their file and line, read once more in order."""
    quoted = {variable: identifier(column) for variable, column in plan.columns.items()}
    where = conditions.condition(statement.where, quoted)
    problems: list[Problem] = []
    for file in plan.reading.files:
        sql = plan.reading.sql
        if plan.reading.is_text and len(plan.reading.files) > 1:
            sql = sql.replace(sql[sql.index("[") : sql.index("]") + 1], "['" + file.replace("'", "''") + "']", 1)
        selected = ", ".join(f"{column} AS {identifier(name)}" for name, column in quoted.items())
        cursor.execute("SET preserve_insertion_order = true")
        numbered = f"SELECT *, row_number() OVER () AS {ROW} FROM {sql}"  # noqa: S608
        cursor.execute(f"SELECT {selected}, {ROW} FROM ({numbered}) AS t WHERE {where} ORDER BY {ROW}")  # noqa: S608
        names = [*quoted, ROW]
        while len(problems) < SHOWN and (rows := cursor.fetchmany(10_000)):
            for row in rows:
                said = _wrong(dict(zip(names, row, strict=True)), plan, lookups)
                if said:
                    number = row[-1] + (1 if plan.reading.is_text and not _numbered(plan) else 0)
                    message = f"{file}, row {number}: {said}"
                    problems.append(Problem("bad-row", statement.span, message))
                if len(problems) == SHOWN:
                    break
        cursor.execute("SET preserve_insertion_order = false")
        if len(problems) >= SHOWN or not plan.reading.is_text:
            break
    return tuple(problems)


def _numbered(plan: _Plan) -> bool:
    return bool(plan.reading.columns) and plan.reading.columns[0] == "Column1"


def _wrong(cells: Mapping[str, Any], plan: _Plan, lookups: Lookups) -> str | None:
    """What is wrong with a row, in words."""
    for name, type_, term in plan.outputs:
        if not isinstance(term, tree.Variable) or term.name not in cells:
            continue
        cell = cells[term.name]
        is_argument = name not in _EVIDENCE
        if cell is None:
            if is_argument:
                return f"the column '{plan.columns[term.name]}' is empty"
            continue
        if lookups.encoder(type_)(cell) is None:
            kind = {ANY: "constant", "source": "declared source"}.get(type_, type_.replace("_", " "))
            return f"'{cell}' in the column '{plan.columns[term.name]}' is no {kind}"
    return None
