"""Facts added to a base that is checked already: only they are checked, and what they make of the rest.

A fact can be wrong by itself, and it can bring in a relation: then rules may fire that could not, and what
rules alone gave is reported too. So the facts that are there are never looked at again, and the rules
only where a relation is reported for the first time. What is found is what a check of the whole would find.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from alignment.checks.check import CHECKS
from alignment.checks.context import Base, Context, Texts, gather
from alignment.checks.facts import Facts
from alignment.checks.model import ANY, Checked, Relation, Schema
from alignment.checks.names import check_names
from alignment.checks.schema import relation_of, uses
from alignment.checks.sources import check_sources
from alignment.checks.types import check_types
from alignment.language import tree
from alignment.problems import Problem, Severity, ordered

OF_FACTS = (check_names, check_types, check_sources)
"""The checks that look at facts."""


def facts_alone(files: Sequence[tree.File]) -> Base | None:
    """The facts of files that hold nothing else; None if they do."""
    base = gather(files)
    others = (base.declarations, base.rules, base.constraints, base.preferences, base.exclusions, base.imports)
    return None if any((*others, base.queries, base.tests)) or not base.facts else base


def check_added(
    before: Checked, files: Sequence[tree.File], added: Base, texts: Texts
) -> tuple[Checked | None, tuple[Problem, ...]] | None:
    """The checked base with more facts (None if there is an error) and every problem; None to check the whole.

    `files` are all files, those of `added` last. A whole check is needed where the base has tests, which are
    checked against all facts, and where a relation was taken from its use in a rule or an import: the
    number of its arguments is that of its first fact.
    """
    new = frozenset(map(relation_of, added.facts)) - before.reported
    if before.tests or (new and _taken_from_rules(before, new)):
        return None
    schema = _schema(before.schema, added, new, before.reported)
    if new:
        context = Context(_with_rules(before, files, added), schema, texts, before.reported)
        found = ordered(problem for check in CHECKS for problem in check(context))
        warnings = (*found, *(problem for problem in before.warnings if problem.code == "bad-row"))
    else:
        context = Context(added, schema, texts)
        found = ordered(problem for check in OF_FACTS for problem in check(context))
        warnings = before.warnings
    if any(problem.severity is Severity.ERROR for problem in found):
        return None, found
    facts = Facts.joined(before.facts, added.facts)
    reported = before.reported | new
    return replace(before, schema=schema, facts=facts, warnings=warnings, reported=reported), found


def _taken_from_rules(before: Checked, new: frozenset[str]) -> bool:
    """Whether a relation that is reported for the first time, or any import, is of no declared relation."""
    relations = before.schema.relations
    names = {name.removeprefix("-") for name in new}
    names = {name for name in names if not before.reported & {name, f"-{name}"}}
    names.update(statement.atom.predicate for statement in before.imports)
    return any(name in relations and relations[name].kind == "undeclared" for name in names)


def _schema(before: Schema, added: Base, new: frozenset[str], reported: frozenset[str]) -> Schema:
    """The schema with the relations that the facts bring in, before those that only rules use."""
    if not new:
        return before
    brought: dict[str, Relation] = {}
    for name, arity, span in uses(added):
        if name not in before.relations and name not in brought:
            brought[name] = Relation(name, "undeclared", (tree.Parameter("", ANY),) * arity, None, None, span)
    if brought:
        only_in_rules = {
            name: relation
            for name, relation in before.relations.items()
            if relation.kind == "undeclared" and not reported & {name, f"-{name}"}
        }
        known = {name: one for name, one in before.relations.items() if name not in only_in_rules}
        before = replace(before, relations={**known, **brought, **only_in_rules})
    return replace(before, concluded=before.concluded - new)


def _with_rules(before: Checked, files: Sequence[tree.File], added: Base) -> Base:
    """The base as if the added facts were its only ones."""
    return Base(
        files,
        before.declarations,
        added.facts,
        before.rules,
        before.constraints,
        before.preferences,
        before.exclusions,
        before.imports,
        before.queries,
        before.tests,
    )
