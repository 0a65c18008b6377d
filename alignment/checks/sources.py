"""Evidence: sources that are not declared, and everything else that a report says of itself."""

from __future__ import annotations

from collections.abc import Iterator

from alignment.checks.context import MOST_PLACES, Context, merged
from alignment.checks.evidence import evidence_problems, unknown_sources
from alignment.checks.intervals import annotation_problems
from alignment.checks.nearest import suggestion
from alignment.checks.quotes import Quotes
from alignment.checks.tails import is_plain
from alignment.checks.walk import atom_literals
from alignment.language import tree
from alignment.language.bulk import FactColumns
from alignment.problems import Problem


def check_sources(context: Context) -> Iterator[Problem]:
    """Everything that is wrong with the evidence of facts, and with what rules ask of it."""
    quotes = Quotes(context)
    for fact in context.single_facts:
        if fact.annotations:
            yield from _report(context, quotes, fact)
    for columns in context.columns:
        yield from _columns(context, quotes, columns)
    for statement in context.base.inferring:
        for literal in atom_literals(statement.body):
            if literal.evidence:
                yield from evidence_problems(context.schema, literal.evidence)
    for imported in context.base.imports:
        names = [one.source for one in imported.annotations if isinstance(one, tree.From)]
        yield from unknown_sources(context.schema, [*names, imported.source] if imported.source else names)
        yield from _unknown_table(context, imported)


def _unknown_table(context: Context, imported: tree.Import) -> Iterator[Problem]:
    """The table of an import that no statement places."""
    named, known = imported.named, context.schema.tables
    if named is not None and named.name not in known:
        near = suggestion(named.name, known)
        hint = near or f'say where it is, in a file of your own: table {named.name} from "path/to/file.csv".'
        yield Problem("unknown-table", named.span, f"no statement says where the table '{named.name}' is", hint)


def _report(context: Context, quotes: Quotes, fact: tree.Fact) -> Iterator[Problem]:
    relation = context.schema.relations.get(fact.atom.predicate)
    is_event = relation is not None and relation.kind == "event"
    yield from annotation_problems(fact.annotations, is_event)
    for annotation in fact.annotations:
        if isinstance(annotation, tree.From):
            yield from unknown_sources(context.schema, (annotation.source,))
            yield from quotes.problems(annotation)


def _columns(context: Context, quotes: Quotes, columns: FactColumns) -> Iterator[Problem]:
    """Each distinct tail is looked at once; other rows only where a tail is wrong."""
    relation = context.schema.relations.get(columns.predicate)
    is_event = relation is not None and relation.kind == "event"
    shared = columns.annotations
    if shared:
        yield from _report(context, quotes, tree.Fact(tree.Atom(columns.predicate), shared))
    wrong: dict[str, int] = {}
    seen: set[str] = set()
    for i, tail in enumerate(columns.tails or ()):
        if tail in seen and tail not in wrong:
            continue
        if tail not in seen:
            seen.add(tail)
            if is_plain(tail, shared, quotes.proved, is_event=is_event):
                continue
        if wrong.get(tail, 0) < MOST_PLACES:
            problems = list(_report(context, quotes, merged(shared, columns.fact(i))))
            if problems:
                wrong[tail] = wrong.get(tail, 0) + 1
                yield from problems
