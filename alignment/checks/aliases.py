"""Names as people write them: `"Ankara"` in a goal is the country turkey, and an unknown name is a problem."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from alignment.checks.model import BUILT_IN_TYPES, Checked, Schema, fold
from alignment.checks.names import body_problems
from alignment.checks.nearest import nearest
from alignment.checks.safety import goal_problems
from alignment.checks.types import body_type_problems
from alignment.language import tree
from alignment.problems import Problem
from alignment.source import Span


def prepare_goal(
    checked: Checked, body: Sequence[tree.BodyLiteral]
) -> tuple[tuple[tree.BodyLiteral, ...] | None, tuple[Problem, ...]]:
    """A goal with its names resolved, or everything that is wrong with it."""
    schema = checked.schema
    problems: list[Problem] = list(body_problems(schema, body))
    resolved = tuple(_literal(schema, literal, problems) for literal in body)
    if not problems:
        problems += body_type_problems(schema, resolved)
        problems += goal_problems(resolved)
    return (None, tuple(problems)) if problems else (resolved, ())


def prepare_atom(checked: Checked, atom: tree.Atom) -> tuple[tree.Atom | None, tuple[Problem, ...]]:
    """An atom with its names resolved."""
    body, problems = prepare_goal(checked, (tree.Literal(atom, span=atom.span),))
    if body is None:
        return None, problems
    (literal,) = body
    assert isinstance(literal, tree.Literal)
    return literal.atom, ()


def find_entity(schema: Schema, name: str, type_: str | None = None) -> tuple[str | None, tuple[Problem, ...]]:
    """The entity that an id, a name or an alias stands for, of a type if one is given."""
    return _find(schema, name, type_, None)


def _find(
    schema: Schema, name: str, type_: str | None, span: Span | None
) -> tuple[str | None, tuple[Problem, ...]]:
    exact = schema.entities.get(name)
    if exact is not None and (type_ is None or type_ in exact.types):
        return name, ()
    ids = [
        entity
        for entity in schema.aliases.get(fold(name), ())
        if type_ is None or type_ in schema.entities[entity].types
    ]
    if len(ids) == 1:
        return ids[0], ()
    kind = type_ or "entity"
    if ids:
        message = f"'{name}' may be any of {len(ids)}: {', '.join(sorted(ids))}"
        return None, (Problem("ambiguous-alias", span, message, "write the one you mean by its id"),)
    known = [
        alias
        for alias, owners in schema.aliases.items()
        if type_ is None or any(type_ in schema.entities[owner].types for owner in owners)
    ]
    close = nearest(fold(name), known)
    hint = None
    if close is not None:
        owner = schema.aliases[close][0]
        hint = f"did you mean '{owner}'?" if close == owner else f"did you mean '{owner}' (\"{close}\")?"
    return None, (Problem("unknown-constant", span, f"'{name}' is not a declared {kind}", hint),)


def _literal(schema: Schema, literal: tree.BodyLiteral, problems: list[Problem]) -> tree.BodyLiteral:
    match literal:
        case tree.Literal(atom=atom):
            return replace(literal, atom=_atom(schema, atom, problems))
        case tree.Comparison(left=left, right=right):
            return replace(literal, left=_side(schema, left, problems), right=_side(schema, right, problems))
        case _:
            return literal


def _side(
    schema: Schema, side: tree.Term | tree.Aggregate, problems: list[Problem]
) -> tree.Term | tree.Aggregate:
    if not isinstance(side, tree.Aggregate):
        return side
    elements = tuple(
        replace(element, body=tuple(_literal(schema, literal, problems) for literal in element.body))
        for element in side.elements
    )
    return replace(side, elements=elements)


def _atom(schema: Schema, atom: tree.Atom, problems: list[Problem]) -> tree.Atom:
    relation = schema.relations.get(atom.predicate)
    if relation is None or relation.arity != len(atom.args):
        return atom
    args: list[tree.Term] = []
    for arg, parameter in zip(atom.args, relation.parameters, strict=True):
        type_ = atom.predicate if relation.kind == "type" else parameter.type
        if isinstance(arg, tree.Text) and type_ not in BUILT_IN_TYPES:
            found, wrong = _find(schema, arg.value, type_, arg.span)
            problems += wrong
            args.append(arg if found is None else tree.Symbol(found, span=arg.span))
        else:
            args.append(arg)
    return replace(atom, args=tuple(args))
