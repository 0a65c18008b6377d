"""The different cells of the columns of a kind, numbered once for all files by Arrow, without Python's lock.

Before: blocks of files with columns of text; `k17` is in the columns of eight blocks.
After:  the columns of a kind share one list of different cells, which grows at its end: who encodes it goes on there.

Over the imports of 1e7 facts Python looked up 2.7 million cells, of which 450,000 are different.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from alignment.factbase.importing.packing import Cells, told_apart
from alignment.factbase.importing.plan import Output, Plan
from alignment.frozen import frozen

FEW = 10_000
"""Cells that are known up to which others are numbered after them, however few those are."""

_WORTH = 4
"""Cells known for each that is to be numbered: with more, Arrow would be at those that are known most of the time."""

OWN_CODES = frozenset(("number", "date", "confidence"))
"""The kinds of which a cell is no name: their codes are calculated."""


@frozen
class Block:
    """Rows of a file: its columns by name."""

    columns: Mapping[str, Cells]

    @property
    def nbytes(self) -> int:
        """The bytes of the rows, without the lists of cells."""
        return sum(int(column.places.nbytes) for column in self.columns.values())


@dataclass(slots=True)
class Numbering:
    """The cells that were numbered, by kind of column. What is not `shared` begins anew with each group of blocks."""

    shared: bool = True
    _known: dict[str, Any] = field(default_factory=dict)

    def numbered(self, blocks: Sequence[Mapping[str, Any]], plan: Plan) -> Block:
        """Blocks of cells as one, those of a kind told apart together, those of no kind by column."""
        groups: dict[tuple[str, str], list[str]] = {}
        kinds = _kinds(plan)
        for name in blocks[0]:
            kind = kinds.get(name)
            groups.setdefault(("column", name) if kind is None else ("kind", kind), []).append(name)
        found: dict[str, Cells] = {}
        for (sort, kind), names in groups.items():
            cells = [block[name] for block in blocks for name in names]
            is_shared = sort == "kind" and self.shared and self._is_worth_it(kind, sum(map(len, cells)))
            places, different = told_apart(cells, self._known.get(kind) if is_shared else None)
            if is_shared:
                self._known[kind] = different
            for at, name in enumerate(names):
                found[name] = Cells(np.concatenate(places[at :: len(names)]), different, is_shared)
        return Block(found)

    def _is_worth_it(self, kind: str, cells: int) -> bool:
        """Whether cells are to be numbered after those that are known of a kind: not if these are too many for them."""
        known = self._known.get(kind)
        return known is None or len(known) <= max(FEW, _WORTH * cells)


def _kinds(plan: Plan) -> Mapping[str, str | None]:
    """The kind of each column that is read; None where its cells are not to be numbered."""
    found: dict[str, str | None] = {}
    for output in plan.outputs:
        if output.variable is not None:
            name = plan.columns[output.variable]
            kind = _kind(output)
            found[name] = kind if found.get(name, kind) == kind else None
    return found


def _kind(output: Output) -> str | None:
    return None if output.is_evidence or output.kind in OWN_CODES else output.kind
