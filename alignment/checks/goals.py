"""Goals in files: queries, and the steps of tests.

What a test loads is known only when it runs. A test with a `load` of its own is checked here for what needs
no other file, and the rest when it runs.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from alignment.checks.aliases import check_goal
from alignment.checks.context import Base, Context, gather
from alignment.checks.intervals import value_problems
from alignment.checks.lint import undeclared
from alignment.checks.model import Schema
from alignment.checks.names import check_names
from alignment.checks.safety import check_safety, goal_problems
from alignment.checks.schema import build_schema, uses
from alignment.checks.sources import check_sources, evidence_problems, unknown_sources
from alignment.checks.types import check_types
from alignment.checks.walk import Body, atom_literals, step_goals
from alignment.language import tree
from alignment.problems import Problem


def check_queries(context: Context) -> Iterator[Problem]:
    """What is wrong with the queries of the files. They are not run."""
    for query in context.base.queries:
        yield from _goal(context, query.body)


def check_tests(context: Context) -> Iterator[Problem]:
    """What is wrong with the steps of tests, and with what is given in them."""
    for test in context.base.tests:
        given = gather([_given(test)])
        loads = any(isinstance(step, tree.Load) for step in test.steps) or _loads(test)
        if loads:
            yield from check_safety(replace(context, base=given))
            for step in test.steps:
                for goal in step_goals(step):
                    yield from goal_problems(goal)
        else:
            yield from _test(context, test, given)


def _test(context: Context, test: tree.Test, given: Base) -> Iterator[Problem]:
    schema, problems = _extended(context, given)
    yield from problems
    inside = replace(context, base=given, schema=schema)
    for check in (check_names, check_types, check_safety, check_sources):
        yield from check(inside)
    yield from undeclared(schema, set(context.schema.relations))
    for step in test.steps:
        for goal in step_goals(step):
            yield from _goal(inside, goal)
        if isinstance(step, tree.Without):
            yield from unknown_sources(inside, step.sources)
        elif isinstance(step, tree.MinConfidence):
            yield from value_problems(tree.Confidence(step.value, span=step.value.span))


def _given(test: tree.Test) -> tree.File:
    """What a test adds to the base, as a file."""
    statements = (one for step in test.steps if isinstance(step, tree.Given) for one in step.statements)
    return tree.File(test.file or "", tuple(statements))


def _loads(test: tree.Test) -> bool:
    return any(isinstance(one, tree.Load) for one in _given(test).statements)


def _extended(context: Context, given: Base) -> tuple[Schema, list[Problem]]:
    """The schema with what is given, and the conflicts that are new by it."""
    if not given.declarations and all(name in context.schema.relations for name, _, _ in uses(given)):
        return context.schema, []
    return build_schema(context.base, given)


def _goal(context: Context, body: Body) -> Iterator[Problem]:
    yield from check_goal(context.schema, body)
    for literal in atom_literals(body):
        yield from evidence_problems(context, literal.evidence)
