"""One test, step by step: what each step adds or asks, and what its failure says.

Loads and given statements gather until the next question, so their order does not matter; a view
(`as of`, `min confidence`, `without`) holds for the steps after it.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import field, replace
from typing import TypeAlias

from alignment.engines.base import Limits
from alignment.factbase.tables import likelihood
from alignment.knowledge import KnowledgeBase
from alignment.language import tree
from alignment.language.printer import format_node
from alignment.problems import AlignmentError, LimitReached, Problem
from alignment.records import mutable
from alignment.scripted import explain
from alignment.scripted.bases import Bases, Request
from alignment.scripted.because import check_because
from alignment.scripted.coverage import Recorder
from alignment.scripted.files import TestFile
from alignment.scripted.goals import contrary, relations_of
from alignment.scripted.periods import check_timeline
from alignment.scripted.results import Failure, Status, TestResult
from alignment.scripted.rows import check_answers

Asking: TypeAlias = (
    tree.Expect | tree.Refute | tree.Answers | tree.Timeline | tree.Unknown | tree.Contested | tree.Because
)
"""The steps that ask the base something."""


class _Stop(Exception):  # no error of its own: it carries one out of the steps
    """Nothing further can be asked in this test."""

    def __init__(self, status: Status, at: tree.Node, error: AlignmentError) -> None:
        self.status, self.at, self.error = status, at, error


@mutable
class TestRun:
    """The state of one running test."""

    __test__ = False  # pytest must not collect it

    file: TestFile
    test: tree.Test
    bases: Bases
    recorder: Recorder | None = None
    limits: Limits = field(default_factory=Limits)
    loads: tuple[tree.Text, ...] = ()
    given: tuple[tree.Given, ...] = ()
    as_of: str | None = None
    min_confidence: float | None = None
    without: tuple[str, ...] = ()
    failures: list[Failure] = field(default_factory=list)
    base: KnowledgeBase | None = None

    def run(self) -> TestResult:
        """Every step in order. A step that fails does not stop the test; a base with problems does."""
        started = time.perf_counter()
        options = self.bases.options
        self.loads, self.as_of, self.min_confidence = self.file.loads, options.as_of, options.min_confidence
        status = Status.PASSED
        try:
            for step in self.test.steps:
                self._step(step)
            self._step(None)
        except _Stop as stop:
            status = stop.status
            self._fail_with(stop.at, stop.error)
        if self.failures and status is Status.PASSED:
            status = Status.FAILED
        duration = time.perf_counter() - started
        line = self.test.line or 1
        return TestResult(self.test.name, str(self.file.path), line, status, duration, tuple(self.failures))

    def _step(self, step: tree.TestStep | None) -> None:
        """One step; None is the end, where what was given after the last question is still to be checked."""
        try:
            if step is None:
                self._kb()
            else:
                self._do(step)
        except LimitReached as error:
            raise _Stop(Status.LIMIT, step or self.test, error) from None
        except AlignmentError as error:
            self._fail_with(step or self.test, error)

    def _do(self, step: tree.TestStep) -> None:
        match step:
            case tree.Load(paths=paths):
                self.loads, self.base = (*self.loads, *paths), None
            case tree.Given(statements=statements):
                loads = [text for one in statements if isinstance(one, tree.Load) for text in one.paths]
                self.loads, self.given, self.base = (*self.loads, *loads), (*self.given, step), None
            case tree.AsOf(date=date):
                self.as_of = date.value.isoformat() if date else "ever"
            case tree.MinConfidence(value=value):
                self.min_confidence = _threshold(value)
            case tree.Without(sources=sources):
                self._leave_out(sources)
            case _:
                self._ask(step)

    def _ask(self, step: Asking) -> None:
        kb = self._kb()
        if self.recorder is not None:
            self.recorder.asked(kb, relations_of(_asked(step)))
        match step:
            case tree.Expect(body=body):
                self._keep(explain.unmet(kb, step, body))
            case tree.Refute(body=body):
                self._keep(explain.met(kb, step, body, f"{explain.text_of(body)} holds"))
            case tree.Unknown(atom=atom):
                for side in (atom, contrary(atom)):
                    sentence = f"{format_node(atom)} is not unknown: {format_node(side)} holds"
                    self._keep(explain.met(kb, step, (tree.Literal(side, span=side.span),), sentence))
            case tree.Contested(atom=atom):
                self._keep(explain.uncontested(kb, step, atom))
            case tree.Answers():
                self._keep(check_answers(kb, step))
            case tree.Timeline():
                self._keep(check_timeline(kb, step))
            case tree.Because():
                self._keep(check_because(kb, step))

    # The base ------------------------------------------------------------------------------------

    def _kb(self) -> KnowledgeBase:
        """The base as the steps so far make it, in their view."""
        if self.base is None:
            self.base = self._build()
        self.limits.check()
        if self.limits.deadline is not None:
            self.base.time_limit = max(0.0, self.limits.deadline - time.monotonic())
        known = self.base.schema.sources
        without = [*self.without, *(name for name in self.bases.options.without if name in known)]
        return self.base.view(as_of=self.as_of, min_confidence=self.min_confidence, without=without)

    def _build(self) -> KnowledgeBase:
        try:
            base = self.bases.base(Request(self.file.path.parent, self.loads, self.file.shared))
        except LimitReached:
            raise
        except AlignmentError as error:
            raise _Stop(Status.ERROR, self.test, error) from None
        given = [one for step in self.given for one in step.statements]
        added = tuple(one for one in given if not isinstance(one, tree.Load | tree.Query | tree.Test))
        try:
            if added:
                base.extend(tree.File(str(self.file.path), added))
        except LimitReached:
            raise
        except AlignmentError as error:
            raise _Stop(Status.FAILED, self.given[-1], error) from None
        return base

    def _leave_out(self, sources: Sequence[tree.Symbol]) -> None:
        kb, problems = self._kb(), list[Problem]()
        for source in sources:
            try:
                kb.view(without=[source.name])
            except AlignmentError as error:
                problems += [replace(problem, span=source.span) for problem in error.problems]
            else:
                self.without = (*self.without, source.name)
        if problems:
            raise AlignmentError(problems)

    # Failures ------------------------------------------------------------------------------------

    def _keep(self, failure: Failure | None) -> None:
        if failure is not None:
            self.failures.append(failure)

    def _fail_with(self, step: tree.Node, error: AlignmentError) -> None:
        count = len(error.problems)
        sentence = error.problems[0].message if count == 1 else f"{count} problems"
        self._keep(Failure(step.span, sentence, str(error), error.problems))


def _asked(step: Asking) -> list[tree.BodyLiteral]:
    match step:
        case tree.Unknown(atom=atom) | tree.Contested(atom=atom):
            return [tree.Literal(atom), tree.Literal(contrary(atom))]
        case tree.Because(atom=atom):
            return [tree.Literal(atom)]
        case _:
            return list(step.body)


def _threshold(value: tree.Term) -> float:
    number = likelihood(value)
    if number is None or not 0 <= number <= 1:
        message = f"{format_node(value)} is not a confidence"
        hint = "write a number from 0 to 1, or one of " + ", ".join(tree.LIKELIHOOD)
        raise AlignmentError(Problem("type", value.span, message, hint))
    return number
