"""The answers of a goal held against an answer key: who was answered as the key says, and how good that is.

A goal has a variable for the entity and one for its label, as `position(X, russia, L)`. One with a variable
alone, as `supports(X, russia)`, gives `yes` to what it finds and `no` to the rest of the key.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field
from itertools import pairwise

from alignment.engines.base import Limits
from alignment.engines.evaluation import Evaluation
from alignment.language import tree
from alignment.problems import AlignmentError, Problem
from alignment.program.lower import variables
from alignment.reasoning.agreement import RESAMPLES, Agreement, agreement, confusion
from alignment.reasoning.answer_key import label_name
from alignment.reasoning.answers import decoded, goal_rows
from alignment.records import frozen

YES, NO = "yes", "no"
_YES_OR_NO = {"true": YES, "1": YES, "y": YES, "t": YES, "false": NO, "0": NO, "n": NO, "f": NO}

MIDDLE, BEFORE, AFTER = "neutral", "for", "against"
"""Ordered labels with a middle of this name fall into what stands before it, itself, and what stands after it."""


@frozen
class Scale:
    """How labels are judged: their order, and the classes that some of them make (`for`: supports, leans).

    Without an order, labels that are all names of stances have that in which the stances are declared, and
    numbers that of numbers; others have none. `stances` are the names, in order.
    """

    order: tuple[str, ...] = ()
    classes: tuple[tuple[str, tuple[str, ...]], ...] = ()
    stances: tuple[str, ...] = ()
    seed: int = 0
    resamples: int = RESAMPLES


@frozen
class Case:
    """An entity of the key: what the key says, and all that is answered of it."""

    entity: str
    expected: str
    given: tuple[str, ...]

    @property
    def label(self) -> str | None:
        """The one answer; None if there is none, or several."""
        return self.given[0] if len(self.given) == 1 else None

    @property
    def agrees(self) -> bool:
        """Whether the one answer is what the key says."""
        return self.label == self.expected


@frozen
class Comparison:
    """All cases by entity, the answers beyond the key, and the figures: of the labels, and of their classes.

    `class_of` has the class of each label, and is empty where there are none.
    """

    cases: tuple[Case, ...]
    beyond: Mapping[str, tuple[str, ...]]
    agreement: Agreement
    collapsed: Agreement | None = None
    class_of: Mapping[str, str] = field(default_factory=dict)

    @property
    def disagreements(self) -> tuple[Case, ...]:
        """The cases in which the answer is not what the key says."""
        return tuple(case for case in self.cases if not case.agrees)

    @property
    def answered(self) -> int:
        """How many entities of the key have an answer."""
        return sum(bool(case.given) for case in self.cases)


def entity_columns(body: Sequence[tree.BodyLiteral]) -> tuple[str, str | None]:
    """The variables of a goal that stand for the entity and the label. Raises AlignmentError for other goals."""
    names = variables(body)
    if len(names) not in (1, 2):
        found = f"has {len(names)}" if names else "has none"
        hint = "for example: position(X, russia, L); put `_` where anything may stand"
        message = f"a goal to evaluate has a variable for the entity and one for its label, and this one {found}"
        raise AlignmentError(Problem("usage", None, message, hint))
    return names[0], names[1] if len(names) == 2 else None


def labelled(
    evaluation: Evaluation, body: Sequence[tree.BodyLiteral], limits: Limits | None = None
) -> dict[str, tuple[str, ...]]:
    """The labels that a goal gives each entity, sorted."""
    columns = [name for name in entity_columns(body) if name is not None]
    found: dict[str, list[str]] = {}
    for entity, *label in decoded(evaluation.dictionary, columns, goal_rows(evaluation, body, columns, limits)).rows:
        found.setdefault(str(entity), []).append(label_name(str(label[0])) if label else YES)
    return {entity: tuple(labels) for entity, labels in found.items()}


def compared(
    key: Mapping[str, str], answers: Mapping[str, tuple[str, ...]], scale: Scale, *, yes_or_no: bool = False
) -> Comparison:
    """A key against the labels that answers give. Raises AlignmentError for labels that do not fit the scale."""
    if yes_or_no:
        key = {entity: _YES_OR_NO.get(label, label) for entity, label in key.items()}
        answers = {entity: answers.get(entity, (NO,)) for entity in (*key, *answers)}
    cases = tuple(Case(entity, key[entity], answers.get(entity, ())) for entity in sorted(key))
    beyond = {entity: answers[entity] for entity in sorted(answers) if entity not in key}
    used = {label for case in cases for label in (case.expected, *case.given)}
    labels, ordered = ordered_labels(used, scale)
    pairs = [(case.expected, case.label) for case in cases]
    table = confusion(labels, pairs)
    found = agreement(table, ordered=ordered, seed=scale.seed, resamples=scale.resamples)
    class_of = classes_of(labels, scale, ordered=ordered)
    collapsed = None
    if class_of:
        merged = table.collapsed(class_of)
        in_order = ordered and _are_runs([class_of[label] for label in labels])
        collapsed = agreement(merged, ordered=in_order, seed=scale.seed, resamples=scale.resamples)
    return Comparison(cases, beyond, found, collapsed, class_of)


def ordered_labels(used: Iterable[str], scale: Scale) -> tuple[tuple[str, ...], bool]:
    """The labels of a table, and whether their order means anything.

    A scale of stances goes from the first that is used to the last: a step that nobody takes is still a step.
    """
    names = set(used)
    if scale.order:
        unknown = sorted(names.difference(scale.order))
        if unknown:
            message = f"the order does not say where '{unknown[0]}' stands"
            raise AlignmentError(Problem("usage", None, message, f"the labels are {', '.join(sorted(names))}"))
        return scale.order, True
    if names and names <= set(scale.stances):
        places = [scale.stances.index(name) for name in names]
        return scale.stances[min(places) : max(places) + 1], True
    numbers = {name: number for name in names if (number := _number(name)) is not None}
    if names and len(numbers) == len(names):
        return tuple(sorted(numbers, key=numbers.__getitem__)), True
    return tuple(sorted(names)), False


def classes_of(labels: Sequence[str], scale: Scale, *, ordered: bool) -> dict[str, str]:
    """The class of each label: as the scale says, each other label its own; empty where there are no classes."""
    named = {label: name for name, members in scale.classes for label in members}
    unknown = sorted(set(named).difference(labels))
    if unknown:
        message = f"there is no label '{unknown[0]}' to put into a class"
        raise AlignmentError(Problem("usage", None, message, f"the labels are {', '.join(labels)}"))
    if not named and ordered and MIDDLE in labels:
        middle = labels.index(MIDDLE)
        if max(middle, len(labels) - middle - 1) > 1:
            named = dict.fromkeys(labels[:middle], BEFORE) | dict.fromkeys(labels[middle + 1 :], AFTER)
    return {label: named.get(label, label) for label in labels} if named else {}


def _are_runs(classes: Sequence[str]) -> bool:
    """Whether each class is a run of neighbours, so that classes have the order of their labels."""
    changes = sum(a != b for a, b in pairwise(classes))
    return changes == len(set(classes)) - 1


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
