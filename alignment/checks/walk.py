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
        for element in elements(literal):
            yield from atom_literals(element.body)


def elements(literal: tree.BodyLiteral) -> Iterator[tree.AggregateElement]:
    """The elements of the aggregates of a comparison."""
    if isinstance(literal, tree.Comparison):
        for side in (literal.left, literal.right):
            if isinstance(side, tree.Aggregate):
                yield from side.elements


def variables(term: tree.Term | tree.Aggregate) -> Iterator[tree.Variable]:
    """The variables of a term outside braces, each as often as it stands there."""
    match term:
        case tree.Variable():
            yield term
        case tree.Arithmetic(left=left, right=right):
            yield from variables(left)
            yield from variables(right)
        case _:
            pass


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


def literal_variables(literal: tree.BodyLiteral) -> Iterator[tree.Variable]:
    """The variables of a literal outside braces."""
    match literal:
        case tree.Literal(atom=atom, evidence=evidence):
            for term in (*atom.args, *evidence_terms(evidence)):
                yield from variables(term)
        case tree.Comparison(left=left, right=right):
            yield from variables(left)
            yield from variables(right)
        case tree.Membership(term=term):
            yield from variables(term)


def all_variables(body: Body) -> Iterator[tree.Variable]:
    """Every variable of a body, those inside braces included."""
    for literal in body:
        yield from literal_variables(literal)
        for element in elements(literal):
            for term in element.terms:
                yield from variables(term)
            yield from all_variables(element.body)


def bodies(rules: Iterable[tree.Rule | tree.Query | tree.Constraint]) -> Iterator[Body]:
    """The bodies of statements."""
    for rule in rules:
        yield rule.body


def test_bodies(test: tree.Test) -> Iterator[Body]:
    """The goals of a test's steps; an atom alone is a goal of one literal."""
    for step in test.steps:
        match step:
            case tree.Expect(body=body) | tree.Refute(body=body) | tree.Answers(body=body) | tree.Timeline(body=body):
                yield body
            case tree.Unknown(atom=atom) | tree.Contested(atom=atom):
                yield (tree.Literal(atom, span=atom.span),)
            case tree.Because(atom=atom, uses=uses):
                yield tuple(tree.Literal(one, span=one.span) for one in (atom, *uses))
            case _:
                pass
