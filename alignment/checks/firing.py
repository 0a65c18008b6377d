"""Rules that cannot fire, whatever the date: they ask for what nothing reports or derives.

Which rules did not fire over some facts is another question, that of `alignment test --coverage`.
"""

from __future__ import annotations

from collections.abc import Iterator

from alignment.checks.constants import a
from alignment.checks.context import Context
from alignment.checks.entities import has_entities
from alignment.checks.inference import Use, atom_uses, variable_types
from alignment.checks.lint import warning
from alignment.checks.model import BUILT_IN_TYPES, Schema
from alignment.checks.nearest import suggestion
from alignment.checks.walk import Body
from alignment.language import tree
from alignment.problems import Problem


def check_firing(context: Context) -> Iterator[Problem]:
    """Each relation that rules ask for in vain, once; and each variable that would need two types at once."""
    if context.base.facts:  # rules alone: the facts come from elsewhere
        yield from _in_vain(context)
    for rule in context.base.rules:
        yield from _clashes(context.schema, rule)


def _in_vain(context: Context) -> Iterator[Problem]:
    possible = _possible(context)
    idle: dict[str, dict[tree.Literal, None]] = {}
    for rule in context.base.rules:
        for name, literal in {one.atom.relation: one for one in _needed(rule.body)}.items():
            if name not in possible and literal.atom.predicate in context.schema.relations:
                idle.setdefault(name, {})[literal] = None
    for name, found in idle.items():
        literals = list(found)
        more = f", nor can {len(literals) - 1} more" if len(literals) > 1 else ""
        reason = (
            f"every rule for '{name}' asks for what nothing gives"
            if name in context.derived
            else f"nothing reports or derives '{name}'"
        )
        message = f"this rule can never fire{more}: {reason}"
        known = {one for one in possible if one.startswith("-") == name.startswith("-")}
        hint = suggestion(name, known) or f"report or derive '{name}', or take the rule out"
        yield warning("never-fires", literals[0].atom, message, hint)


def _possible(context: Context) -> set[str]:
    """The relations that may have a row.

    Those of a vocabulary, a file of declarations alone, may be reported by any base unless rules derive them.
    """
    possible = set(context.reported)
    for relation in context.schema.relations.values():
        for name in (relation.name, f"-{relation.name}"):
            if name not in context.derived and relation.span and relation.span.file in context.vocabularies:
                possible.add(name)
    waiting = [(rule.head.relation, list(_needed(rule.body))) for rule in context.base.rules]
    while True:
        fired = [head for head, body in waiting if all(one.atom.relation in possible for one in body)]
        waiting = [(head, body) for head, body in waiting if head not in fired]
        if not fired:
            return possible
        possible.update(fired)


def _needed(body: Body) -> Iterator[tree.Literal]:
    """The literals of which each must have a row; aggregates may be over nothing."""
    for literal in body:
        if isinstance(literal, tree.Literal) and not literal.negated:
            yield literal


def _clashes(schema: Schema, rule: tree.Rule) -> Iterator[Problem]:
    """A variable that premises, or a premise and the head, take for things of different types."""
    for name, uses in variable_types(schema, rule.body).items():
        clash = next((use for use in uses[1:] if _apart(schema, uses[0].type, use.type)), None)
        if clash is not None:
            first = f"{name} is {a(uses[0].type)} in {uses[0].where}"
            message = f"{first} and {a(clash.type)} in {clash.where}, and nothing is both"
            yield warning("never-fires", clash.variable, message, _arguments(schema, clash))
        else:
            yield from _misfits(schema, rule, name, uses[0])


def _misfits(schema: Schema, rule: tree.Rule, name: str, given: Use) -> Iterator[Problem]:
    """Where the head takes a variable of the body for something else."""
    for use in atom_uses(schema, rule.head):
        if use.variable.name == name and _apart(schema, given.type, use.type):
            message = (
                f"{name} is {a(given.type)} in {given.where}, but {use.where} expects {a(use.type)} here"
            )
            yield warning("type", use.variable, message, _arguments(schema, use))


def _arguments(schema: Schema, use: Use) -> str | None:
    declared = None if use.is_evidence else schema.relations.get(use.relation)
    if declared is None:
        return None
    listed = ", ".join(f"{parameter.name} ({parameter.type})" for parameter in declared.parameters)
    return f"the arguments of {use.relation} are: {listed}"


def _apart(schema: Schema, one: str, other: str) -> bool:
    """Whether nothing is known to be of both types."""
    if one == other:
        return False
    if one in BUILT_IN_TYPES or other in BUILT_IN_TYPES:
        return True
    if not (has_entities(schema, one) and has_entities(schema, other)):
        return False
    return not any(one in entity.types and other in entity.types for entity in schema.entities.values())
