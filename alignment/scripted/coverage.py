"""Which rules never fired and which relations never held a row, over all tests of a run.

A rule fires where a question depends on its relation and its body has an answer. What stands in
`.test` files is left out: it is there to test, not to be tested.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import field
from functools import cache
from pathlib import Path
from typing import TypeAlias

from alignment import library
from alignment.checks.model import Relation as Declared
from alignment.engines.evaluation import Evaluation
from alignment.factbase.relation import Relation
from alignment.knowledge import KnowledgeBase
from alignment.language import tree
from alignment.program.model import Positive, Rule
from alignment.reasoning.solving import Solver
from alignment.records import frozen, mutable
from alignment.scripted.files import ENDING
from alignment.source import Span

Place: TypeAlias = tuple[Path, int]
"""A file, however it was named, and an offset in it."""


@frozen
class Coverage:
    """What a run saw: the rules and declared relations of its bases, and which of them did nothing."""

    rules: int
    relations: int
    never_fired: tuple[tree.Rule, ...]
    never_filled: tuple[Declared, ...]


@mutable
class Recorder:
    """Gathers what tests touch, question by question."""

    rules: dict[Place, tree.Rule] = field(default_factory=dict)
    fired: set[Place] = field(default_factory=set)
    relations: dict[str, Declared] = field(default_factory=dict)
    filled: set[str] = field(default_factory=set)
    _paths: dict[str, Path] = field(default_factory=dict)

    def asked(self, kb: KnowledgeBase, relations: Iterable[str]) -> None:
        """A question that reads these relations was asked in this view."""
        evaluation = kb.evaluation()
        for rule in kb.checked.rules:
            place = self._place(rule.span)
            if place is not None:
                self.rules.setdefault(place, rule)
        for relation in kb.schema.relations.values():
            if relation.kind in ("relation", "event", "stance") and self._place(relation.span):
                self.relations.setdefault(relation.name, relation)
        self._see_reported(evaluation)
        self._see_derived(evaluation, relations)

    def _see_reported(self, evaluation: Evaluation) -> None:
        for name in self.relations.keys() - self.filled:
            if len(evaluation.reported(name)) or len(evaluation.reported(f"-{name}")):
                self.filled.add(name)

    def _see_derived(self, evaluation: Evaluation, relations: Iterable[str]) -> None:
        strata = evaluation.program.needed(frozenset(relations))
        names = {name for stratum in strata for name in stratum.relations}
        known = evaluation.relations(names)
        self.filled.update(name.removeprefix("-") for name in names if len(known[name]))
        solver = Solver(cache(evaluation.relation), evaluation.dictionary)
        for stratum in strata:
            for rule in stratum.rules:
                place = self._place(rule.origin.span)
                if place is None or place in self.fired or not evaluation.program.is_written(rule):
                    continue
                if _fires(rule, known, solver):
                    self.fired.add(place)

    def _place(self, span: Span | None) -> Place | None:
        if span is None or span.file.endswith(ENDING):
            return None
        if span.file not in self._paths:
            self._paths[span.file] = library.located(span.file).resolve()
        return self._paths[span.file], span.start

    def coverage(self) -> Coverage:
        """What was gathered so far, in the order of files and lines."""
        unfired = [self.rules[place] for place in sorted(self.rules.keys() - self.fired)]
        unfilled = [self.relations[name] for name in self.relations if name not in self.filled]
        return Coverage(len(self.rules), len(self.relations), tuple(unfired), tuple(unfilled))


def _fires(rule: Rule, known: dict[str, Relation], solver: Solver) -> bool:
    """Whether the body of a rule has an answer; the cheap looks come first."""
    if not len(known[rule.head]):
        return False
    if any(
        isinstance(literal, Positive) and not len(solver.relation(literal.relation)) for literal in rule.body
    ):
        return False
    return next(iter(solver.solutions(rule.body, {})), None) is not None
