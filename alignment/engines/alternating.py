"""Strata that go round through `not`, above the engines: alternating fixpoint.

After Van Gelder, Ross and Schlipf (1991), on the doubled program of `program/wellfounded.py`. What is possible is
evaluated as if only what is known so far were true, then what is true as if all of that were possible, and so on
until no more is true. Each step is a plain stratum to the engine, in which what `not` reads stands still.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import groupby

from alignment.engines.base import Engine, Limits
from alignment.factbase.dictionary import Dictionary
from alignment.factbase.relation import EMPTY, Relation
from alignment.program.model import POSSIBLE, Stratum
from alignment.program.stratify import strata_of


def evaluate(
    engine: Engine,
    strata: Sequence[Stratum],
    known: Mapping[str, Relation],
    dictionary: Dictionary,
    asked: Collection[str],
    limits: Limits,
) -> dict[str, Relation]:
    """What `engine.evaluate` gives, for strata of which some may be alternating. Raises LimitReached."""
    if not any(stratum.alternating for stratum in strata):
        return engine.evaluate(strata, known, dictionary, asked, limits)
    derived: dict[str, Relation] = {}
    runs = [list(run) for _, run in groupby(strata, key=lambda stratum: stratum.alternating)]
    for number, run in enumerate(runs):
        later = {name for other in runs[number + 1 :] for stratum in other for name in stratum.reads}
        inputs = {**known, **derived}
        if not run[0].alternating:
            derived |= engine.evaluate(run, inputs, dictionary, later.union(asked), limits)
            continue
        for stratum in run:
            derived |= _alternate(engine, stratum, {**known, **derived}, dictionary, limits)
    return derived


def _alternate(
    engine: Engine, stratum: Stratum, known: Mapping[str, Relation], dictionary: Dictionary, limits: Limits
) -> dict[str, Relation]:
    """The relations of one alternating stratum, those of what is possible included."""
    true = [rule for rule in stratum.rules if not rule.head.endswith(POSSIBLE)]
    possible = [rule for rule in stratum.rules if rule.head.endswith(POSSIBLE)]
    names = [frozenset(rule.head for rule in half) for half in (true, possible)]
    holding: dict[str, Relation] = dict.fromkeys(names[0], EMPTY)
    while True:
        allowed = engine.evaluate(strata_of(possible), {**known, **holding}, dictionary, names[1], limits)
        found = engine.evaluate(strata_of(true), {**known, **allowed}, dictionary, names[0], limits)
        if all(len(found[name]) == len(holding[name]) for name in names[0]):
            return {**allowed, **found}
        holding = found
