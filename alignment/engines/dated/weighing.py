"""Strata weighed on all days at once: every row with its strengths, and the days on which each is the strongest.

The rules are those that carry strengths along (`program.weighing`), read as rules for all days (`reading.py`). So a
row comes once for each way in which its premises are strong, with the days of that; on each day the strongest counts.
Strata whose rows rest on each other are not weighed so.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from typing import TypeAlias

from alignment.engines.base import too_large
from alignment.engines.dated.body import Body
from alignment.engines.dated.days import Days, either
from alignment.engines.dated.evaluate import Run
from alignment.engines.dated.reading import dated_rule
from alignment.engines.dated.relation import DatedRelation
from alignment.engines.dated.spans import ByStrength, Spans, add, is_certain, strongest, weakest, whole
from alignment.engines.weighing import level, strength_of
from alignment.factbase.arithmetic import NumberTooLarge
from alignment.factbase.relation import Row
from alignment.factbase.strengths import CERTAIN
from alignment.problems import LimitReached
from alignment.program.model import Rule, Stratum
from alignment.program.weighing import Reading, WeighedRule, weighed
from alignment.records import mutable

Weak: TypeAlias = dict[Row, Spans]
"""The rows of a relation that are less than certain on some day."""

Heads: TypeAlias = dict[Rule, list[Mapping[Row, Days]]]
"""What each rule gives, as one or several sets of rows, each row with its days."""


@mutable
class Weigher:
    """Weighs one stratum after another into a run. `agreed` is what `reading.agreed` says of all rules."""

    run: Run
    agreed: Mapping[str, frozenset[int]]
    weak: dict[str, Weak] = field(default_factory=dict)

    def take(self, name: str, found: Mapping[Row, ByStrength]) -> None:
        """The rows of a relation, with all that speaks for each."""
        spans = {row: strongest(one) for row, one in found.items()}
        self.run.relations[name] = DatedRelation({row: whole(one) for row, one in spans.items()})
        self.weak[name] = {row: one for row, one in spans.items() if not is_certain(one)}

    def weigh(
        self, stratum: Stratum, doubtful: Collection[str], reported: Mapping[str, Mapping[Row, ByStrength]]
    ) -> Heads:
        """Derive the relations of a stratum that is not recursive, with their strengths, from those before it."""
        found = {name: {row: dict(one) for row, one in rows.items()} for name, rows in reported.items()}
        heads: Heads = {}
        for rule in stratum.rules:
            for one in weighed(rule, doubtful, stratum.relations, keep_own=True):
                given: dict[Row, Days] = {}
                rows = found[rule.head]
                for head, strength, days in self._given(one):
                    before = given.get(head)
                    given[head] = days if before is None else either(before, days)
                    add(rows.setdefault(head, {}), strength, days)
                heads.setdefault(rule, []).append(given)
        for name, rows in found.items():
            self.take(name, rows)
        return heads

    def _given(self, one: WeighedRule) -> Iterator[tuple[Row, float, Days]]:
        """The heads that a rule gives, each with the strength of its weakest premise, and days."""
        for reading in one.readings:
            if reading.name not in self.run.relations:
                self.run.relations[reading.name] = DatedRelation(self._read(reading))
        width, cap = one.arity, CERTAIN if one.rule.cap is None else one.rule.cap
        body = Body(dated_rule(one.rule, self.agreed), self.run.setting)
        try:
            for row, days in body.rows():
                yield row[:width], min([cap, *map(strength_of, row[width:])]), days
        except NumberTooLarge:
            raise LimitReached(too_large(one.rule)) from None
        finally:
            body.end()

    def _read(self, reading: Reading) -> dict[Row, Days]:
        """A relation's values of some columns, each with the level of its strongest row, or of its weakest."""
        rows, weak = self.run.relation(reading.relation).rows, self.weak.get(reading.relation, {})
        each: Iterable[tuple[Row, Spans]] = (
            (row, weak.get(row, ((CERTAIN, days),))) for row, days in rows.items()
        )
        columns = reading.columns
        if columns != tuple(range(len(next(iter(rows), columns)))):
            each = _chosen(each, columns, weakest_counts=reading.weakest)
        return {(*row, level(strength)): days for row, spans in each for strength, days in spans}


def _chosen(
    rows: Iterable[tuple[Row, Spans]], columns: Sequence[int], *, weakest_counts: bool
) -> Iterator[tuple[Row, Spans]]:
    """The values of some columns, each with what is strongest, or weakest, of its rows."""
    best: dict[Row, ByStrength] = {}
    for row, spans in rows:
        found = best.setdefault(tuple([row[i] for i in columns]), {})
        for strength, days in spans:
            add(found, strength, days)
    choose = weakest if weakest_counts else strongest
    for key, found in best.items():
        yield key, choose(found)
