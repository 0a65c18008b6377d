"""An evaluation against an answer key, as text, as data, and as the rows of its cases."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import field
from typing import TYPE_CHECKING, Any

from alignment.language import tree
from alignment.reasoning.agreement import LEVEL, Agreement, Figure
from alignment.reasoning.comparison import Case, Comparison
from alignment.records import frozen
from alignment.render.ablation import ablation_data, ablation_lines
from alignment.render.branches import hanging
from alignment.render.rows import Field, written_rows
from alignment.render.style import Style, plain
from alignment.render.tables import Cell, table
from alignment.render.words import Words, capitalised

if TYPE_CHECKING:
    from alignment.checks.model import Schema
    from alignment.problems import Problem
    from alignment.reasoning.ablation import Ablation
    from alignment.render.explanation import Explanation

COLUMNS = ("entity", "expected", "given")
"""The fields of a case for other programs; `given` is empty where there is no answer."""

NO_ANSWER = "no answer"
MOST_BEYOND = 12


@frozen
class EvaluationReport:
    """What came of holding a goal against a key, with the words to tell it; false if no entity of it is answered.

    `problems` are rows of the key that were left out, `whys` the proofs of answers that are not what it says.
    """

    goal: str
    comparison: Comparison
    schema: Schema
    problems: tuple[Problem, ...] = ()
    whys: Mapping[str, Sequence[Explanation]] = field(default_factory=dict)
    ablations: tuple[Ablation, ...] | None = None

    def __bool__(self) -> bool:
        return self.comparison.answered > 0

    def __str__(self) -> str:
        return self.render()

    @property
    def accuracy(self) -> float | None:
        """The share of the key's entities that are answered as it says."""
        return self.comparison.agreement.accuracy.value

    @property
    def disagreements(self) -> tuple[Case, ...]:
        """The cases in which the answer is not what the key says."""
        return self.comparison.disagreements

    def format(self, form: str = "table", *, width: int | None = None, style: Style = plain) -> str | bytes:
        """The report as `table`, `json`, or the cases as `csv`. Raises ValueError for another."""
        if form == "table":
            return self.render(width, style)
        if form == "json":
            import json  # noqa: PLC0415  # only for this format

            return json.dumps(self.to_dict(), ensure_ascii=False, indent=2)
        return written_rows(COLUMNS, self.rows(), form)

    def rows(self) -> list[list[Field]]:
        """One row a case: entity, what the key says, what is answered."""
        return [[case.entity, case.expected, "; ".join(case.given) or None] for case in self.comparison.cases]

    def render(self, width: int | None = None, style: Style = plain) -> str:
        """The text people read: tables and figures first, then each disagreement with its proof."""
        comparison = self.comparison
        blocks = [_figures(comparison.agreement, "key", width, style)]
        if comparison.collapsed is not None:
            said = [style("claim", line) for line in hanging(_classes(comparison.class_of), width)]
            blocks.append("\n".join([*said, "", _figures(comparison.collapsed, "key", width, style)]))
        blocks.append("\n".join(line for text in self._coverage() for line in hanging(text, width)))
        if self.ablations is not None:
            blocks.append("\n".join(ablation_lines(self.ablations, self.schema, width, style)))
        blocks += self._disagreements(width, style)
        return "\n\n".join(blocks)

    def to_dict(self) -> dict[str, Any]:
        """All of it for other programs, safe for JSON."""
        comparison = self.comparison
        data: dict[str, Any] = {"goal": self.goal, **_agreement_data(comparison.agreement)}
        if comparison.collapsed is not None:
            data["classes"] = {"of": dict(comparison.class_of), **_agreement_data(comparison.collapsed)}
        data["unanswered"] = [case.entity for case in comparison.cases if not case.given]
        data["several_answers"] = [case.entity for case in comparison.cases if len(case.given) > 1]
        data["not_in_key"] = {entity: list(given) for entity, given in comparison.beyond.items()}
        data["left_out"] = [problem.message for problem in self.problems]
        data["disagreements"] = [
            {
                "entity": case.entity,
                "expected": case.expected,
                "given": list(case.given),
                "why": [one.to_dict() for one in self.whys.get(case.entity, ())],
            }
            for case in comparison.disagreements
        ]
        if self.ablations is not None:
            data["ablations"] = [ablation_data(one) for one in self.ablations]
        return data

    def _coverage(self) -> Iterator[str]:
        """What was not compared, and why not."""
        comparison = self.comparison
        missed = [case for case in comparison.cases if not case.given]
        several = [case for case in comparison.cases if len(case.given) > 1]
        if missed:
            yield f"Without an answer: {len(missed)} ({self._names(case.entity for case in missed)})."
        if several:
            yield f"With several answers: {len(several)} ({self._names(case.entity for case in several)})."
        if self.problems:
            yield f"Rows of the key left out: {len(self.problems)}."
        if comparison.beyond:
            yield f"Answered and not in the key: {len(comparison.beyond)} ({self._names(comparison.beyond)})."
        yield (
            f"Intervals hold the middle {LEVEL:.0%} of resampled keys; they say how sure a figure is for a key of "
            f"this size."
        )

    def _names(self, entities: Collection[str] | Iterator[str]) -> str:
        words = Words(self.schema)
        names = [words.name(tree.Symbol(entity)) for entity in entities]
        more = f", and {len(names) - MOST_BEYOND} more" if len(names) > MOST_BEYOND else ""
        return ", ".join(names[:MOST_BEYOND]) + more

    def _disagreements(self, width: int | None, style: Style) -> Iterator[str]:
        found = self.comparison.disagreements
        if not found:
            yield "No disagreement."
            return
        yield style("header", f"Disagreements: {len(found)} of {len(self.comparison.cases)}")
        words = Words(self.schema)
        for case in found:
            name = capitalised(words.name(tree.Symbol(case.entity)))
            given = " and ".join(map(_shown, case.given)) or "nothing"
            title = f"{name}: the key says {_shown(case.expected)}, the answer is {given}"
            lines = [style("claim", line) for line in hanging(title, width)]
            lines += [one.render(width, style) for one in self.whys.get(case.entity, ())]
            yield "\n".join(lines)


