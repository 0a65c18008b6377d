"""Safety: every variable gets its values from somewhere before it is used (range restriction)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import field

from alignment.checks.binding import bound_variables, grouped, out_of_reach
from alignment.checks.context import Context
from alignment.checks.entities import capitalised
from alignment.checks.model import Schema
from alignment.checks.walk import (
    Body,
    all_variables,
    element_variables,
    evidence_terms,
    literal_terms,
    literal_variables,
    variables,
)
from alignment.language import tree
from alignment.problems import Problem
from alignment.records import mutable


def check_safety(context: Context) -> Iterator[Problem]:
    """The variables of facts, rules and constraints that nothing gives a value."""
    for fact in context.single_facts:
        yield from fact_problems(fact, context.schema)
    for rule in context.base.rules:
        yield from rule_problems(rule, context.schema)
    for constraint in context.base.constraints:
        yield from goal_problems(constraint.body, context.schema)


def fact_problems(fact: tree.Fact, schema: Schema | None = None) -> Iterator[Problem]:
    """A fact says something of named things only."""
    for arg in fact.atom.args:
        yield from _not_constant(arg, schema)
    for term in evidence_terms(fact.annotations):
        for variable in variables(term):
            message = f"{variable.name} is a variable, but a report needs a value here"
            yield Problem("unsafe", variable.span, message, "write the source, date or number itself")


def _not_constant(arg: tree.Term, schema: Schema | None) -> Iterator[Problem]:
    if isinstance(arg, tree.Variable):
        message = f"{arg.name} is a variable, but a fact speaks of named things"
        hint = (
            "say which: a fact about everything is a rule"
            if arg.name.startswith("_")
            else capitalised(schema, arg.name)
            or f"a name begins with a small letter, or stands in single quotes: '{arg.name}'"
        )
        yield Problem("unsafe", arg.span, message, hint)
    elif isinstance(arg, tree.Arithmetic | tree.Now):
        yield Problem("unsafe", arg.span, "a fact holds constants, and no calculations", "write the result")


def rule_problems(rule: tree.Rule, schema: Schema | None = None) -> Iterator[Problem]:
    """The variables of a rule that have no values."""
    heads = [variable for arg in rule.head.args for variable in variables(arg)]
    for variable in heads:
        if variable.is_anonymous:
            message = "the head says `_`, which stands for anything: say which"
            yield Problem("unsafe", variable.span, message, _NAME_IT)
    yield from _Scope(rule.body, heads, schema=schema).problems()


def goal_problems(body: Body, schema: Schema | None = None) -> Iterator[Problem]:
    """The variables of a goal or constraint that have no values."""
    yield from _Scope(body, (), schema=schema).problems()


@mutable
class _Scope:
    """A body and what stands around it: the head of a rule, or the terms and the group of an aggregate."""

    body: Body
    heads: Sequence[tree.Variable]
    start: AbstractSet[str] = frozenset()
    braces: bool = False
    schema: Schema | None = None
    told: set[str] = field(default_factory=set)

    def problems(self) -> Iterator[Problem]:
        """Each variable without a value once, where that shows best; what follows from another is left out."""
        shared = {variable.name for variable in self.heads} | self.start
        bound = bound_variables(self.body, shared, self.start)
        before = len(self.told)
        results: list[tuple[tree.Variable, str]] = []
        for literal in self.body:
            for variable, use in _needed(literal):
                if variable.is_anonymous:
                    message = "`_` stands for anything, so there is no value to compare or to calculate with"
                    yield Problem("unsafe", variable.span, message, _NAME_IT)
                elif variable.name not in bound and _is_result(variable, literal):
                    results.append((variable, use))
                elif variable.name not in bound:
                    yield from self._tell(variable, *self._unbound(variable, use))
        inside = {variable.name for variable in all_variables(self.body)}
        for variable in self.heads:
            if not variable.is_anonymous and variable.name not in bound | inside:
                yield from self._tell(variable, *self._absent(variable))
        for literal, aggregate, group in grouped(self.body, shared):
            yield from self._aggregate_problems(aggregate, group, bound)
            if group <= bound:
                yield from self._unreachable(literal, aggregate, group)
        if len(self.told) == before:
            for variable, use in results:
                yield from self._tell(variable, *self._unbound(variable, use))

    def _aggregate_problems(
        self, aggregate: tree.Aggregate, group: set[str], bound: set[str]
    ) -> Iterator[Problem]:
        for element in aggregate.elements:
            for variable in element_variables(element):
                if variable.name in group and variable.name not in bound:
                    name = variable.name
                    message = (
                        f"the variable {name} groups this aggregate, but has no value outside the braces"
                    )
                    hint = f"add a premise outside the braces with {name} as an argument"
                    yield from self._tell(variable, message, hint)
            heads = [variable for term in element.terms for variable in variables(term)]
            for variable in heads:
                if variable.is_anonymous:
                    message = f"`_` stands for anything, so #{aggregate.function} has nothing to go by"
                    yield Problem("unsafe", variable.span, message, _NAME_IT)
            yield from _Scope(element.body, heads, group, True, self.schema, self.told).problems()

    def _unreachable(
        self, literal: tree.Comparison, aggregate: tree.Aggregate, group: set[str]
    ) -> Iterator[Problem]:
        """Variables in the braces whose value is computed only after the aggregate, or two braces away."""
        others = [other for other in self.body if other is not literal]
        missing: set[str] = set()
        for element in aggregate.elements:
            missing |= out_of_reach(element.body, others, group)
        for variable in (v for element in aggregate.elements if missing for v in element_variables(element)):
            if variable.name in missing:
                message = f"the braces need the value of {variable.name}, which is not known there yet"
                hint = f"compute {variable.name} in a rule of its own, and use that as a premise here"
                yield from self._tell(variable, message, hint)

    def _tell(self, variable: tree.Variable, message: str, hint: str) -> Iterator[Problem]:
        if variable.name not in self.told:
            self.told.add(variable.name)
            hint = capitalised(self.schema, variable.name) or hint
            yield Problem("unsafe", variable.span, message, hint)

    def _absent(self, variable: tree.Variable) -> tuple[str, str]:
        """For a variable of the head that the body never mentions."""
        name = variable.name
        if self.braces:
            message = f"no premise after the colon gives the variable {name} a value"
            return message, f"add a premise inside the braces with {name} as an argument"
        message = f"the variable {name} of the head does not occur in the body"
        return message, f"add a premise with {name} as an argument"

    def _unbound(self, variable: tree.Variable, use: str) -> tuple[str, str]:
        """For a variable of the body that no premise gives a value."""
        name = variable.name
        homes = [one for one in self.body if name in {v.name for v in literal_variables(one)}]
        hint = f"add a premise with {name} as an argument"
        if all(isinstance(one, tree.Literal) and one.negated for one in homes):
            if len(homes) == 1 and all(name != head.name for head in self.heads):
                hint += ", or write `_` in its place for: none at all"
            return f"the variable {name} stands only under `not`, so no premise gives it a value", hint
        return f"the variable {name} is {use}, but no premise gives it a value", hint


_NAME_IT = "write a variable to which a premise gives a value"
_COMPARED, _CALCULATED = "compared", "calculated with"


def _is_result(variable: tree.Variable, literal: tree.BodyLiteral) -> bool:
    """Whether a variable would get its value here, if what it is computed from had one."""
    if not isinstance(literal, tree.Comparison) or literal.operator != "=":
        return False
    return variable is literal.left or variable is literal.right


def _needed(literal: tree.BodyLiteral) -> Iterator[tuple[tree.Variable, str]]:
    """The variables of a literal that must have values from elsewhere, and what is done with them."""
    match literal:
        case tree.Literal(negated=True):
            for term in literal_terms(literal):
                if not (isinstance(term, tree.Variable) and term.is_anonymous):
                    yield from ((variable, _COMPARED) for variable in variables(term))
        case tree.Literal():
            for term in literal_terms(literal):
                if isinstance(term, tree.Arithmetic):
                    yield from ((variable, _CALCULATED) for variable in variables(term))
            for annotation in literal.evidence:
                if isinstance(annotation, tree.Confidence) and annotation.operator != "=":
                    yield from ((variable, _COMPARED) for variable in variables(annotation.value))
        case _:
            yield from ((variable, _COMPARED) for variable in literal_variables(literal))
