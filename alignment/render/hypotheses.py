"""Competing hypotheses as a matrix: a row for each fact, a column for each hypothesis."""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from alignment.language.printer import format_node
from alignment.reasoning.hypotheses import Competing, Evidence, Hypothesis
from alignment.records import frozen
from alignment.render.branches import hanging
from alignment.render.likelihood import confidence_text
from alignment.render.reports import sources_named
from alignment.render.rows import Field, written_rows
from alignment.render.style import Style, plain
from alignment.render.tables import Cell, table
from alignment.render.words import Words

if TYPE_CHECKING:
    from alignment.checks.model import Schema
    from alignment.reasoning.bearing import Direction

MARKS: dict[Direction, str] = {"consistent": "+", "inconsistent": "-", "neutral": "·"}
"""How a fact bears on a hypothesis, in a table."""


@frozen
class HypothesisTable:
    """Hypotheses held against each other, with the words to tell them."""

    found: Competing
    schema: Schema
    derived: Collection[str] = ()

    @property
    def hypotheses(self) -> tuple[Hypothesis, ...]:
        """The hypotheses, the least contradicted first."""
        return self.found.hypotheses

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """The facts that bear on any of them, those that tell most first."""
        return self.found.evidence

    def __str__(self) -> str:
        return self.render()

    def render(self, width: int | None = None, style: Style = plain) -> str:
        """The text people read: what is known of each hypothesis, then the matrix."""
        words = Words(self.schema, self.derived)
        lines = []
        for number, one in enumerate(self.hypotheses, 1):
            text = f"{words.line(one.claim)}: {self._standing(one)}"
            lines += [style("claim", line) for line in hanging(text, width, f"H{number}  ", "    ")]
        if not self.evidence:
            return "\n".join([*lines, "", style("closing", "Nothing that is reported bears on any of them.")])
        heads = [f"H{number}" for number in range(1, len(self.hypotheses) + 1)]
        rows: list[list[Cell]] = [self._row(one, words) for one in self.evidence]
        rows.append(["against, summed", "", "", *(f"{one.against:.2f}" for one in self.hypotheses)])
        matrix = table(["evidence", "source", "weight", *heads], rows, width, style)
        key = "+ consistent, - inconsistent, · neutral. Facts that are alike for all tell nothing and come last."
        return "\n".join([*lines, "", matrix, "", *(style("closing", line) for line in hanging(key, width))])

    def format(self, form: str) -> str | bytes:
        """The matrix in a machine format: csv, json, jsonl or parquet."""
        if form == "json":
            return json.dumps(self.to_dict(), ensure_ascii=False, indent=2)
        columns = ("fact", "text", "sources", "weight", *(format_node(one.claim) for one in self.hypotheses))
        return written_rows(columns, [self._fields(one) for one in self.evidence], form)

    def to_dict(self) -> dict[str, Any]:
        """The same for other programs, safe for JSON."""
        words = Words(self.schema, self.derived)
        return {
            "hypotheses": [
                {
                    "atom": format_node(one.claim),
                    "text": words.line(one.claim),
                    "holds": one.holds,
                    "confidence": one.likelihood,
                    "against": one.against,
                    "for": one.speaks_for,
                }
                for one in self.hypotheses
            ],
            "evidence": [
                {
                    "atom": format_node(one.fact.claim),
                    "text": words.line(one.fact.claim),
                    "sources": self._sources(one),
                    "weight": one.weight,
                    "diagnostic": one.is_diagnostic,
                    "bearings": list(one.bearings),
                }
                for one in self.evidence
            ],
        }

    def _standing(self, one: Hypothesis) -> str:
        if not one.holds:
            return f"does not follow; {one.against:.2f} against it"
        return f"follows, {confidence_text(one.likelihood)}; {one.against:.2f} against it"

    def _row(self, one: Evidence, words: Words) -> list[Cell]:
        weight = "?" if one.weight is None else f"{one.weight:.2f}"
        marks = [MARKS[direction] for direction in one.bearings]
        return [words.line(one.fact.claim), sources_named(one.fact.reports), weight, *marks]

    def _fields(self, one: Evidence) -> list[Field]:
        text = Words(self.schema, self.derived).line(one.fact.claim)
        return [format_node(one.fact.claim), text, tuple(self._sources(one)), one.weight, *one.bearings]

    def _sources(self, one: Evidence) -> list[str]:
        return sorted({report.source for report in one.fact.reports if report.source is not None})
