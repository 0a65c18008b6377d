"""The cells of blocks of files as codes, as far as they carry them, and else as numbers into a list of different cells.

Before: blocks of files with columns of text; `k17` is in the columns of eight blocks, `united_kingdom` too.
After:  the code of `k17` wherever it stands; the columns of a kind share one list of the other cells, which grows at
its end, so that each is encoded once for all files. Arrow makes it, without Python's lock.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from typing import Any

import numpy as np

from alignment.factbase.importing.cut import Cut
from alignment.factbase.importing.odd import OddError
from alignment.factbase.importing.own_codes import INTEGERS, KINDS, OwnCodes, write_numbers
from alignment.factbase.importing.packing import Cells, begins_with, is_listed, places_of, short, spread, told_apart
from alignment.factbase.importing.plan import Plan
from alignment.factbase.importing.slab import Slab
from alignment.records import frozen, mutable

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

    def __len__(self) -> int:
        if self.codes is not None:
            return len(self.codes)
        return 0 if self.cells is None else len(self.cells.places)


@frozen
class Block:
    """Rows of a file: its columns by name."""

    columns: Mapping[str, Column]

    @property
    def size(self) -> int:
        """How many rows there are."""
        return max(map(len, self.columns.values()))


@frozen
class Coded:
    """A column of blocks: codes, the rows that are left, and the parts of text that these are."""

    codes: Any
    left: Any
    rest: Sequence[Any]


def at_once() -> None:
    """There is nothing to wait for."""


class Coding:
    """The codes of the cells of a group of blocks, block by block, as far as the cells carry them.

    `before_texts` is called before Arrow makes a text of another cell.
    """

    def __init__(
        self, own: OwnCodes, slab: Slab, kinds: Mapping[str, str | None], before_texts: Callable[[], object] = at_once
    ) -> None:
        self._own = own
        self._slab = slab
        self._before_texts = before_texts
        self._kinds = kinds
        self._codes = {name: np.empty(0, np.int64) for name, kind in kinds.items() if kind in KINDS}
        self._left: dict[str, list[Any]] = {name: [] for name in kinds}
        self._rest: dict[str, list[Any]] = {name: [] for name in kinds}
        self._size = 0

    @property
    def nbytes(self) -> int:
        """The bytes of the codes and the texts."""
        texts = sum(int(part.nbytes) for parts in self._rest.values() for part in parts)
        return 8 * self._size * len(self._codes) + texts

    def add(self, block: Mapping[str, Any], room: int = 0) -> None:
        """Add the columns of a block, cut or of Arrow; `room` is how many rows there may be in all."""
        before, rows = self._size, len(next(iter(block.values())))
        self._size += rows
        for name, kind in self._kinds.items():
            cells = block[name]
            if kind not in KINDS:
                self._rest[name].append(self._spread(cells))
                continue
            assert kind is not None
            if len(self._codes[name]) < self._size:
                more = self._slab.take(max(self._size, room))
                more[:before] = self._codes[name][:before]
                self._codes[name] = more
            left = _write(self._own, cells, kind, self._codes[name][before : self._size])
            if left is not None:
                places = np.flatnonzero(left)
                self._left[name].append(places + before)
                self._rest[name].append(self._spread(cells, places))

    def _spread(self, cells: Any, rows: Any = None) -> Any:  # noqa: ANN401
        """All rows of a column, or some by their places, as an Arrow array of text."""
        self._before_texts()
        return cells.texts(rows) if isinstance(cells, Cut) else spread(cells, rows)

    def coded(self) -> Mapping[str, Coded]:
        """The columns. Raises OddError where there are many different numbers: SQL computes their codes faster."""
        found = {}
        for name, left in self._left.items():
            _look_for_numbers(self._rest[name])
            codes = self._codes[name][: self._size] if name in self._codes else None
            found[name] = Coded(codes, np.concatenate(left) if left else None, self._rest[name])
        return found


@mutable
class Numbering:
    """The cells that were numbered, by kind of column. What is not `shared` begins anew with each group of blocks."""

    shared: bool = True
    _known: dict[str, Any] = field(default_factory=dict)

    def numbered(self, coded: Mapping[str, Coded], kinds: Mapping[str, str | None]) -> Block:
        """A group of blocks, the cells of a kind told apart together, those of no kind by column."""
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


def _write(own: OwnCodes, cells: Any, kind: str, codes: Any) -> Any:  # noqa: ANN401  # cells of Arrow, too
    """Write the codes of a column that carry them; those of a list of different texts once each."""
    if isinstance(cells, Cut):
        return own.write(cells, kind, codes)
    if str(cells.type) in INTEGERS:
        return write_numbers(cells, codes)
    if not is_listed(cells):
        return own.write(own.cut(cells), kind, codes) if len(cells) else None
    different = np.empty(len(cells.dictionary), np.int64)
    left = own.write(own.cut(cells.dictionary), kind, different) if len(different) else None
    places = places_of(cells)
    np.take(different, places, out=codes, mode="clip")
    return None if left is None else left[places]


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
