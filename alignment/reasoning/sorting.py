"""Many rows of codes sorted by NumPy: each different constant is looked up once, and rows are compared as numbers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from alignment.factbase.dictionary import Dictionary

Codes = NDArray[np.int64]

_SPARSE = 8
"""Numbers in the range of some codes for each of them: with more, they are sorted to tell which are different."""


def sorted_columns(columns: Sequence[Codes], dictionary: Dictionary) -> tuple[list[int], list[list[int]], int]:
    """The different codes in the order in which people expect them; columns of places among them, in the order of rows.

    And how many rows there are: each once.
    """
    different, places = _numbered([np.asarray(column, np.int64) for column in columns])
    codes = different.tolist()
    order = sorted(range(len(codes)), key=[dictionary.sort_key(code) for code in codes].__getitem__)
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    ordered = _in_order([rank[column] for column in places], len(codes))
    return [codes[at] for at in order], [column.tolist() for column in ordered], len(ordered[0])


def _numbered(columns: Sequence[Codes]) -> tuple[Codes, list[Codes]]:
    """The different codes of some columns, and the columns as places among them."""
    least = min(int(column.min()) for column in columns)
    span = max(int(column.max()) for column in columns) - least + 1
    if span > _SPARSE * sum(map(len, columns)):
        different = np.unique(np.concatenate(columns))
        return different, [np.searchsorted(different, column) for column in columns]
    found = np.zeros(span, np.bool_)
    for column in columns:
        found[column - least] = True
    different = np.flatnonzero(found)
    number = np.empty(span, np.int64)
    number[different] = np.arange(len(different))
    return different + least, [number[column - least] for column in columns]


def _in_order(columns: list[Codes], base: int) -> list[Codes]:
    """The rows of some columns of places below `base`, sorted and each once."""
    if base ** len(columns) < 2**63:  # a row as one whole number: these are sorted faster than rows
        whole = columns[0]
        for column in columns[1:]:
            whole = whole * base + column
        whole = np.sort(whole)
        whole = whole[np.concatenate(([True], whole[1:] != whole[:-1]))]
        apart = []
        for _ in columns[1:]:
            whole, last = np.divmod(whole, base)
            apart.append(last)
        return [whole, *reversed(apart)]
    order = np.lexsort(columns[::-1])
    ordered = [column[order] for column in columns]
    new = np.concatenate(([True], np.any([column[1:] != column[:-1] for column in ordered], axis=0)))
    return [column[new] for column in ordered]
