"""A column of cells where they lie among the bytes of a block: nothing is copied to have it.

Before: the bytes `c1<tab>k17<newline>c24<tab>united_kingdom<newline>`.
After:  of the second column that it begins at 3 and 11, and ends at 6 and 25.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from alignment.records import frozen

Bytes: TypeAlias = NDArray[np.uint8]
Places: TypeAlias = NDArray[np.int64]
Mask: TypeAlias = NDArray[np.bool_]

WORD = 8
"""Bytes that are read at once, as one whole number."""

BEYOND = 2 * WORD
"""Bytes that there have to be after the last cell, so that a word can be read from wherever a cell begins."""

FIRST, LAST = ord("!"), ord("~")
"""The letters of a plain cell: those that are printed and no blanks, which are taken away at the ends."""


@frozen(eq=False)
class Cut:
    """The cells of a column: each is `letters[begin:end]`.

    The letters begin where a word does, are whole words, and go on for `BEYOND` after the last cell. `odd` tells which
    of them no plain cell has, None if no cell has one.
    """

    letters: Bytes
    begins: Places
    ends: Places
    odd: Mask | None

    def __len__(self) -> int:
        return len(self.begins)

    def odd_cells(self) -> Mask | None:
        """Which cells have an odd letter, None if none has."""
        if self.odd is None:
            return None
        before = np.zeros(len(self.odd) + 1, np.int32)  # how many there are before each letter
        np.cumsum(self.odd, out=before[1:])
        found: Mask = before[self.ends] > before[self.begins]
        return found

    def texts(self, rows: Places | None = None) -> Any:  # noqa: ANN401  # pyarrow has no types
        """All cells, or those of some rows, as an Arrow array of text."""
        import pyarrow  # noqa: PLC0415  # an extra, loaded by who reads with it

        begins, ends = (self.begins, self.ends) if rows is None else (self.begins[rows], self.ends[rows])
        places = np.zeros(len(begins) + 1, np.int32)
        np.cumsum(ends - begins, out=places[1:])
        content = self._content(begins, ends - begins, places)
        return pyarrow.StringArray.from_buffers(len(begins), pyarrow.py_buffer(places), pyarrow.py_buffer(content))

    def _content(self, begins: Places, lengths: Places, places: NDArray[np.int32]) -> Bytes:
        """The letters of cells one after another. Cells of one length, as days are, need no place for each letter."""
        if len(lengths) and (lengths == lengths[0]).all():
            length = int(lengths[0])
            each = np.ndarray((len(self.letters) - length + 1, length), np.uint8, self.letters.data, 0, (1, 1))
            return each[begins].reshape(-1)
        letters = np.repeat(begins - places[:-1], lengths)
        letters += np.arange(len(letters))
        return self.letters[letters]


def is_odd(letters: Bytes) -> Mask | None:
    """Which letters no plain cell has, None if all are plain."""
    if letters.min(initial=FIRST) >= FIRST and letters.max(initial=LAST) <= LAST:
        return None
    found: Mask = (letters < FIRST) | (letters > LAST)
    return found
