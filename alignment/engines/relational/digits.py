"""Whole numbers sorted by their digits of 16 bits, from the last to the first: radix sort.

Before: 70000, 5, 65541 with the digits (1, 4464), (0, 5), (1, 5).
After:  by the last digit 5, 65541, 70000, and then by the first the same.

NumPy sorts numbers of 16 bits in this way itself, and others by comparing them: 200,000 rows of 31 bits take a
quarter of the time here.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.int64]

_DIGIT = 16
"""Bits of a digit."""

_FEW = 2**11
"""Numbers below which it does not pay."""

_MANY = 2**21
"""Digits above which it does not pay: each is a pass that goes all over a column, and that is larger than a cache."""


def in_order(keys: Codes) -> Codes:
    """The keys sorted. They are 0 or more."""
    digits = _digits(keys)
    if len(keys) < _FEW or len(keys) * digits > _MANY:
        return np.sort(keys)
    for digit in range(digits):
        keys = keys[np.argsort(_digit(keys, digit), kind="stable")]
    return keys


def order(keys: Codes) -> Codes:
    """The places of the keys in their order, those of equal ones as they stand. The keys are 0 or more."""
    if len(keys) < _FEW:
        return np.argsort(keys, kind="stable")
    places = np.argsort(_digit(keys, 0), kind="stable")
    for digit in range(1, _digits(keys)):
        places = places[np.argsort(_digit(keys, digit)[places], kind="stable")]
    return places


def _digits(keys: Codes) -> int:
    return -(-int(keys.max(initial=0)).bit_length() // _DIGIT)


def _digit(keys: Codes, digit: int) -> NDArray[np.uint16]:
    """One digit of each key, the last one being 0."""
    return (keys >> _DIGIT * digit).astype(np.uint16)
