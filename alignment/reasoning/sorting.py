"""Many rows of codes sorted by NumPy: each different constant is looked up once, and rows are compared as numbers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from alignment.engines.relational.numbering import Codes, Numbering
from alignment.factbase.dictionary import Dictionary


def sorted_columns(columns: Sequence[Codes], dictionary: Dictionary) -> tuple[list[int], list[list[int]], int]:
    """The different codes in the order in which people expect them; columns of places among them, in the order of rows.

    And how many rows there are: each once.
    """
    numbering = Numbering(columns)
    places = [numbering.numbers(column) for column in columns]
    codes = numbering.codes.tolist()
    order = sorted(range(len(codes)), key=[dictionary.sort_key(code) for code in codes].__getitem__)
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    ordered = _in_order([rank[column] for column in places], len(codes))
    return [codes[at] for at in order], [column.tolist() for column in ordered], len(ordered[0])


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
