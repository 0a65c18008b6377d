"""A generated world as columns of numbers, and the names that those numbers stand for.

Made with NumPy, so that ten million facts take seconds. Only the process that makes worlds imports this.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Codes: TypeAlias = NDArray[np.int64]

NUMBER = "number"
"""The kind of a column whose codes are the numbers themselves."""


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of one relation: parallel columns, each with a kind."""

    kinds: tuple[str, ...]
    columns: tuple[Codes, ...]

    def __len__(self) -> int:
        return len(self.columns[0])


@dataclass(frozen=True, slots=True)
class World:
    """Tables by relation. `names` gives each kind the prefixes of its constants, and how many have each.

    With `(("c", 3), ("k", 2))` the codes 0 to 4 are c0, c1, c2, k0, k1.
    """

    tables: Mapping[str, Table]
    names: Mapping[str, tuple[tuple[str, int], ...]] = field(default_factory=dict)

    def __len__(self) -> int:
        return sum(map(len, self.tables.values()))


def distinct(columns: tuple[Codes, ...], sizes: tuple[int, ...], chance: np.random.Generator) -> tuple[Codes, ...]:
    """Each row once, in random order. `sizes` bounds the codes of each column."""
    key = np.zeros(len(columns[0]), dtype=np.int64)
    for column, size in zip(columns, sizes, strict=True):
        key = key * size + column
    key = np.unique(key)
    chance.shuffle(key)
    parts = []
    for size in reversed(sizes):
        key, part = np.divmod(key, size)
        parts.append(part)
    return tuple(reversed(parts))
