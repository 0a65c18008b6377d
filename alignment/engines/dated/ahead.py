"""All that a program derives, on all days, before anybody asks for a day: a view of one then looks it up.

Kept by what it depends on apart from the date, so a fact or a rule more leaves all that does not rest on it. What
cannot be told on all days is left out, with all that rests on it: what changes daily, is undecided, comes from
imported tables, or is doubted and rests on itself. So are relations whose rows come in rounds.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import field

from alignment.engines.base import Limits
from alignment.engines.dated.calendar import calendar_of
from alignment.engines.dated.evaluate import Run, can_be_dated
from alignment.engines.dated.lasting import Lasting
from alignment.engines.dated.reading import agreed, dated_rule
from alignment.engines.dated.relation import DatedRelation
from alignment.engines.dated.reports import reported_strengths
from alignment.engines.dated.spans import ByStrength
from alignment.engines.dated.truth import ChangesDaily
from alignment.engines.dated.weighing import Heads, Weigher
from alignment.engines.evaluation import Evaluation
from alignment.factbase.relation import Row
from alignment.factbase.strengths import CERTAIN
from alignment.program.lower import NOW
from alignment.program.model import Aggregation, Stratum
from alignment.program.turns import turns
from alignment.program.weighing import doubtful
from alignment.records import frozen


def derive_on_all_days(evaluation: Evaluation, limits: Limits) -> None:
    """Derive and weigh the relations of a program on all days, and keep them. Raises LimitReached."""
    strata = evaluation.program.strata
    rules = [rule for stratum in strata for rule in stratum.rules]
    names = {name for stratum in strata for name in (*stratum.relations, *stratum.reads)} - {NOW}
    reported = dict(_reported(evaluation, names))
    doubted = [name for name, rows in reported.items() if any(set(found) != {CERTAIN} for found in rows.values())]
    days = sorted({day for name in evaluation.facts.tables for day in evaluation.facts.turning(name, evaluation.view)})
    run = Run(lambda _name: DatedRelation(), calendar_of(evaluation.dictionary, days), limits)
    work = _Work(
        Weigher(run, agreed(rules)),
        reported,
        doubtful(strata, doubted),
        frozenset(turn.rule.head for turn in turns(rules)[0] if turn.condition is None),
        unknown=names.difference(reported),
    )
    for name in reported.keys() - evaluation.program.stratum_of.keys():
        work.weigher.take(name, reported[name])
        evaluation.keep_lasting(name, Lasting(run.relation(name).rows, work.weigher.weak[name]))
    for stratum in strata:
        heads = work.derived(stratum)
        if heads is not None and not stratum.recursive:
            for name in stratum.relations:
                if work.weigher.agreed.get(name):
                    continue  # its rows stand for those of each day
                evaluation.keep_lasting(name, Lasting(run.relation(name).rows, work.weigher.weak[name], heads))
    del run.setting  # it leads back to the run: nothing is to wait for the collector


def _reported(evaluation: Evaluation, names: Collection[str]) -> Iterator[tuple[str, Mapping[Row, ByStrength]]]:
    """The rows that are reported of relations on any day, of those that have no imports."""
    for name in names:
        evidence = evaluation.program.evidence.get(name)
        found = reported_strengths(evaluation.facts, name, evidence, evaluation.view)
        if found is not None:
            yield name, found


@frozen
class _Work:
    """What is to be derived. `unknown` are the relations that cannot be told on all days; it grows."""

    weigher: Weigher
    reported: Mapping[str, Mapping[Row, ByStrength]]
    doubtful: frozenset[str]
    daily: frozenset[str]
    unknown: set[str] = field(default_factory=set)

    def derived(self, stratum: Stratum) -> Heads | None:
        """Derive a stratum: what each of its rules gives, where it was weighed; None where it cannot be told."""
        if self.can_be_told(stratum):
            try:
                return self.weighed(stratum)
            except ChangesDaily:  # this stratum cannot be told either
                pass
        self.unknown.update(stratum.relations)
        return None

    def can_be_told(self, stratum: Stratum) -> bool:
        """Whether the relations of a stratum can be derived and weighed on all days."""
        if stratum.alternating or not can_be_dated([stratum]):
            return False
        if not self.unknown.isdisjoint((*stratum.relations, *stratum.reads)):
            return False
        if not self.daily.isdisjoint(stratum.relations):
            return False
        doubted = not self.doubtful.isdisjoint(stratum.relations)
        return not (doubted and (stratum.recursive or self.counts_by_date(stratum)))

    def counts_by_date(self, stratum: Stratum) -> bool:
        """Whether an aggregate in a stratum groups rows by the date in view and may be in doubt."""
        return any(
            isinstance(one, Aggregation) and one.relation in self.doubtful and self.weigher.agreed.get(one.relation)
            for rule in stratum.rules
            for one in rule.body
        )

    def weighed(self, stratum: Stratum) -> Heads:
        """Derive a stratum, and weigh it where it may be in doubt."""
        reported = {name: self.reported[name] for name in stratum.relations}
        if not self.doubtful.isdisjoint(stratum.relations):
            return self.weigher.weigh(stratum, self.doubtful, reported)
        for name, rows in reported.items():
            self.weigher.take(name, rows)
        self.weigher.run.evaluate(stratum, [dated_rule(rule, self.weigher.agreed) for rule in stratum.rules])
        return {}