def _figures(found: Agreement, corner: str, width: int | None, style: Style) -> str:
    """A confusion table with the recall of each label, and the figures with their intervals under it."""
    confusion = found.confusion
    missed = any(confusion.unanswered)
    columns = [corner, *map(_shown, confusion.labels), *([NO_ANSWER] if missed else []), "recall", "interval"]
    rows: list[list[Cell]] = []
    for i, label in enumerate(confusion.labels):
        recall = found.recalls[i]
        cells: list[Cell] = [_shown(label), *confusion.counts[i]]
        cells += [confusion.unanswered[i]] if missed else []
        rows.append([*cells, _number(recall.value), _interval(recall)])
    figures: list[list[Cell]] = [
        [name, _number(figure.value), _interval(figure)] for name, figure in named_figures(found) if figure is not None
    ]
    title = f"figure of {confusion.total}"
    return f"{table(columns, rows, width, style)}\n\n{table([title, 'value', 'interval'], figures, width, style)}"


def named_figures(found: Agreement) -> list[tuple[str, Figure | None]]:
    """The figures of a whole table with what they are called."""
    return [
        ("accuracy", found.accuracy),
        ("macro recall", found.macro_recall),
        ("Cohen's kappa", found.kappa),
        ("quadratic-weighted kappa", found.weighted_kappa),
    ]


def _classes(class_of: Mapping[str, str]) -> str:
    members: dict[str, list[str]] = {}
    for label, name in class_of.items():
        members.setdefault(name, []).append(_shown(label))
    told = [f"{_shown(name)} = {' or '.join(labels)}" for name, labels in members.items() if labels != [_shown(name)]]
    return f"In classes: {'; '.join(told)}."


def _shown(label: str) -> str:
    return label.replace("_", " ")


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"


def _interval(figure: Figure) -> str:
    return "" if figure.low is None or figure.high is None else f"{figure.low:.2f} to {figure.high:.2f}"


def _agreement_data(found: Agreement) -> dict[str, Any]:
    table_ = found.confusion
    figures = {
        "accuracy": found.accuracy,
        "macro_recall": found.macro_recall,
        "kappa": found.kappa,
        "weighted_kappa": found.weighted_kappa,
    }
    recalls = dict(zip(table_.labels, found.recalls, strict=True))
    return {
        "compared": table_.total,
        "labels": list(table_.labels),
        "ordered": found.weighted_kappa is not None,
        "confusion": {
            label: {**dict(zip(table_.labels, row, strict=True)), NO_ANSWER: missed}
            for label, row, missed in zip(table_.labels, table_.counts, table_.unanswered, strict=True)
        },
        **{name: None if figure is None else figure.value for name, figure in figures.items()},
        "recall": {label: figure.value for label, figure in recalls.items()},
        "intervals": {
            **{name: None if figure is None else [figure.low, figure.high] for name, figure in figures.items()},
            "recall": {label: [figure.low, figure.high] for label, figure in recalls.items()},
        },
    }
