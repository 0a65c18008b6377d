"""Constants of the wrong type, and names that are not declared where declared names are expected."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from alignment.checks.constants import TOKENS, a, constant_problem
from alignment.checks.context import MOST_PLACES, Context
from alignment.checks.entities import has_entities
from alignment.checks.inference import Use, variable_types
from alignment.checks.model import ANY, Relation, Schema
from alignment.checks.walk import Body, aggregates
from alignment.language import tree
from alignment.language.bulk import FactColumns
from alignment.problems import Problem
from alignment.source import Span

_CONSTANTS = (tree.Symbol, tree.Text, tree.Integer, tree.Decimal, tree.Date)


def check_types(context: Context) -> Iterator[Problem]:
    """Every constant that its argument's type does not allow, in facts, rules and constraints."""
    schema = context.schema
    for fact in context.single_facts:
        yield from atom_type_problems(schema, fact.atom)
    members = {type_: _members(schema, type_) for type_ in schema.types} if context.columns else {}
    for columns in context.columns:
        yield from _columns(schema, columns, members)
    for rule in context.base.rules:
        yield from atom_type_problems(schema, rule.head)
    for statement in context.base.inferring:
        yield from body_type_problems(schema, statement.body)


def body_type_problems(
    schema: Schema, body: Body, outer: Mapping[str, tuple[Use, ...]] | None = None
) -> Iterator[Problem]:
    """The wrong constants of a body: as arguments, in lists, and compared with variables of a type."""
    types: dict[str, tuple[Use, ...]] | None = None
    for literal in body:
        if isinstance(literal, tree.Literal):
            yield from atom_type_problems(schema, literal.atom)
            continue
        if types is None:
            types = variable_types(schema, body, outer)
        if isinstance(literal, tree.Membership):
            for item in literal.items:
                yield from _compared(schema, types, literal.term, item)
            continue
        yield from _compared(schema, types, literal.left, literal.right)
        yield from _compared(schema, types, literal.right, literal.left)
        for aggregate in aggregates(literal):
            for element in aggregate.elements:
                yield from body_type_problems(schema, element.body, types)


def atom_type_problems(schema: Schema, atom: tree.Atom) -> Iterator[Problem]:
    """The wrong constants of an atom."""
    relation = schema.relations.get(atom.predicate)
    if relation is None or relation.kind == "undeclared" or relation.arity != len(atom.args):
        return
    for arg, parameter in zip(atom.args, relation.parameters, strict=True):
        if parameter.type != ANY and isinstance(arg, _CONSTANTS):
            problem = argument_problem(schema, relation, parameter.type, arg, arg.span)
            if problem:
                yield problem


def argument_problem(
    schema: Schema, relation: Relation, type_: str, constant: tree.Constant, span: Span | None
) -> Problem | None:
    """What is wrong with a constant as an argument, or None."""
    problem = constant_problem(schema, type_, constant, f"{relation.name}(…) expects {a(type_)} here", span)
    if problem and problem.hint is None and len(relation.parameters) > 1:
        listed = ", ".join(f"{p.name} ({p.type})" for p in relation.parameters)
        return replace(problem, hint=f"its arguments are: {listed}")
    return problem


def _compared(
    schema: Schema,
    types: Mapping[str, tuple[Use, ...]],
    variable: tree.Term | tree.Aggregate,
    constant: tree.Term | tree.Aggregate,
) -> Iterator[Problem]:
    """A constant that a variable of a type is compared with."""
    if not isinstance(variable, tree.Variable) or not isinstance(constant, _CONSTANTS):
        return
    for use in types.get(variable.name, ())[:1]:
        because = f"{variable.name} is {a(use.type)}, as in {use.where}"
        problem = constant_problem(schema, use.type, constant, because, constant.span)
        if problem:
            yield problem


def _members(schema: Schema, type_: str) -> frozenset[str]:
    return frozenset(entity.id for entity in schema.entities.values() if type_ in entity.types)


def _columns(
    schema: Schema, columns: FactColumns, members: Mapping[str, frozenset[str]]
) -> Iterator[Problem]:
    """Each distinct token is looked at once; rows only where a token is wrong."""
    relation = schema.relations.get(columns.predicate)
    if relation is None or relation.kind == "undeclared" or relation.arity != columns.arity:
        return
    for position, (tokens, parameter) in enumerate(zip(columns.columns, relation.parameters, strict=True)):
        if parameter.type == ANY:
            continue
        known = members.get(parameter.type, frozenset())
        plain = TOKENS.get(parameter.type)
        wrong = {
            token
            for token in set(tokens) - known
            if not (plain.match(token) if plain else token[:1] == "'" and token[1:-1] in known)
        }
        if wrong and plain is None and not has_entities(schema, parameter.type):
            wrong = {token for token in wrong if token in schema.entities or not token[:1].isalpha()}
        if wrong:
            yield from _placed(schema, relation, columns, position, wrong)


def _placed(
    schema: Schema, relation: Relation, columns: FactColumns, position: int, wrong: set[str]
) -> Iterator[Problem]:
    """The problems of wrong tokens at the rows that have them, `MOST_PLACES` of each at most, and of all."""
    type_ = relation.parameters[position].type
    rows: dict[str, list[int]] = {}
    for i, token in enumerate(columns.columns[position]):
        if token in wrong:
            rows.setdefault(token, []).append(i)
    told = 0
    for token, places in rows.items():
        problem = argument_problem(schema, relation, type_, columns.constant(token), None)
        if problem is None:
            continue
        told += 1
        if told == MOST_PLACES < len(rows):
            hint = "there are more of this kind: look at these first, and check again"
            problem = replace(problem, hint=hint)
        last = min(len(places), MOST_PLACES) - 1
        for i in places[:last]:
            yield replace(problem, span=columns.argument_span(i, position))
        more = f" (and so at {len(places) - MOST_PLACES:,} more places)" if len(places) > MOST_PLACES else ""
        span = columns.argument_span(places[last], position)
        yield replace(problem, message=problem.message + more, span=span)
        if told == MOST_PLACES:
            return
