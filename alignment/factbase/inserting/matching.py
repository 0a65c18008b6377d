"""Which column of a table that is handed over is which argument, and which says something of the report."""

from __future__ import annotations

from collections.abc import Mapping

from alignment.checks.model import ANY, Relation
from alignment.factbase.inserting.handed import Handed
from alignment.problems import AlignmentError, Problem
from alignment.records import frozen

EVIDENCE = ("since", "until", "on", "from", "confidence")
"""Names of columns that are no arguments, unless the relation has an argument of that name."""


@frozen
class Matched:
    """The place of the column of each argument, with its type, and those of evidence by name."""

    arguments: tuple[int, ...]
    types: tuple[str, ...]
    evidence: Mapping[str, int]

    @property
    def arity(self) -> int:
        """The number of arguments."""
        return len(self.arguments)

    def width(self, handed: Handed) -> int:
        """The number of cells of a whole row."""
        return self.arity if handed.names is None else len(handed.names)


def matched(relation: str, handed: Handed, declared: Relation | None, width: int) -> Matched:
    """The columns as arguments and evidence. `width` is the number of cells of tuples, which have no names.

    Columns named like the arguments are those, in any order; otherwise they are taken in the order in which they
    stand. Raises AlignmentError if their number is wrong.
    """
    names = handed.names or ("",) * width
    taken = {parameter.name for parameter in declared.parameters} if declared else set[str]()
    evidence = {name: i for i, name in enumerate(names) if name in EVIDENCE and name not in taken}
    arguments = [i for i, name in enumerate(names) if name not in evidence]
    if declared and {names[i] for i in arguments} == taken and len(arguments) == len(taken):
        arguments = [names.index(parameter.name) for parameter in declared.parameters]
    types = tuple(parameter.type for parameter in declared.parameters) if declared else (ANY,) * len(arguments)
    if len(types) != len(arguments):
        raise AlignmentError(_wrong_number(relation, names, len(arguments), len(types)))
    return Matched(tuple(arguments), types, evidence)


def _wrong_number(relation: str, names: tuple[str, ...], given: int, expected: int) -> Problem:
    if not any(names):
        return Problem("bad-row", None, f"row 1 has {given} values, but '{relation}' takes {expected}")
    message = f"the table has {given} columns for the {expected} arguments of '{relation}': {', '.join(names)}"
    hint = f"columns named {', '.join(EVIDENCE)} are about the report, and no arguments"
    return Problem("bad-row", None, message, hint)
