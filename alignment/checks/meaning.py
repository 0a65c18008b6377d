"""What the grammar reads and this release does not carry out: refused by name, never ignored."""

from __future__ import annotations

from collections.abc import Iterator

from alignment.checks.context import Context
from alignment.checks.model import Schema
from alignment.checks.walk import Body, atom_literals
from alignment.problems import Problem


def check_meaning(context: Context) -> Iterator[Problem]:
    """The premises that this release cannot carry out."""
    for statement in context.base.inferring:
        yield from conclusion_problems(context.schema, statement.body)


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
