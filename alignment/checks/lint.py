"""Warnings: what is allowed and most likely not meant. Firing has a file of its own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from alignment.checks.context import Context
from alignment.checks.entities import capitalised
from alignment.checks.model import Schema
from alignment.checks.nearest import suggestion
from alignment.checks.safety import goal_problems, rule_problems
from alignment.checks.walk import Body, all_variables, atom_literals, rule_variables, step_goals
from alignment.language import tree
from alignment.problems import Problem, Severity


def check_unused(context: Context) -> Iterator[Problem]:
    """A declared relation that is neither reported nor derived nor asked for anywhere.

    Not told of a vocabulary, a file of declarations alone, nor before there is any rule or goal.
    """
    bodies = list(_bodies(context))
    if not bodies:
        return
    known = {relation.removeprefix("-") for relation in context.reported | context.derived}
    known.update(literal.atom.predicate for body in bodies for literal in atom_literals(body))
    for statement in context.base.declarations:
        if (
            isinstance(statement, tree.RelationDeclaration)
            and statement.name not in known
            and statement.file not in context.vocabularies
        ):
            message = f"'{statement.name}' is declared, and nothing reports, derives or asks for it"
            hint = suggestion(statement.name, known) or "take the declaration out, or put it to use"
            yield warning("unused-relation", statement, message, hint)


def _bodies(context: Context) -> Iterator[Body]:
    base = context.base
    for statement in (*base.inferring, *base.queries):
        yield statement.body
    for test in base.tests:
        for step in test.steps:
            yield from step_goals(step)


def check_undeclared(context: Context) -> Iterator[Problem]:
    """A predicate without a declaration, where others have one: it has no types and no sentence."""
    yield from undeclared(context.schema, set())


def undeclared(schema: Schema, told: set[str]) -> Iterator[Problem]:
    """The undeclared relations of a schema, but for those told of before."""
    declared = [one.name for one in schema.relations.values() if one.kind not in ("undeclared", "type")]
    if not declared:
        return  # a base that declares no relation at all is plain Datalog, and meant so
    for relation in schema.relations.values():
        if relation.kind == "undeclared" and relation.name not in told:
            message = (
                f"'{relation.name}' is not declared, so its arguments are not checked and it has no sentence"
            )
            hint = suggestion(relation.name, declared) or f"declare it: relation {relation.name}(…)."
            yield Problem("undeclared-relation", relation.span, message, hint, Severity.WARNING)


def check_singletons(context: Context) -> Iterator[Problem]:
    """A named variable that stands once in a rule joins nothing: it is `_`, or mistyped."""
    for rule in context.base.inferring:
        found = list(rule_variables(rule) if isinstance(rule, tree.Rule) else all_variables(rule.body))
        counts = Counter(variable.name for variable in found)
        alone = [one for one in found if counts[one.name] == 1 and not one.name.startswith("_")]
        unsafe = {problem.span for problem in _unsafe(rule)} if alone else set()
        for variable in alone:
            if variable.span not in unsafe:
                message = f"the variable {variable.name} stands only once in this rule, so it joins nothing"
                hint = capitalised(context.schema, variable.name)
                hint = (
                    hint
                    or _twin(variable.name, counts)
                    or f"write `_`, or `_{variable.name}` to keep the name"
                )
                yield warning("singleton-variable", variable, message, hint)


def _unsafe(rule: tree.Rule | tree.Constraint) -> Iterator[Problem]:
    return rule_problems(rule) if isinstance(rule, tree.Rule) else goal_problems(rule.body)


def _twin(name: str, others: Counter[str]) -> str | None:
    """A longer name of the same rule that this one may be a slip of."""
    return suggestion(name, [other for other in others if len(other) > 2]) if len(name) > 2 else None


def warning(code: str, node: tree.Node, message: str, hint: str | None) -> Problem:
    """A problem that stops nothing."""
    return Problem(code, node.span, message, hint, Severity.WARNING)
