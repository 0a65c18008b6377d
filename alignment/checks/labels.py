"""Labels: two rules with one label cannot be told apart in a proof, or preferred."""

from __future__ import annotations

from collections.abc import Iterator

from alignment.checks.context import Context
from alignment.language import tree
from alignment.problems import Note, Problem


def check_labels(context: Context) -> Iterator[Problem]:
    """Every rule whose label another rule has already."""
    first: dict[str, tree.Rule] = {}
    for rule in context.base.rules:
        if rule.label is None:
            continue
        before = first.setdefault(rule.label, rule)
        if before is not rule and before != rule:
            notes = (Note(before.span, "the first is"),) if before.span else ()
            message = f"two rules have the label '{rule.label}'"
            yield Problem("duplicate-label", rule.span, message, "give each a label of its own", notes=notes)
