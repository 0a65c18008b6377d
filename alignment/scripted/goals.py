"""Goals with some of their variables known: what a failing step shows is always about one answer."""

from __future__ import annotations

from collections.abc import Iterable

from alignment.language import tree
from alignment.language.atoms import Values, atom_with, term_with


def put_in(literal: tree.BodyLiteral, values: Values) -> tree.BodyLiteral:
    """A literal with values in place of variables; aggregates stay as written."""
    match literal:
        case tree.Literal(atom=atom, negated=negated, evidence=evidence):
            return tree.Literal(atom_with(atom, values), negated, evidence, span=literal.span)
        case tree.Comparison(operator=operator, left=left, right=right):
            return tree.Comparison(operator, _side(left, values), _side(right, values), span=literal.span)
        case tree.Membership(term=term, items=items):
            return tree.Membership(term_with(term, values), items, span=literal.span)


def _side(side: tree.Term | tree.Aggregate, values: Values) -> tree.Term | tree.Aggregate:
    return side if isinstance(side, tree.Aggregate) else term_with(side, values)


def contrary(atom: tree.Atom) -> tree.Atom:
    """`-p(…)` for `p(…)`, and the other way round."""
    return tree.Atom(atom.predicate, atom.args, not atom.negative, span=atom.span)


def relations_of(body: Iterable[tree.BodyLiteral]) -> set[str]:
    """The relations that a body reads, those inside aggregates included."""
    found: set[str] = set()
    for literal in body:
        if isinstance(literal, tree.Literal):
            found.add(literal.atom.relation)
        elif isinstance(literal, tree.Comparison):
            for side in (literal.left, literal.right):
                if isinstance(side, tree.Aggregate):
                    for element in side.elements:
                        found |= relations_of(element.body)
    return found
