"""Rounds along a link that leads from each number to one other at most, and to each from one: chains and rings.

Before: a round of `reaches(X, Z) :- reaches(X, Y), edge(Y, Z)` over a chain looks which of its pairs are new, which
        of these are the same, and into how many parts it should go.
After:  different pairs lead to different pairs, and to no more of them than there were: a round is a step of an array.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from alignment.engines.relational.links import Link
from alignment.engines.relational.numbering import Codes
from alignment.engines.relational.seen import MOST_ROUNDS, Rounds


def step_of(link: Link) -> Codes | None:
    """Where a link leads from each number, -1 for nowhere; None if it leads to several, or from several to one."""
    if link.degrees.max(initial=0) > 1 or np.bincount(link.targets).max(initial=0) > 1:
        return None
    step = np.full(len(link.degrees), -1, np.int64)
    step[link.sources] = link.targets
    return step


def chased(
    step: Codes, newest: tuple[Codes, Codes], width: int, table: Rounds, round_: int, look: Callable[[], None]
) -> bool:
    """Write the rounds of all pairs that follow from the newest, those of a round; False where there are too many.

    A pair goes on from its first number; `width` is how many second ones there are. `look` is called in each round.
    """
    goes_on, taken = newest
    while len(goes_on):
        round_ += 1
        if round_ > MOST_ROUNDS:
            return False
        look()
        goes_on = step[goes_on]
        keys = goes_on * width + taken
        new = (goes_on >= 0) & (table[keys] < 0)  # a key of nowhere is below 0, and looks at any other
        goes_on, taken, keys = goes_on[new], taken[new], keys[new]
        table[keys] = round_
    return True
