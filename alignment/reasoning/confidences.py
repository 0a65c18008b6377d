"""How sure each row is: the strength of its strongest proof, a proof being as strong as its weakest premise.

Strengths come from one evaluation over the semiring of maximum and minimum (Green, Karvounarakis and Tannen,
"Provenance semirings", 2007), beside the one that finds the rows: what rests on certain facts alone is not
weighed at all. They are kept with the relations that they belong to.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Mapping, Sequence

from alignment.engines.base import Limits, Weighing
from alignment.engines.evaluation import Evaluation
from alignment.engines.keeping import keep_strengths, kept_strengths
from alignment.factbase.doubt import evidence_strengths, reported_strengths
from alignment.factbase.relation import Relation, Row
from alignment.factbase.strengths import CERTAIN, Strengths, confidence
from alignment.language import tree
from alignment.program.lower import NOW, lower_goal
from alignment.program.model import Rule, Stratum
from alignment.program.stratify import with_goal
from alignment.program.weighing import doubtful
from alignment.reasoning.answers import GOAL


class Confidences:
    """The confidence of each row of a relation that holds."""

    __slots__ = ("_strengths",)

    def __init__(self, strengths: Strengths | None) -> None:
        self._strengths = strengths

    @property
    def strengths(self) -> Strengths | None:
        """What is known of the rows; None where all are certain."""
        return self._strengths

    def of(self, row: Row) -> float | None:
        """The confidence of a row's strongest proof, in 0..1; None where it cannot be judged."""
        return CERTAIN if self._strengths is None else confidence(self._strengths.of(row))

    def of_all(self, rows: Iterable[Row]) -> dict[Row, float | None]:
        """The confidences of many rows, looked up at once."""
        weak = {} if self._strengths is None else {row: confidence(strength) for row, strength in self._strengths}
        return {row: weak.get(row, CERTAIN) for row in rows}


def weigh_ahead(evaluation: Evaluation, limits: Limits) -> None:
    """Weigh all relations, also those whose confidences are known: so is at hand what a small change leaves as it is.

    Raises LimitReached.
    """
    for name, strengths in _weighed(evaluation, frozenset(evaluation.program.stratum_of), limits, anew=True).items():
        evaluation.cache.put(("confidences", evaluation.key(name)), Confidences(strengths))


def confidences(
    evaluation: Evaluation, names: Collection[str], limits: Limits | None = None
) -> dict[str, Confidences]:
    """The confidences of the rows of some relations. Raises LimitReached."""
    keys = {name: ("confidences", evaluation.key(name)) for name in names}
    kept: dict[str, Confidences | None] = {name: evaluation.cache.get(key) for name, key in keys.items()}
    for name in [name for name, found in kept.items() if found is None]:
        if (lasting := _looked_up(evaluation, name)) is not None:
            kept[name] = lasting
        elif (shelved := kept_strengths(evaluation, name)) is not None:
            kept[name] = Confidences(shelved)
            evaluation.cache.put(keys[name], kept[name])
    missing = frozenset(name for name, found in kept.items() if found is None)
    if missing:
        began = time.monotonic()
        weighed = _weighed(evaluation, missing, limits or Limits())
        for name, strengths in weighed.items():
            made = kept[name] = Confidences(strengths)
            evaluation.cache.put(("confidences", evaluation.key(name)), made)
        for name in missing - {GOAL}:
            keep_strengths(evaluation, name, weighed.get(name), time.monotonic() - began)
    return {name: kept[name] or Confidences(None) for name in names}


def goal_confidences(
    evaluation: Evaluation,
    body: Sequence[tree.BodyLiteral],
    columns: Sequence[str],
    limits: Limits | None = None,
) -> Confidences:
    """The confidences of a goal's answers: a goal is as sure as its weakest premise."""
    goal = lower_goal(body, columns, evaluation.dictionary.constant, GOAL)
    whole = evaluation.with_program(with_goal(evaluation.program, goal))
    if (shelved := kept_strengths(whole, GOAL)) is not None:
        return Confidences(shelved)
    began = time.monotonic()
    asked = evaluation.with_program(with_goal(evaluation.program, evaluation.narrowed(goal)))
    found = confidences(asked, (GOAL,), limits)[GOAL]
    keep_strengths(whole, GOAL, found.strengths, time.monotonic() - began)
    return found


