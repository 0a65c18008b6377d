"""Walks over bodies and terms that several checks share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeAlias

from alignment.language import tree

Body: TypeAlias = Sequence[tree.BodyLiteral]


def atom_literals(body: Body) -> Iterator[tree.Literal]:
    """The literals with atoms, those inside aggregates included."""
    for literal in body:
        if isinstance(literal, tree.Literal):
            yield literal
        else:
            for element in elements(literal):
                yield from atom_literals(element.body)


def aggregates(literal: tree.BodyLiteral) -> Iterator[tree.Aggregate]:
    """The aggregates of a comparison."""
    if isinstance(literal, tree.Comparison):
        if isinstance(literal.left, tree.Aggregate):
            yield literal.left
        if isinstance(literal.right, tree.Aggregate):
            yield literal.right


def elements(literal: tree.BodyLiteral) -> Iterator[tree.AggregateElement]:
    """The elements of the aggregates of a comparison."""
    for aggregate in aggregates(literal):
        yield from aggregate.elements


def variables(term: tree.Term | tree.Aggregate) -> Iterator[tree.Variable]:
    """The variables of a term outside braces, each as often as it stands there."""
    if isinstance(term, tree.Variable):
        yield term
    elif isinstance(term, tree.Arithmetic):
        yield from variables(term.left)
        yield from variables(term.right)


def evidence_terms(annotations: Iterable[tree.Annotation]) -> Iterator[tree.Term]:
    """The terms of evidence patterns."""
    for annotation in annotations:
        match annotation:
            case tree.From(source=source):
                yield source
            case tree.During(start=start, end=end):
                yield start
                yield end
            case tree.Confidence(value=value):
                yield value
            case tree.On(date=date) | tree.Since(date=date) | tree.Until(date=date):
                yield date


def literal_terms(literal: tree.BodyLiteral) -> tuple[tree.Term | tree.Aggregate, ...]:
    """The terms of a literal: arguments and evidence, the two sides, or the member."""
    if isinstance(literal, tree.Literal):
        if literal.evidence:
            return (*literal.atom.args, *evidence_terms(literal.evidence))
        return literal.atom.args
    if isinstance(literal, tree.Comparison):
        return (literal.left, literal.right)
    return (literal.term,)


def literal_variables(literal: tree.BodyLiteral) -> Iterator[tree.Variable]:
    """The variables of a literal outside braces."""
    for term in literal_terms(literal):
        yield from variables(term)


def element_variables(element: tree.AggregateElement) -> Iterator[tree.Variable]:
    """Every variable of an aggregate's element, those of aggregates inside it included."""
    for term in element.terms:
        yield from variables(term)
    yield from all_variables(element.body)


def all_variables(body: Body) -> Iterator[tree.Variable]:
    """Every variable of a body, those inside braces included."""
    for literal in body:
        yield from literal_variables(literal)
        for element in elements(literal):
            yield from element_variables(element)


def rule_variables(rule: tree.Rule) -> Iterator[tree.Variable]:
    """Every variable of a rule, head first."""
    for arg in rule.head.args:
        yield from variables(arg)
    yield from all_variables(rule.body)


def step_goals(step: tree.TestStep) -> tuple[Body, ...]:
    """The goals that a step of a test asks; an atom alone is a goal of one literal."""
    match step:
        case tree.Expect() | tree.Refute() | tree.Answers() | tree.Timeline():
            return (step.body,)
        case tree.Unknown() | tree.Contested():
            return (_goal(step.atom),)
        case tree.Because():
            return tuple(map(_goal, (step.atom, *step.uses)))
        case _:
            return ()


def _goal(atom: tree.Atom) -> Body:
    return (tree.Literal(atom, span=atom.span),)
