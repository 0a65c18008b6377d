"""Entities by id, name or alias: which one a person means, and which one he may have meant."""

from __future__ import annotations

from collections.abc import Iterator

from alignment.checks.model import Schema, fold
from alignment.checks.nearest import nearest
from alignment.problems import Problem
from alignment.source import Span


def is_a(schema: Schema, entity: str, type_: str | None) -> bool:
    """Whether an entity is of a type; every entity is of no type in particular."""
    return type_ is None or type_ in schema.entities[entity].types


def has_entities(schema: Schema, type_: str) -> bool:
    """Whether any entity of a type is declared: only then can one be missing."""
    return any(type_ in entity.types for entity in schema.entities.values())


def candidates(schema: Schema, name: str, type_: str | None = None) -> tuple[str, ...]:
    """The entities, of a type if one is given, that an id, a name or an alias stands for.

    An id stands for its entity alone, whoever else bears it as an alias.
    """
    if name in schema.entities and is_a(schema, name, type_):
        return (name,)
    return tuple(sorted(owner for owner in schema.aliases.get(fold(name), ()) if is_a(schema, owner, type_)))


def find_entity(
    schema: Schema, name: str, type_: str | None = None, span: Span | None = None
) -> tuple[str | None, tuple[Problem, ...]]:
    """The one entity that an id, a name or an alias stands for, or what is wrong with it."""
    found = candidates(schema, name, type_)
    if len(found) == 1:
        return found[0], ()
    if found:
        listed = [described(schema, entity) for entity in found]
        message = f"'{name}' may mean {', '.join(listed[:-1])} or {listed[-1]}"
        hint = f"write the id of the one you mean: {', '.join(found[:-1])} or {found[-1]}"
        return None, (Problem("ambiguous-alias", span, message, hint),)
    message = f"'{name}' is not a declared {type_ or 'entity'}"
    return None, (Problem("unknown-constant", span, message, did_you_mean(schema, name, type_)),)


def described(schema: Schema, entity: str) -> str:
    """An entity's id with its display name."""
    name = schema.entities[entity].name
    return f'{entity} ("{name}")' if name else entity


def did_you_mean(schema: Schema, name: str, type_: str | None = None) -> str | None:
    """A hint that names the entity that bears a name, or the nearest one; None if none is close."""
    meant = candidates(schema, name, type_) or candidates(schema, name.replace("_", " "), type_)
    if len(meant) > 1:
        return f"did you mean one of these: {', '.join(meant)}?"
    if meant:
        return _question(schema, meant[0], fold(name.replace("_", " ")))
    known = {
        alias: next(owner for owner in owners if is_a(schema, owner, type_))
        for alias, owners in schema.aliases.items()
        if any(is_a(schema, owner, type_) for owner in owners)
    }
    close = nearest(fold(name), known)
    return None if close is None else _question(schema, known[close], close)


def _question(schema: Schema, entity: str, folded: str) -> str:
    written = next((name for name in _names(schema, entity) if fold(name) == folded), None)
    return f"did you mean '{entity}' (\"{written}\")?" if written else f"did you mean '{entity}'?"


def _names(schema: Schema, entity: str) -> Iterator[str]:
    found = schema.entities[entity]
    if fold(entity) != fold(found.name or entity):
        yield from (found.name,) if found.name else ()
    yield from (alias for alias in found.aliases if fold(alias) != fold(entity))


def capitalised(schema: Schema | None, variable: str) -> str | None:
    """A hint where a variable looks like an entity that was written with a capital letter."""
    if schema is None or variable.startswith("_"):
        return None
    meant = candidates(schema, variable.replace("_", " ")) or candidates(schema, variable.lower())
    if len(meant) != 1:
        return None
    return f"did you mean '{meant[0]}'? a word that begins with a capital letter is a variable"