def _weighed(
    evaluation: Evaluation, names: frozenset[str], limits: Limits, *, anew: bool = False
) -> Mapping[str, Strengths | None]:
    """The strengths of relations and of those that they rest on; a relation that is certain is left out.

    Those that are known, of an earlier question or a view that sees the same, are not weighed again, unless `anew`.
    """
    strata: Sequence[Stratum] = evaluation.program.needed(names)
    strengths: dict[str, Strengths | None] = {}
    if not anew:
        strata, strengths = _unknown(evaluation, names)
    read = {name for stratum in strata for name in (*stratum.relations, *stratum.reads)} | names
    strengths |= {name: _reported(evaluation, name) for name in read.difference(strengths)}
    doubted = doubtful(strata, [name for name, one in strengths.items() if one is not None])
    weighed = tuple(stratum for stratum in strata if doubted.intersection(stratum.relations))

    def rows(wanted: Collection[str]) -> Mapping[str, Relation]:
        return evaluation.relations(wanted, limits)

    work = Weighing(
        weighed,
        doubted,
        strengths,
        evaluation.reported,
        rows,
        evaluation.dictionary,
        evaluation.cache,
        evaluation.keep_new,
    )
    found = evaluation.engine.weigh(work, limits) if weighed else {}
    for stratum in weighed:
        heads = {rule: work.heads[rule] for rule in stratum.rules if rule in work.heads}
        for name in stratum.relations if heads else ():
            evaluation.cache.put(("heads", evaluation.key(name)), heads)
    return {**strengths, **found}


def known_heads(evaluation: Evaluation, name: str) -> Mapping[Rule, Sequence[Collection[Row]]]:
    """The rows that each rule of a relation gives, of rules of which this was found out when they were weighed."""
    found: Mapping[Rule, Sequence[Collection[Row]]] | None = evaluation.cache.get(("heads", evaluation.key(name)))
    if found is None and (lasting := evaluation.lasting(name)) is not None:
        relation, day = lasting
        found = relation.heads_on(day)
    return found or {}


def _known(evaluation: Evaluation, name: str) -> Confidences | None:
    """The confidences of a relation, if they are kept, for this view or for all days."""
    kept: Confidences | None = evaluation.cache.get(("confidences", evaluation.key(name)))
    return _looked_up(evaluation, name) if kept is None else kept


def _looked_up(evaluation: Evaluation, name: str) -> Confidences | None:
    """The confidences of a relation that is kept on all days."""
    lasting = evaluation.lasting(name)
    if lasting is None:
        return None
    relation, day = lasting
    found = Confidences(relation.strengths_on(day))
    evaluation.cache.put(("confidences", evaluation.key(name)), found)
    return found


def _unknown(evaluation: Evaluation, names: frozenset[str]) -> tuple[list[Stratum], dict[str, Strengths | None]]:
    """The strata whose relations are to be weighed for some names, and the strengths of those below that are known."""
    unknown: list[Stratum] = []
    known: dict[str, Strengths | None] = {}
    wanted = set(names)
    for stratum in reversed(evaluation.program.needed(names)):
        if wanted.isdisjoint(stratum.relations):
            continue
        kept = {name: _known(evaluation, name) for name in stratum.relations}
        if None in kept.values():
            unknown.append(stratum)
            wanted |= stratum.reads
        else:
            known |= {name: one.strengths for name, one in kept.items() if one is not None}
    return unknown[::-1], known


def _reported(evaluation: Evaluation, name: str) -> Strengths | None:
    """The strengths of what is reported of a relation, as the view sees it."""
    if name == NOW:
        return None
    evidence = evaluation.program.evidence.get(name)
    if evidence is not None:
        return evidence_strengths(evaluation.facts, evidence, evaluation.view)
    return reported_strengths(evaluation.facts, name, evaluation.view)
