"""Rules with the rules of a relation put in the place of its premises, where the relation has no table.

Before: `arms(X, Y) :- sends(X, Y, G), military(G).` and `sends(X, Y, G) :- supplies(A, B, G), acts_for(A, X).`
After:  `arms(X, Y) :- supplies(A, B, G), acts_for(A, X), military(G).`
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from alignment.engines.rewriting import new_variables
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


def unfolded(rules: Sequence[Rule], name: str, definitions: Sequence[Rule]) -> tuple[Rule, ...] | None:
    """The rules without premises of a relation; None where it is negated or counted."""
    if any(isinstance(one, Negative | Aggregation) and one.relation == name for rule in rules for one in rule.body):
        return None
    return tuple(one for rule in rules for one in _without(rule, name, definitions))


def _without(rule: Rule, name: str, definitions: Sequence[Rule]) -> Iterator[Rule]:
    for i, literal in enumerate(rule.body):
        if isinstance(literal, Positive) and literal.relation == name:
            for definition in definitions:
                body = _instance(definition, literal, new_variables(rule))
                instance = replace(rule, body=(*rule.body[:i], *body, *rule.body[i + 1 :]))
                yield from _without(instance, name, definitions)
            return
    yield rule


def _instance(definition: Rule, literal: Positive, new: Iterator[Var]) -> list[BodyLiteral]:
    """The body of a definition for the arguments of a premise, with new variables for its others."""
    terms: dict[str, Term] = {}
    equal: list[BodyLiteral] = []
    for given, asked in zip(definition.args, literal.args, strict=True):
        if isinstance(asked, Wildcard):
            continue
        if isinstance(given, Var) and given.name not in terms:
            terms[given.name] = asked
        else:
            equal.append(Comparison("=", asked, terms[given.name] if isinstance(given, Var) else given))
    renaming = _Renaming(terms, new)
    return [*(made for one in definition.body for made in renaming.literals(one)), *equal]


class _Renaming:
    """Puts the terms of a premise for the variables of a head, and new names for all others."""

    def __init__(self, terms: dict[str, Term], new: Iterator[Var]) -> None:
        self.terms = terms
        self.new = new

    def term(self, term: Term) -> Term:
        if isinstance(term, Const):
            return term
        if term.name not in self.terms:
            self.terms[term.name] = next(self.new)
        return self.terms[term.name]

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
                own = next(self.new)
                return [replace(literal, group=group, result=own), Comparison("=", own, result)]
