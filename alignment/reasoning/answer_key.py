"""An answer key: a table in which somebody else says which label each entity has.

Such tables come from spreadsheets: with a byte order mark, with semicolons, with codes or names of countries.
`NA` is Namibia, and no cell means "missing" but an empty one. A row that does not fit is told with its number.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from alignment.checks.entities import candidates, find_entity
from alignment.checks.model import Schema
from alignment.factbase.importing.delimited import MARKS, cut
from alignment.problems import AlignmentError, Problem, Severity
from alignment.records import frozen

if TYPE_CHECKING:
    from os import PathLike

ENTITY, LABEL = "entity", "label"
"""The names by which columns are found, wherever they stand; without them the first two are taken."""

_OUT_OF_NAMES = re.compile(r"[\W_]+")


@frozen
class AnswerKey:
    """The label of each entity, and what is wrong with rows that are left out."""

    labels: Mapping[str, str]
    problems: tuple[Problem, ...] = ()


def label_name(text: str) -> str:
    """The form in which labels are compared: `Leans against` is leans_against, and `1.0` is 1."""
    try:
        return f"{float(text):g}"
    except ValueError:
        return _OUT_OF_NAMES.sub("_", text.strip().casefold()).strip("_")


def key_of(
    labels: str | PathLike[str] | Mapping[str, str],
    schema: Schema,
    type_: str | None = None,
    columns: tuple[str, str] | None = None,
) -> AnswerKey:
    """The key in a file, or of a dictionary; its entities of a type if one is given. Raises AlignmentError."""
    if isinstance(labels, Mapping):
        return given_key(labels, schema, type_)
    return read_key(str(labels), schema, type_, columns)


def read_key(
    path: str, schema: Schema, type_: str | None = None, columns: tuple[str, str] | None = None
) -> AnswerKey:
    """The key in a file, its entities of a type if one is given. Raises AlignmentError if it holds no label."""
    rows = _rows(path)
    if not rows:
        raise _problem(f"'{path}' is empty", "a key has a row for each entity: its name or code, and its label")
    first = rows[0][1]
    headless = columns is None and bool(candidates(schema, first[0].strip(), type_))
    places = (0, 1) if headless else _places(path, first, columns)
    found = _labels(path, rows if headless else rows[1:], places, schema, type_)
    if not found.labels:
        raise AlignmentError([*_problem(f"no row of '{path}' gives an entity a label").problems, *found.problems])
    return found


def given_key(labels: Mapping[str, str], schema: Schema, type_: str | None = None) -> AnswerKey:
    """A key of entities by id, name or alias. Raises AlignmentError for a name that is none, or several."""
    numbered = [(i, [name, label]) for i, (name, label) in enumerate(labels.items(), 1)]
    found = _labels("the key", numbered, (0, 1), schema, type_)
    if found.problems:
        raise AlignmentError(found.problems)
    return found


def _rows(path: str) -> list[tuple[int, list[str]]]:
    """The rows that are not blank, each with the number of the line it ends on."""
    try:
        data = Path(path).read_bytes()
    except OSError as error:
        raise AlignmentError(Problem("no-such-file", None, f"cannot read '{path}': {error.strerror}")) from None
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        raise _problem(f"'{path}' is not UTF-8", "save it as 'CSV UTF-8'") from None
    first = next((line for line in text.splitlines() if line.strip()), "")
    mark, _ = cut(first, MARKS.get(Path(path).suffix.lower(), MARKS[".csv"]))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark)
    return [(reader.line_num, row) for row in reader if any(cell.strip() for cell in row)]


def _places(path: str, header: Sequence[str], columns: tuple[str, str] | None) -> tuple[int, int]:
    """Where the entity and the label stand: where the columns asked for are, or those of the usual names."""
    names = [label_name(cell) for cell in header]
    if columns is None:
        entity = names.index(ENTITY) if ENTITY in names else 0
        label = names.index(LABEL) if LABEL in names else 1
        if len(header) <= max(entity, label) or entity == label:
            raise _problem(f"'{path}' has no column of labels", "name two columns: --columns iso3,label")
        return entity, label
    missing = [name for name in columns if label_name(name) not in names]
    if missing:
        there = ", ".join(cell.strip() for cell in header)
        raise _problem(f"'{path}' has no column '{missing[0]}'", f"its columns are {there}")
    return names.index(label_name(columns[0])), names.index(label_name(columns[1]))


def _labels(
    path: str, rows: Sequence[tuple[int, list[str]]], places: tuple[int, int], schema: Schema, type_: str | None
) -> AnswerKey:
    labels: dict[str, str] = {}
    seen: dict[str, int] = {}
    problems: list[Problem] = []
    for number, row in rows:
        name, text = (row[place].strip() if place < len(row) else "" for place in places)
        entity, wrong = find_entity(schema, name, type_)
        said = _wrong(name, text, wrong)
        if entity in seen and not said:
            said = f"'{name}' stands in row {seen[entity]} already, which counts", None
        if said:
            message, hint = said
            problem = Problem("bad-row", None, f"{path}, row {number}: {message}", hint)
            problems.append(replace(problem, severity=Severity.WARNING))
        elif entity is not None:
            labels[entity], seen[entity] = label_name(text), number
    return AnswerKey(labels, tuple(problems))


def _wrong(name: str, text: str, wrong: Sequence[Problem]) -> tuple[str, str | None] | None:
    """What is wrong with a row, in words, and what to do."""
    if not name:
        return "it names no entity", None
    if not label_name(text):
        return f"'{name}' has no label", None
    return (wrong[0].message, wrong[0].hint) if wrong else None


def _problem(message: str, hint: str | None = None) -> AlignmentError:
    return AlignmentError(Problem("bad-row", None, message, hint))
