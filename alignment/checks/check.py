"""The checks of a base, in one fixed order: files in, a checked base or problems out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from alignment.checks.context import Context, Texts, gather
from alignment.checks.labels import check_labels
from alignment.checks.lint import check_lint
from alignment.checks.meaning import check_meaning
from alignment.checks.model import Checked
from alignment.checks.names import check_names
from alignment.checks.safety import check_safety
from alignment.checks.schema import build_schema
from alignment.checks.sources import check_sources
from alignment.checks.strata import check_strata
from alignment.checks.types import check_types
from alignment.language import tree
from alignment.problems import Problem, Severity, ordered

CHECKS: tuple[Callable[[Context], Iterable[Problem]], ...] = (
    check_meaning,
    check_names,
    check_types,
    check_safety,
    check_strata,
    check_sources,
    check_labels,
)
"""What must be right before anything is derived."""

LINTS: tuple[Callable[[Context], Iterable[Problem]], ...] = (check_lint,)
"""What is pointed out by `alignment check`."""


def no_texts(_file: str, _path: str) -> str | None:
    """A reader that finds no source text."""
    return None


def check(
    files: Sequence[tree.File], *, texts: Texts = no_texts, lint: bool = False
) -> tuple[Checked | None, tuple[Problem, ...]]:
    """The checked base, None if there is an error, and every problem; warnings only with `lint`."""
    base = gather(files)
    schema, problems = build_schema(base.declarations, base.facts, base.rules)
    context = Context(base, schema, texts)
    for one in CHECKS:
        problems += one(context)
    if lint:
        for one in LINTS:
            problems += one(context)
    found = ordered(problems)
    if any(problem.severity is Severity.ERROR for problem in found):
        return None, found
    checked = Checked(
        schema,
        base.facts,
        base.rules,
        base.constraints,
        base.preferences,
        base.exclusions,
        base.imports,
        base.queries,
        base.tests,
        found,
    )
    return checked, found
