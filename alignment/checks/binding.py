"""Which variables of a body have values, in whatever order it is written (range restriction).

The sequence of the fixpoint is that of evaluation: positive literals and lists give values, `=` hands
them on, an aggregate gives its value once the variables that group it have theirs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet

from alignment.checks.walk import (
    Body,
    aggregates,
    element_variables,
    literal_variables,
    variables,
)
from alignment.language import tree

ANONYMOUS = "_"


def bound_variables(body: Body, shared: AbstractSet[str], start: Iterable[str] = ()) -> set[str]:
    """The names of the variables that get values.

    `shared` are the names that stand around the body (in the head, or outside the braces); those in
    `start` have their values already.
    """
    bound = set(start)
    waiting: list[tree.Comparison] = []
    for literal in body:
        if isinstance(literal, tree.Comparison):
            if literal.operator == "=":
                waiting.append(literal)
        else:
            bound.update(_given(literal))
    while waiting:
        rest = [literal for literal in waiting if not _assign(literal, body, shared, bound)]
        if len(rest) == len(waiting):
            break
        waiting = rest
    return bound


def _given(literal: tree.Literal | tree.Membership) -> Iterator[str]:
    """The variables to which a positive literal, its evidence included, or a list gives values."""
    if isinstance(literal, tree.Membership):
        terms: tuple[tree.Term, ...] = (literal.term,)
    elif literal.negated:
        return
    else:
        terms = literal.atom.args
        if literal.evidence:
            terms = (*terms, *_evidence(literal.evidence))
    for term in terms:
        if isinstance(term, tree.Variable) and term.name != ANONYMOUS:
            yield term.name


def _evidence(annotations: Iterable[tree.Annotation]) -> Iterator[tree.Term]:
    for annotation in annotations:
        match annotation:
            case tree.Confidence(value=value, operator="="):
                yield value
            case tree.Confidence():
                pass  # `confidence >= C` compares
            case tree.From(source=source):
                yield source
            case tree.During(start=start, end=end):
                yield start
                yield end
            case tree.On(date=date) | tree.Since(date=date) | tree.Until(date=date):
                yield date


def _assign(literal: tree.Comparison, body: Body, shared: AbstractSet[str], bound: set[str]) -> bool:
    """Whether `=` has handed a value from one side to the other, or can no longer do so."""
    for target, value in ((literal.left, literal.right), (literal.right, literal.left)):
        if isinstance(target, tree.Variable) and target.name != ANONYMOUS:
            needed = (
                group_variables(value, literal, body, shared)
                if isinstance(value, tree.Aggregate)
                else {variable.name for variable in variables(value)}
            )
            if needed <= bound:
                bound.add(target.name)
                return True
    return False


def group_variables(
    aggregate: tree.Aggregate, literal: tree.Comparison, body: Body, shared: AbstractSet[str]
) -> set[str]:
    """The variables that an aggregate shares with what is around it: there is one value for each group of theirs.

    Those in the braces of other aggregates, and the other side of its own comparison, are not around it.
    """
    inner = {variable.name for element in aggregate.elements for variable in element_variables(element)}
    inner.discard(ANONYMOUS)
    group = inner & shared
    for other in body:
        if other is not literal:
            group.update(v.name for v in literal_variables(other) if v.name in inner)
    return group


def grouped(
    body: Body, shared: AbstractSet[str]
) -> Iterator[tuple[tree.Comparison, tree.Aggregate, set[str]]]:
    """The aggregates of a body, each with the comparison it stands in and the variables that group it."""
    for literal in body:
        if isinstance(literal, tree.Comparison):
            for aggregate in aggregates(literal):
                yield literal, aggregate, group_variables(aggregate, literal, body, shared)


def helping(inner: Body, others: Iterable[tree.BodyLiteral]) -> list[tree.BodyLiteral]:
    """The literals around an aggregate that can be evaluated beside the body of its element, without it.

    Those that ask for the value of an aggregate, this one or another, are not among them.
    """
    kept = [other for other in others if not any(aggregates(other))]
    while True:
        bound = bound_variables([*inner, *kept], frozenset())
        rest = [other for other in kept if {v.name for v in literal_variables(other)} - {ANONYMOUS} <= bound]
        if len(rest) == len(kept):
            return kept
        kept = rest


def out_of_reach(inner: Body, others: Iterable[tree.BodyLiteral], group: set[str]) -> set[str]:
    """The variables of a group to which neither the body of an element nor what helps it gives a value."""
    missing = group - {name for one in inner if isinstance(one, tree.Literal) for name in _given(one)}
    return missing - bound_variables([*inner, *helping(inner, others)], frozenset()) if missing else set()
