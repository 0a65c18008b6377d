"""The codes of cells that carry their own code, a column at once: short names and whole numbers.

Before: a column of Arrow with the cells "c1", "1053", "united_kingdom".
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
from alignment.factbase.dictionary import INTEGER, LARGEST, LETTERS, SHORT
from alignment.factbase.importing.odd import OddError
from alignment.factbase.importing.packing import content_of, ends_of

Codes: TypeAlias = NDArray[np.int64]
Numbers: TypeAlias = NDArray[np.uint64]
Bytes: TypeAlias = NDArray[np.uint8]
Mask: TypeAlias = NDArray[np.bool_]

KINDS = frozenset((ANY, "number"))
"""The kinds of columns of which cells can carry their own codes."""

INTEGERS = frozenset(("int8", "int16", "int32", "int64", "uint8", "uint16", "uint32"))
"""The types of Arrow whose numbers are whole, as it calls them."""

_WIDTH = 8
_ZEROS, _TENS, _LANES = (np.uint64(0x0101010101010101 * byte) for byte in (ord("0"), 0x76, 0x80))
"""In every lane: the digit 0, what makes a lane of ten or more reach its highest bit, and that bit."""

_FIRST, _LAST = ord("!"), ord("~")
"""The letters that a cell may have: those that are printed and no blanks, which are taken away at the ends."""


class OwnCodes:
    """Computes codes of cells, for one thread."""

    def __init__(self) -> None:
        self._letters = np.empty(0, np.uint8)
        self._wide = np.empty((2, 0), np.int64)
        self._short = np.empty(0, np.uint8)

    def write(self, texts: Any, kind: str, codes: Codes) -> Mask | None:  # noqa: ANN401  # an Arrow array
        """Write the codes of the cells that carry them; which cells are left, None if none is.

        `texts` has no gaps; `kind` is one of `KINDS`. What is written for a cell that is left means
        nothing.
        """
        if not len(texts):
            return None
        ends = ends_of(texts)
        letters = content_of(texts, ends)
        self._make_room(len(letters) + _WIDTH, len(texts))
        numbers: Numbers = codes.view("<u8")
        self._read(letters, ends, numbers)
        first = numbers.view(np.uint8)[_WIDTH - 1 :: _WIDTH]
        known = self._among(first, "a", 26, lower=True) if kind == ANY else np.zeros(len(texts), np.bool_)
        if known.all():
            _as_names(numbers)
        else:
            self._with_numbers(numbers, ends, known, leading_zeros=kind != ANY)
        odd = _odd(letters, ends)
        if odd is not None:
            known &= ~odd
        return None if known.all() else ~known

    def _make_room(self, letters: int, cells: int) -> None:
        if len(self._letters) < letters:
            self._letters = np.empty(letters, np.uint8)
        if len(self._short) < cells:
            self._wide, self._short = np.empty((2, cells), np.int64), np.empty(cells, np.uint8)

    def _read(self, letters: Bytes, ends: NDArray[np.int32], numbers: Numbers) -> None:
        """The first eight bytes of each cell, what is beyond its end zero."""
        filled = self._letters
        filled[: len(letters)] = letters  # there have to be eight bytes from the begin of the last cell on
        each = np.ndarray((len(letters) + 1,), "<u8", filled.data, 0, (1,))  # the eight bytes from every byte on
        begins = np.subtract(ends[:-1], ends[0], out=self._wide[0, : len(numbers)])
        np.take(each, begins, out=numbers, mode="wrap")  # no place is beyond the end: it need not be looked for
        numbers.byteswap(inplace=True)
        beyond = self._beyond(ends, len(numbers))
        numbers >>= beyond
        numbers <<= beyond

    def _beyond(self, ends: NDArray[np.int32], cells: int) -> Numbers:
        """The bits of eight bytes that are beyond the end of each cell: all 64 of an empty one, which NumPy allows."""
        lengths = np.subtract(ends[1:], ends[:-1], out=self._wide[0, :cells])
        np.minimum(lengths, _WIDTH, out=lengths)
        lengths *= -8
        lengths += 64
        return lengths.view(np.uint64)

    def _among(self, first: Bytes, begin: str, many: int, *, lower: bool = False) -> Mask:
        """Which letters are among some that follow each other."""
        distance = self._short[: len(first)]
        np.bitwise_or(first, 0x20 if lower else 0, out=distance)
        distance -= ord(begin)
        return distance < many

    def _with_numbers(self, numbers: Numbers, ends: NDArray[np.int32], known: Mask, *, leading_zeros: bool) -> None:
        """Cells of which some are no names: those that write a whole number are `known`, too."""
        are_digits = self._among(numbers.view(np.uint8)[_WIDTH - 1 :: _WIDTH], "0", 10)
        rows = slice(None) if are_digits.all() else np.flatnonzero(are_digits)
        cells, beyond = numbers[rows], self._beyond(ends, len(numbers))[rows]
        values, fit = self._whole(cells, beyond, leading_zeros=leading_zeros)
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


def _odd(letters: Bytes, ends: NDArray[np.int32]) -> Mask | None:
    """The cells that are too long, or have a letter that no plain cell has; None if there is none."""
    lengths = ends[1:] - ends[:-1]
    found: Mask | None = lengths > LETTERS if lengths.max() > LETTERS else None
    if not len(letters) or (letters.min() >= _FIRST and letters.max() <= _LAST):
        return found
    where = np.flatnonzero((letters < _FIRST) | (letters > _LAST))
    cells = np.searchsorted(ends, where + ends[0], side="right") - 1
    found = np.zeros(len(lengths), np.bool_) if found is None else found
    found[cells] = True
    return found
