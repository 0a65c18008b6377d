"""Goals as people type them: `"Ankara"` becomes the country turkey, and everything wrong is told.

Before: `supports("Ankara", X), X != "the Kremlin"`
After:  `supports(turkey, X), X != russia`
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from alignment.checks.entities import find_entity as find_entity  # noqa: PLC0414  # its callers know it here
from alignment.checks.evidence import evidence_problems
from alignment.checks.inference import Use, variable_types
from alignment.checks.meaning import conclusion_problems
from alignment.checks.model import BUILT_IN_TYPES, Checked, Schema
from alignment.checks.names import body_problems
from alignment.checks.safety import goal_problems
from alignment.checks.types import body_type_problems
from alignment.checks.walk import Body, atom_literals
from alignment.language import tree
from alignment.problems import Problem, ordered


def prepare_goal(
    base: Checked | Schema, body: Sequence[tree.BodyLiteral]
) -> tuple[tuple[tree.BodyLiteral, ...] | None, tuple[Problem, ...]]:
    """A goal with its names resolved, or None and everything that is wrong with it."""
    schema = base.schema if isinstance(base, Checked) else base
    resolved, found = resolve_body(schema, body)
    unknown = {problem.span for problem in found}
    problems = [*found, *body_problems(schema, resolved), *goal_problems(resolved, schema)]
    problems += conclusion_problems(schema, resolved)
    problems += (p for one in atom_literals(resolved) for p in evidence_problems(schema, one.evidence))
    problems += (p for p in body_type_problems(schema, resolved) if p.span is None or p.span not in unknown)
    return (None, ordered(problems)) if problems else (resolved, ())


def prepare_atom(base: Checked | Schema, atom: tree.Atom) -> tuple[tree.Atom | None, tuple[Problem, ...]]:
    """An atom with its names resolved, or None and everything that is wrong with it."""
    body, problems = prepare_goal(base, (tree.Literal(atom, span=atom.span),))
    if body is None:
        return None, problems
    (literal,) = body
    assert isinstance(literal, tree.Literal)
    return literal.atom, ()


def check_goal(base: Checked | Schema, body: Sequence[tree.BodyLiteral]) -> tuple[Problem, ...]:
    """Everything that is wrong with a goal."""
    return prepare_goal(base, body)[1]


def resolve_body(
    schema: Schema, body: Body, outer: Mapping[str, tuple[Use, ...]] | None = None
) -> tuple[tuple[tree.BodyLiteral, ...], tuple[Problem, ...]]:
    """A body with texts replaced by the entities they name, and the texts that name none, or several.

    Only where an entity is expected: at an argument of an entity type, and beside a variable of one.
    """
    types = variable_types(schema, body, outer)
    problems: list[Problem] = []
    resolved = tuple(_literal(schema, literal, types, problems) for literal in body)
    return resolved, tuple(problems)


def resolve_atom(schema: Schema, atom: tree.Atom) -> tuple[tree.Atom, tuple[Problem, ...]]:
    """An atom with texts replaced by the entities they name."""
    problems: list[Problem] = []
    return _atom(schema, atom, problems), tuple(problems)


_Types = Mapping[str, tuple[Use, ...]]


def _literal(
    schema: Schema, literal: tree.BodyLiteral, types: _Types, problems: list[Problem]
) -> tree.BodyLiteral:
    match literal:
        case tree.Literal():
            atom = _atom(schema, literal.atom, problems)
            return literal if atom is literal.atom else replace(literal, atom=atom)
        case tree.Comparison():
            left = _side(schema, literal.left, literal.right, types, problems)
            right = _side(schema, literal.right, literal.left, types, problems)
            return replace(literal, left=left, right=right)
        case tree.Membership():
            items = tuple(_beside(schema, item, literal.term, types, problems) for item in literal.items)
            return replace(literal, items=items)


def _side(
    schema: Schema,
    side: tree.Term | tree.Aggregate,
    other: tree.Term | tree.Aggregate,
    types: _Types,
    problems: list[Problem],
) -> tree.Term | tree.Aggregate:
    if isinstance(side, tree.Text):
        return _beside(schema, side, other, types, problems)
    if not isinstance(side, tree.Aggregate):
        return side
    elements = []
    for element in side.elements:
        body, found = resolve_body(schema, element.body, types)
        problems += found
        elements.append(replace(element, body=body))
    return replace(side, elements=tuple(elements))


def _beside(
    schema: Schema,
    constant: tree.Constant,
    other: tree.Term | tree.Aggregate,
    types: _Types,
    problems: list[Problem],
) -> tree.Constant:
    """A constant compared with a variable: the variable's type says whether it names an entity."""
    if not isinstance(constant, tree.Text) or not isinstance(other, tree.Variable):
        return constant
    uses = types.get(other.name, ())
    return _constant(schema, constant, uses[0].type, problems) if uses else constant


def _atom(schema: Schema, atom: tree.Atom, problems: list[Problem]) -> tree.Atom:
    relation = schema.relations.get(atom.predicate)
    if relation is None or relation.arity != len(atom.args):
        return atom
    if not any(isinstance(arg, tree.Text) for arg in atom.args):
        return atom
    args = tuple(
        _constant(schema, arg, parameter.type, problems) if isinstance(arg, tree.Text) else arg
        for arg, parameter in zip(atom.args, relation.parameters, strict=True)
    )
    return replace(atom, args=args)


def _constant(schema: Schema, text: tree.Text, type_: str, problems: list[Problem]) -> tree.Constant:
    if type_ in BUILT_IN_TYPES:
        return text
    entity, found = find_entity(schema, text.value, type_, text.span)
    problems += found
    return text if entity is None else tree.Symbol(entity, span=text.span)
