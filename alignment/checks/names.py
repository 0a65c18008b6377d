"""Predicates, types and labels that nobody declared, reported or derived; and wrong numbers of arguments."""

from __future__ import annotations

import re
from collections.abc import Iterator

from alignment.checks.context import Context
from alignment.checks.model import BUILT_IN_TYPES, Schema
from alignment.checks.nearest import suggestion
from alignment.checks.walk import Body, atom_literals, test_bodies
from alignment.language import tree
from alignment.problems import Note, Problem

_HOLE = re.compile(r"\{([^{}]*)\}")


def check_names(context: Context) -> Iterator[Problem]:
    """Every use of a predicate, type, label or template hole that leads nowhere."""
    base, schema = context.base, context.schema
    for statement in base.declarations:
        yield from _declaration(schema, statement)
    for fact in context.single_facts:
        yield from arity_problems(schema, fact.atom)
    for columns in context.columns:
        yield from _columns_arity(context, columns)
    for rule in base.rules:
        yield from arity_problems(schema, rule.head)
    for statement in (*base.rules, *base.constraints, *base.queries):
        yield from body_problems(schema, statement.body)
    for exclusion in base.exclusions:
        for atom in exclusion.atoms:
            yield from atom_problems(schema, atom, negated=False)
    yield from _labels(context)
    for test in base.tests:
        if not any(isinstance(step, tree.Load | tree.Given) for step in test.steps):
            for body in test_bodies(test):
                yield from body_problems(schema, body)


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
    hint = suggestion(atom.predicate, schema.relations) or "check the spelling, or declare it with `relation`"
    yield Problem("unknown-relation", atom.span, message, hint)


def arity_problems(schema: Schema, atom: tree.Atom) -> Iterator[Problem]:
    """A number of arguments other than that of the declaration or of the first use."""
    relation = schema.relations.get(atom.predicate)
    if relation is None or relation.arity == len(atom.args):
        return
    message = f"'{atom.predicate}' takes {_count(relation.arity)}, but {len(atom.args)} are given"
    names = ", ".join(p.name for p in relation.parameters if p.name)
    hint = f"its arguments are: {names}" if names else None
    what = "first used" if relation.kind == "undeclared" else "declared"
    notes = (Note(relation.span, what),) if relation.span else ()
    yield Problem("arity", atom.span, message, hint, notes=notes)


def _columns_arity(context: Context, columns: object) -> Iterator[Problem]:
    from alignment.language.bulk import FactColumns  # noqa: PLC0415

    assert isinstance(columns, FactColumns)
    relation = context.schema.relations.get(columns.predicate)
    if relation is not None and relation.arity != columns.arity:
        for i in range(len(columns)):
            yield from arity_problems(context.schema, columns.fact(i).atom)


def _count(number: int) -> str:
    return "1 argument" if number == 1 else f"{number} arguments"


def _declaration(schema: Schema, statement: tree.Statement) -> Iterator[Problem]:
    match statement:
        case tree.EntityDeclaration(type=type_) if type_.name not in schema.types:
            hint = suggestion(type_.name, schema.types) or f"declare it: type {type_.name}."
            yield Problem("type", type_.span, f"'{type_.name}' is not a declared type", hint)
        case tree.RelationDeclaration():
            for parameter in statement.parameters:
                if parameter.type not in schema.types and parameter.type not in BUILT_IN_TYPES:
                    hint = suggestion(parameter.type, [*schema.types, *BUILT_IN_TYPES])
                    hint = hint or f"declare it: type {parameter.type}."
                    yield Problem("type", parameter.span, f"'{parameter.type}' is not a declared type", hint)
            yield from _template(statement)
        case _:
            pass


def _template(statement: tree.RelationDeclaration) -> Iterator[Problem]:
    names = {parameter.name for parameter in statement.parameters}
    for hole in _HOLE.findall(statement.template or ""):
        if hole not in names:
            message = f"the sentence of '{statement.name}' has {{{hole}}}, which is none of its arguments"
            yield Problem("syntax", statement.span, message, suggestion(hole, names))


def _labels(context: Context) -> Iterator[Problem]:
    labels = {rule.label for rule in context.base.rules if rule.label}
    for preference in context.base.preferences:
        for label in (preference.stronger, preference.weaker):
            if label.name not in labels:
                message = f"no rule has the label '{label.name}'"
                yield Problem("unknown-relation", label.span, message, suggestion(label.name, labels))
