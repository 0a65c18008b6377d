"""How sure derived rows are, kept on disk for other processes beside the rows themselves."""

from __future__ import annotations

from alignment.engines.digests import Digests
from alignment.engines.evaluation import WORTH_KEEPING, Evaluation
from alignment.factbase.strengths import MemoryStrengths, Strengths


def kept_strengths(evaluation: Evaluation, name: str) -> Strengths | None:
    """The strengths of a derived relation, if this or another process kept them; nothing is evaluated."""
    shelf = evaluation.cache.shelf
    if shelf is None or name not in evaluation.program.stratum_of:
        return None
    digest = Digests(evaluation).of_strengths(name)
    return None if digest is None else shelf.strengths(digest, evaluation.dictionary)


def keep_strengths(evaluation: Evaluation, name: str, strengths: Strengths | None, seconds: float) -> None:
    """Keep the strengths of a derived relation, None where all rows are certain, if they took long to find."""
    shelf, at = evaluation.cache.shelf, evaluation.program.stratum_of.get(name)
    if shelf is None or at is None or seconds < WORTH_KEEPING:
        return
    digest = Digests(evaluation).of_strengths(name)
    if digest is not None:
        arity = next(len(rule.args) for rule in evaluation.program.strata[at].rules if rule.head == name)
        shelf.put_strengths(digest, strengths or MemoryStrengths({}), arity, evaluation.dictionary)
