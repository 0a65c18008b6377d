"""What the grammar reads and this release does not carry out: refused by name, never ignored.

A later release that gives one of these a meaning deletes its line.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from alignment.checks.context import Context
from alignment.checks.model import Schema
from alignment.checks.walk import Body, atom_literals
from alignment.language import tree
from alignment.problems import Problem

WITHOUT_MEANING: tuple[tuple[str, Callable[[tree.Node], bool]], ...] = (
    ("`normally`", lambda node: isinstance(node, tree.Rule) and node.default),
    ("`prefer`", lambda node: isinstance(node, tree.Prefer)),
)
"""What people call it, and how to know it."""


def check_meaning(context: Context) -> Iterator[Problem]:
    """The statements and test steps that this release cannot carry out."""
    for statement in context.base.inferring:
        yield from conclusion_problems(context.schema, statement.body)
    for node in _nodes(context):
        for name, is_it in WITHOUT_MEANING:
            if is_it(node):
                message = f"{name} has no meaning in this release yet, so this cannot be carried out"
                yield Problem(
                    "not-yet", node.span, message, "take it out, or put it in a comment, until it has"
                )


def conclusion_problems(schema: Schema, body: Body) -> Iterator[Problem]:
    """Evidence asked of what only rules conclude: it has no reports, so nothing would ever match."""
    for literal in atom_literals(body):
        if literal.evidence and literal.atom.relation in schema.concluded:
            message = (
                f"'{literal.atom.predicate}' is concluded by rules and nobody reports it, so to ask it for "
                "evidence has no meaning in this release yet"
            )
            hint = "ask the reports that it rests on, or `why`, which shows the evidence of each premise"
            yield Problem("not-yet", literal.span, message, hint)


def _nodes(context: Context) -> Iterator[tree.Node]:
    base = context.base
    yield from base.rules
    yield from base.preferences
    for test in base.tests:
        yield from test.steps
