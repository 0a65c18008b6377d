"""The different cells of the columns of a kind, numbered once for all files by Arrow, without Python's lock.

Before: blocks of files with columns of text; `k17` is in the columns of eight blocks.
After:  the columns of a kind share one list of different cells, which grows at its end: who encodes it goes on there.

Over the imports of 1e7 facts Python looked up 2.7 million cells, of which 450,000 are different.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from alignment.factbase.importing.packing import Cells, told_apart
from alignment.factbase.importing.plan import Output, Plan

FEW = 10_000
"""Cells that are known up to which others are numbered after them, however few those are."""

_WORTH = 4
"""Cells known for each that is to be numbered: with more, Arrow would be at those that are known most of the time."""

OWN_CODES = frozenset(("number", "date", "confidence"))
"""The kinds of which a cell is no name: their codes are calculated."""


@dataclass(frozen=True, slots=True)
class Block:
    """Rows of a file: its columns by name."""

    columns: Mapping[str, Cells]

    @property
    def nbytes(self) -> int:
        """The bytes of the rows, without the lists of cells."""
        return sum(int(column.places.nbytes) for column in self.columns.values())


@dataclass(slots=True)
class Numbering:
    """The cells that were numbered, by kind of column. What is not `shared` begins anew with each file."""

    shared: bool = True
    _known: dict[str, Any] = field(default_factory=dict)

    def numbered(self, blocks: Sequence[Mapping[str, Any]], plan: Plan) -> list[Block]:
        """Some blocks of text, cells told apart: those of a kind together, those that belong to no kind by column."""
        groups: dict[tuple[str, str], list[tuple[int, str]]] = {}
        kinds = _kinds(plan)
        for at, columns in enumerate(blocks):
            for name in columns:
                kind = kinds.get(name)
                groups.setdefault(("column", name) if kind is None else ("kind", kind), []).append((at, name))
        found: list[dict[str, Cells]] = [{} for _ in blocks]
        for (sort, kind), places in groups.items():
            texts = [blocks[at][name] for at, name in places]
            cells = self._shared(kind, texts) if sort == "kind" and self.shared else _alone(texts)
            for (at, name), column in zip(places, cells, strict=True):
                found[at][name] = column
        return [Block(columns) for columns in found]

    def _shared(self, kind: str, texts: Sequence[Any]) -> list[Cells]:
        """The cells after those that are known of the kind; by themselves where these are too many for them."""
        known = self._known.get(kind)
        if known is not None and len(known) > max(FEW, _WORTH * sum(map(len, texts))):
            return _alone(texts)
        places, different = told_apart(texts, known)
        self._known[kind] = different
        return [Cells(one, different, shared=True) for one in places]


def _alone(texts: Sequence[Any]) -> list[Cells]:
    places, different = told_apart(texts)
    return [Cells(one, different) for one in places]


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
