"""An explanation as the text people read: trees of sentences, what is said under them, the sources."""

from __future__ import annotations

from collections.abc import Sequence

from alignment.render.branches import Notes, branches, hanging
from alignment.render.sections import Section
from alignment.render.style import Style


def explanation_text(
    found: Sequence[Section],
    sources: Sequence[tuple[str, str]],
    notes: Notes,
    width: int | None,
    style: Style,
) -> str:
    """All parts, separated by empty lines."""
    blocks: list[list[str]] = []
    for section in found:
        title = [style("header", section.title)] if section.title else []
        blocks.append(title + branches(section.items, notes, width, style))
        said = [line for text in section.closing for line in hanging(text, width, later="  ")]
        blocks.append([style("closing", line) for line in said])
    blocks.append(_legend(sources, width, style))
    return "\n\n".join("\n".join(block) for block in blocks if block)


def _legend(sources: Sequence[tuple[str, str]], width: int | None, style: Style) -> list[str]:
    if not sources:
        return []
    indent = max(len(name) for name, _ in sources) + 4
    lines = [
        line
        for name, text in sources
        for line in hanging(text, width, first=f"  {name:{indent - 2}}", later=" " * indent)
    ]
    return [style("header", "Sources"), *lines]
