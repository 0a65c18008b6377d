"""The codes of cells that carry their own code, a column at once: short names and whole numbers.

Before: a column with the cells "c1", "1053", "united_kingdom".
After:  the codes of `c1` and 1053; the third cell is left to who has the dictionary.

Eight bytes are read from the begin of each cell on, as one whole number whose highest byte is the first letter. What
is no part of the cell is shifted out, and the rest is arithmetic on such numbers. Digits become a value in three
steps, by pairs of lanes (Lemire, "Quickly parsing eight digits", 2018).

All is written to arrays that are used again: to get new ones of a megabyte from the system takes as long as the work.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from alignment.checks.model import ANY
from alignment.factbase.dictionary import INTEGER, LARGEST, SHORT
from alignment.factbase.importing.cut import BEYOND, WORD, Bytes, Cut, Mask, is_odd
from alignment.factbase.importing.odd import OddError
from alignment.factbase.importing.packing import content_of, ends_of
from alignment.factbase.importing.slab import SIZE

Codes: TypeAlias = NDArray[np.int64]
Numbers: TypeAlias = NDArray[np.uint64]

KINDS = frozenset((ANY, "number"))
"""The kinds of columns of which cells can carry their own codes."""

INTEGERS = frozenset(("int8", "int16", "int32", "int64", "uint8", "uint16", "uint32"))
"""The types of Arrow whose numbers are whole, as it calls them."""

_ZEROS, _TENS, _LANES = (np.uint64(0x0101010101010101 * byte) for byte in (ord("0"), 0x76, 0x80))
"""In every lane: the digit 0, what makes a lane of ten or more reach its highest bit, and that bit."""


_LEAST_ROWS = SIZE // 4
"""Cells for which there is room at once: about those of a block."""


class OwnCodes:
    """Computes codes of cells, for one thread."""

    def __init__(self) -> None:
        self._letters = np.empty(0, np.uint8)
        self._wide = np.empty((4, 0), np.int64)
        self._short = np.empty(0, np.uint8)

    def write(self, cells: Cut, kind: str, codes: Codes) -> Mask | None:
        """Write the codes of the cells that carry them; which cells are left, None if none is.

        `kind` is one of `KINDS`. What is written for a cell that is left means nothing.
        """
        if not len(cells):
            return None
        if len(self._short) < len(cells):
            rows = max(len(cells), _LEAST_ROWS)
            self._wide, self._short = np.empty((4, rows), np.int64), np.empty(rows, np.uint8)
        numbers: Numbers = codes.view("<u8")
        beyond = self._beyond(cells)
        self._read(cells, beyond, numbers)
        first = numbers.view(np.uint8)[WORD - 1 :: WORD]
        known = self._among(first, "a", 26, lower=True) if kind == ANY else np.zeros(len(cells), np.bool_)
        if known.all():
            _as_names(numbers)
        else:
            self._with_numbers(numbers, beyond, known, leading_zeros=kind != ANY)
        if not beyond.all():  # some cells have more letters than a code
            known &= beyond > 0
        odd = cells.odd_cells()
        if odd is not None:
            known &= ~odd
        return None if known.all() else ~known

    def cut(self, texts: Any) -> Cut:  # noqa: ANN401  # an Arrow array
        """The cells of an Arrow array of text without gaps, until the next is asked for."""
        ends = ends_of(texts)
        letters = content_of(texts, ends)
        if len(self._letters) < len(letters) + BEYOND:
            self._letters = np.empty(len(letters) // WORD + BEYOND // WORD + 1, np.uint64).view(np.uint8)
        self._letters[: len(letters)] = letters
        places = ends - ends[0]
        return Cut(self._letters, places[:-1], places[1:], is_odd(letters))

    def _read(self, cells: Cut, beyond: Numbers, numbers: Numbers) -> None:
        """The first eight bytes of each cell, what is beyond its end zero.

        They are in two words of the letters: NumPy takes whole words three times as fast as what lies across them.
        """
        words: Numbers = cells.letters.view("<u8")
        _, places, into, high = self._wide[:, : len(cells)]
        shifts, above = into.view(np.uint64), high.view(np.uint64)
        np.right_shift(cells.begins, 3, out=places)
        np.bitwise_and(cells.begins, WORD - 1, out=into)
        into *= 8
        np.take(words, places, out=numbers, mode="wrap")  # no place is beyond the end: it need not be looked for
        numbers >>= shifts
        places += 1
        np.take(words, places, out=above, mode="wrap")
        np.subtract(64, into, out=into)
        above <<= shifts
        numbers |= above
        numbers.byteswap(inplace=True)
        numbers >>= beyond
        numbers <<= beyond

    def _beyond(self, cells: Cut) -> Numbers:
        """The bits of eight bytes that are beyond the end of each cell: all 64 of an empty one, which NumPy allows."""
        lengths = np.subtract(cells.ends, cells.begins, out=self._wide[0, : len(cells)])
        np.minimum(lengths, WORD, out=lengths)
        lengths *= -8
        lengths += 64
        return lengths.view(np.uint64)

    def _among(self, first: Bytes, begin: str, many: int, *, lower: bool = False) -> Mask:
        """Which letters are among some that follow each other."""
        distance = self._short[: len(first)]
        np.bitwise_or(first, 0x20 if lower else 0, out=distance)
        distance -= ord(begin)
        return distance < many

    def _with_numbers(self, numbers: Numbers, beyond: Numbers, known: Mask, *, leading_zeros: bool) -> None:
        """Cells of which some are no names: those that write a whole number are `known`, too."""
        are_digits = self._among(numbers.view(np.uint8)[WORD - 1 :: WORD], "0", 10)
        rows = slice(None) if are_digits.all() else np.flatnonzero(are_digits)
        values, fit = self._whole(numbers[rows], beyond[rows], leading_zeros=leading_zeros)
        if not isinstance(rows, slice):
            _as_names(numbers)
        known[rows] = fit
        numbers[rows] = values

    def _whole(self, cells: Numbers, beyond: Numbers, *, leading_zeros: bool) -> tuple[Numbers, Mask]:
        """The codes of the whole numbers that cells of up to seven letters write, and which cells write one."""
        digits, more = np.right_shift(cells, beyond), self._wide[1, : len(cells)].view(np.uint64)
        np.right_shift(_ZEROS, beyond, out=more)
        digits ^= more
        np.add(digits, _TENS, out=more)
        more |= digits
        more &= _LANES
        fit = more == 0
        if not leading_zeros:
            np.right_shift(cells, np.uint64(56), out=more)
            fit &= (more != ord("0")) | (beyond == 56)
        for width, ten in ((8, 10), (16, 100), (32, 10_000)):
            lane = np.uint64(sum(((1 << width) - 1) << at for at in range(0, 64, 2 * width)))
            np.right_shift(digits, np.uint64(width), out=more)
            more &= lane
            more *= np.uint64(ten)
            digits &= lane
            digits += more
        digits <<= np.uint64(2)
        digits |= np.uint64(INTEGER)
        return digits, fit


def write_numbers(numbers: Any, codes: Codes) -> None:  # noqa: ANN401  # an Arrow array
    """Write the codes of whole numbers without gaps. Raises OddError where one does not stand in its own code."""
    values = numbers.to_numpy()
    if values.min() < -LARGEST or values.max() >= LARGEST:
        raise OddError
    np.left_shift(values, 2, out=codes, dtype=np.int64)
    codes |= INTEGER


def _as_names(numbers: Numbers) -> None:
    """The codes of names in the place of their letters."""
    numbers >>= np.uint64(6)
    numbers |= np.uint64(SHORT)

