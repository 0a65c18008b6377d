"""Which cells list several entities, and which they list."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from alignment.checks.entities import has_entities
from alignment.checks.model import Schema
from alignment.factbase.importing.plan import Plan

MARK = ";"
"""What stands between the parts of a list."""


def may_list(plan: Plan, schema: Schema) -> list[str]:
    """The variables whose cells may be lists: all that is made of them are declared entities of files."""
    if plan.statement.is_from_nowhere:
        return []
    kinds: dict[str, set[str]] = {}
    for output in plan.outputs:
        if output.variable is not None:
            kinds.setdefault(output.variable, set()).add(output.kind)
    return [name for name, (*found,) in kinds.items() if len(found) == 1 and has_entities(schema, found[0])]


def parts(cell: str, encode: Callable[[Any], object | None]) -> list[str]:
    """The entities that a cell lists, each once; none if it is no list of such."""
    if MARK not in cell or encode(cell) is not None:
        return []
    found = list(dict.fromkeys(part.strip() for part in cell.split(MARK)))
    return found if all(part and encode(part) is not None for part in found) else []
