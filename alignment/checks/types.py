"""Constants of the wrong type, and names that are not declared where declared names are expected."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache

from alignment.checks.context import Context
from alignment.checks.model import BUILT_IN_TYPES, Relation, Schema, fold
from alignment.checks.nearest import nearest
from alignment.checks.walk import Body, atom_literals, test_bodies
from alignment.language import tree
from alignment.language.bulk import FactColumns
from alignment.problems import Problem
from alignment.source import Span

MOST_PLACES = 20
"""Places at which the same wrong constant of a run of facts is shown."""

_BUILT_IN = {"text": tree.Text, "number": (tree.Integer, tree.Decimal), "date": tree.Date}


def check_types(context: Context) -> Iterator[Problem]:
    """Every constant that its argument's type does not allow."""
    base, schema = context.base, context.schema
    populated = _populated(schema)
    for fact in context.single_facts:
        yield from atom_type_problems(schema, fact.atom, populated)
    for columns in context.columns:
        yield from _columns(schema, columns, populated)
    for rule in base.rules:
        yield from atom_type_problems(schema, rule.head, populated)
    for statement in (*base.rules, *base.constraints, *base.queries):
        yield from body_type_problems(schema, statement.body, populated)
    for test in base.tests:
        if not any(isinstance(step, tree.Load | tree.Given) for step in test.steps):
            for body in test_bodies(test):
                yield from _without_texts(body_type_problems(schema, body, populated))


def _without_texts(problems: Iterable[Problem]) -> Iterator[Problem]:
    """In goals a text may be the name of an entity: that is resolved, and judged, when it is asked."""
    for problem in problems:
        if not (problem.span and problem.span.text.startswith('"')):
            yield problem


def body_type_problems(schema: Schema, body: Body, populated: frozenset[str] | None = None) -> Iterator[Problem]:
    """The wrong constants of a body."""
    known = _populated(schema) if populated is None else populated
    for literal in atom_literals(body):
        yield from atom_type_problems(schema, literal.atom, known)


def atom_type_problems(schema: Schema, atom: tree.Atom, populated: frozenset[str]) -> Iterator[Problem]:
    """The wrong constants of an atom."""
    relation = schema.relations.get(atom.predicate)
    if relation is None or relation.arity != len(atom.args):
        return
    for arg, type_ in zip(atom.args, _types(relation), strict=True):
        if isinstance(arg, tree.Symbol | tree.Text | tree.Integer | tree.Decimal | tree.Date):
            problem = constant_problem(schema, relation.name, type_, arg, arg.span, populated)
            if problem:
                yield problem


def _types(relation: Relation) -> tuple[str, ...]:
    return tuple(parameter.type for parameter in relation.parameters)


def _columns(schema: Schema, columns: FactColumns, populated: frozenset[str]) -> Iterator[Problem]:
    """Each distinct token once; places are looked for only when a token is wrong."""
    relation = schema.relations.get(columns.predicate)
    if relation is None or relation.arity != columns.arity:
        return
    for position, (tokens, type_) in enumerate(zip(columns.columns, _types(relation), strict=True)):
        if type_ == "any":
            continue
        wrong = {
            token
            for token in set(tokens)
            if not _plainly_right(schema, type_, token)
            and constant_problem(schema, relation.name, type_, columns.constant(token), None, populated)
        }
        if wrong:
            places = [i for i, token in enumerate(tokens) if token in wrong][:MOST_PLACES]
            for i in places:
                span = columns.argument_span(i, position)
                constant = columns.constant(tokens[i])
                problem = constant_problem(schema, relation.name, type_, constant, span, populated)
                if problem:
                    yield problem


def _plainly_right(schema: Schema, type_: str, token: str) -> bool:
    entity = schema.entities.get(token)
    return entity is not None and type_ in entity.types


def constant_problem(
    schema: Schema,
    relation: str,
    type_: str,
    constant: tree.Constant,
    span: Span | None,
    populated: frozenset[str],
) -> Problem | None:
    """What is wrong with a constant where `type_` is expected, or None."""
    if type_ == "any":
        return None
    expected = _BUILT_IN.get(type_)
    if expected is not None:
        if isinstance(constant, expected):  # type: ignore[arg-type]  # a class or a tuple of classes
            return None
        message = f"{shown(constant)} is {kind_of(constant)}, but {relation}(…) expects a {type_} here"
        return Problem("type", span, message, _built_in_hint(type_, constant))
    if not isinstance(constant, tree.Symbol):
        hint = None
        if isinstance(constant, tree.Text):
            owners = [o for o in schema.aliases.get(fold(constant.value), ()) if type_ in schema.entities[o].types]
            hint = f"write {owners[0]}, without quotes" if len(owners) == 1 else None
        message = f"{shown(constant)} is {kind_of(constant)}, but {relation}(…) expects a {type_} here"
        return Problem("type", span, message, hint)
    entity = schema.entities.get(constant.name)
    if entity is not None:
        if type_ in entity.types or type_ not in schema.types:
            return None
        message = f"'{constant.name}' is a {entity.types[0]}, but {relation}(…) expects a {type_} here"
        return Problem("type", span, message)
    if type_ not in populated:
        return None
    return Problem("unknown-constant", span, f"'{constant.name}' is not a declared {type_}", _hint(schema, type_, constant.name))


def _hint(schema: Schema, type_: str, name: str) -> str | None:
    """The nearest id or alias of an entity of the type."""
    close = nearest(fold(name), _aliases_of(_Key(schema), type_))
    if close is None:
        return None
    owner = next(o for o in schema.aliases[close] if type_ in schema.entities[o].types)
    return f"did you mean '{owner}'?" if fold(owner) == close else f"did you mean '{owner}' (\"{close}\")?"


class _Key:
    """Makes a schema a cache key by identity."""

    def __init__(self, schema: Schema) -> None:
        self.schema = schema

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Key) and self.schema is other.schema

    def __hash__(self) -> int:
        return id(self.schema)


@lru_cache(maxsize=16)
def _aliases_of(key: _Key, type_: str) -> tuple[str, ...]:
    schema = key.schema
    return tuple(
        alias
        for alias, owners in schema.aliases.items()
        if any(type_ in schema.entities[owner].types for owner in owners)
    )


def _populated(schema: Schema) -> frozenset[str]:
    """The types that have at least one entity: only there a name can be missing."""
    return frozenset(type_ for entity in schema.entities.values() for type_ in entity.types)


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
    if type_ == "text" and isinstance(constant, tree.Symbol):
        return f'put it in double quotes: "{constant.name}"'
    if type_ == "date":
        return "dates are written year-month-day: 2024-07-03"
    return None
