"""A table to be read, whatever it stands in: what an import wants of it, and the SQL that gives its rows."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import field
from typing import Any

from alignment.problems import AlignmentError, Problem
from alignment.records import frozen
from alignment.source import Span

SKIPPING = "ignore_errors = true"
"""The option by which lines of a text file that are no rows are left out."""


@frozen
class Wanted:
    """What an import asks to be read: paths, a table in a database, and the columns that it names.

    `stops` are what stops work of other libraries that is under way.
    """

    paths: tuple[str, ...]
    table: str | None
    columns: frozenset[str]
    span: Span | None
    stops: list[Callable[[], None]] = field(default_factory=list, compare=False)

    def among(self, columns: Sequence[str]) -> list[str]:
        """Those of a table's columns that the import names, in the table's order."""
        named = {column_of(name, columns) for name in self.columns}
        return [column for column in columns if column in named]

    @contextmanager
    def stoppable(self, stop: Callable[[], None]) -> Iterator[None]:
        """Work that `stop` stops, as long as it goes on."""
        self.stops.append(stop)
        try:
            yield
        finally:
            self.stops.remove(stop)

    def problem(self, code: str, message: str, hint: str | None = None) -> AlignmentError:
        """A problem at the import."""
        return AlignmentError(Problem(code, self.span, message, hint))


@frozen
class PlainText:
    """How all files of a table end their cells, which columns they have, and which quote they may use, if any."""

    names: tuple[str, ...]
    mark: str
    quote: str
    has_header: bool


@frozen
class Reading:
    """A table to read: SQL that stands after FROM, its columns, and the files it comes from.

    `header_lines` come before the first row; `parts` are the files whose rows are counted each by itself,
    with their SQL; `mark` is a column that is false for what is no row; `closing` lets go of what was opened for this
    alone. `plain` is known of uncompressed files in UTF-8 that are all of one shape, others may be Parquet.
    """

    sql: str
    columns: tuple[str, ...]
    files: tuple[str, ...]
    is_text: bool = False
    header_lines: int = 0
    parts: tuple[tuple[str, str], ...] = ()
    mark: str | None = None
    closing: Callable[[Any], None] | None = None
    plain: PlainText | None = None
    is_parquet: bool = False

    def collecting(self, rejects: str) -> str:
        """The same SQL; lines of a text file that are no rows go to the tables `rejects` and `rejects_scan`."""
        tables = f"rejects_table = '{rejects}', rejects_scan = '{rejects}_scan'"
        options = f"store_rejects = true, {tables}, rejects_limit = 0"
        return self.sql.replace(SKIPPING, options) if self.is_text else self.sql

    def each_file(self) -> Iterator[tuple[str, str]]:
        """Each file with the SQL that reads it alone; all at once where rows of several cannot be told apart."""
        return iter(self.parts or [(", ".join(self.files), self.sql)])

    def close(self, cursor: Any) -> None:  # noqa: ANN401
        """Let go of what was opened for this."""
        if self.closing is not None:
            self.closing(cursor)


def column_of(name: str, columns: Sequence[str]) -> str | None:
    """The column that a variable names: itself, or the one that differs in case, blanks and marks only."""
    if name in columns:
        return name
    folded = [column for column in columns if _folded(column) == _folded(name)]
    return folded[0] if len(folded) == 1 else None


def _folded(name: str) -> str:
    return re.sub(r"\W+", "_", name.casefold()).strip("_")


def identifier(name: str) -> str:
    """A name of a column as SQL writes it, whatever is in it."""
    return '"' + name.replace('"', '""') + '"'


def dotted(name: str) -> str:
    """A name of a table, with its schema where it has one."""
    return ".".join(map(identifier, name.split(".")))


def quoted(text: str) -> str:
    """A text as SQL writes it."""
    return "'" + text.replace("'", "''") + "'"


def listed(files: Sequence[str]) -> str:
    """Several texts as DuckDB writes a list of them."""
    return "[" + ", ".join(map(quoted, files)) + "]"
