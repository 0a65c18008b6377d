"""Atoms and terms with some of their variables known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias

from alignment.language import tree

Values: TypeAlias = Mapping[str, tree.Constant]
"""The constants of some variables."""


def is_ground(atom: tree.Atom) -> bool:
    """Whether an atom has no variable."""
    return not any(isinstance(arg, tree.Variable) for arg in atom.args)


def atom_with(atom: tree.Atom, values: Values) -> tree.Atom:
    """An atom with values in place of variables."""
    return replace(atom, args=tuple(term_with(arg, values) for arg in atom.args))


def term_with(term: tree.Term, values: Values) -> tree.Term:
    """A term with values in place of variables."""
    match term:
        case tree.Variable(name=name):
            return values.get(name, term)
        case tree.Arithmetic(operator=operator, left=left, right=right):
            return tree.Arithmetic(operator, term_with(left, values), term_with(right, values), span=term.span)
        case _:
            return term


def row_values(columns: Sequence[str], row: Sequence[tree.Constant]) -> dict[str, tree.Constant]:
    """The values of one answer by variable."""
    return dict(zip(columns, row, strict=True))


def asking_all(atom: tree.Atom) -> tree.Atom:
    """The atom with a plain variable in place of each that asks for no column, so that its answers are whole.

    Before: `supports(_, _Side)`.  After: `supports(V0_, V_Side)`.
    """

    def plain(place: int, term: tree.Term) -> tree.Term:
        if not isinstance(term, tree.Variable) or not term.name.startswith("_"):
            return term
        return tree.Variable(f"V{place}_" if term.is_anonymous else f"V{term.name}")

    return replace(atom, args=tuple(plain(place, term) for place, term in enumerate(atom.args)))
