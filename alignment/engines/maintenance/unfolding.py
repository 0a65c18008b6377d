"""Rules with the rules of a relation put in the place of its premises, where the relation has no table.

Before: `arms(X, Y) :- sends(X, Y, G), military(G).` and `sends(X, Y, G) :- supplies(A, B, G), acts_for(A, X).`
After:  `arms(X, Y) :- supplies(A, B, G), acts_for(A, X), military(G).`
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from alignment.program.model import (
    Aggregation,
    Argument,
    BodyLiteral,
    Comparison,
    Const,
    Expression,
    Membership,
    Negative,
    Operation,
    Positive,
    Rule,
    Var,
    Wildcard,
)

Term = Var | Const
Terms = Mapping[str, Term]


def unfolded(rules: Sequence[Rule], name: str, definitions: Sequence[Rule]) -> tuple[Rule, ...] | None:
    """The rules without premises of a relation; None where it is negated or counted."""
    if any(isinstance(one, Negative | Aggregation) and one.relation == name for rule in rules for one in rule.body):
        return None
    return tuple(one for rule in rules for one in _without(rule, name, definitions, itertools.count()))


def _without(rule: Rule, name: str, definitions: Sequence[Rule], numbers: Iterator[int]) -> Iterator[Rule]:
    for i, literal in enumerate(rule.body):
        if isinstance(literal, Positive) and literal.relation == name:
            for definition in definitions:
                body = _instance(definition, literal, next(numbers))
                instance = replace(rule, body=(*rule.body[:i], *body, *rule.body[i + 1 :]))
                yield from _without(instance, name, definitions, numbers)
            return
    yield rule


def _instance(definition: Rule, literal: Positive, number: int) -> list[BodyLiteral]:
    """The body of a definition for the arguments of a premise, its other variables renamed."""
    terms: dict[str, Term] = {}
    equal: list[BodyLiteral] = []
    for given, asked in zip(definition.args, literal.args, strict=True):
        if isinstance(asked, Wildcard):
            continue
        if isinstance(given, Var) and given.name not in terms:
            terms[given.name] = asked
        else:
            equal.append(Comparison("=", asked, terms[given.name] if isinstance(given, Var) else given))
    renaming = _Renaming(terms, f"#{number}:")
    return [*(made for one in definition.body for made in renaming.literals(one)), *equal]


class _Renaming:
    """Puts the terms of a premise for the variables of a head, and new names for all others."""

    def __init__(self, terms: Terms, prefix: str) -> None:
        self.terms = terms
        self.prefix = prefix

    def term(self, term: Term) -> Term:
        if isinstance(term, Const):
            return term
        return self.terms.get(term.name) or Var(self.prefix + term.name)

    def argument(self, argument: Argument) -> Argument:
        return argument if isinstance(argument, Wildcard) else self.term(argument)

    def expression(self, expression: Expression) -> Expression:
        if isinstance(expression, Operation):
            left, right = self.expression(expression.left), self.expression(expression.right)
            return Operation(expression.operator, left, right)
        return self.term(expression)

    def literals(self, literal: BodyLiteral) -> list[BodyLiteral]:
        """The literal renamed; an aggregate whose result stands for a constant is compared with it."""
        match literal:
            case Positive() | Negative():
                return [replace(literal, args=tuple(map(self.argument, literal.args)))]
            case Comparison():
                return [replace(literal, left=self.expression(literal.left), right=self.expression(literal.right))]
            case Membership():
                return [replace(literal, term=self.term(literal.term))]
            case Aggregation():
                group, result = tuple(map(self.term, literal.group)), self.term(literal.result)
                if isinstance(result, Var):
                    return [replace(literal, group=group, result=result)]
                own = Var(self.prefix + literal.result.name)
                return [replace(literal, group=group, result=own), Comparison("=", own, result)]
