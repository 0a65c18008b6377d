"""The codes of cells that carry their own code, a column at once: short names and whole numbers.

Before: a column of Arrow with the cells "c1", "1053", "united_kingdom".
After:  the codes of `c1` and 1053; the third cell is left to who has the dictionary.

Eight bytes are read from the begin of each cell on, as one whole number whose highest byte is the first letter. What
is no part of the cell is masked, and the rest is arithmetic on such numbers. Digits become a value in three steps, by
pairs of lanes (Lemire, "Quickly parsing eight digits", 2018).
"""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from alignment.checks.model import ANY
from alignment.factbase.dictionary import INTEGER, LETTERS, SHORT
from alignment.factbase.importing.packing import content_of, ends_of

Codes: TypeAlias = NDArray[np.int64]
Numbers: TypeAlias = NDArray[np.uint64]
Mask: TypeAlias = NDArray[np.bool_]

KINDS = frozenset((ANY, "number"))
"""The kinds of columns of which cells can carry their own codes."""

_WIDTH = 8
_CELL = np.array([(1 << 64) - (1 << 64 - 8 * length) for length in range(_WIDTH + 1)], "<u8")
"""The bits of a cell, by its length."""

_ZEROS = np.array([0x3030303030303030 >> 64 - 8 * length for length in range(_WIDTH + 1)], "<u8")
"""As many times the digit 0, lowest."""

_TENS, _LANES = 0x7676767676767676, 0x8080808080808080
"""What makes a lane of ten or more reach the lane's highest bit, and those bits."""

_FIRST, _LAST = ord("!"), ord("~")
"""The letters that a cell may have: those that are printed and no blanks, which are taken away at the ends."""


def own_codes(texts: Any, kind: str, codes: Codes) -> Mask | None:  # noqa: ANN401  # an Arrow array
    """Write the codes of the cells that carry them; which cells are left, None if none is.

    `texts` has no gaps and no zero bytes; `kind` is one of `KINDS`. What is written for a cell that is left is nothing.
    """
    ends = ends_of(texts)
    lengths = ends[1:] - ends[:-1]
    letters = content_of(texts, ends)
    numbers = _numbers(letters, ends, np.minimum(lengths, _WIDTH))
    first = (numbers >> np.uint64(56)).astype(np.uint8)
    is_name = ((first | 0x20) - ord("a") < 26) if kind == ANY else np.zeros(len(first), np.bool_)
    found: Numbers = codes.view("<u8")
    np.right_shift(numbers, np.uint64(6), out=found)
    found |= np.uint64(SHORT)
    known = is_name
    if not is_name.all():
        digits = np.flatnonzero(first - ord("0") < 10)
        values, are_numbers = _whole(numbers[digits], lengths[digits], leading_zeros=kind != ANY)
        found[digits] = values << np.uint64(2) | np.uint64(INTEGER)
        known[digits] = are_numbers
    odd = _odd(letters, ends, lengths)
    if odd is not None:
        known &= ~odd
    return None if known.all() else ~known


def _numbers(letters: NDArray[np.uint8], ends: NDArray[np.int32], lengths: NDArray[np.int32]) -> Numbers:
    """The first eight bytes of each cell, what is beyond its end zero."""
    filled = np.empty(len(letters) + _WIDTH, np.uint8)
    filled[: len(letters)] = letters
    filled[len(letters) :] = 0
    each = np.ndarray((len(letters) + 1,), "<u8", filled.data, 0, (1,))  # the eight bytes from every byte on
    numbers: Numbers = each[ends[:-1] - ends[0]]
    numbers.byteswap(inplace=True)
    numbers &= _CELL[lengths]
    return numbers


def _odd(letters: NDArray[np.uint8], ends: NDArray[np.int32], lengths: NDArray[np.int32]) -> Mask | None:
    """The cells that are too long, or have a letter that no plain cell has; None if there is none."""
    is_printed = not len(letters) or (letters.min() >= _FIRST and letters.max() <= _LAST)
    found: Mask | None = lengths > LETTERS if len(lengths) and lengths.max() > LETTERS else None
    if is_printed:
        return found
    where = np.flatnonzero((letters < _FIRST) | (letters > _LAST))
    cells = np.searchsorted(ends, where + ends[0], side="right") - 1
    found = np.zeros(len(lengths), np.bool_) if found is None else found
    found[cells] = True
    return found


def _whole(cells: Numbers, lengths: NDArray[np.int32], *, leading_zeros: bool) -> tuple[Numbers, Mask]:
    """The whole numbers that cells of up to seven letters write, and which cells write one."""
    short = np.minimum(lengths, LETTERS)
    digits = (cells >> (64 - 8 * short).astype(np.uint64)) ^ _ZEROS[short]
    are_numbers = ((digits + np.uint64(_TENS)) | digits) & np.uint64(_LANES) == 0
    if not leading_zeros:
        are_numbers &= (lengths == 1) | (cells >> np.uint64(56) != ord("0"))
    values = digits
    for width, ten in ((8, 10), (16, 100), (32, 10_000)):
        lane = np.uint64(sum(((1 << width) - 1) << at for at in range(0, 64, 2 * width)))
        values = (values & lane) + np.uint64(ten) * (values >> np.uint64(width) & lane)
    return values, are_numbers
