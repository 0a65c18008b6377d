"""Where keys stand in a list of different ones, found by hashing, a column at once.

Before: the list of the codes of `c1` and `k17`, numbers of 58 bits, and the column `k17`, `c1`, `k17`.
After:  1, 0, 1.

All keys of the list are written to a table at the place that their hash gives; of those with one place the last one
stays. Whoever does not goes on to a smaller table with another hash, until nobody is left (the tables of cuckoo
hashing, Pagh and Rodler, 2001, without its moves; multiplicative hashing, Knuth, The Art of Computer Programming, 6.4).
To search a sorted list of 200,000 for each of two million keys takes four times as long.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from alignment.records import frozen

Codes = NDArray[np.int64]

_NOWHERE = -1
"""The place of what is not in the list."""

_GOLDEN = 0x9E3779B97F4A7C15
_LEAST_BITS = 4


@frozen
class _Table:
    """The places of some keys in the list, each where its hash says."""

    factor: int
    shift: int
    places: NDArray[np.int32]

    def at(self, keys: Codes) -> NDArray[np.int32]:
        """What stands where the hash of each key says."""
        return self.places[slots(keys, self.shift, self.factor)]


class Hashed:
    """A list of different keys, none of them -1, in which keys are looked up."""

    def __init__(self, keys: Codes) -> None:
        self._keys = np.append(keys, _NOWHERE)  # so that there is something at no place
        self._tables: list[_Table] = []
        places = np.arange(len(keys), dtype=np.int32)
        while len(places):
            rest = keys[places]
            factor = _factor(len(self._tables))
            bits = max(_LEAST_BITS, len(rest).bit_length() + 1)
            table = _Table(factor, 64 - bits, np.full(1 << bits, _NOWHERE, np.int32))
            table.places[slots(rest, 64 - bits, factor)] = places
            places = places[table.at(rest) != places]
            self._tables.append(table)

    def places(self, column: Codes) -> Codes:
        """Where each key stands in the list, -1 for those that do not."""
        found = np.full(len(column), _NOWHERE, np.int64)
        rows: Codes | None = None
        for table in self._tables:
            keys = column if rows is None else column[rows]
            places = table.at(keys)
            here = self._keys[places] == keys
            if rows is None:
                np.copyto(found, places, where=here)
            else:
                found[rows[here]] = places[here]
            left = np.flatnonzero(~here & (places != _NOWHERE))  # who finds nobody is in no later table either
            rows = left if rows is None else rows[left]
            if not len(rows):
                break
        return found


def different(keys: Codes) -> Codes:
    """The different keys, each once, in no order: those that stay in tables of the same kind.

    To sort 700,000 keys takes twice as long, and eight times as long where they are few different ones.
    """
    parts: list[Codes] = []
    while len(keys):
        bits = max(_LEAST_BITS, len(keys).bit_length())
        at = slots(keys, 64 - bits, _factor(len(parts)))
        table, rows = np.empty(1 << bits, np.int32), np.arange(len(keys), dtype=np.int32)
        table[at] = rows
        stays = table[at]
        parts.append(keys[stays == rows])
        keys = keys[keys[stays] != keys]
    return np.concatenate(parts) if parts else keys


def are_different(columns: Sequence[Codes]) -> bool:
    """Whether rows are surely different: those are of which one number, made of all columns, differs."""
    keys = columns[0]
    for column in columns[1:]:
        keys = (keys.view(np.uint64) * np.uint64(_GOLDEN)).view(np.int64) ^ column
    return len(different(keys)) == len(keys)


def _factor(table: int) -> int:
    """The factor of the hash of each table in turn."""
    return _GOLDEN * (2 * table + 1) ** 3 & (1 << 64) - 1


def slots(keys: Codes, shift: int, factor: int = _GOLDEN) -> Codes:
    """The highest bits of the products, without the lowest `shift` of 64: all bits of the keys have a say in them."""
    found: Codes = (keys.view(np.uint64) * np.uint64(factor) >> np.uint64(shift)).view(np.int64)
    return found
