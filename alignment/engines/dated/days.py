"""Sets of days, as the boundaries of their periods: `(b0, e0, b1, e1, …)`, each from b (inclusive) to e (exclusive).

Periods are in order and do not touch, so equal sets are equal tuples. Days are ordinals; before and after all of
them stand `FIRST` and `END`, so that a set may be open at either end.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from typing import TypeAlias

Days: TypeAlias = tuple[int, ...]

FIRST, END = 0, 1 << 22
"""Before and after every date there is."""

EARLIEST, LATEST = datetime.date(1000, 1, 1), datetime.date(8999, 12, 31)
"""The days between which a condition on the date may turn, unless a report names an earlier or a later one."""

ALWAYS: Days = (FIRST, END)
NEVER: Days = ()


def both(left: Days, right: Days) -> Days:
    """The days in both sets."""
    if left is ALWAYS or left is right:
        return right
    if right is ALWAYS:
        return left
    if len(left) == 2 and len(right) == 2:
        begin = max(right[0], left[0])
        end = min(right[1], left[1])
        return (begin, end) if begin < end else NEVER
    return _merged(left, right, 2)


def either(left: Days, right: Days) -> Days:
    """The days in either set."""
    if left is ALWAYS or right is ALWAYS:
        return ALWAYS
    if not left or left == right:
        return right
    if not right:
        return left
    if len(left) == 2 and len(right) == 2 and left[0] <= right[1] and right[0] <= left[1]:
        return _of(min(left[0], right[0]), max(left[1], right[1]))
    return _whole(_merged(left, right, 1))


def outside(days: Days) -> Days:
    """The days that are not in a set."""
    if days is ALWAYS or days == ALWAYS:
        return NEVER
    if not days:
        return ALWAYS
    head = days[1:] if days[0] == FIRST else (FIRST, *days)
    return head[:-1] if head[-1] == END else (*head, END)


def apart(days: Days, without: Days) -> Days:
    """The days of a set that are not in another."""
    if not without:
        return days
    return both(days, outside(without))


def periods(days: Days) -> Iterator[tuple[int, int]]:
    """The periods of a set, in order."""
    return zip(days[::2], days[1::2], strict=True)


def united(sets: Iterable[Days]) -> Days:
    """The days in any of several sets."""
    found: Days = NEVER
    for one in sets:
        found = either(found, one)
        if found is ALWAYS:
            break
    return found


def _merged(left: Days, right: Days, needed: int) -> Days:
    """The days that are in at least `needed` of two sets, by one walk over the boundaries of both."""
    found: list[int] = []
    i = j = 0
    inside = 0
    while i < len(left) or j < len(right):
        at = left[i] if j == len(right) or (i < len(left) and left[i] <= right[j]) else right[j]
        before = inside
        while i < len(left) and left[i] == at:
            inside += 1 - 2 * (i & 1)
            i += 1
        while j < len(right) and right[j] == at:
            inside += 1 - 2 * (j & 1)
            j += 1
        if (before >= needed) != (inside >= needed):
            found.append(at)
    return tuple(found)


def _of(begin: int, end: int) -> Days:
    return ALWAYS if begin == FIRST and end == END else (begin, end)


def _whole(days: Days) -> Days:
    return ALWAYS if days == ALWAYS else days
