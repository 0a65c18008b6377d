"""Goals in files: queries, and the steps of tests.

What a test loads itself is known only when it runs. A test with a `load` of its own, or in a file whose loads
are not among the files, is checked here for what needs no other file, and for the rest when it runs.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from alignment.checks.aliases import check_goal
from alignment.checks.context import Base, Context, chunks, gather
from alignment.checks.evidence import unknown_sources
from alignment.checks.intervals import value_problems
from alignment.checks.lint import undeclared
from alignment.checks.model import Schema
from alignment.checks.names import check_names
from alignment.checks.safety import check_safety, goal_problems
from alignment.checks.schema import build_schema, uses
from alignment.checks.sources import check_sources
from alignment.checks.types import check_types
from alignment.checks.walk import Body, step_goals
from alignment.checks.worlds import world
from alignment.language import tree
from alignment.problems import Problem


def check_queries(context: Context) -> Iterator[Problem]:
    """What is wrong with the queries of the files. They are not run."""
    for query in context.base.queries:
        yield from check_goal(context.schema, query.body)


def check_tests(context: Context) -> Iterator[Problem]:
    """What is wrong with the steps of tests, and with what is given in them."""
    homes: dict[str, Context | None] = {}
    for file in context.base.files if context.base.tests else ():
        tests = [one for one in chunks((file,)) if isinstance(one, tree.Test)]
        if tests and file.name not in homes:
            homes[file.name] = _home(context, file)
        for test in tests:
            home = homes[file.name]
            given = gather([_given(test)])
            if home is None or _loads(test, given):
                yield from _apart(replace(context, base=given), test)
            else:
                yield from _test(home, test, given)


def _home(context: Context, file: tree.File) -> Context | None:
    """What the tests of a file see; None where that is known only when they run."""
    files = world(context.base.files, file)
    if files is None or len(files) == len(context.base.files):
        return context if files else None
    base = gather(files)
    return Context(base, build_schema(base)[0], context.texts)


def _apart(given: Context, test: tree.Test) -> Iterator[Problem]:
    """What is wrong with a test whatever the files that it loads."""
    yield from check_safety(given)
    for step in test.steps:
        for goal in step_goals(step):
            yield from goal_problems(goal)


def _test(context: Context, test: tree.Test, given: Base) -> Iterator[Problem]:
    schema, problems = _extended(context, given)
    yield from problems
    inside = replace(context, base=given, schema=schema)
    for check in (check_names, check_types, check_safety, check_sources):
        yield from check(inside)
    yield from undeclared(schema, set(context.schema.relations))
    for step in test.steps:
        for goal in step_goals(step):
            yield from check_goal(schema, _without_strength(schema, goal))
        if isinstance(step, tree.Without):
            yield from unknown_sources(inside.schema, step.sources)
        elif isinstance(step, tree.MinConfidence):
            yield from value_problems(tree.Confidence(step.value, span=step.value.span))


def _given(test: tree.Test) -> tree.File:
    """What a test adds to the base, as a file."""
    statements = (one for step in test.steps if isinstance(step, tree.Given) for one in step.statements)
    return tree.File(test.file or "", tuple(statements))


def _loads(test: tree.Test, given: Base) -> bool:
    """Whether a test loads files of its own."""
    steps = (*test.steps, *(one for file in given.files for one in file.statements))
    return any(isinstance(step, tree.Load) for step in steps)


def _extended(context: Context, given: Base) -> tuple[Schema, list[Problem]]:
    """The schema with what is given, and the conflicts that are new by it."""
    if not given.declarations and all(name in context.schema.relations for name, _, _ in uses(given)):
        return context.schema, []
    return build_schema(context.base, given)


def _without_strength(schema: Schema, body: Body) -> Body:
    """A step's goal without the confidence asked of conclusions: there it means their strongest proof."""
    return tuple(
        replace(one, evidence=())
        if isinstance(one, tree.Literal)
        and one.atom.relation in schema.concluded
        and all(isinstance(item, tree.Confidence) for item in one.evidence)
        else one
        for one in body
    )
