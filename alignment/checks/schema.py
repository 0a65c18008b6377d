"""The schema of a base: what its declarations say, and what its facts and rules show by use."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from alignment.checks.model import ANY, Entity, FactGroup, Relation, Schema, Source, fold
from alignment.language import tree
from alignment.language.bulk import FactColumns
from alignment.problems import Note, Problem
from alignment.source import Span


@dataclass(slots=True)
class _Building:
    types: dict[str, Span | None] = field(default_factory=dict)
    relations: dict[str, Relation] = field(default_factory=dict)
    entities: dict[str, Entity] = field(default_factory=dict)
    sources: dict[str, Source] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def build_schema(
    statements: Sequence[tree.Statement], facts: Sequence[FactGroup], rules: Sequence[tree.Rule]
) -> tuple[Schema, list[Problem]]:
    """The schema, and the declarations that contradict each other."""
    building = _Building()
    for statement in statements:
        match statement:
            case tree.TypeDeclaration():
                for name in statement.names:
                    building.types.setdefault(name.name, name.span)
            case tree.EntityDeclaration():
                _add_entity(building, statement)
            case tree.RelationDeclaration():
                _add_relation(building, statement)
            case tree.SourceDeclaration():
                _add_source(building, statement)
            case _:
                pass
    for name, span in building.types.items():
        parameter = tree.Parameter("it", ANY)
        building.relations.setdefault(name, Relation(name, "type", (parameter,), f"{{it}} is a {name}", None, span))
    for name, arity, span in _uses(facts, rules):
        if name not in building.relations:
            parameters = tuple(tree.Parameter("", ANY) for _ in range(arity))
            building.relations[name] = Relation(name, "undeclared", parameters, None, None, span)
    schema = Schema(
        building.types, building.relations, building.entities, _aliases(building.entities), building.sources
    )
    return schema, building.problems


def _uses(facts: Sequence[FactGroup], rules: Sequence[tree.Rule]) -> Iterator[tuple[str, int, Span | None]]:
    """Predicates that are reported or derived: they exist without a declaration."""
    for group in facts:
        if isinstance(group, FactColumns):
            yield group.predicate, group.arity, group.span(0)
        else:
            yield group.atom.predicate, len(group.atom.args), group.atom.span
    for rule in rules:
        yield rule.head.predicate, len(rule.head.args), rule.head.span


def _add_entity(building: _Building, declared: tree.EntityDeclaration) -> None:
    entity = Entity(declared.id.name, (declared.type.name,), declared.name, declared.aliases, declared.id.span)
    before = building.entities.get(entity.id)
    if before is None:
        building.entities[entity.id] = entity
        return
    if before.name and entity.name and before.name != entity.name:
        building.problems.append(
            _conflict(f"'{entity.id}' is named \"{entity.name}\" here and \"{before.name}\" elsewhere", declared, before.span)
        )
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
    before = building.relations.get(relation.name)
    if before is None:
        building.relations[relation.name] = relation
    elif before != replace(relation, doc=before.doc):
        message = f"'{relation.name}' is declared differently elsewhere"
        building.problems.append(_conflict(message, declared, before.span))


def _add_source(building: _Building, declared: tree.SourceDeclaration) -> None:
    day = declared.date.value if declared.date else None
    source = Source(
        declared.id.name, declared.title, day, declared.reliability, declared.text, declared.url, declared.span
    )
    before = building.sources.get(source.id)
    if before is None:
        building.sources[source.id] = source
    elif before != source:
        message = f"the source '{source.id}' is declared differently elsewhere"
        building.problems.append(_conflict(message, declared, before.span))


def _conflict(message: str, here: tree.Statement, there: Span | None) -> Problem:
    notes = (Note(there, "the other declaration is"),) if there else ()
    hint = "keep one of them, or make both say the same"
    return Problem("conflicting-declaration", here.span, message, hint, notes=notes)


def _aliases(entities: dict[str, Entity]) -> dict[str, tuple[str, ...]]:
    found: dict[str, dict[str, None]] = {}
    for entity in entities.values():
        for name in _names(entity):
            found.setdefault(fold(name), {})[entity.id] = None
    return {name: tuple(ids) for name, ids in found.items()}


def _names(entity: Entity) -> Iterable[str]:
    yield entity.id
    if entity.name:
        yield entity.name
    yield from entity.aliases
