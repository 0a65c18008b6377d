"""The row that an atom asks about: its arguments computed and encoded."""

from __future__ import annotations

from alignment.engines.evaluation import Evaluation
from alignment.factbase.arithmetic import NumberTooLarge, apply
from alignment.factbase.relation import Row
from alignment.language import tree


def ground_row(evaluation: Evaluation, atom: tree.Atom) -> Row | None:
    """The encoded arguments of an atom without variables, or None where one has no value, such as `1 / 0`."""
    row = [_ground(evaluation, term) for term in atom.args]
    return None if None in row else tuple(value for value in row if value is not None)


def _ground(evaluation: Evaluation, term: tree.Term) -> int | None:
    match term:
        case tree.Arithmetic():
            left, right = _ground(evaluation, term.left), _ground(evaluation, term.right)
            if left is None or right is None:
                return None
            try:
                return apply(evaluation.dictionary, term.operator, left, right)
            except NumberTooLarge:
                return None
        case tree.Now():
            return evaluation.dictionary.value(evaluation.today)
        case tree.Variable():
            message = "only an atom without variables is explained"
            raise AssertionError(message)
        case _:
            return evaluation.dictionary.constant(term)
