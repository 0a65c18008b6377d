"""A relation with few rows more or less: it lies on the relation that it was made from, which is not copied.

Overlays never lie on overlays: changes of changes are one layer. So what two overlays of one relation differ
in is found in their layers, whatever the size of the relation (`difference`).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any, cast

from alignment.factbase.layered import FEW, SHARE, changed
from alignment.factbase.relation import MemoryRelation, Relation, Row
from alignment.records import frozen

NONE: frozenset[Row] = frozenset()


@frozen
class Inexact:
    """Why the rounds of a relation are only levels (`factbase.levels`), of which `highest` is the highest.

    `exact` gives the same rows with the rounds that a full evaluation would give.
    """

    exact: Callable[[], Relation]
    highest: int


@frozen
class Change:
    """The rows that a relation gains and those that it loses."""

    added: frozenset[Row] = NONE
    removed: frozenset[Row] = NONE

    def __len__(self) -> int:
        return len(self.added) + len(self.removed)


@frozen
class Layer:
    """What lies on a relation: the rows that are read no more, and those put in, with their rounds.

    A row that has another round than below is among both.
    """

    gone: frozenset[Row]
    put: Mapping[Row, int]

    def with_(self, gone: Iterable[Row], put: Mapping[Row, int]) -> Layer:
        """The layer after more rows went, and then others came."""
        mine = dict(self.put)
        below = {row for row in gone if mine.pop(row, None) is None}
        return Layer(self.gone | below, {**mine, **put})

    @property
    def growth(self) -> int:
        """By how many rows the relation is larger than what lies below."""
        return len(self.put) - len(self.gone)

    def is_large(self, below: int) -> bool:
        """Whether so much lies on a relation of that size that it should become one of its own."""
        return len(self.put) + len(self.gone) > max(FEW, below // SHARE)


EMPTY_LAYER = Layer(NONE, {})


class MemoryOverlay(MemoryRelation):
    """A layer on a relation in memory."""

    __slots__ = ("_layered", "below", "inexact", "layer")

    def __init__(self, below: MemoryRelation, layer: Layer, inexact: Inexact | None = None) -> None:
        super().__init__(cast("dict[Row, int]", changed(below.rounds, layer.put, layer.gone)))
        self.below = below
        self.layer = layer
        self.inexact = inexact
        self._layered: dict[tuple[int, ...], Mapping[Row, list[Row]]] = {}

    def round(self, row: Row) -> int:
        """0 for a reported row, else the round in which it was first derived."""
        return self.rounds[row] if self.inexact is None else self.inexact.exact().round(row)

    def index(self, columns: tuple[int, ...]) -> Mapping[Row, list[Row]]:
        """Rows by their values in `columns`: the index below, but for the values of rows in the layer."""
        index = self._layered.get(columns)
        if index is None:
            index = self._layered[columns] = self._index(columns)
        return index

    def _index(self, columns: tuple[int, ...]) -> Mapping[Row, list[Row]]:
        below, gone = self.below.index(columns), self.layer.gone
        groups: dict[Row, list[Row]] = {}
        for row in gone:
            groups.setdefault(tuple([row[i] for i in columns]), [])
        for row in self.layer.put:
            groups.setdefault(tuple([row[i] for i in columns]), []).append(row)
        for key, rows in groups.items():
            rows += [row for row in below.get(key, ()) if row not in gone]
        full = {key: rows for key, rows in groups.items() if rows}
        return changed(below, full, [key for key in groups if key not in full])


def overlaid(
    relation: Relation, gone: Collection[Row], put: Mapping[Row, int], inexact: Inexact | None = None
) -> Relation:
    """A relation without some of its rows, and then with others (or the same, in another round)."""
    if not gone and not put and inexact is None:
        return relation
    if isinstance(relation, MemoryRelation):
        below, layer = relation, EMPTY_LAYER
        if isinstance(relation, MemoryOverlay):
            below, layer = relation.below, relation.layer
        layer = layer.with_(gone, put)
        if layer.is_large(len(below)):
            below, layer = MemoryRelation(dict(changed(below.rounds, layer.put, layer.gone))), EMPTY_LAYER
        return MemoryOverlay(below, layer, inexact) if layer is not EMPTY_LAYER or inexact else below
    from alignment.factbase.stored import StoredRelation, stored_overlay  # noqa: PLC0415  # DuckDB only where it is used

    assert isinstance(relation, StoredRelation)
    return stored_overlay(relation, gone, put, inexact)


def takes_layers(relation: Relation) -> bool:
    """Whether a layer can lie on a relation: in memory and in a base's database, and not where others keep it."""
    if isinstance(relation, MemoryRelation):
        return True
    from alignment.factbase.stored import StoredRelation  # noqa: PLC0415  # DuckDB only where it is used

    return isinstance(relation, StoredRelation)


def difference(before: Relation, after: Relation, most: int) -> Change | None:
    """What a relation gains and loses between two states; None where that is more than `most` rows, or not seen.

    Relations that lie on the same one are compared by their layers, others in memory or in their database.
    """
    if before is after:
        return Change()
    (below, layer), (other, later) = _parts(before), _parts(after)
    if below is other:
        change = _between(layer, later)
    elif abs(len(before) - len(after)) > most:
        return None
    elif isinstance(before, MemoryRelation) and isinstance(after, MemoryRelation):
        rows, others = before.rounds.keys(), after.rounds.keys()
        change = Change(frozenset(others - rows), frozenset(rows - others))
    else:
        stored = _stored_difference(before, after, most)
        if stored is None:
            return None
        change = stored
    return change if len(change) <= most else None


def _stored_difference(before: Relation, after: Relation, most: int) -> Change | None:
    """The difference of two tables of one database; None for others."""
    from alignment.factbase.stored import StoredRelation, more_in  # noqa: PLC0415  # DuckDB only where it is used

    if not isinstance(before, StoredRelation) or not isinstance(after, StoredRelation):
        return None
    if before.database is not after.database or before.arity != after.arity:
        return None
    return Change(more_in(after, before, most), more_in(before, after, most))


def _parts(relation: Relation) -> tuple[Relation, Layer]:
    """What a relation lies on, and the layer."""
    layer = getattr(relation, "layer", EMPTY_LAYER)
    return getattr(relation, "below", relation), layer


def _between(layer: Layer, later: Layer) -> Change:
    """The difference of two overlays of one relation."""
    rows = {*layer.gone, *layer.put, *later.gone, *later.put}
    below = layer.gone | later.gone  # of these rows, those that the relation below has

    def has(one: Layer, row: Row) -> bool:
        return row in one.put or (row in below and row not in one.gone)

    added = frozenset(row for row in rows if has(later, row) and not has(layer, row))
    return Change(added, frozenset(row for row in rows if has(layer, row) and not has(later, row)))


def beginning_with(relation: Relation, prefixes: Collection[Row]) -> Iterable[Row]:
    """The rows whose first columns are one of the prefixes, which are of one length."""
    if not prefixes:
        return ()
    width = len(next(iter(prefixes)))
    if isinstance(relation, MemoryRelation):
        if not relation or not width:
            return relation.rounds
        if width == len(next(iter(relation))):
            return [prefix for prefix in prefixes if prefix in relation]
        index = relation.index(tuple(range(width)))
        return [row for prefix in prefixes for row in index.get(prefix, ())]
    found: Iterable[Row] = cast("Any", relation).beginning_with(prefixes, width)  # every relation of a system has it
    return found
