"""The different cells of large columns, numbered once for all files by Arrow, without Python's lock.

Before: each block of a column comes with the list of its own cells; `k17` is in the lists of eight blocks.
After:  the large columns of a kind share one list, which grows at its end: who encodes it goes on there.

Over the imports of 1e7 facts Python looked up 2.7 million cells, of which 450,000 are different.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from alignment.factbase.importing.plan import Output, Plan

FEW = 10_000
"""Different cells of a block up to which a column is encoded as it comes."""

_WORTH = 4
"""Cells known for each that is to be numbered: with more, Arrow would be at those that are known most of the time."""

OWN_CODES = frozenset(("number", "date", "confidence"))
"""The kinds of which a cell is no name: their codes are calculated."""


@dataclass(frozen=True, slots=True)
class Block:
    """Rows of a file: its columns by name, and those that share the list of cells of their kind."""

    columns: Mapping[str, Any]
    numbered: frozenset[str] = frozenset()

    @property
    def nbytes(self) -> int:
        """The bytes of the rows, without the lists of cells."""
        return sum(int(column.indices.nbytes) for column in self.columns.values())


@dataclass(slots=True)
class Numbering:
    """The cells that were numbered, by kind of column."""

    _known: dict[str, Any] = field(default_factory=dict)

    def numbered(self, blocks: Sequence[Mapping[str, Any]], plan: Plan) -> list[Block]:
        """Some blocks, in which the large columns share the lists of cells."""
        large: dict[str, dict[tuple[int, str], Any]] = {}
        kinds = _kinds(plan)
        for at, columns in enumerate(blocks):
            for name, column in columns.items():
                kind = kinds.get(name)
                if kind is not None and len(column.dictionary) > FEW:
                    large.setdefault(kind, {})[at, name] = column
        found = [dict(columns) for columns in blocks]
        shared: list[set[str]] = [set() for _ in blocks]
        for kind, chosen in large.items():
            known = self._known.get(kind)
            cells = sum(len(column.dictionary) for column in chosen.values())
            if known is None or cells * _WORTH > len(known):
                for (at, name), column in self._share(kind, chosen).items():
                    found[at][name] = column
                    shared[at].add(name)
        return [Block(columns, frozenset(names)) for columns, names in zip(found, shared, strict=True)]

    def _share(self, kind: str, columns: Mapping[tuple[int, str], Any]) -> Mapping[tuple[int, str], Any]:
        import pyarrow  # noqa: PLC0415  # an extra, loaded by who reads with it

        known = self._known.get(kind)
        chunks = list(columns.values())
        if known is not None:  # in front, so that its cells keep their numbers
            none = chunks[0].indices.slice(0, 0)  # `pyarrow.array([])` would load pandas
            chunks.insert(0, pyarrow.DictionaryArray.from_arrays(none, known))
        unified = pyarrow.chunked_array(chunks).unify_dictionaries().chunks
        self._known[kind] = unified[0].dictionary
        return dict(zip(columns, unified[-len(columns) :], strict=True))


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
