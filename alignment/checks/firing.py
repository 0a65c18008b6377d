"""Rules that cannot fire, whatever the date: they ask for what nothing reports or derives.

Which rules did not fire over some facts is another question, that of `alignment test --coverage`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from alignment.checks.context import Context
from alignment.checks.entities import has_entities
from alignment.checks.inference import Use, atom_uses, variable_types
from alignment.checks.lint import warning
from alignment.checks.model import BUILT_IN_TYPES, Schema
from alignment.checks.nearest import suggestion
from alignment.checks.types import a
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
    idle: dict[str, list[tree.Literal]] = {}
    for rule in context.base.rules:
        for literal in _needed(rule.body):
            if literal.atom.relation not in possible:
                idle.setdefault(literal.atom.relation, []).append(literal)
    for name, literals in idle.items():
        more = f", and {len(literals) - 1} more" if len(literals) > 1 else ""
        reason = (
            "the rules for it all ask for what nothing gives"
            if name in context.derived
            else "nothing reports or derives it"
        )
        message = f"this rule{more} can never fire: it asks for '{name}', and {reason}"
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
    types = variable_types(schema, rule.body)
    for name, uses in types.items():
        for use in uses[1:]:
            if _apart(schema, uses[0].type, use.type):
                message = f"{name} is {_as(uses[0])}, and {_as(use)}, and nothing is both"
                yield warning("never-fires", use.variable, message, _arguments(schema, use.relation))
                break
    yield from _misfit(schema, rule, types)


def _misfit(schema: Schema, rule: tree.Rule, types: Mapping[str, tuple[Use, ...]]) -> Iterator[Problem]:
    for use in atom_uses(schema, rule.head):
        for given in types.get(use.variable.name, ())[:1]:
            if _apart(schema, given.type, use.type):
                message = (
                    f"{use.variable.name} is {_as(given)}, but {use.relation}(…) expects {a(use.type)} here"
                )
                yield warning("type", use.variable, message, _arguments(schema, use.relation))


def _as(use: Use) -> str:
    return f"{a(use.type)} in {use.relation}(…)"


def _arguments(schema: Schema, relation: str) -> str | None:
    declared = schema.relations.get(relation)
    if declared is None:
        return None
    return f"the arguments of {relation} are: " + ", ".join(
        f"{p.name} ({p.type})" for p in declared.parameters
    )


def _apart(schema: Schema, one: str, other: str) -> bool:
    """Whether nothing is known to be of both types."""
    if one == other:
        return False
    if one in BUILT_IN_TYPES or other in BUILT_IN_TYPES:
        return True
    if not (has_entities(schema, one) and has_entities(schema, other)):
        return False
    return not any(one in entity.types and other in entity.types for entity in schema.entities.values())
