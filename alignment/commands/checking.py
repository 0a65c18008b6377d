"""`alignment check`: every problem in the files, warnings included, and a summary."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from alignment.commands.bases import refuse_databases
from alignment.commands.console import Status
from alignment.problems import AlignmentError, Problem, Severity, ordered

if TYPE_CHECKING:
    from collections.abc import Sequence

    from alignment.commands.console import Console
    from alignment.commands.options import Call

UNREADABLE = "no-such-file"
"""The code of a file that the call names and that cannot be read."""


def check(call: Call, console: Console) -> int:
    """Tell all problems; 1 if there are errors, or with `--strict` warnings."""
    from alignment.library import DEFAULT_FILES  # noqa: PLC0415  # with the rest of this command

    found, files = problems_in(call.arguments or DEFAULT_FILES)
    unreadable = [problem for problem in found if problem.code == UNREADABLE and problem.span is None]
    if unreadable:
        raise AlignmentError(unreadable)
    if call.options.format == "json":
        console.result(json.dumps([as_dict(problem) for problem in found], ensure_ascii=False, indent=2))
    else:
        for problem in found:
            console.result(str(problem))
    errors = sum(problem.severity == Severity.ERROR for problem in found)
    warnings = len(found) - errors
    console.note(f"{counted(files, 'file')}: {counted(errors, 'error')}, {counted(warnings, 'warning')}")
    return Status.NO if errors or (warnings and call.options.strict) else Status.YES


def problems_in(names: Sequence[str]) -> tuple[tuple[Problem, ...], int]:
    """All problems of the files that the names stand for, in order, and the number of files."""
    from alignment.checks.check import check as checked  # noqa: PLC0415  # heavy: only when checking
    from alignment.language.loader import Loader, read_text  # noqa: PLC0415  # likewise

    refuse_databases(names)
    loader = Loader()
    loader.load(names)
    _, problems = checked(loader.files, texts=read_text)
    return ordered([*loader.problems, *problems]), len(loader.files)


def as_dict(problem: Problem) -> dict[str, object]:
    """A problem for other programs."""
    return {
        "file": problem.file,
        "line": problem.line,
        "column": problem.column,
        "severity": str(problem.severity),
        "code": problem.code,
        "message": problem.message,
        "hint": problem.hint,
        "notes": [
            {
                "file": note.span.file,
                "line": note.span.line,
                "column": note.span.column,
                "message": note.message,
            }
            for note in problem.notes
        ],
    }


def counted(number: int, noun: str) -> str:
    """`1 file`, `2 files`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
