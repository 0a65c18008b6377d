"""Rules that carry along how strong their premises are, so that a row's strongest proof is found with it.

A proof is as strong as its weakest premise and a row as strong as its strongest proof: the semiring of maximum
and minimum (Green, Karvounarakis and Tannen, "Provenance semirings", 2007). Relations with rows that are less
than certain are read with their strengths, as columns after the head's own; all others as they are.

Before: `arms(X, Y) :- supplies(X, Y, G), military(G), N = #count{ Z : condemns(Z, X) }, not averse(X, Y).`
After:  `arms(X, Y, #s1, #s2) :- supplies~(X, Y, G, #s1), military(G), N = count over arms.1 grouped by X,
            arms.1~weakest.0(X, #s2), not averse(X, Y).`
        and, since nothing is counted as 0, one more for an X of whom `arms.1~weakest.0` has no row.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from alignment.program.demand import is_demand
from alignment.program.model import (
    Aggregation,
    Argument,
    BodyLiteral,
    Const,
    Negative,
    Positive,
    Rule,
    Stratum,
    Var,
    Wildcard,
)
from alignment.records import frozen, mutable


@frozen
class Reading:
    """A relation read with strengths: for each value of `columns` that of the strongest row, or the weakest."""

    relation: str
    columns: tuple[int, ...]
    weakest: bool = False

    @property
    def name(self) -> str:
        """A name that no relation has."""
        return f"{self.relation}~{'weakest' if self.weakest else ''}{''.join(f'.{i}' for i in self.columns)}"


@frozen
class WeighedRule:
    """A rule whose head goes on, after its own arguments, with the strengths of its premises.

    `premises` are those of the rule's own stratum that are read as they are, where that was asked for: their
    arguments come last in the head.
    """

    rule: Rule
    arity: int
    strengths: int
    readings: tuple[Reading, ...]
    premises: tuple[Positive, ...] = ()


def doubtful(strata: Sequence[Stratum], reported: Collection[str]) -> frozenset[str]:
    """The relations that may have rows less than certain, where those in `reported` have such reports.

    What is demanded of a relation (`demand.py`) supports nothing, so it is none of them.
    """
    found = set(reported)
    for stratum in strata:
        if any(rule.cap is not None or found.intersection(_supporting(rule)) for rule in stratum.rules):
            found.update(name for name in stratum.relations if not is_demand(name))
    return frozenset(found)


def _supporting(rule: Rule) -> Iterator[str]:
    """The relations whose rows a rule rests on. An absence is no premise that could be doubted."""
    for literal in rule.body:
        if isinstance(literal, Positive | Aggregation):
            yield literal.relation


def weighed(rule: Rule, doubtful: Collection[str], own: Collection[str], *, keep_own: bool) -> list[WeighedRule]:
    """The rules that give a rule's rows with the strengths of its premises.

    Premises in `own`, the rule's stratum, are read row by row: with strengths, or with `keep_own` as they are.
    """
    variants: list[_Weighing] = [_Weighing()]
    for number, literal in enumerate(rule.body):
        if isinstance(literal, Positive) and literal.relation in doubtful:
            for variant in variants:
                variant.premise(literal, number, is_own=literal.relation in own, keep_own=keep_own)
        elif isinstance(literal, Aggregation) and literal.relation in doubtful:
            without = [variant.copy() for variant in variants if literal.function in ("count", "sum")]
            for variant in variants:
                variant.counted(literal, number)
            for variant in without:
                variant.nothing_counted(literal)
            variants += without
        else:
            for variant in variants:
                variant.body.append(literal)
    return [variant.finished(rule) for variant in variants]


@mutable
class _Weighing:
    """One rule in the making."""

    body: list[BodyLiteral]
    strengths: list[Var]
    readings: list[Reading]
    premises: list[Positive]

    def __init__(self) -> None:
        self.body, self.strengths, self.readings, self.premises = [], [], [], []

    def copy(self) -> _Weighing:
        other = _Weighing()
        other.body, other.strengths = list(self.body), list(self.strengths)
        other.readings, other.premises = list(self.readings), list(self.premises)
        return other

    def premise(self, literal: Positive, number: int, *, is_own: bool, keep_own: bool) -> None:
        """A premise with its strength. Of an own one each row counts, so `_` becomes a variable there."""
        args: Sequence[Argument] = literal.args
        if is_own:
            args = [_named(arg, number, i) for i, arg in enumerate(args)]
        if is_own and keep_own:
            kept = replace(literal, args=tuple(args))
            self.body.append(kept)
            self.premises.append(kept)
            return
        columns = tuple(i for i, arg in enumerate(args) if not isinstance(arg, Wildcard))
        self.read(Reading(literal.relation, columns), [args[i] for i in columns], number, literal)

    def counted(self, literal: Aggregation, number: int) -> None:
        """An aggregate is as strong as the weakest row that it saw."""
        self.body.append(literal)
        reading = Reading(literal.relation, tuple(range(len(literal.group))), weakest=True)
        self.read(reading, literal.group, number, None)

    def nothing_counted(self, literal: Aggregation) -> None:
        """Where no row is in the group, nothing in it can be doubted."""
        self.body.append(literal)
        reading = Reading(literal.relation, tuple(range(len(literal.group))), weakest=True)
        self.readings.append(reading)
        self.body.append(Negative(reading.name, (*literal.group, Wildcard())))

    def read(self, reading: Reading, args: Sequence[Argument], number: int, origin: Positive | None) -> None:
        strength = Var(f"#s{number}")
        self.strengths.append(strength)
        self.readings.append(reading)
        self.body.append(Positive(reading.name, (*args, strength), origin.origin if origin else None))

    def finished(self, rule: Rule) -> WeighedRule:
        last = [arg for premise in self.premises for arg in premise.args]
        assert not any(isinstance(arg, Wildcard) for arg in last)
        more = [arg for arg in last if isinstance(arg, Var | Const)]
        made = replace(rule, args=(*rule.args, *self.strengths, *more), body=tuple(self.body))
        return WeighedRule(
            made, len(rule.args), len(self.strengths), tuple(dict.fromkeys(self.readings)), tuple(self.premises)
        )


def _named(arg: Argument, number: int, place: int) -> Var | Const:
    return Var(f"#w{number}.{place}") if isinstance(arg, Wildcard) else arg
