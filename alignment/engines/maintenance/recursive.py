"""Rules of changes for a stratum that reads itself: what may fall, what still stands, and what spreads.

Before: `reach(X, Z) :- reach(X, Y), edge(Y, Z).`
Fall:   `reach??(X, Z, #l) :- reach<(X, Y, #0), edge~(Y, Z), reach%(X, Z, #l), #0 + 0 < #l, not reach?(X, Z).`
Stand:  `reach!(X, Z) :- reach??(X, Z, #l), reach%(X, Y, #0), edge(Y, Z), #0 + 0 < #l, not reach?(X, Y).`
Spread: `reach+(X, Z) :- reach+(X, Y), edge(Y, Z), not reach(X, Z).`

`reach%` has the level of each row (`factbase.levels`), `reach?` what has fallen so far and `reach<` what fell
last; `reach??` may fall too. Plain delete and rederive takes out all that can be reached from a lost row, which in a
dense relation is nearly all of it. Here a row stands if it has a derivation from rows of lower levels that
stand: such a derivation rests on no circle. After Ramalingam and Reps (1996), whose ranks are exact, and
the backward search of Motik, Nenov, Piro and Horrocks (2015), which needs none.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from alignment.engines.maintenance.deltas import Deltas, doubtful, first, gained, kept
from alignment.factbase.levels import coded
from alignment.program.model import BodyLiteral, Comparison, Const, Negative, Operation, Positive, Rule, Var, Wildcard

LEVEL = Var("#l")
ZERO = Const(coded(0))


def levels(name: str) -> str:
    """The rows of a relation as it was, with their levels."""
    return f"{name}%"


def fallen(name: str) -> str:
    """The rows that fell last, with their levels."""
    return f"{name}<"


def falling(name: str) -> str:
    """The rows that may fall, with their levels."""
    return f"{name}??"


@dataclass(frozen=True, slots=True)
class Recursive:
    """Writes the rules that a recursive stratum needs besides those of `Deltas`."""

    deltas: Deltas

    def losses(self) -> list[Rule]:
        """What may fall because something below is no more."""
        return [self._falling(rule, rule.head.removesuffix("?"), ()) for rule in self.deltas.losses()]

    def dependents(self) -> list[Rule]:
        """What may fall because a row of the stratum fell."""
        return [
            self._falling(self.deltas.old(rule, body), rule.head, (below,))
            for rule in self.deltas.rules()
            for body, below in self._resting(rule)
        ]

    def stands(self) -> list[Rule]:
        """What has a derivation from rows of lower levels that have not fallen."""
        rules = []
        for rule in self.deltas.rules():
            body: list[BodyLiteral] = [Positive(falling(rule.head), (*rule.args, LEVEL))]
            for i, literal in enumerate(rule.body):
                body += self._lower(literal, Var(f"#{i}")) if self._is_own(literal) else [literal]
            rules.append(replace(rule, head=kept(rule.head), body=tuple(body)))
        return rules

    def spread(self) -> list[Rule]:
        """What follows from new rows of the stratum, each combination of new and old premises."""
        return [self.deltas.new(rule, body) for rule in self.deltas.rules() for body in self._combinations(rule)]

    def _falling(self, rule: Rule, name: str, below: Sequence[BodyLiteral]) -> Rule:
        leveled = Positive(levels(name), (*rule.args, LEVEL))
        body = (*rule.body, leveled, *below, Negative(doubtful(name), rule.args))
        return replace(rule, head=falling(name), args=(*rule.args, LEVEL), body=body)

    def _resting(self, rule: Rule) -> Iterator[tuple[tuple[BodyLiteral, ...], Comparison]]:
        """The body once for each premise of the stratum, beginning with what fell of it, and that it was lower."""
        for i, literal in enumerate(rule.body):
            if self._is_own(literal):
                assert isinstance(literal, Positive)
                level = Var(f"#{i}")
                fell = Positive(fallen(literal.relation), (*literal.args, level))
                yield first(fell, rule.body, i), _is_lower(level)

    def _lower(self, literal: BodyLiteral, level: Var) -> list[BodyLiteral]:
        """A premise of the stratum of a lower level, that has not fallen."""
        assert isinstance(literal, Positive)
        args = [Var(f"{level.name}.{i}") if isinstance(arg, Wildcard) else arg for i, arg in enumerate(literal.args)]
        name = literal.relation
        return [Positive(levels(name), (*args, level)), _is_lower(level), Negative(doubtful(name), tuple(args))]

    def _is_own(self, literal: BodyLiteral) -> bool:
        return isinstance(literal, Positive) and literal.relation in self.deltas.stratum.relations

    def _combinations(self, rule: Rule) -> Iterator[tuple[BodyLiteral, ...]]:
        """The body for each choice of premises of the stratum, at least one, that read what is new."""
        places = [i for i, one in enumerate(rule.body) if self._is_own(one)]
        for chosen in itertools.product((False, True), repeat=len(places)):
            if any(chosen):
                body = list(rule.body)
                for place, is_new in zip(places, chosen, strict=True):
                    literal = body[place]
                    if is_new and isinstance(literal, Positive):
                        body[place] = replace(literal, relation=gained(literal.relation))
                yield tuple(body)


def _is_lower(level: Var) -> Comparison:
    """That a level is lower than that of the head: calculated, so that engines look for no names in it."""
    return Comparison("<", Operation("+", level, ZERO), LEVEL)
