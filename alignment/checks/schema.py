"""The schema of a base: what its declarations say, and what its facts and rules show by use."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import field, replace

from alignment.checks.context import Base
from alignment.checks.model import (
    ANY,
    BUILT_IN_TYPES,
    Entity,
    FactGroup,
    Relation,
    Schema,
    Source,
    fold,
)
from alignment.language import tree
from alignment.language.bulk import FactColumns
from alignment.problems import Note, Problem
from alignment.records import mutable
from alignment.source import Span


@mutable
class _Building:
    types: dict[str, Span | None] = field(default_factory=dict)
    relations: dict[str, Relation] = field(default_factory=dict)
    entities: dict[str, Entity] = field(default_factory=dict)
    sources: dict[str, Source] = field(default_factory=dict)
    tables: dict[str, tree.TableDeclaration] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def build_schema(*bases: Base) -> tuple[Schema, list[Problem]]:
    """The schema of bases taken together, and the declarations that contradict each other."""
    building = _Building()
    for statement in (statement for base in bases for statement in base.declarations):
        match statement:
            case tree.TypeDeclaration():
                _add_types(building, statement)
            case tree.EntityDeclaration():
                _add_entity(building, statement)
            case tree.RelationDeclaration():
                _add_relation(building, statement)
            case tree.SourceDeclaration():
                _add_source(building, statement)
            case tree.TableDeclaration():
                _add_table(building, statement)
            case _:
                pass
    _add_type_relations(building)
    for base in bases:
        for name, arity, span in uses(base):
            if name not in building.relations:
                parameters = tuple(tree.Parameter("", ANY) for _ in range(arity))
                building.relations[name] = Relation(name, "undeclared", parameters, None, None, span)
    schema = Schema(
        building.types,
        building.relations,
        building.entities,
        _aliases(building.entities.values()),
        building.sources,
        _concluded(bases),
        building.tables,
    )
    return schema, building.problems


def uses(base: Base) -> Iterator[tuple[str, int, Span | None]]:
    """Predicates that are reported, imported or derived: they exist without a declaration."""
    for group in base.facts:
        if isinstance(group, FactColumns):
            yield group.predicate, group.arity, group.span(0)
        else:
            yield group.atom.predicate, len(group.atom.args), group.atom.span
    for statement in base.imports:
        yield statement.atom.predicate, len(statement.atom.args), statement.atom.span
    for rule in base.rules:
        yield rule.head.predicate, len(rule.head.args), rule.head.span


def _concluded(bases: Sequence[Base]) -> frozenset[str]:
    """The relations that rules give and no fact or import reports."""
    derived = {rule.head.relation for base in bases for rule in base.rules}
    for base in bases:
        derived.difference_update(statement.atom.relation for statement in base.imports)
        for group in base.facts:
            derived.discard(relation_of(group))
    return frozenset(derived)


def relation_of(group: FactGroup) -> str:
    """The key of the relation that a fact or a run of facts belongs to."""
    if isinstance(group, FactColumns):
        return f"-{group.predicate}" if group.negative else group.predicate
    return group.atom.relation


def _add_types(building: _Building, declared: tree.TypeDeclaration) -> None:
    for name in declared.names:
        if name.name in BUILT_IN_TYPES:
            message = f"'{name.name}' is built in: it cannot be a type of entities as well"
            building.problems.append(_conflict(message, name, None, "choose another name"))
        building.types.setdefault(name.name, name.span)


def _add_type_relations(building: _Building) -> None:
    """A type is a relation of one argument: what is of the type."""
    for name, span in building.types.items():
        declared = building.relations.get(name)
        if declared is not None:
            message = f"'{name}' is declared both as a type and as a relation"
            place = tree.Symbol(name, span=declared.span)
            building.problems.append(_conflict(message, place, span, "give one of them another name"))
            continue
        parameter = tree.Parameter("it", name)
        building.relations[name] = Relation(name, "type", (parameter,), f"{{it}} is a {name}", None, span)


def _add_entity(building: _Building, declared: tree.EntityDeclaration) -> None:
    types = (declared.type.name,)
    entity = Entity(declared.id.name, types, declared.name, declared.aliases, declared.id.span)
    before = building.entities.get(entity.id)
    if before is None:
        building.entities[entity.id] = entity
        return
    if before.name and entity.name and before.name != entity.name:
        message = f'\'{entity.id}\' has the name "{entity.name}" here and "{before.name}" elsewhere'
        hint = "keep one name, and give the other after `aka`"
        building.problems.append(_conflict(message, declared, before.span, hint))
    building.entities[entity.id] = Entity(
        entity.id,
        tuple(dict.fromkeys((*before.types, *entity.types))),
        before.name or entity.name,
        tuple(dict.fromkeys((*before.aliases, *entity.aliases))),
        before.span,
    )


def _add_relation(building: _Building, declared: tree.RelationDeclaration) -> None:
    relation = Relation(
        declared.name, declared.kind, declared.parameters, declared.template, declared.doc, declared.span
    )
    _distinct_parameters(building, declared)
    before = building.relations.get(relation.name)
    if before is None:
        building.relations[relation.name] = relation
        return
    filled = replace(before, template=before.template or relation.template, doc=before.doc or relation.doc)
    if filled != replace(relation, template=relation.template or before.template, doc=filled.doc):
        what = _difference(before, relation)
        message = f"'{relation.name}' is declared a second time, with {what}"
        building.problems.append(_conflict(message, declared, before.span))
    building.relations[relation.name] = filled


def _difference(before: Relation, now: Relation) -> str:
    """What the second of two declarations says otherwise."""
    if before.kind != now.kind:
        return f"another kind: {now.kind} instead of {before.kind}"
    if before.arity != now.arity:
        return f"another number of arguments: {now.arity} instead of {before.arity}"
    for old, new in zip(before.parameters, now.parameters, strict=True):
        if old != new:
            return f"another argument: {new.name}: {new.type} instead of {old.name}: {old.type}"
    return "another sentence"


def _distinct_parameters(building: _Building, declared: tree.RelationDeclaration) -> None:
    first: dict[str, tree.Parameter] = {}
    for parameter in declared.parameters:
        before = first.setdefault(parameter.name, parameter)
        if before is not parameter:
            message = f"two arguments of '{declared.name}' have the name '{parameter.name}'"
            hint = "give each argument a name of its own"
            building.problems.append(_conflict(message, parameter, before.span, hint))


def _add_source(building: _Building, declared: tree.SourceDeclaration) -> None:
    source = Source(
        declared.id.name,
        declared.title,
        declared.date.value if declared.date else None,
        declared.reliability,
        declared.text,
        declared.url,
        declared.span,
    )
    before = building.sources.setdefault(source.id, source)
    if before != source:
        message = f"the source '{source.id}' is declared a second time, differently"
        building.problems.append(_conflict(message, declared, before.span))


def _add_table(building: _Building, declared: tree.TableDeclaration) -> None:
    before = building.tables.setdefault(declared.id.name, declared)
    if before != declared:
        message = f"the table '{declared.id.name}' is declared a second time, elsewhere"
        building.problems.append(_conflict(message, declared, before.span))


def _conflict(message: str, here: tree.Node, there: Span | None, hint: str | None = None) -> Problem:
    notes = (Note(there, "the other declaration is"),) if there else ()
    hint = hint or "keep one of them, or make both say the same"
    return Problem("conflicting-declaration", here.span, message, hint, notes=notes)


def _aliases(entities: Iterable[Entity]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for entity in entities:
        for name in dict.fromkeys(map(fold, _names(entity))):
            found[name] = (*found.get(name, ()), entity.id)
    return found


def _names(entity: Entity) -> Sequence[str]:
    return (entity.id, *((entity.name,) if entity.name else ()), *entity.aliases)
