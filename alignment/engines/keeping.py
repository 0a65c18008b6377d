"""What was derived, and how sure it is, kept on disk for other processes."""

from __future__ import annotations

from alignment.engines.digests import Digests
from alignment.engines.evaluation import Evaluation
from alignment.factbase.relation import Relation
from alignment.factbase.strengths import MemoryStrengths, Strengths
from alignment.program.model import Stratum

WORTH_KEEPING = 0.1
"""Seconds that an evaluation takes whose result is kept."""


def kept_relations(evaluation: Evaluation, stratum: Stratum) -> dict[str, Relation] | None:
    """The relations of a stratum, if this or another process kept them all; nothing is evaluated."""
    shelf = evaluation.cache.shelf
    if shelf is None:
        return None
    found: dict[str, Relation] = {}
    for name in stratum.relations:
        digest = Digests(evaluation).of(name)
        kept = None if digest is None else shelf.get(digest, evaluation.dictionary)
        if kept is None:
            return None
        found[name] = kept
    return found


def keep_relation(evaluation: Evaluation, name: str, relation: Relation, seconds: float) -> None:
    """Keep a derived relation, if it took long to derive."""
    shelf, arity = evaluation.cache.shelf, _arity(evaluation, name)
    if shelf is None or arity is None or seconds < WORTH_KEEPING:
        return
    digest = Digests(evaluation).of(name)
    if digest is not None:
        shelf.put(digest, relation, arity, evaluation.dictionary)


def kept_strengths(evaluation: Evaluation, name: str) -> Strengths | None:
    """The strengths of a derived relation, if this or another process kept them; nothing is evaluated."""
    shelf = evaluation.cache.shelf
    if shelf is None or name not in evaluation.program.stratum_of:
        return None
    digest = Digests(evaluation).of_strengths(name)
    return None if digest is None else shelf.strengths(digest, evaluation.dictionary)


def keep_strengths(evaluation: Evaluation, name: str, strengths: Strengths | None, seconds: float) -> None:
    """Keep the strengths of a derived relation, None where all rows are certain, if they took long to find."""
    shelf, arity = evaluation.cache.shelf, _arity(evaluation, name)
    if shelf is None or arity is None or seconds < WORTH_KEEPING:
        return
    digest = Digests(evaluation).of_strengths(name)
    if digest is not None:
        shelf.put_strengths(digest, strengths or MemoryStrengths({}), arity, evaluation.dictionary)


def _arity(evaluation: Evaluation, name: str) -> int | None:
    """The number of columns of a derived relation; None of another."""
    at = evaluation.program.stratum_of.get(name)
    if at is None:
        return None
    return next(len(rule.args) for rule in evaluation.program.strata[at].rules if rule.head == name)
