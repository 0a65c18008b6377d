"""Labels: two rules with one label cannot be told apart in a proof, or preferred."""

from __future__ import annotations

from collections.abc import Iterator

from alignment.checks.context import Context
from alignment.language import tree
from alignment.problems import Note, Problem
from alignment.source import Span


def check_labels(context: Context) -> Iterator[Problem]:
    """Every rule whose label another rule has already. The same rule in two files is one rule."""
    first: dict[str, tree.Rule | tree.Constraint] = {}
    for rule in context.base.inferring:
        if rule.label is None:
            continue
        before = first.setdefault(rule.label, rule)
        if before is not rule and before != rule:
            place = _label_span(before)
            notes = (Note(place, "the first is"),) if place else ()
            message = f"two rules have the label '{rule.label}'"
            hint = "give each a label of its own: proofs and `prefer` name rules by them"
            yield Problem("duplicate-label", _label_span(rule), message, hint, notes=notes)


def _label_span(rule: tree.Rule | tree.Constraint) -> Span | None:
    """The place of a rule's label: it stands before the first colon."""
    if rule.span is None:
        return None
    written = rule.span.text.split(":", 1)[0].rstrip()
    at = written.rfind(rule.label or "")
    start = rule.span.start + max(at, 0)
    return Span(rule.span.source, start, start + len(rule.label or "")) if at >= 0 else rule.span
