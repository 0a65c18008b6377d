"""What an engine derives from a program, to be held against what another one does."""

from __future__ import annotations

from alignment import AlignmentError, KnowledgeBase
from alignment.engines.base import Limits
from alignment.program.model import PADDING

Rounds = dict[str, dict[tuple[str, ...], int]]


def rounds(text: str, engine: str) -> Rounds:
    """The rows of every derived relation with the round of each; nothing of a program that is refused."""
    base = KnowledgeBase(engine)
    try:
        base.add(text)
    except AlignmentError:
        return {}
    return rounds_of(base)


def rounds_of(base: KnowledgeBase) -> Rounds:
    """The rows of every derived relation of a base with the round of each, within its time. Raises LimitReached."""
    evaluation = base.evaluation()
    found: Rounds = {}
    names = sorted(evaluation.program.stratum_of)
    relations = evaluation.relations(names, Limits.of(base.time_limit))
    for name in names:
        relation = relations[name]
        rows = [row for row in relation if PADDING.id not in row]
        found[name] = {tuple(repr(evaluation.dictionary.node(code)) for code in row): relation.round(row) for row in rows}
    return found
