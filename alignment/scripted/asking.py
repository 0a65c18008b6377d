"""Asking a goal of a step: as any goal, and besides how strongly rules conclude something.

`buys(X, Y, oil) confidence >= 0.7` asks for a report of that confidence. What rules conclude has no
reports, so in a step `supports(X, Y) confidence >= 0.7` asks for its strongest proof.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace

from alignment.factbase.tables import likelihood
from alignment.knowledge import KnowledgeBase
from alignment.language import tree
from alignment.language.atoms import Values, atom_with, row_values
from alignment.reasoning.answers import Answers

HOLDS: dict[str, Callable[[float, float], bool]] = {
    "=": operator.eq,
    "=:=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "=<": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def ask(kb: KnowledgeBase, body: Sequence[tree.BodyLiteral]) -> Answers:
    """The answers of a goal of a step."""
    concluded = {rule.head.relation for rule in kb.checked.rules}
    asked = [one for one in body if isinstance(one, tree.Literal) and _level(one, concluded) is not None]
    if not asked:
        return kb.query(body)
    answers = kb.query([replace(one, evidence=()) if one in asked else one for one in body])
    kept = [
        i
        for i, row in enumerate(answers.constants)
        if all(_strong(kb, literal, row_values(answers.columns, row)) for literal in asked)
    ]
    rows, constants = tuple(answers.rows[i] for i in kept), tuple(answers.constants[i] for i in kept)
    return Answers(answers.columns, rows, constants)


def _level(literal: tree.Literal, concluded: Collection[str]) -> float | None:
    """The confidence that a literal asks of a conclusion, or None if it asks none."""
    match literal:
        case tree.Literal(negated=False, evidence=(tree.Confidence(value=value),)):
            return likelihood(value) if literal.atom.relation in concluded else None
        case _:
            return None


def _strong(kb: KnowledgeBase, literal: tree.Literal, values: Values) -> bool:
    """Whether the strongest proof of a conclusion is as strong as asked."""
    (asked,) = literal.evidence
    assert isinstance(asked, tree.Confidence)
    level = likelihood(asked.value)
    assert level is not None
    found = [why.confidence for why in kb.why(atom_with(literal.atom, values)).whys]
    return any(one is not None and HOLDS[asked.operator](one, level) for one in found)
