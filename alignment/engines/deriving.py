"""What an evaluation lacks, stratum by stratum: kept up to date where it was evaluated before, else evaluated.

A stratum that is in the cache as it was before a small change is maintained (`engines.maintenance`). All others
wait, so that an engine gets as many as possible at once, and are evaluated when something that must
be at hand reads them. A relation that no table was made of is unfolded into what is maintained above it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import field, replace
from typing import TYPE_CHECKING

from alignment.engines import alternating
from alignment.engines.base import Budget, Limits
from alignment.factbase.relation import Relation
from alignment.program.model import Stratum
from alignment.records import mutable

if TYPE_CHECKING:
    from alignment.engines.evaluation import Evaluation
    from alignment.engines.maintenance.maintain import Maintenance

TRIED = 3
"""Former states of a stratum that are looked at: the last ones."""

MOST_FAR = 3
"""Former states that changed much, after which the rest is evaluated anew, all at once: it is another day."""


@mutable
class Deriving:
    """The work for one question. `known` are the relations at hand; it grows. `far` counts what changed much."""

    evaluation: Evaluation
    known: dict[str, Relation]
    limits: Limits
    waiting: list[Stratum] = field(default_factory=list)
    far: int = 0

    def derive(self, strata: Iterable[Stratum], asked: Collection[str]) -> None:
        """Bring what is asked for into `known`. The strata are in order, and all that is missing is among them."""
        for stratum in strata:
            found = self._maintained(stratum)
            if found is None:
                self.waiting.append(stratum)
            else:
                self._keep(stratum, found)
        self._evaluate(asked)

    # Evaluation ----------------------------------------------------------------------------------

    def _evaluate(self, names: Collection[str]) -> None:
        """Evaluate what waits and is needed for the relations of these names."""
        wanted = set(names)
        chosen: list[Stratum] = []
        for stratum in reversed(self.waiting):
            if wanted.intersection(stratum.relations):
                chosen.append(stratum)
                wanted |= stratum.reads
        if not chosen:
            return
        inputs = dict(self.known)
        for stratum in chosen:
            for name in (*stratum.relations, *stratum.reads):
                if name not in inputs:
                    inputs[name] = self.evaluation.reported(name)
        evaluation = self.evaluation
        engine, dictionary = evaluation.engine, evaluation.dictionary
        found = alternating.evaluate(engine, chosen[::-1], inputs, dictionary, names, self.limits)
        self.limits.done()
        for stratum in chosen:
            if all(name in found for name in stratum.relations):
                self.waiting.remove(stratum)
                self._keep(stratum, {name: found[name] for name in stratum.relations})

    def _keep(self, stratum: Stratum, relations: Mapping[str, Relation]) -> None:
        self.known.update(relations)
        self.evaluation.keep(stratum, relations)

    # Maintenance ---------------------------------------------------------------------------------

    def _maintained(self, stratum: Stratum) -> Mapping[str, Relation] | None:
        """The relations of a stratum, from those of a former state; None if there is none near enough.

        An alternating stratum is evaluated whole: what it rests on, absent or present, goes round in it.
        """
        if stratum.alternating or self.far >= MOST_FAR:
            return None
        for state in self.evaluation.former(stratum)[:TRIED]:
            former = self._former(stratum, state)
            if former is not None and former.is_near():
                return former.result()
            if former is not None and former.is_far:
                self.far += 1
        return None

    def _former(self, stratum: Stratum, state: int) -> Maintenance | None:
        """The maintenance of a stratum from a former state; None where that is not at hand any more."""
        from alignment.engines.maintenance.maintain import Maintenance, Reads  # noqa: PLC0415  # only after a change

        cache, evaluation = self.evaluation.cache, self.evaluation
        own, reads = cache.state(state)
        relations = {name: cache.derived(name, state) for name in stratum.relations}
        reported = {name: cache.reported(key) for name, key in zip(stratum.relations, own, strict=True)}
        plain = self._unfolded(stratum, dict(reads))
        if plain is None:
            return None
        stratum, numbers = plain
        below = {name: cache.relation(number) for name, number in numbers.items()}
        if None in (*relations.values(), *reported.values(), *below.values()):
            return None
        self._evaluate([name for name in below if name not in self.known])
        was = Reads(_whole(below), _whole(reported))
        now = Reads(
            {name: self._at_hand(name) for name in below}, {name: evaluation.reported(name) for name in reported}
        )
        return Maintenance(stratum, _whole(relations), was, now, self._run, self._anew)

    def _at_hand(self, name: str) -> Relation:
        return self.known[name] if name in self.known else self.evaluation.reported(name)

    def _unfolded(self, stratum: Stratum, numbers: dict[str, int]) -> tuple[Stratum, dict[str, int]] | None:
        """The stratum and what it read, without relations of which there was no table."""
        from alignment.engines.maintenance.unfolding import unfolded  # noqa: PLC0415  # likewise

        cache, evaluation = self.evaluation.cache, self.evaluation
        waiting = {one.relations[0]: one for one in self.waiting if not one.recursive}
        while missing := [name for name, number in numbers.items() if cache.relation(number) is None]:
            for name in missing:
                definition = waiting.get(name)
                if definition is None:
                    return None
                own, reads = cache.state(cache.state_of(numbers.pop(name)))
                reports = (cache.reported(own[0]), evaluation.reported(name))
                rules = unfolded(stratum.rules, name, definition.rules)
                if rules is None or any(one is None or len(one) for one in reports):
                    return None
                stratum = replace(stratum, rules=rules)
                numbers |= {other: number for other, number in reads if other not in numbers}
        return stratum, numbers

    def _run(
        self, strata: Sequence[Stratum], known: Mapping[str, Relation], asked: Collection[str], budget: Budget
    ) -> Mapping[str, Relation]:
        """Rules of changes: they are no part of what is asked, so nothing is written down of them."""
        limits = replace(self.limits, journal=None, budget=budget)
        evaluation = self.evaluation
        return evaluation.engine.evaluate(strata, known, evaluation.dictionary, asked, limits)

    def _anew(
        self, strata: Sequence[Stratum], known: Mapping[str, Relation], asked: Collection[str]
    ) -> Mapping[str, Relation]:
        """An evaluation for somebody who asks later, when the time of this question is over."""
        limits = self.limits.again()
        evaluation = self.evaluation
        return evaluation.engine.evaluate(strata, known, evaluation.dictionary, asked, limits)


def _whole(relations: Mapping[str, Relation | None]) -> dict[str, Relation]:
    return {name: relation for name, relation in relations.items() if relation is not None}
