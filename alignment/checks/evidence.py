"""Evidence that a premise or goal asks for: `from S since D confidence C`, of one report."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from alignment.checks.intervals import said_twice, value_problems
from alignment.checks.model import Schema
from alignment.checks.nearest import suggestion
from alignment.language import tree
from alignment.problems import Problem


def evidence_problems(schema: Schema, evidence: Iterable[tree.Annotation]) -> Iterator[Problem]:
    """What is wrong with the evidence that a premise or goal asks for."""
    given: dict[str, tree.Annotation] = {}
    for annotation in evidence:
        if isinstance(annotation, tree.From):
            yield from unknown_sources(schema, (annotation.source,))
        yield from value_problems(annotation)
        before = [given.setdefault(part, annotation) for part in _asked(annotation)]
        if any(one is not annotation for one in before):
            yield _twice(next(one for one in before if one is not annotation), annotation)


def unknown_sources(schema: Schema, names: Iterable[tree.Term]) -> Iterator[Problem]:
    """The names that are not declared sources."""
    known = schema.sources
    for name in names:
        if isinstance(name, tree.Symbol) and name.name not in known:
            hint = suggestion(name.name, known) or f'declare it: source {name.name} "its title", 2024-07-03.'
            yield Problem("unknown-source", name.span, f"'{name.name}' is not a declared source", hint)


def _asked(annotation: tree.Annotation) -> tuple[str, ...]:
    """What of a report an annotation asks for; `during` asks for both ends of its period."""
    return ("since", "until") if isinstance(annotation, tree.During) else (type(annotation).__name__.lower(),)


def _twice(before: tree.Annotation, again: tree.Annotation) -> Problem:
    hint = "one premise asks for one report: to ask for another, write the atom again"
    return said_twice(before, again, hint)
