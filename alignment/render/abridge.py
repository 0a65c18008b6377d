"""What an earlier proof has shown is only named in the later ones, so that these show what is different."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeAlias

from alignment.render.outline import ROOT, Item, Outline

Key: TypeAlias = tuple[object, ...]

_WORTH = frozenset({"derived", "reported", "aggregated"})
"""Kinds under which something stands that need not be repeated."""


def abridged(outlines: Sequence[tuple[str, Outline]]) -> list[Outline]:
    """The outlines, each with the name to refer to it by, without what an earlier one shows in full."""
    numbers: dict[Key, int] = {}
    seen: dict[int, str] = {}
    found: list[Outline] = []
    for name, items in outlines:
        keys = _keys(items, numbers)
        found.append(_without(items, [None if key is None else seen.get(key) for key in keys]))
        for key in keys:
            if key is not None:
                seen.setdefault(key, name)
    return found


def _keys(items: Outline, numbers: dict[Key, int]) -> list[int | None]:
    """A number for each item, the same for the same proof; None where it rests on what stands elsewhere."""
    parts: list[list[int | None]] = [[] for _ in items]
    keys: list[int | None] = [None] * len(items)
    for at in range(len(items) - 1, -1, -1):  # premises come after their parent
        item = items[at]
        whole = item.elsewhere is None and item.kind != "cut_off" and None not in parts[at]
        if whole:
            key = (item.kind, item.text, item.rule, item.reports, tuple(parts[at]))
            keys[at] = numbers.setdefault(key, len(numbers))
        if item.parent != ROOT:
            parts[item.parent].append(keys[at])
    return keys


def _without(items: Outline, shown_in: Sequence[str | None]) -> Outline:
    """The items, cut off at those that were shown before; the root stays."""
    kept: list[Item] = []
    place: dict[int, int] = {}
    hidden: dict[int, str] = {}
    for at, item in enumerate(items):
        if item.parent in hidden:
            hidden[at] = hidden[item.parent]
            continue
        before = shown_in[at] if item.parent != ROOT and item.kind in _WORTH else None
        if item.shown_at is not None:
            before = hidden.get(item.shown_at)
        if before is not None:
            hidden[at] = before
        place[at] = len(kept)
        kept.append(
            replace(
                item,
                parent=place.get(item.parent, ROOT),
                elsewhere=item.elsewhere if before is None else f"as in {before}",
                shown_at=None if item.shown_at is None else place.get(item.shown_at),
            )
        )
    return tuple(kept)
