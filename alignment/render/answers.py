"""The answers of a goal in each format: names for people, identifiers for programs.

A goal without variables is a question of yes or no. People read `yes` or `no`; programs get one row
with the column `answer`, true or false (in JSON one object, not a list), so that what `--with` asks for
has a place beside it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from alignment.render.likelihood import confidence_text
from alignment.render.rows import Field, json_text, written_rows
from alignment.render.spelled import SPELLED, spelled
from alignment.render.style import Style, plain
from alignment.render.tables import Cell, table
from alignment.render.widths import clean
from alignment.render.words import Words

if TYPE_CHECKING:
    from alignment.checks.model import Schema
    from alignment.language import tree
    from alignment.reasoning.answers import Answers

ANSWER = "answer"
NO_ANSWERS = "no answers"
CONTESTED = "contested"


def render_answers(
    answers: Answers,
    schema: Schema,
    format: str = "table",  # noqa: A002  # the name of the option
    extra: Sequence[Mapping[str, Field]] = (),
    *,
    width: int | None = None,
    style: Style = plain,
) -> str | bytes:
    """The answers as `table`, `csv`, `json`, `jsonl` or, in bytes, `parquet`.

    `extra` has what `--with` asked for, one mapping a row: `confidence`, `sources`, `round`, `contested`. A
    table says which answers are contested unasked, other formats keep their columns. `width` cuts the
    table to a terminal. Raises ValueError for another format.
    """
    if format == "table" and answers.contested and not (extra and CONTESTED in extra[0]):
        rows_ = extra or [{}] * len(answers)
        extra = [{**row, CONTESTED: i in answers.contested} for i, row in enumerate(rows_)]
    names = list(extra[0]) if extra else []
    if format == "table":
        return _people(answers, Words(schema), names, extra, width, style)
    added = [[row.get(name) for name in names] for row in extra] or [[]] * len(answers)
    if not answers.columns:
        return _yes_or_no(bool(answers), names, added[0] if added else [], format)
    if answers and not names and format in SPELLED:
        return spelled(answers.columns, answers.cells.columns, [value for value, _ in answers.meanings], format)
    rows = [(*row, *more) for row, more in zip(answers.rows, added, strict=True)] if names else answers.rows
    return written_rows([*answers.columns, *names], rows, format)


def _people(
    answers: Answers,
    words: Words,
    names: Sequence[str],
    extra: Sequence[Mapping[str, Field]],
    width: int | None,
    style: Style,
) -> str:
    if not answers.columns:
        said = style("holds", "yes") if answers else style("fails", "no")
        more = [f"{_title(name)}: {_shown(name, value)}" for name, value in (extra[0] if extra else {}).items()]
        return "\n".join([said, *more])
    if not answers:
        return style("fails", NO_ANSWERS)
    shown: list[list[Cell]] = [[cell(words, constant) for constant in row] for row in answers.constants]
    for cells, more_fields in zip(shown, extra, strict=False):
        cells += [_shown(name, more_fields.get(name)) for name in names]
    return table([*answers.columns, *map(_title, names)], shown, width, style)


def _yes_or_no(holds: bool, names: Sequence[str], added: Sequence[Field], form: str) -> str | bytes:
    columns, row = [ANSWER, *names], [holds, *added]
    if not added:
        columns = [ANSWER]
    if form == "json":
        return json_text(dict(zip(columns, row, strict=True)))
    return written_rows(columns, [row], form)


def cell(words: Words, constant: tree.Constant) -> Cell:
    """A constant in a table: a number, or the name that people know it by."""
    value = getattr(constant, "value", None)
    return value if isinstance(value, int | float) else words.name(constant)


def _title(name: str) -> str:
    """`confidence` is shown as a word of likelihood, so it is not called confidence (ICD 203)."""
    return "likelihood" if name == "confidence" else name


def _shown(name: str, value: Field) -> Cell:
    if name == "confidence" and (value is None or isinstance(value, int | float)):
        return confidence_text(value)
    if isinstance(value, bool):
        return "yes" if value else ""
    if isinstance(value, tuple):
        return ", ".join(map(clean, value))
    return value if isinstance(value, int | float) or value is None else clean(str(value))
