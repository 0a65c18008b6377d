"""Rows that a recursion cannot find twice: nobody has to look up whether they have been found before.

In `controls(X, L) :- controls(X, K), owns(K, L)` a row of a company with one owner comes from one other row, that of
its owner, and each row is followed once. Where no row of that company is there from the beginning, each of its rows is
found once. In the world of bench/stance.rules these are three of four rows.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from alignment.engines.relational.moves import Move
from alignment.engines.relational.numbering import Codes, Mask

SHARE = 4
"""Links for each that leads to such rows, up to which it pays to tell them from others."""


def found_once(moves: Sequence[Move], major: int, size: int, begun: Sequence[Codes]) -> Mask | None:
    """Which numbers of the column `major`, of so many, stand in rows that are found once; None where it is of no use.

    The moves are all that find rows of the relation, `begun` is that column of the rows that it begins with.
    """
    if not all(move.carries(major) for move in moves):
        return None
    ways = np.zeros(size, np.int64)
    for move in moves:
        ((_, _, link),) = move.links
        ways += np.bincount(link.targets, minlength=size)
    once = ways == 1
    for column in begun:
        once[column] = False
    return once if np.count_nonzero(once) * SHARE >= ways.sum() else None
