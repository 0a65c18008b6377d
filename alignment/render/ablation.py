"""What carries the figures of an evaluation: a table of the sources and rules that matter, in order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from alignment.render.branches import hanging
from alignment.render.style import Style
from alignment.render.tables import Cell, table
from alignment.render.widths import clean

if TYPE_CHECKING:
    from alignment.checks.model import Schema
    from alignment.reasoning.ablation import Ablation

MOST_TOLD = 40
"""Rows of the table; data has them all."""


def ablation_lines(
    found: Sequence[Ablation], schema: Schema, width: int | None, style: Style
) -> Iterator[str]:
    """The table of what changes an answer of the key when it is left out, and how many things change none."""
    telling = [one for one in found if one.better or one.worse]
    yield style("header", "Without one source or rule")
    if telling:
        shown = telling[:MOST_TOLD]
        yield table(["without", "", "right", "wrong", "accuracy", "macro recall", "weighted kappa"],
                    [_row(one, schema) for one in shown], width, style)  # fmt: skip
    if len(telling) > MOST_TOLD:
        yield style("closing", f"and {len(telling) - MOST_TOLD} more (--format json lists them)")
    same = sum(not one.changed for one in found)
    beyond = len(found) - len(telling) - same
    said = (
        f"Of {len(found)} sources and rules {len(telling)} change an answer of the key, {beyond} others only an answer "
        f"beyond it, and {same} none. `right` are answers that come to agree, `wrong` those that cease to."
    )
    yield from (style("closing", line) for line in hanging(said, width))


def _row(one: Ablation, schema: Schema) -> list[Cell]:
    source = schema.sources.get(one.name) if one.kind == "source" else None
    title = f"{one.name} ({clean(source.title)})" if source and source.title else one.name
    return [title, one.kind, len(one.better), len(one.worse), *_figures(one)]


def _figures(one: Ablation) -> list[Cell]:
    found = one.comparison.agreement
    figures = (found.accuracy, found.macro_recall, found.weighted_kappa)
    return ["–" if figure is None or figure.value is None else f"{figure.value:.2f}" for figure in figures]


def ablation_data(one: Ablation) -> dict[str, Any]:
    """One ablation for other programs, safe for JSON."""
    found = one.comparison.agreement
    return {
        "without": one.kind,
        "name": one.name,
        "accuracy": found.accuracy.value,
        "macro_recall": found.macro_recall.value,
        "kappa": found.kappa.value,
        "weighted_kappa": found.weighted_kappa.value if found.weighted_kappa else None,
        "changed": list(one.changed),
        "better": list(one.better),
        "worse": list(one.worse),
    }
