"""Problems as people read them, and as data."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from alignment.problems import Problem
from alignment.render.style import Style, plain


def render_problems(problems: Iterable[Problem], style: Style = plain) -> str:
    """All problems, each with its place, its line with a caret, and what to do."""
    return "\n".join(line for problem in problems for line in _lines(problem, style))


def problems_json(problems: Iterable[Problem]) -> list[dict[str, Any]]:
    """One dictionary a problem, safe for JSON; lines and columns count from 1."""
    return [
        {
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
        for problem in problems
    ]


def _lines(problem: Problem, style: Style) -> list[str]:
    """The lines of `str(problem)`, dressed: the severity, the places, the carets, the hint."""
    head, *rest = str(problem).split("\n")
    mark = f"{problem.severity}[{problem.code}]"
    before, _, after = head.partition(mark)
    severity = str(problem.severity)
    lines = [(style("place", before) if before else "") + style(severity, mark) + after]
    for line in rest:
        is_caret = line.lstrip(" |").strip("^") == "" and "^" in line
        kind = severity if is_caret else "hint" if line.startswith("      = ") else ""
        lines.append(style(kind, line) if kind else line)
    return lines
