"""Constants of the wrong type, and names that are not declared where declared names are expected."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from alignment.checks.context import MOST_PLACES, Context
from alignment.checks.entities import candidates, did_you_mean, has_entities
from alignment.checks.inference import Use, variable_types
from alignment.checks.model import ANY, Relation, Schema
from alignment.checks.walk import Body, aggregates
from alignment.language import tree
from alignment.language.bulk import FactColumns
from alignment.problems import Problem
from alignment.source import Span

_BUILT_IN: Mapping[str, tuple[type[tree.Node], ...]] = {
    "text": (tree.Text,),
    "number": (tree.Integer, tree.Decimal),
    "date": (tree.Date,),
}
_TOKENS = {
    "text": re.compile(r'"'),
    "number": re.compile(r"-?\d+(?:\.\d+)?\Z"),
    "date": re.compile(r"\d{4}-\d\d-\d\d\Z"),
}
"""What a token of a run of facts looks like that is plainly of a built-in type."""

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


def constant_problem(
    schema: Schema, type_: str, constant: tree.Constant, because: str, span: Span | None
) -> Problem | None:
    """What is wrong with a constant where `type_` is expected, or None; `because` says who expects it."""
    if type_ == ANY:
        return None
    expected = _BUILT_IN.get(type_)
    if expected is not None:
        if isinstance(constant, expected):
            return None
        message = f"{shown(constant)} is {kind_of(constant)}, but {because}"
        return Problem("type", span, message, _built_in_hint(type_, constant))
    if type_ not in schema.types:
        return None
    if not isinstance(constant, tree.Symbol):
        hint = None
        if isinstance(constant, tree.Text):
            hint = _unquoted(schema, type_, constant.value)
        return Problem("type", span, f"{shown(constant)} is {kind_of(constant)}, but {because}", hint)
    entity = schema.entities.get(constant.name)
    if entity is not None:
        if type_ in entity.types:
            return None
        kinds = " and ".join(a(own) for own in entity.types)
        return Problem("type", span, f"'{constant.name}' is {kinds}, but {because}")
    if not has_entities(schema, type_):
        return None
    hint = did_you_mean(schema, constant.name, type_) or f"declare it: {type_} {constant.name}."
    return Problem("unknown-constant", span, f"'{constant.name}' is not a declared {type_}", hint)


def _unquoted(schema: Schema, type_: str, text: str) -> str | None:
    """How an entity is written whose name somebody put in quotes."""
    meant = candidates(schema, text, type_)
    if meant:
        return f"write {' or '.join(meant)}, without quotes"
    return did_you_mean(schema, text, type_) or f"write the id of a declared {type_}, without quotes"


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
        plain = _TOKENS.get(parameter.type)
        doubtful = set(tokens) - members.get(parameter.type, frozenset())
        wrong: dict[str, Problem] = {}
        for token in doubtful:
            if plain is None or not plain.match(token):
                constant = columns.constant(token)
                problem = argument_problem(schema, relation, parameter.type, constant, None)
                if problem:
                    wrong[token] = problem
        if wrong:
            yield from _placed(columns, position, tokens, wrong)


def _placed(
    columns: FactColumns, position: int, tokens: list[str], wrong: Mapping[str, Problem]
) -> Iterator[Problem]:
    """The problems of wrong tokens at the rows that have them."""
    rows: dict[str, list[int]] = {token: [] for token in wrong}
    for i, token in enumerate(tokens):
        if token in rows:
            rows[token].append(i)
    for token, problem in wrong.items():
        for i in rows[token][: MOST_PLACES - 1]:
            yield replace(problem, span=columns.argument_span(i, position))
        for i in rows[token][MOST_PLACES - 1 : MOST_PLACES]:
            more = len(rows[token]) - MOST_PLACES
            message = problem.message + (f" (and so at {more:,} more places)" if more else "")
            yield replace(problem, message=message, span=columns.argument_span(i, position))


def a(noun: str) -> str:
    """A noun with its article, in words: `weapon_system` is a weapon system."""
    return f"{'an' if noun[:1] in 'aeiou' else 'a'} {noun.replace('_', ' ')}"


def shown(constant: tree.Constant) -> str:
    """A constant as a message shows it."""
    match constant:
        case tree.Symbol(name=name):
            return f"'{name}'"
        case tree.Text(value=value):
            return f'"{value}"'
        case _:
            return str(constant.value)


def kind_of(constant: tree.Constant) -> str:
    """What a constant is, for people."""
    match constant:
        case tree.Symbol():
            return "a name"
        case tree.Text():
            return "a text"
        case tree.Date():
            return "a date"
        case _:
            return "a number"


def _built_in_hint(type_: str, constant: tree.Constant) -> str | None:
    """How the constant would have to be written."""
    if type_ == "date":
        return date_hint(constant)
    if type_ == "text" and isinstance(constant, tree.Symbol):
        return f'put it in double quotes: "{constant.name}"'
    if type_ == "number" and isinstance(constant, tree.Text) and _TOKENS[type_].match(constant.value):
        return f"write {constant.value}, without quotes"
    return None


def date_hint(constant: tree.Constant) -> str:
    """How a constant would have to be written to be a date."""
    if isinstance(constant, tree.Text) and _TOKENS["date"].match(constant.value) and _is_day(constant.value):
        return f"write {constant.value}, without quotes"
    return "dates are written year-month-day: 2024-07-03"


def _is_day(text: str) -> bool:
    try:
        datetime.date.fromisoformat(text)
    except ValueError:
        return False
    return True
