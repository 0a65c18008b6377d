"""What the checks hand on: the schema of a base, and its statements sorted by what they do."""

from __future__ import annotations

import datetime
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import field
from typing import Literal as OneOf
from typing import TypeAlias

from alignment.language import tree
from alignment.language.bulk import FactColumns
from alignment.problems import Problem
from alignment.records import frozen
from alignment.source import Span

BUILT_IN_TYPES = ("text", "number", "date", "any")
ANY = "any"

Kind: TypeAlias = OneOf["relation", "event", "stance", "type", "undeclared"]


@frozen
class Relation:
    """What is known of a relation: declared, the type of an entity, or taken from its first use.

    `parameters` has one entry an argument; an undeclared relation has parameters of type `any` with
    empty names. Strong negation shares the relation of the plain predicate.
    """

    name: str
    kind: Kind
    parameters: tuple[tree.Parameter, ...]
    template: str | None = None
    doc: str | None = None
    span: Span | None = field(default=None, compare=False)

    @property
    def arity(self) -> int:
        """The number of its arguments."""
        return len(self.parameters)


@frozen
class Entity:
    """A thing of one or more declared types, with the name to show and the names to recognise."""

    id: str
    types: tuple[str, ...]
    name: str | None = None
    aliases: tuple[str, ...] = ()
    span: Span | None = field(default=None, compare=False)


@frozen
class Source:
    """A declared source. `confidence` is that of its facts that state none; None if unjudged (`f`)."""

    id: str
    title: str | None = None
    date: datetime.date | None = None
    reliability: str | None = None
    text: str | None = None
    url: str | None = None
    span: Span | None = field(default=None, compare=False)

    @property
    def confidence(self) -> float | None:
        """1.0 without a reliability, else the Admiralty code's number, None for `f`."""
        return tree.RELIABILITY[self.reliability] if self.reliability else 1.0


@frozen
class Schema:
    """Types, relations, entities, aliases and sources of a base.

    `aliases` maps each display name and alias, folded by `fold`, to the entities that bear it.
    `concluded` are the keys of relations that only rules give: no fact reports them. `tables` are those that
    imports know by name.
    """

    types: Mapping[str, Span | None] = field(default_factory=dict)
    relations: Mapping[str, Relation] = field(default_factory=dict)
    entities: Mapping[str, Entity] = field(default_factory=dict)
    aliases: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sources: Mapping[str, Source] = field(default_factory=dict)
    concluded: frozenset[str] = frozenset()
    tables: Mapping[str, tree.TableDeclaration] = field(default_factory=dict)


def fold(name: str) -> str:
    """The form in which names are compared: case folded, white space runs as one blank.

    Beyond ASCII the ways to write one letter are one (NFKC), a dotted capital I is an i, and a
    typographic apostrophe is an apostrophe.
    """
    if not name.isascii():
        name = unicodedata.normalize("NFKC", name).replace("\u0130", "i").replace("\u2019", "'")
    return " ".join(name.casefold().split())


FactGroup: TypeAlias = tree.Fact | FactColumns
"""A fact alone, its annotations merged with those of its block, or a run of facts as columns."""


@frozen
class Checked:
    """A base without errors: its schema, its statements by what they do, and its warnings.

    `facts` are in file order, and `reported` the relations with their sign that have any, an entity or an
    import. Rules, constraints, preferences and exclusions wait for `program`,
    tests for `scripted`, queries for whoever runs the file.
    """

    schema: Schema
    facts: Sequence[FactGroup]
    rules: tuple[tree.Rule, ...]
    constraints: tuple[tree.Constraint, ...] = ()
    preferences: tuple[tree.Prefer, ...] = ()
    exclusions: tuple[tree.Exclusive, ...] = ()
    imports: tuple[tree.Import, ...] = ()
    queries: tuple[tree.Query, ...] = ()
    tests: tuple[tree.Test, ...] = ()
    warnings: tuple[Problem, ...] = ()
    declarations: tuple[tree.Statement, ...] = ()
    reported: frozenset[str] = frozenset()
