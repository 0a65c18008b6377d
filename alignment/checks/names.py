"""Names that lead nowhere: predicates, types, holes of sentences, labels; and numbers of arguments."""

from __future__ import annotations

import re
from collections.abc import Iterator

from alignment.checks.context import MOST_PLACES, Base, Context
from alignment.checks.model import BUILT_IN_TYPES, Relation, Schema
from alignment.checks.nearest import suggestion
from alignment.checks.walk import Body, atom_literals
from alignment.language import tree
from alignment.language.bulk import FactColumns
from alignment.problems import Note, Problem
from alignment.source import Span

_HOLE = re.compile(r"\{([^{}]*)\}")


def check_names(context: Context) -> Iterator[Problem]:
    """Every use of a predicate, type, label or hole of a sentence that leads nowhere."""
    base, schema = context.base, context.schema
    for statement in base.declarations:
        if isinstance(statement, tree.EntityDeclaration):
            yield from _entity_type(schema, statement)
        elif isinstance(statement, tree.RelationDeclaration):
            yield from _parameter_types(schema, statement)
            yield from _holes(statement)
    for fact in context.single_facts:
        yield from arity_problems(schema, fact.atom)
    for columns in context.columns:
        yield from _columns_arity(schema, columns)
    for rule in base.rules:
        yield from arity_problems(schema, rule.head)
    for statement in base.inferring:
        yield from body_problems(schema, statement.body)
    for exclusion in base.exclusions:
        for atom in exclusion.atoms:
            yield from atom_problems(schema, atom, negated=False)
    yield from _labels(base)


def body_problems(schema: Schema, body: Body) -> Iterator[Problem]:
    """The atoms of a body whose predicate is unknown or has another number of arguments."""
    for literal in atom_literals(body):
        yield from atom_problems(schema, literal.atom, negated=literal.negated)


def atom_problems(schema: Schema, atom: tree.Atom, *, negated: bool) -> Iterator[Problem]:
    """An unknown predicate, or one with another number of arguments."""
    if atom.predicate in schema.relations:
        yield from arity_problems(schema, atom)
        return
    message = f"'{atom.predicate}' is neither declared, reported nor derived anywhere"
    if negated:
        message += ", so `not` would always be true here"
    hint = suggestion(atom.predicate, schema.relations)
    hint = hint or "check the spelling, or declare it: " + _draft(atom)
    yield Problem("unknown-relation", _predicate_span(atom), message, hint)


def arity_problems(schema: Schema, atom: tree.Atom) -> Iterator[Problem]:
    """A number of arguments other than that of the declaration or of the first use."""
    relation = schema.relations.get(atom.predicate)
    if relation is not None and relation.arity != len(atom.args):
        yield _wrong_arity(relation, len(atom.args), atom.span)


def _wrong_arity(relation: Relation, given: int, span: Span | None, more: int = 0) -> Problem:
    took = "is given" if given == 1 else "are given"
    message = f"'{relation.name}' takes {_count(relation.arity)}, but {given or 'none'} {took}"
    if more:
        message += f" (and so at {more:,} more places)"
    names = ", ".join(parameter.name for parameter in relation.parameters if parameter.name)
    hint = f"its arguments are: {names}" if names else None
    what = "it is first used" if relation.kind == "undeclared" else "it is declared"
    notes = (Note(relation.span, what),) if relation.span else ()
    return Problem("arity", span, message, hint, notes=notes)


def _columns_arity(schema: Schema, columns: FactColumns) -> Iterator[Problem]:
    relation = schema.relations.get(columns.predicate)
    if relation is None or relation.arity == columns.arity:
        return
    shown = min(len(columns), MOST_PLACES)
    for i in range(shown):
        more = len(columns) - shown if i == shown - 1 else 0
        yield _wrong_arity(relation, columns.arity, columns.span(i), more)


def _count(number: int) -> str:
    return "no arguments" if number == 0 else "1 argument" if number == 1 else f"{number} arguments"


def _predicate_span(atom: tree.Atom) -> Span | None:
    """The place of an atom's name, without its arguments and sign."""
    if atom.span is None:
        return None
    text = atom.span.text
    start = len(text) - len(text.lstrip("- \t\r\n")) if atom.negative else 0
    name = atom.predicate if text.startswith(atom.predicate, start) else text[start:].split("(")[0]
    return Span(atom.span.source, atom.span.start + start, atom.span.start + start + len(name.rstrip()))


def _draft(atom: tree.Atom) -> str:
    """A declaration to begin with."""
    holes = ", ".join(f"{letter}: any" for letter in "abcdefghijklmnopqrstuvwxyz"[: len(atom.args)])
    return f"relation {atom.predicate}({holes})." if holes else f"relation {atom.predicate}."


def _entity_type(schema: Schema, declared: tree.EntityDeclaration) -> Iterator[Problem]:
    if declared.type.name not in schema.types:
        yield _unknown_type(declared.type.name, declared.type.span, [*schema.types])


def _parameter_types(schema: Schema, declared: tree.RelationDeclaration) -> Iterator[Problem]:
    for parameter in declared.parameters:
        if parameter.type not in schema.types and parameter.type not in BUILT_IN_TYPES:
            yield _unknown_type(parameter.type, _type_span(parameter), [*schema.types, *BUILT_IN_TYPES])


def _type_span(parameter: tree.Parameter) -> Span | None:
    """The place of the type, which stands last."""
    span = parameter.span
    return Span(span.source, span.end - len(parameter.type), span.end) if span else None


def _unknown_type(name: str, span: Span | None, known: list[str]) -> Problem:
    hint = suggestion(name, known) or f"declare it: type {name}."
    return Problem("unknown-type", span, f"'{name}' is not a declared type", hint)


def _holes(declared: tree.RelationDeclaration) -> Iterator[Problem]:
    names = [parameter.name for parameter in declared.parameters]
    for hole in dict.fromkeys(_HOLE.findall(declared.template or "")):
        if hole not in names:
            message = (
                f"the sentence of '{declared.name}' speaks of {{{hole}}}, which is none of its arguments"
            )
            hint = suggestion(hole, names)
            hint = hint or (f"its arguments are: {', '.join(names)}" if names else "it has no arguments")
            yield Problem("unknown-parameter", _hole_span(declared, hole), message, hint)


def _hole_span(declared: tree.RelationDeclaration, hole: str) -> Span | None:
    if declared.span is None:
        return None
    at = declared.span.text.find(f"{{{hole}}}")
    start = declared.span.start + max(at, 0)
    return Span(declared.span.source, start, start + len(hole) + 2) if at >= 0 else declared.span


def _labels(base: Base) -> Iterator[Problem]:
    labels = {rule.label for rule in base.rules if rule.label}
    for preference in base.preferences:
        for label in (preference.stronger, preference.weaker):
            if label.name not in labels:
                message = f"no rule has the label '{label.name}'"
                hint = (
                    suggestion(label.name, labels) or "labels stand before the rule: `label: head :- body.`"
                )
                yield Problem("unknown-label", label.span, message, hint)
