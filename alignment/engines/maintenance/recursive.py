"""Rules of changes for a stratum that reads itself: what may fall, what still stands, and what spreads.

Before: `reach(X, Z) :- reach(X, Y), edge(Y, Z).`
Fall:   `reach??(X, Z, L) :- reach<(X, Y, M), edge~(Y, Z), reach%(X, Z, L), M + 0 < L, not reach?(X, Z).`
Stand:  `reach!(X, Z) :- reach??(X, Z, L), reach%(X, Y, M), edge(Y, Z), edge~(Y, Z), M + 0 < L, not reach?(X, Y).`
Spread: `reach+(X, Z) :- reach+(X, Y), edge(Y, Z), not reach(X, Z).`

`reach%` has the level of each row (`factbase.levels`), `reach?` what has fallen so far and `reach<` what fell
last; `reach??` may fall too. Plain delete and rederive takes out all that can be reached from a lost row, which in a
dense relation is nearly all of it. Here a row stands if it keeps a derivation from rows of lower levels that
stand: such a derivation rests on no circle. After Ramalingam and Reps (1996), whose ranks are exact, and
the backward search of Motik, Nenov, Piro and Horrocks (2015), which needs none. The variables for levels
stand nowhere else in a rule. In a database, where each wave reads whole columns, plain delete and rederive
costs less: it is over in few queries, or soon too much.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace

from alignment.engines.maintenance.deltas import Deltas, doubtful, first, gained, kept
from alignment.engines.rewriting import new_variables
from alignment.factbase.levels import coded
from alignment.program.model import BodyLiteral, Comparison, Const, Negative, Operation, Positive, Rule, Var, Wildcard
from alignment.records import frozen

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


@frozen
class Recursive:
    """Writes the rules that a recursive stratum needs besides those of `Deltas`."""

    deltas: Deltas

    def losses(self) -> list[Rule]:
        """What may fall because something below is no more."""
        return [self._falling(rule, rule.head.removesuffix("?")) for rule in self.deltas.losses()]

    def reached(self) -> list[Rule]:
        """What rested on a doubtful row, as things were: all that can be reached from what was lost."""
        rules = []
        for rule in self.deltas.rules():
            for i, literal in enumerate(rule.body):
                if self._is_own(literal):
                    assert isinstance(literal, Positive)
                    below = replace(literal, relation=doubtful(literal.relation))
                    rules.append(self.deltas.old(rule, first(below, rule.body, i)))
        return rules

    def dependents(self) -> list[Rule]:
        """What may fall because a row of the stratum fell."""
        rules = []
        for rule in self.deltas.rules():
            for i, literal in enumerate(rule.body):
                if self._is_own(literal):
                    assert isinstance(literal, Positive)
                    new = new_variables(rule)
                    level = next(new)
                    fell = Positive(fallen(literal.relation), (*literal.args, level))
                    old = self.deltas.old(rule, first(fell, rule.body, i))
                    rules.append(self._falling(old, rule.head, level))
        return rules

    def stands(self) -> list[Rule]:
        """What has a derivation from rows of lower levels that have not fallen, one that it had before.

        On one with something new it cannot stand: should a row fall that this rests on too, `dependents`, which
        looks at things as they were, would not find it.
        """
        rules = []
        for rule in self.deltas.rules():
            new = new_variables(rule)
            level = next(new)
            body: list[BodyLiteral] = [Positive(falling(rule.head), (*rule.args, level))]
            for literal in rule.body:
                body += self._lower(literal, level, new) if self._is_own(literal) else self.deltas.lasting(literal)
            rules.append(replace(rule, head=kept(rule.head), body=tuple(body)))
        return rules

    def spread(self) -> list[Rule]:
        """What follows from new rows of the stratum, each combination of new and old premises."""
        return [self.deltas.new(rule, body) for rule in self.deltas.rules() for body in self._combinations(rule)]

    def _falling(self, rule: Rule, name: str, fell: Var | None = None) -> Rule:
        """A rule for what may fall, with its level: above that of the row that `fell`, if one did."""
        level = next(new_variables(rule))
        lower = [] if fell is None else [_is_lower(fell, level)]
        body = (*rule.body, Positive(levels(name), (*rule.args, level)), *lower, Negative(doubtful(name), rule.args))
        return replace(rule, head=falling(name), args=(*rule.args, level), body=body)

    def _lower(self, literal: BodyLiteral, level: Var, new: Iterator[Var]) -> list[BodyLiteral]:
        """A premise of the stratum, of a level lower than that, which has not fallen."""
        assert isinstance(literal, Positive)
        args = tuple(next(new) if isinstance(arg, Wildcard) else arg for arg in literal.args)
        name, own = literal.relation, next(new)
        return [Positive(levels(name), (*args, own)), _is_lower(own, level), Negative(doubtful(name), args)]

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


def _is_lower(one: Var, other: Var) -> Comparison:
    """That a level is lower than another: calculated, so that engines look for no names in it."""
    return Comparison("<", Operation("+", one, ZERO), other)
