"""Asking a goal of a step: as any goal, and besides how strongly rules conclude something.

`buys(X, Y, oil) confidence >= 0.7` asks for a report of that confidence. What rules conclude has no
reports, so in a step `supports(X, Y) confidence >= 0.7` asks for its strongest proof.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from dataclasses import replace

from alignment.engines.base import Limits
from alignment.factbase.tables import likelihood
from alignment.knowledge import KnowledgeBase
from alignment.language import tree
from alignment.language.atoms import Values, asking_all, atom_with, row_values
from alignment.reasoning.answers import Answers
from alignment.reasoning.confidences import goal_confidences

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
    asked = [one for one in body if isinstance(one, tree.Literal) and asks_strength(kb, one)]
    if not asked:
        return kb.query(body)
    others = [one for one in body if one not in asked or not (isinstance(one, tree.Literal) and one.negated)]
    plain = [replace(one, evidence=()) if isinstance(one, tree.Literal) and one in asked else one for one in others]
    answers = kb.query(plain) if plain else Answers.of((), ((),))
    kept = [
        row
        for row in answers.constants
        if all(_comes_out(kb, literal, row_values(answers.columns, row)) for literal in asked)
    ]
    return Answers.of(answers.columns, kept)


def asks_strength(kb: KnowledgeBase, literal: tree.Literal) -> bool:
    """Whether a literal asks a conclusion how strong its proof is."""
    match literal:
        case tree.Literal(evidence=(tree.Confidence(value=value),)):
            concluded = {rule.head.relation for rule in kb.checked.rules}
            return likelihood(value) is not None and literal.atom.relation in concluded
        case _:
            return False


def strengths(kb: KnowledgeBase, atom: tree.Atom) -> dict[tree.Atom, float | None]:
    """The confidence of each answer to an atom, the surest first; None where it cannot be judged."""
    open_atom = asking_all(kb.prepare(atom))
    goal = (tree.Literal(open_atom),)
    answers, evaluation = kb.query(goal), kb.evaluation()
    rows = [tuple(map(evaluation.dictionary.constant, row)) for row in answers.constants]
    sure = goal_confidences(evaluation, goal, answers.columns, Limits.of(kb.time_limit)).of_all(rows)
    found = [
        (atom_with(open_atom, row_values(answers.columns, constants)), sure[row])
        for constants, row in zip(answers.constants, rows, strict=True)
    ]
    return dict(sorted(found, key=lambda one: -1.0 if one[1] is None else one[1], reverse=True))


def _comes_out(kb: KnowledgeBase, literal: tree.Literal, values: Values) -> bool:
    """Whether the strongest proof of a conclusion is as strong as asked; under `not`, whether none is."""
    (asked,) = literal.evidence
    assert isinstance(asked, tree.Confidence)
    level = likelihood(asked.value)
    assert level is not None
    found = strengths(kb, atom_with(literal.atom, values)).values()
    strong = any(one is not None and HOLDS[asked.operator](one, level) for one in found)
    return strong is not literal.negated
