"""The cells of blocks of files as codes, as far as they carry them, and else as numbers into a list of different cells.

Before: blocks of files with columns of text; `k17` is in the columns of eight blocks, `united_kingdom` too.
After:  the code of `k17` wherever it stands; the columns of a kind share one list of the other cells, which grows at
its end, so that each is encoded once for all files. Arrow makes it, without Python's lock.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from alignment.factbase.importing.odd import OddError
from alignment.factbase.importing.own_codes import INTEGERS, KINDS, OwnCodes, write_numbers
from alignment.factbase.importing.packing import Cells, begins_with, is_listed, places_of, short, spread, told_apart
from alignment.factbase.importing.plan import Plan
from alignment.frozen import frozen

FEW = 10_000
"""Cells that are known up to which others are numbered after them, however few those are."""

_WORTH = 4
"""Cells known for each that is to be numbered: with more, Arrow would be at those that are known most of the time."""

CALCULATED = frozenset(("number", "date", "confidence"))
"""The kinds of which a cell is no name: their codes are calculated."""

_NUMERIC = b"-0123456789"


@frozen
class Column:
    """The cells of a column: the `codes` of those that carry them, if some do, and the `cells` of the rows `left`.

    All rows are left where there are no codes.
    """

    codes: Any
    left: Any
    cells: Cells | None

    @property
    def nbytes(self) -> int:
        """The bytes of the rows, without the list of cells."""
        places = 0 if self.cells is None else self.cells.places.nbytes
        return int(places if self.codes is None else places + self.codes.nbytes)


@frozen
class Block:
    """Rows of a file: its columns by name."""

    columns: Mapping[str, Column]

    @property
    def nbytes(self) -> int:
        """The bytes of the rows, without the lists of cells."""
        return sum(column.nbytes for column in self.columns.values())


@dataclass(slots=True)
class Numbering:
    """The cells that were numbered, by kind of column. What is not `shared` begins anew with each group of blocks."""

    shared: bool = True
    _known: dict[str, Any] = field(default_factory=dict)
    _own: OwnCodes = field(default_factory=OwnCodes)

    def numbered(self, blocks: Sequence[Mapping[str, Any]], plan: Plan) -> Block:
        """Blocks of text as one, the cells of a kind told apart together, those of no kind by column.

        Raises OddError where there are many different numbers: SQL computes their codes faster.
        """
        kinds = kinds_of(plan)
        coded = {name: _coded(self._own, [block[name] for block in blocks], kind) for name, kind in kinds.items()}
        groups: dict[tuple[str, str], list[str]] = {}
        for name, kind in kinds.items():
            group = ("column", name) if kind is None or kind in CALCULATED else ("kind", kind)
            groups.setdefault(group, []).append(name)
        cells: dict[str, Cells | None] = {}
        for (sort, kind), names in groups.items():
            cells |= self._told_apart({name: coded[name].rest for name in names}, kind if sort == "kind" else None)
        return Block({name: Column(one.codes, one.left, cells[name]) for name, one in coded.items()})

    def _told_apart(self, columns: Mapping[str, Sequence[Any]], kind: str | None) -> dict[str, Cells | None]:
        """The cells of columns of a kind, each in parts, with one list of the different ones."""
        chunks = [short(part) for parts in columns.values() for part in parts]
        if not chunks:
            return dict.fromkeys(columns)
        known = self._known.get(kind) if kind is not None and self.shared else None
        is_shared = kind is not None and self.shared and _is_worth_it(known, sum(map(len, chunks)))
        places, different = told_apart(chunks, known if is_shared else None)
        if kind is not None and is_shared:
            self._known[kind] = different
        in_order = iter(places)
        return {name: _cells([next(in_order) for _ in parts], different, is_shared) for name, parts in columns.items()}


@frozen
class _Coded:
    """A column of blocks: codes, the rows that are left, and the parts of text that these are."""

    codes: Any
    left: Any
    rest: Sequence[Any]


def _coded(own: OwnCodes, texts: Sequence[Any], kind: str | None) -> _Coded:
    """The codes of the cells of a column that carry them."""
    if kind not in KINDS:
        rest = [spread(text) for text in texts]
        _look_for_numbers(rest)
        return _Coded(None, None, rest)
    assert kind is not None
    codes = np.empty(sum(map(len, texts)), np.int64)
    rows: list[Any] = []
    rest = []
    for text, begin in zip(texts, _begins(texts), strict=True):
        left = _write(own, text, kind, codes[begin : begin + len(text)])
        if left is not None:
            places = np.flatnonzero(left)
            rows.append(places + begin)
            rest.append(spread(text, places))
    _look_for_numbers(rest)
    return _Coded(codes, np.concatenate(rows) if rows else None, rest)


def _write(own: OwnCodes, text: Any, kind: str, codes: Any) -> Any:  # noqa: ANN401  # arrays of Arrow and of NumPy
    """Write the codes of a column that carry them; those of a list of different texts once each."""
    if str(text.type) in INTEGERS:
        return write_numbers(text, codes)
    if not is_listed(text):
        return own.write(text, kind, codes)
    different = np.empty(len(text.dictionary), np.int64)
    left = own.write(text.dictionary, kind, different)
    places = places_of(text)
    np.take(different, places, out=codes, mode="clip")
    return None if left is None else left[places]


def _begins(texts: Sequence[Any]) -> Iterator[int]:
    at = 0
    for text in texts:
        yield at
        at += len(text)


def _look_for_numbers(texts: Sequence[Any]) -> None:
    """Raise OddError if a column has many different cells, and numbers among the first of them."""
    if not texts:
        return
    column = texts[0]
    many = max(FEW, len(column) // 8)
    if len(column) <= many or not begins_with(column.slice(0, FEW), _NUMERIC):
        return
    _, seen = told_apart([short(column.slice(0, FEW))])
    if 2 * len(seen) > FEW and len(told_apart([short(column)])[1]) > many:
        raise OddError


def _is_worth_it(known: Any, cells: int) -> bool:  # noqa: ANN401  # an Arrow array
    """Whether cells are to be numbered after those that are known of a kind: not if these are too many for them."""
    return known is None or len(known) <= max(FEW, _WORTH * cells)


def _cells(places: Sequence[Any], different: Any, is_shared: bool) -> Cells | None:  # noqa: ANN401
    return Cells(np.concatenate(places), different, is_shared) if places else None


def kinds_of(plan: Plan) -> Mapping[str, str | None]:
    """The kind of each column that is read; None where its cells are evidence, or of two kinds."""
    found: dict[str, str | None] = {}
    for output in plan.outputs:
        if output.variable is not None:
            name = plan.columns[output.variable]
            kind = None if output.is_evidence else output.kind
            found[name] = kind if found.get(name, kind) == kind else None
    return found
