"""Collects what a target cannot say, with the places, so that all of it is told at once."""

from __future__ import annotations

from collections.abc import Callable

from alignment.exchange.content import Content
from alignment.exchange.magnitudes import LARGEST, Magnitudes
from alignment.exchange.targets import CODE
from alignment.problems import AlignmentError, Problem
from alignment.program.model import BodyLiteral, Rule
from alignment.source import Span

SHOWN = 10
"""Constants that are told of one relation."""


class Refusals:
    """The problems of one target."""

    def __init__(self, target: str) -> None:
        self.target = target
        self.problems: list[Problem] = []

    def add(self, span: Span | None, message: str, hint: str | None = None) -> None:
        """Something that the target cannot say."""
        self.problems.append(Problem(CODE, span, f"{self.target} cannot say this: {message}", hint))

    def literal(self, rule: Rule, literal: BodyLiteral, message: str, hint: str | None = None) -> None:
        """The same, of a literal of a rule."""
        origin = literal.origin or rule.origin
        self.add(origin.span or rule.origin.span, message, hint)

    def rows(self, content: Content, refused: Callable[[int], str | None]) -> None:
        """A reported row of each relation for each reason for which a constant of it is refused, ten at most."""
        for name in content.all:
            columns = content.reported_codes(name)
            reasons = {
                reason: (place, code)
                for place, column in enumerate(columns)
                for code in sorted(column)
                if (reason := refused(code)) is not None
            }
            for reason, (place, code) in list(reasons.items())[:SHOWN]:
                pattern = [code if i == place else None for i in range(len(columns))]
                row = next(iter(content.evaluation.reported(name).match(pattern)))
                evidence = content.evidence(name)
                base = evidence.base if evidence else name
                reports = content.reports(base, row[: content.arity(base)])
                self.add(next((one.span for one in reports), None), f"{reason}, in '{name}'")
            if len(reasons) > SHOWN:
                self.add(None, f"{len(reasons) - SHOWN:,} constants more, in '{name}'")

    def overflows(self, content: Content) -> None:
        """What may compute a whole number beyond 32 bits, and relations that hold one."""
        magnitudes = Magnitudes(content)
        told: set[str] = set()
        for name, rules in content.rules.items():
            for rule in rules:
                for literal in magnitudes.too_large(rule):
                    told.add(name)
                    hint = "bound the numbers in the rule's body before they are computed with"
                    self.literal(rule, literal, "a number that may go beyond 32 bits", hint)
            if name not in told and max(magnitudes.columns[name], default=0) > LARGEST and not self.problems:
                self.add(rules[0].origin.span, f"a whole number beyond 32 bits, in '{name}'")

    def raise_any(self) -> None:
        """Raise AlignmentError with the problems, if there are some."""
        if self.problems:
            raise AlignmentError(self.problems)
