"""Arrays cut from large ones, to which the system gives memory by the large page, as NumPy asks for from 4 MB on.

To fill a new array takes longer than one that was filled before: each 4 kB of it is a page fault, of which a question
over 1e6 facts has some 30,000.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

SIZE = 1 << 20
"""Whole numbers in a large array."""


class Slab:
    """Gives out arrays, for one thread. A large one is let go when all that were cut from it are."""

    def __init__(self) -> None:
        self._left = np.empty(0, np.int64)

    def take(self, size: int) -> NDArray[np.int64]:
        """An array of so many whole numbers, filled with anything."""
        if size > SIZE // 2:
            return np.empty(size, np.int64)
        if size > len(self._left):
            self._left = np.empty(SIZE, np.int64)
        taken, self._left = self._left[:size], self._left[size:]
        return taken
