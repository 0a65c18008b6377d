"""What the grammar reads and this release does not carry out: refused by name, never ignored.

A later release that gives one of these a meaning deletes its line.
"""

from __future__ import annotations

from collections.abc import Iterator

from alignment.checks.context import Context
from alignment.language import tree
from alignment.problems import Problem

WITHOUT_MEANING: dict[type[tree.Node], str] = {
    tree.Prefer: "`prefer`",
    tree.Exclusive: "`exclusive`",
    tree.Constraint: "a constraint (`:- …`)",
    tree.Import: "`import`",
    tree.Contested: "`contested`",
    tree.Timeline: "`timeline`",
}


def check_meaning(context: Context) -> Iterator[Problem]:
    """The statements and test steps that this release cannot carry out."""
    base = context.base
    for rule in base.rules:
        if rule.default:
            yield _refused(rule, "`normally`")
    for statement in (*base.preferences, *base.exclusions, *base.constraints, *base.imports):
        yield _refused(statement, WITHOUT_MEANING[type(statement)])
    for test in base.tests:
        for step in test.steps:
            if type(step) in WITHOUT_MEANING:
                yield _refused(step, WITHOUT_MEANING[type(step)])


def _refused(node: tree.Node, name: str) -> Problem:
    message = f"{name} has no meaning in this release yet, so this statement cannot be carried out"
    return Problem("not-yet", node.span, message, "take it out, or put it in a comment, until it has")
