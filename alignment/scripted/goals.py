"""Goals with some of their variables known: what a failing step shows is always about one answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from alignment.language import tree

Values = Mapping[str, tree.Constant]


def put_in(literal: tree.BodyLiteral, values: Values) -> tree.BodyLiteral:
    """A literal with values in place of variables; aggregates stay as written."""
    match literal:
        case tree.Literal(atom=atom, negated=negated, evidence=evidence):
            return tree.Literal(atom_with(atom, values), negated, evidence, span=literal.span)
        case tree.Comparison(operator=operator, left=left, right=right):
            return tree.Comparison(operator, _side(left, values), _side(right, values), span=literal.span)
        case tree.Membership(term=term, items=items):
            return tree.Membership(_term(term, values), items, span=literal.span)


def atom_with(atom: tree.Atom, values: Values) -> tree.Atom:
    """An atom with values in place of variables."""
    args = tuple(_term(arg, values) for arg in atom.args)
    return tree.Atom(atom.predicate, args, atom.negative, span=atom.span)


def _side(side: tree.Term | tree.Aggregate, values: Values) -> tree.Term | tree.Aggregate:
    return side if isinstance(side, tree.Aggregate) else _term(side, values)


def _term(term: tree.Term, values: Values) -> tree.Term:
    match term:
        case tree.Variable(name=name):
            return values.get(name, term)
        case tree.Arithmetic(operator=operator, left=left, right=right):
            return tree.Arithmetic(operator, _term(left, values), _term(right, values), span=term.span)
        case _:
            return term


def is_ground(atom: tree.Atom) -> bool:
    """Whether an atom has no variable."""
    return not any(isinstance(arg, tree.Variable) for arg in atom.args)


def contrary(atom: tree.Atom) -> tree.Atom:
    """`-p(…)` for `p(…)`, and the other way round."""
    return tree.Atom(atom.predicate, atom.args, not atom.negative, span=atom.span)


def row_values(columns: Sequence[str], row: Sequence[tree.Constant]) -> dict[str, tree.Constant]:
    """The values of one answer by variable."""
    return dict(zip(columns, row, strict=True))


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
