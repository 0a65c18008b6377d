"""`alignment check`: every problem in the files, warnings included, and a summary."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from alignment.commands.console import Status
from alignment.library import DEFAULT_FILES
from alignment.problems import AlignmentError, Problem, Severity, ordered

if TYPE_CHECKING:
    from collections.abc import Sequence

    from alignment.checks.model import Checked
    from alignment.commands.console import Console
    from alignment.commands.options import Call
    from alignment.content import State, Store

UNREADABLE = "no-such-file"
"""The code of a file that the call names and that cannot be read."""


def check(call: Call, console: Console) -> int:
    """Tell all problems; 1 if there are errors, or with `--strict` warnings."""
    from alignment.render.problems import problems_json, render_problems  # noqa: PLC0415  # heavy: only when checking

    found, files = problems_in(call.arguments or DEFAULT_FILES)
    unreadable = [problem for problem in found if problem.code == UNREADABLE and problem.span is None]
    if unreadable:
        raise AlignmentError(unreadable)
    if call.options.format == "json":
        console.result(json.dumps(problems_json(found), ensure_ascii=False, indent=2))
    else:
        console.result(render_problems(found, console.style))
    errors = sum(problem.severity == Severity.ERROR for problem in found)
    warnings = len(found) - errors
    console.note(f"{counted(files, 'file')}: {counted(errors, 'error')}, {counted(warnings, 'warning')}")
    return Status.NO if errors or (warnings and call.options.strict) else Status.YES


def problems_in(names: Sequence[str]) -> tuple[tuple[Problem, ...], int]:
    """All problems of the files that the names stand for, in order, and the number of files."""
    from alignment.checks.check import check as checked  # noqa: PLC0415  # heavy: only when checking
    from alignment.content import State, Store, texts_of  # noqa: PLC0415  # likewise
    from alignment.language.loader import Loader  # noqa: PLC0415  # likewise

    loader, store = Loader(), Store()
    loader.load(names)
    state = store.joined(State(), loader.files, loader.bases)
    base, problems = checked(state.files, texts=texts_of(state))
    rows = _import_problems(base, state, store) if base is not None and base.imports else ()
    return ordered([*loader.problems, *problems, *rows]), len(state.files)


def _import_problems(base: Checked, state: State, store: Store) -> Sequence[Problem]:
    """What is wrong with the tables that a base imports, bad rows included."""
    try:
        return store.imported(base, state)[1]
    except AlignmentError as error:
        return error.problems


def counted(number: int, noun: str) -> str:
    """`1 file`, `2 files`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
