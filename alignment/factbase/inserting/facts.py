"""Rows as facts of the language: what is few is written, checked and kept like everything else that is written."""

from __future__ import annotations

from typing import Any

from alignment.checks.model import Schema
from alignment.factbase.importing import encoding
from alignment.factbase.inserting.constants import constant_of
from alignment.factbase.inserting.handed import Handed, Record
from alignment.factbase.inserting.matching import Matched
from alignment.language import tree
from alignment.language.printer import format_node
from alignment.problems import AlignmentError, Problem, raise_any

SHOWN = 10
"""Rows that do not fit that are shown."""


_DATED: dict[str, type[tree.On | tree.Since | tree.Until]] = {
    "on": tree.On,
    "since": tree.Since,
    "until": tree.Until,
}


def facts_text(relation: str, handed: Handed, matched: Matched, schema: Schema) -> str:
    """One fact a line. Raises AlignmentError with a `bad-row` problem for each of the first rows that make none."""
    facts: list[str] = []
    problems: list[Problem] = []
    for number, record in enumerate(handed.records(), 1):
        try:
            facts.append(numbered_fact(number, relation, record, matched, schema, handed))
        except AlignmentError as error:
            problems += error.problems
        if len(problems) == SHOWN:
            break
    raise_any(problems)
    return "\n".join(facts)


def numbered_fact(
    number: int, relation: str, record: Record, matched: Matched, schema: Schema, handed: Handed
) -> str:
    """A row as a fact. Raises AlignmentError with the number of the row."""
    width = matched.width(handed)
    if len(record) != width:
        message = f"row {number} has {len(record)} values, but '{relation}' takes {width}"
        raise AlignmentError(Problem("bad-row", None, message))
    try:
        return _fact(relation, record, matched, schema, is_text=handed.is_text)
    except (TypeError, ValueError) as error:
        raise AlignmentError(Problem("bad-row", None, f"row {number}: {error}")) from None


def _fact(relation: str, record: Record, matched: Matched, schema: Schema, *, is_text: bool) -> str:
    pairs = zip(matched.arguments, matched.types, strict=True)
    args = tuple(constant_of(record[i], type_, schema, is_text=is_text) for i, type_ in pairs)
    atom = tree.Atom(relation.removeprefix("-"), args, negative=relation.startswith("-"))
    said = [_annotation(name, record[i]) for name, i in matched.evidence.items() if not is_empty(record[i])]
    return format_node(tree.Fact(atom, tuple(said)))


def is_empty(cell: Any) -> bool:  # noqa: ANN401
    """Whether a cell holds nothing."""
    return cell is None or cell == "" or cell != cell  # noqa: PLR0124  # NaN is not itself


def _annotation(name: str, cell: Any) -> tree.Annotation:  # noqa: ANN401
    """What a cell of evidence says."""
    if name == "from":
        return tree.From(tree.Symbol(str(cell)))
    if name == "confidence":
        stated = encoding.confidence(cell)
        if stated is None:
            message = f"'{cell}' is no confidence: a number from 0 to 1, or a word of likelihood"
            raise ValueError(message)
        return tree.Confidence(tree.Decimal(stated))
    day = encoding.date(cell)
    if day is None:
        message = f"'{cell}' is no date: dates are written year-month-day, 2024-07-03"
        raise ValueError(message)
    return _DATED[name](tree.Date(day))
