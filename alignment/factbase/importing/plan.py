"""What an import will do: the table that it reads, and which column fills which part of a fact."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from alignment.checks.model import Schema
from alignment.checks.nearest import nearest
from alignment.factbase.importing import conditions
from alignment.factbase.importing.readers import reading
from alignment.factbase.importing.reading import Reading, Wanted, column_of, identifier
from alignment.factbase.importing.reports import COLUMNS
from alignment.language import tree
from alignment.problems import AlignmentError, Problem
from alignment.records import frozen

EVIDENCE = frozenset(COLUMNS.values())
"""The columns that say who reported a row, when it holds and how sure it is."""

DAYS = frozenset(("since", "until", "happened"))
"""Those of them that hold days."""

MOST_COLUMNS = 30
"""Columns that a message lists."""


@frozen
class Output:
    """One column of the table that an import makes: its name, what kind of cells it takes, what fills it.

    The kind is a type of arguments, `date`, `confidence` or `source`.
    """

    name: str
    kind: str
    term: tree.Term

    @property
    def is_evidence(self) -> bool:
        """Whether it is no argument: its cells may be empty."""
        return self.name in EVIDENCE

    @property
    def is_day(self) -> bool:
        """Whether it holds days, which are ordinals and no codes."""
        return self.name in DAYS

    @property
    def variable(self) -> str | None:
        """The variable that names the column it is read from; None for a constant or `_`."""
        named = isinstance(self.term, tree.Variable) and not self.term.is_anonymous
        return self.term.name if named and isinstance(self.term, tree.Variable) else None


@frozen(slots=False)
class Plan:
    """An import ready to be carried out. `columns` maps the variables of the statement to columns."""

    statement: tree.Import
    reading: Reading
    columns: Mapping[str, str]
    outputs: tuple[Output, ...]

    @cached_property
    def quoted(self) -> dict[str, str]:
        """The columns as SQL writes them, by variable."""
        return {variable: identifier(column) for variable, column in self.columns.items()}

    @cached_property
    def where(self) -> str:
        """The condition of the rows that are wanted."""
        return conditions.condition(self.statement.where, self.quoted)


def planned(
    statement: tree.Import,
    schema: Schema,
    folder: Path,
    cursor: Any,  # noqa: ANN401
    stops: list[Callable[[], None]],
    names: frozenset[str],
) -> Plan:
    """The plan of an import. Raises AlignmentError with every column that is not there.

    `stops` has what stops work of other libraries while it goes on; `names` are the columns that this import or
    another one of the same table asks for.
    """
    paths = tuple(path.value for path in statement.paths)
    at = statement.paths[0].span or statement.span
    table = reading(Wanted(paths, statement.table, names, at, stops), folder, cursor)
    found = {variable.name: column_of(variable.name, table.columns) for variable in named(statement)}
    problems = [_unknown(variable, table) for variable in named(statement) if found[variable.name] is None]
    if problems:
        table.close(cursor)
        raise AlignmentError(problems)
    columns = {variable: column for variable, column in found.items() if column is not None}
    return Plan(statement, table, columns, tuple(_outputs(statement, schema)))


def named(statement: tree.Import) -> list[tree.Variable]:
    """The variables of an import, each of which names a column."""
    terms: list[tree.Term] = [*statement.atom.args]
    for annotation in statement.annotations:
        terms += [output.term for output in _evidence(annotation)]
    terms += conditions.names(statement.where)
    return [term for term in terms if isinstance(term, tree.Variable) and not term.is_anonymous]


def _outputs(statement: tree.Import, schema: Schema) -> Sequence[Output]:
    parameters = schema.relations[statement.atom.predicate].parameters
    pairs = zip(statement.atom.args, parameters, strict=True)
    found = [Output(f"c{i}", parameter.type, arg) for i, (arg, parameter) in enumerate(pairs)]
    for annotation in statement.annotations:
        found += _evidence(annotation)
    if statement.source is not None:
        found.append(Output("src", "source", statement.source))
    return found


def _evidence(annotation: tree.Annotation) -> list[Output]:
    match annotation:
        case tree.On(date=term):
            return [Output("happened", "date", term)]
        case tree.Since(date=term):
            return [Output("since", "date", term)]
        case tree.Until(date=term):
            return [Output("until", "date", term)]
        case tree.During(start=start, end=end):
            return [Output("since", "date", start), Output("until", "date", end)]
        case tree.Confidence(value=term):
            return [Output("conf", "confidence", term)]
        case tree.From(source=term):
            return [Output("src", "source", term)]


def _unknown(variable: tree.Variable, table: Reading) -> Problem:
    close = nearest(variable.name, table.columns)
    meant = f"did you mean '{close}'? " if close else ""
    known = ", ".join(table.columns[:MOST_COLUMNS]) + (", …" if len(table.columns) > MOST_COLUMNS else "")
    message = f"there is no column '{variable.name}' in '{table.files[0]}'"
    hint = f"{meant}its columns are: {known}" if known else "there is nothing in it that has columns"
    return Problem("unknown-column", variable.span, message, hint)
