"""Proofs as graphs: what is stated as nodes, arrows from each premise to what it is a premise of.

A claim that is needed twice is one node. Mermaid, Graphviz and others draw the same graph.
"""

from __future__ import annotations

from collections.abc import Sequence

from alignment.factbase.strengths import CERTAIN
from alignment.records import frozen
from alignment.render.likelihood import confidence_text
from alignment.render.outline import ROOT, Item, Kind, Outline
from alignment.render.reports import sources_named


@frozen
class Box:
    """A node: its id, its kind, and its lines of text, the sentence first."""

    id: str
    kind: Kind
    lines: tuple[str, ...]


@frozen
class Drawing:
    """One proof as a graph. `arrows` lead from the id of a premise, or of what yields, to that of a conclusion."""

    title: str
    boxes: tuple[Box, ...]
    arrows: tuple[tuple[str, str], ...]

    @property
    def defeated(self) -> frozenset[str]:
        """The ids of rules that were beaten: what they lead to does not rest on them."""
        return frozenset(box.id for box in self.boxes if box.kind == "defeated")


def drawings(proofs: Sequence[tuple[str, Outline]]) -> list[Drawing]:
    """A graph for each titled proof; ids differ between the proofs."""
    return [_drawing(title, items, f"p{number}n") for number, (title, items) in enumerate(proofs, 1)]


def _drawing(title: str, items: Outline, prefix: str) -> Drawing:
    boxes = [
        Box(f"{prefix}{i}", item.kind, _lines(item)) for i, item in enumerate(items) if item.shown_at is None
    ]
    arrows = [
        (f"{prefix}{i if item.shown_at is None else item.shown_at}", f"{prefix}{item.parent}")
        for i, item in enumerate(items)
        if item.parent != ROOT
    ]
    return Drawing(title, tuple(boxes), tuple(dict.fromkeys(arrows)))


def _lines(item: Item) -> tuple[str, ...]:
    """The sentence, then what gives it, then how likely it is where that is not certain."""
    by = f"rule {item.rule.label}" if item.rule is not None and item.rule.label else sources_named(item.reports)
    doubted = item.confidence != CERTAIN and item.kind != "aggregated"
    likely = confidence_text(item.confidence) if doubted else ""
    return tuple(line for line in (item.text, by, likely) if line)
