"""The checks of a base, in one fixed order: files in, a checked base or problems out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from alignment.checks.context import Context, Texts, gather
from alignment.checks.exclusions import check_exclusions
from alignment.checks.firing import check_firing
from alignment.checks.goals import check_queries, check_tests
from alignment.checks.labels import check_labels
from alignment.checks.lint import check_singletons, check_undeclared, check_unused
from alignment.checks.meaning import check_meaning
from alignment.checks.model import Checked
from alignment.checks.names import check_names
from alignment.checks.preferences import check_preferences
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
    check_exclusions,
    check_preferences,
    check_sources,
    check_labels,
    check_queries,
    check_tests,
    check_unused,
    check_undeclared,
    check_singletons,
    check_firing,
)
"""Each looks at the whole base, tells all it finds, and changes nothing. The last four only warn."""

ELSEWHERE = frozenset(
    (
        "unknown-relation",
        "unknown-constant",
        "unknown-type",
        "unknown-source",
        "unknown-table",
        "unknown-label",
        "unused-relation",
        "undeclared-relation",
        "never-fires",
    )
)
"""What may be put right by a file that is not there: not told of a part of a base."""


def no_texts(_file: str, _path: str) -> str | None:
    """A reader that finds no source text."""
    return None


def check(
    files: Sequence[tree.File], *, texts: Texts = no_texts, complete: bool = True
) -> tuple[Checked | None, tuple[Problem, ...]]:
    """The checked base, None if there is an error; and every problem of all files, warnings included.

    `texts` reads the text file that a source names. With `complete=False` the files are a part of a
    base, and what another file may declare or use is not told to be missing.
    """
    base = gather(files)
    schema, problems = build_schema(base)
    context = Context(base, schema, texts)
    for one in CHECKS:
        problems += one(context)
    if not complete:
        problems = [problem for problem in problems if problem.code not in ELSEWHERE]
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
        base.declarations,
        context.reported,
    )
    return checked, found
