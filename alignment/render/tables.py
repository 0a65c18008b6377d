"""Plain tables for terminals: aligned by display width, cut to the terminal, no blanks at line ends."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from alignment.render.style import Style, plain
from alignment.render.widths import cut, display_width, isolated

Cell: TypeAlias = str | int | float | None
"""Numbers stand to the right of their column; None is an empty cell."""

GAP = "  "
LEAST_COLUMN = 4


def table(
    columns: Sequence[str], rows: Sequence[Sequence[Cell]], width: int | None = None, style: Style = plain
) -> str:
    """The table as lines: header, rule, rows. With a width, the widest columns are cut until it fits."""
    texts = [[_text(cell) for cell in row] for row in rows]
    right = [_is_numeric([row[i] for row in rows]) for i in range(len(columns))]
    widths = [
        max([display_width(name), *(display_width(row[i]) for row in texts)])
        for i, name in enumerate(columns)
    ]
    if width is not None:
        widths = _fitted(widths, width)
    lines = [
        style("header", _line(columns, widths, right)),
        style("branch", GAP.join("─" * size for size in widths)),
        *(_line(row, widths, right) for row in texts),
    ]
    return "\n".join(lines)


def _text(cell: Cell) -> str:
    return "" if cell is None else isolated(cell) if isinstance(cell, str) else str(cell)


def _is_numeric(cells: Sequence[Cell]) -> bool:
    known = [cell for cell in cells if cell is not None]
    return bool(known) and not any(isinstance(cell, str) for cell in known)


def _line(cells: Sequence[str], widths: Sequence[int], right: Sequence[bool]) -> str:
    padded = []
    for cell, size, numeric in zip(cells, widths, right, strict=True):
        shown = cut(cell, size)
        blanks = " " * (size - display_width(shown))
        padded.append(blanks + shown if numeric else shown + blanks)
    return GAP.join(padded).rstrip()


def _fitted(widths: Sequence[int], width: int) -> list[int]:
    """The widest columns made narrower, one column at a time, until all fit or none may shrink."""
    fitted = [min(size, max(LEAST_COLUMN, width)) for size in widths]
    spare = sum(fitted) + len(GAP) * (len(fitted) - 1) - width
    while spare > 0:
        widest = max(range(len(fitted)), key=lambda i: (fitted[i], i))
        if fitted[widest] <= LEAST_COLUMN:
            break
        fitted[widest] -= 1
        spare -= 1
    return fitted
