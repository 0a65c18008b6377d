"""An outline drawn as a tree of sentences with branches, wrapped to the width of the terminal."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

from alignment.factbase.strengths import CERTAIN
from alignment.render.likelihood import confidence_text
from alignment.render.outline import Item, Outline
from alignment.render.style import Style, plain
from alignment.render.widths import wrapped

LEAST_TEXT = 24
"""Columns that a sentence has at least, however deep it stands and however narrow the terminal is."""

Note: TypeAlias = tuple[str, str]
"""A line under a sentence: its kind for the style, and its text."""

Notes: TypeAlias = Callable[[Item], Sequence[Note]]


def branches(items: Outline, notes: Notes, width: int | None = None, style: Style = plain) -> list[str]:
    """The lines of a proof: each sentence on its branch, with its notes under it."""
    bar, gap, fork, end = _strokes(max((item.depth for item in items), default=0), width)
    lines: list[str] = []
    open_: list[bool] = []
    last = _last_of_parent(items)
    for at, item in enumerate(items):
        has_parts = at + 1 < len(items) and items[at + 1].parent == at
        bars = "".join(bar if more else gap for more in open_[1 : item.depth])
        lead = bars + ("" if item.depth == 0 else end if at in last else fork)
        follow = bars + ("" if item.depth == 0 else gap if at in last else bar)
        under = follow + (bar if has_parts else gap)
        lines += _block(lead, under, _sentence(item), _kind(item), width, style)
        for kind, text in notes(item):
            lines += _block(under, under + "  ", text, kind, width, style)
        open_[item.depth :] = [at not in last]
    return lines


def _strokes(depth: int, width: int | None) -> tuple[str, str, str, str]:
    """What branches are drawn with: narrower where a deep proof would not leave half of the width."""
    if width is None or depth * 3 <= width // 2:
        return "│  ", "   ", "├─ ", "└─ "
    return ("│ ", "  ", "├ ", "└ ") if depth * 2 <= width // 2 else ("│", " ", "├", "└")


def hanging(text: str, width: int | None, first: str = "", later: str = "") -> list[str]:
    """A paragraph wrapped to the width, its first and its later lines indented as given."""
    return [indent + line for indent, line in _indented(text, width, first, later)]


def _block(first: str, later: str, text: str, kind: str, width: int | None, style: Style) -> list[str]:
    return [
        style("branch", indent) + style(kind, line) for indent, line in _indented(text, width, first, later)
    ]


def _indented(text: str, width: int | None, first: str, later: str) -> list[tuple[str, str]]:
    """The lines of a paragraph, each with its indent; the later indent is not the shorter one."""
    further = len(later) - len(first)
    room = None if width is None else max(LEAST_TEXT + further, width - len(first))
    return [(later if i else first, line) for i, line in enumerate(wrapped(text, room, further))]


def _sentence(item: Item) -> str:
    return f"{item.text} ({item.elsewhere})" if item.elsewhere else likely(item)


def likely(item: Item) -> str:
    """The sentence of an item, and how likely it is where that is not certain. A count is no claim."""
    if item.confidence == CERTAIN or item.kind == "aggregated":
        return item.text
    return f"{item.text}: {confidence_text(item.confidence)}"


def _kind(item: Item) -> str:
    return "absent" if item.kind == "absent" else "claim"


def _last_of_parent(items: Outline) -> set[int]:
    """The places of the items after which their parent has no more premises."""
    return set({item.parent: at for at, item in enumerate(items)}.values())
