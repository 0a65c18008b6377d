"""Arrays cut from larger ones: to fill a new array takes longer than one that was filled before.

Each 4 kB of new memory is a page fault, of which a question over 1e6 facts has some 40,000. What is larger than 4 MB
NumPy asks for by the large page of 2 MB, which is cleared whole, however little of it is used, and which a virtual
machine that has rested takes several times as long to get.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

SIZE = 1 << 18
"""Whole numbers in an array that others are cut from: too few for large pages."""


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
