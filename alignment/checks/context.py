"""What the checks look at: a base sorted by statement, its schema, and a reader of source texts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from typing import TypeAlias

from alignment.checks.model import FactGroup, Schema
from alignment.language import tree
from alignment.language.bulk import FactColumns, Statements
from alignment.records import frozen

Texts: TypeAlias = Callable[[str, str], str | None]
"""The text file that a source names, by the file of the `source` statement and the path in it."""

MOST_PLACES = 100
"""Places at which one mistake in a run of facts is shown; the last of them tells how many are left."""


@frozen(slots=False)
class Base:
    """All statements of some files by what they do, facts of blocks with the block's annotations."""

    files: Sequence[tree.File]
    declarations: tuple[tree.Statement, ...]
    facts: tuple[FactGroup, ...]
    rules: tuple[tree.Rule, ...]
    constraints: tuple[tree.Constraint, ...]
    preferences: tuple[tree.Prefer, ...]
    exclusions: tuple[tree.Exclusive, ...]
    imports: tuple[tree.Import, ...]
    queries: tuple[tree.Query, ...]
    tests: tuple[tree.Test, ...]

    @property
    def inferring(self) -> tuple[tree.Rule | tree.Constraint, ...]:
        """The statements with a body that the engine runs: rules and constraints."""
        return (*self.rules, *self.constraints)


@frozen(slots=False)
class Context:
    """A base with its schema, for checks. Nothing of it is changed.

    `standing` are relations, with their sign, that are reported by facts which are not looked at again.
    """

    base: Base
    schema: Schema
    texts: Texts
    standing: frozenset[str] = frozenset()

    @cached_property
    def single_facts(self) -> tuple[tree.Fact, ...]:
        """The facts that stand alone."""
        return tuple(group for group in self.base.facts if isinstance(group, tree.Fact))

    @cached_property
    def columns(self) -> tuple[FactColumns, ...]:
        """The runs of facts."""
        return tuple(group for group in self.base.facts if isinstance(group, FactColumns))

    @cached_property
    def reported(self) -> frozenset[str]:
        """The relations, strong negations with their sign, that have a fact, an entity or an import."""
        plain = (fact.atom.relation for fact in self.single_facts)
        runs = (f"-{run.predicate}" if run.negative else run.predicate for run in self.columns)
        entities = (type_ for entity in self.schema.entities.values() for type_ in entity.types)
        imported = (statement.atom.relation for statement in self.base.imports)
        return self.standing.union(plain, runs, entities, imported)

    @cached_property
    def derived(self) -> frozenset[str]:
        """The relations, strong negations with their sign, that are the head of a rule."""
        return frozenset(rule.head.relation for rule in self.base.rules)

    @cached_property
    def vocabularies(self) -> frozenset[str]:
        """The files that hold declarations alone: they say what may be reported, not what is."""
        return frozenset(file.name for file in self.base.files if _declares_only(file))


_DECLARATIONS = (
    tree.TypeDeclaration,
    tree.EntityDeclaration,
    tree.RelationDeclaration,
    tree.SourceDeclaration,
    tree.TableDeclaration,
)


def _declares_only(file: tree.File) -> bool:
    return all(isinstance(chunk, (*_DECLARATIONS, tree.Load)) for chunk in chunks((file,)))


def gather(files: Sequence[tree.File]) -> Base:
    """Sort the statements of files."""
    sorted_: dict[type, list[tree.Statement]] = {}
    facts: list[FactGroup] = []
    for statement in chunks(files):
        match statement:
            case FactColumns() | tree.Fact():
                facts.append(statement)
            case tree.Block():
                facts += [merged(statement.annotations, fact) for fact in statement.facts]
            case _:
                sorted_.setdefault(type(statement), []).append(statement)

    def of(kind: type) -> tuple:  # type: ignore[type-arg]  # the kind says which
        return tuple(sorted_.get(kind, ()))

    return Base(
        files,
        tuple(statement for kind in _DECLARATIONS for statement in of(kind)),
        tuple(facts),
        of(tree.Rule),
        of(tree.Constraint),
        of(tree.Prefer),
        of(tree.Exclusive),
        of(tree.Import),
        of(tree.Query),
        of(tree.Test),
    )


def chunks(files: Sequence[tree.File]) -> Iterator[tree.Statement | FactColumns]:
    """The statements of files, runs of facts as columns."""
    for file in files:
        if isinstance(file.statements, Statements):
            yield from file.statements.chunks()
        else:
            yield from file.statements


def merged(shared: tuple[tree.Annotation, ...], fact: tree.Fact) -> tree.Fact:
    """A fact with what its block says, where it does not say so itself."""
    return replace(fact, annotations=merge_annotations(shared, fact.annotations))


_TIMES: tuple[type, ...] = (tree.Since, tree.Until, tree.During)


def merge_annotations(
    shared: tuple[tree.Annotation, ...], own: tuple[tree.Annotation, ...]
) -> tuple[tree.Annotation, ...]:
    """A block's annotations and a fact's own.

    Sources add up: a `from` inside a `from` block is one more independent report, unless it names the
    same source, when its quote replaces the block's bare mention. In every other kind the fact's wins.
    """
    if not shared or not own:
        return shared or own
    kinds = {type(annotation) for annotation in own}
    if kinds & {tree.During}:
        kinds |= set(_TIMES)
    elif kinds & set(_TIMES):
        kinds.add(tree.During)
    named = {annotation.source for annotation in own if isinstance(annotation, tree.From)}
    kept = [
        annotation
        for annotation in shared
        if (isinstance(annotation, tree.From) and annotation.source not in named)
        or (not isinstance(annotation, tree.From) and type(annotation) not in kinds)
    ]
    return (*kept, *own)
