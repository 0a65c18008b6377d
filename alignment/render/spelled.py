"""Many rows over few different values, in the formats of text: each value is spelled once, and the rows are joined.

Before: `(c0, c17)` and 324,732 more rows, each given to a writer that looks at every value.
After:  3,400 values as the writer writes them, with what stands before them in a row, and rows of their places.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence

from alignment.factbase.dictionary import Value
from alignment.render.rows import csv_text, json_text

SPELLED = frozenset(("csv", "json", "jsonl"))
"""The formats in which how a value is written depends on nothing but the value."""

Places = Sequence[Sequence[int]]
"""For each column the places of its values among the different ones, one a row."""


def spelled(columns: Sequence[str], places: Places, values: Sequence[Value], form: str) -> str:
    """Rows of at least one column in one of these formats: to the letter what `written_rows` makes of them."""
    if form == "csv":
        fields = _fields(values, alone=len(columns) == 1)
        return csv_text(columns, ()) + _joined(["", *[","] * (len(columns) - 1)], places, fields, "\n")
    before, separator = ("  {", ",\n") if form == "json" else ("{", "\n")
    names = [f"{json_text(name)}: " for name in columns]
    between = [before + names[0], *(f", {name}" for name in names[1:])]
    text = _joined(between, places, list(map(json_text, values)), "}" + separator).removesuffix(separator)
    if form == "json":
        return f"[\n{text}\n]" if text else "[]"
    return text


def _joined(before: Sequence[str], places: Places, texts: Sequence[str], end: str) -> str:
    """The rows as text: `before` has what stands before the value of each column, `end` what stands behind the last."""
    pieces = [""] * (len(before) * len(places[0]))
    for at, (first, column) in enumerate(zip(before, places, strict=True)):
        behind = end if at == len(before) - 1 else ""
        whole = [f"{first}{text}{behind}" for text in texts] if first or behind else texts
        pieces[at :: len(before)] = map(whole.__getitem__, column)
    return "".join(pieces)


class _Lines(list[str]):
    """What a writer of CSV writes to, line by line."""

    def write(self, line: str) -> None:
        """Take a line."""
        self.append(line)


def _fields(values: Sequence[Value], *, alone: bool) -> list[str]:
    """Values as CSV has them. Alone in its row an empty text is quoted, so that there is something."""
    lines, end = _Lines(), "\n" if alone else ",\n"
    csv.writer(lines, lineterminator="\n").writerows([value] if alone else [value, ""] for value in values)
    return [line.removesuffix(end) for line in lines]
