"""`answers goal = { rows }`: the rows expected and those found, compared as sets."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeAlias

from alignment.knowledge import KnowledgeBase
from alignment.language import tree
from alignment.language.printer import format_node
from alignment.problems import AlignmentError, Problem
from alignment.scripted.asking import ask
from alignment.scripted.explain import text_of
from alignment.scripted.results import Failure

MOST_ROWS = 50
"""Missing or extra rows that are printed; the rest is counted."""

Row: TypeAlias = tuple[tree.Constant, ...]


def check_answers(kb: KnowledgeBase, step: tree.Answers) -> Failure | None:
    """The failure of an `answers` step, with the rows that are missing and those that are too many."""
    answers = ask(kb, step.body)
    expected = dict.fromkeys(resolved_rows(kb, step, step.rows, answers.columns))
    found = dict.fromkeys(answers.constants)
    missing = [row for row in expected if row not in found]
    extra = [row for row in found if row not in expected]
    if not missing and not extra:
        return None
    parts = [f"{len(rows)} {word}" for rows, word in ((missing, "missing"), (extra, "extra")) if rows]
    lines = [
        f"Expected: {counted_rows(len(expected))} for ({', '.join(answers.columns)})",
        f"Found:    {counted_rows(len(found))}",
    ]
    lines += listed("missing", list(map(row_text, missing))) + listed("extra", list(map(row_text, extra)))
    return Failure(step.span, f"{text_of(step.body)}: {' and '.join(parts)}", "\n".join(lines))


def listed(word: str, rows: Sequence[str]) -> list[str]:
    """A line for each row that is missing, or extra; the first of many."""
    lines = [f"{word + ':':<9} {row}" for row in rows[:MOST_ROWS]]
    if len(rows) > MOST_ROWS:
        lines.append(f"{'':<9} and {len(rows) - MOST_ROWS} more {word}")
    return lines


def counted_rows(count: int) -> str:
    """`3 rows`."""
    return "1 row" if count == 1 else f"{count} rows"


def row_text(row: Iterable[tree.Constant]) -> str:
    """A row as the language writes it: a single value without parentheses."""
    values = [format_node(value) for value in row]
    return values[0] if len(values) == 1 else f"({', '.join(values)})"


def resolved_rows(
    kb: KnowledgeBase, step: tree.Answers | tree.Timeline, rows: Iterable[Row], columns: Sequence[str]
) -> list[Row]:
    """Rows as written, names and aliases resolved. Raises AlignmentError for one that cannot be a row."""
    places = [_place(step.body, column) for column in columns]
    resolved: list[Row] = []
    problems: list[Problem] = []
    for row in rows:
        if len(row) != len(columns):
            problems.append(_wrong_width(step, row, columns))
            continue
        try:
            resolved.append(tuple(_constant(kb, value, place) for value, place in zip(row, places, strict=True)))
        except AlignmentError as error:
            problems += error.problems
    if problems:
        raise AlignmentError(problems)
    return resolved


def _place(body: Iterable[tree.BodyLiteral], column: str) -> tuple[tree.Atom, int] | None:
    """The first argument of an atom that a variable stands in: its type is that of the column."""
    for literal in body:
        if isinstance(literal, tree.Literal):
            for i, arg in enumerate(literal.atom.args):
                if isinstance(arg, tree.Variable) and arg.name == column:
                    return literal.atom, i
    return None


def _constant(kb: KnowledgeBase, value: tree.Constant, place: tuple[tree.Atom, int] | None) -> tree.Constant:
    """A value as the base knows it, by asking for it where its variable stands."""
    if place is None:
        return value
    atom, at = place
    args = tuple(value if i == at else tree.Variable("_") for i in range(len(atom.args)))
    resolved = kb.prepare(tree.Atom(atom.predicate, args, atom.negative, span=value.span)).args[at]
    assert isinstance(resolved, tree.Symbol | tree.Text | tree.Integer | tree.Decimal | tree.Date)
    return resolved


def _wrong_width(step: tree.Answers | tree.Timeline, row: Row, columns: Sequence[str]) -> Problem:
    values = "1 value" if len(row) == 1 else f"{len(row)} values"
    wanted = f"({', '.join(columns)})" if columns else "no variables"
    span = row[0].span if row else step.span
    return Problem(
        "arity", span, f"a row of {values}, but the goal has {wanted}", "give each row one value a variable"
    )
