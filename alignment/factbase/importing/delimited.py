"""Delimited text files: where their cells end, which columns they have, and how DuckDB reads them.

All cells are read as text, so that a code such as `042` stays what it is. Files of one pattern may have their
columns in different orders: those with the same header line are read together.
"""

from __future__ import annotations

import csv
import gzip
import io
import re
from collections.abc import Sequence
from typing import Any

from alignment.factbase.importing.reading import (
    SKIPPING,
    PlainText,
    Reading,
    Wanted,
    column_of,
    identifier,
    listed,
    quoted,
)
from alignment.records import frozen

MARKS = {".csv": ",;\t|", ".tsv": "\t", ".tab": "\t", ".psv": "|", ".txt": "\t,;|"}
"""What may end a cell, by the ending of the file: the one that cuts the first line into most cells does."""

NUMBERED = re.compile(r"Column([1-9][0-9]*)\Z")
"""The names of the columns of a file without a header line."""

_OFTEN_QUOTED = ",;"
_BYTE_ORDER = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
_USUAL_LINE, _LONGEST_LINE = 2**12, 2**20


@frozen
class _Shape:
    """What files must share to be read together. `quote` is empty where quotes are letters like others."""

    names: tuple[str, ...]
    mark: str
    quote: str
    encoding: str
    has_header: bool

    @property
    def is_lenient(self) -> bool:
        """Whether cells beyond those that are asked for do not matter."""
        return not self.has_header and not self.quote

    def sql(self, files: Sequence[str]) -> str:
        """What reads files of this shape."""
        columns = ", ".join(f"{quoted(name)}: 'VARCHAR'" for name in self.names)
        options = [
            f"delim = {quoted(self.mark)}",
            f"quote = {quoted(self.quote)}",
            f"escape = {quoted(self.quote)}",
            f"header = {str(self.has_header).lower()}",
            f"columns = {{{columns}}}",
            f"encoding = {quoted(self.encoding)}",
            "auto_detect = false",
            "nullstr = ''",
            SKIPPING,
        ]
        if self.is_lenient:
            options.append("strict_mode = false")
        return f"read_csv({listed(files)}, {', '.join(options)})"


def delimited(wanted: Wanted, files: Sequence[str], ending: str, cursor: Any) -> Reading:  # noqa: ANN401
    """Text files, with a header line unless the import names columns by their number. Raises AlignmentError."""
    shapes: dict[_Shape, list[str]] = {}
    for file in files:
        shapes.setdefault(_shape(wanted, file, ending, cursor), []).append(file)
    first = next(iter(shapes))
    parts = tuple((file, _renamed(wanted, shape, first, [file])) for shape, ones in shapes.items() for file in ones)
    sqls = [_renamed(wanted, shape, first, ones) for shape, ones in shapes.items()]
    sql = sqls[0] if len(sqls) == 1 else f"({' UNION ALL BY NAME '.join(f'SELECT * FROM {one}' for one in sqls)})"  # noqa: S608
    plain = _plain(first, files) if len(shapes) == 1 else None
    header = int(first.has_header)
    return Reading(sql, first.names, tuple(files), is_text=True, header_lines=header, parts=parts, plain=plain)


def _plain(shape: _Shape, files: Sequence[str]) -> PlainText | None:
    """The shape of files that need nothing undone before their lines can be cut."""
    packed = any(file.lower().endswith((".gz", ".zst")) for file in files)
    if packed or shape.encoding != "utf-8" or shape.is_lenient:
        return None
    return PlainText(shape.names, shape.mark, shape.quote, shape.has_header)


def _renamed(wanted: Wanted, shape: _Shape, first: _Shape, files: Sequence[str]) -> str:
    """The SQL of files of a shape, with the columns wanted named as in the first shape."""
    if shape.names == first.names:
        return shape.sql(files)
    columns = []
    for name in wanted.among(first.names):
        own = column_of(name, shape.names)
        if own is None:
            raise wanted.problem("unknown-column", f"there is no column '{name}' in '{files[0]}'")
        columns.append(f"{identifier(own)} AS {identifier(name)}")
    return f"(SELECT {', '.join(columns) or '1 AS one'} FROM {shape.sql(files)})"  # noqa: S608  # quoted


def _shape(wanted: Wanted, file: str, ending: str, cursor: Any) -> _Shape:  # noqa: ANN401
    line, encoding = _first_line(wanted, file, cursor)
    mark, cells = cut(line, MARKS[ending])
    quote = '"' if mark in _OFTEN_QUOTED or re.match(r'\s*"[^"]*"\s*(\Z|' + re.escape(mark) + ")", line) else ""
    if not quote:
        cells = line.rstrip("\r\n").split(mark)
    named = bool(wanted.columns) and all(map(NUMBERED.match, wanted.columns))
    has_header = not named or wanted.columns.issubset(cells)
    if has_header:
        names = _distinct(cells)
    else:
        asked = [int(found[1]) for name in wanted.columns if (found := NUMBERED.match(name))]
        width = min(max(asked), len(cells)) if not quote else len(cells)
        names = [f"Column{i}" for i in range(1, width + 1)]
    return _Shape(tuple(names), mark, quote, encoding, has_header)


def cut(line: str, marks: str) -> tuple[str, list[str]]:
    """The mark that cuts a line into most cells, and the cells."""
    cut = [(mark, next(csv.reader(io.StringIO(line, newline=""), delimiter=mark), [])) for mark in marks]
    return max(cut, key=lambda one: len(one[1]))  # the first of equals


def _first_line(wanted: Wanted, file: str, cursor: Any) -> tuple[str, str]:  # noqa: ANN401
    """The first line of a file and its encoding. A line that is quoted over several lines is one."""
    for most in (_USUAL_LINE, _LONGEST_LINE):
        try:
            start = _start(file, most, cursor)
        except (OSError, EOFError) as error:
            raise wanted.problem("bad-row", f"cannot read '{file}': {error}") from None
        encoding = _BYTE_ORDER.get(start[:2], "utf-8")
        text = start.decode("utf-8-sig" if encoding == "utf-8" else encoding, errors="replace")
        lines = io.StringIO(text, newline=None)
        line = lines.readline()
        while line.count('"') % 2 and (more := lines.readline()):
            line += more
        if line.endswith("\n") and not line.count('"') % 2:
            break
    if not line.strip():
        raise wanted.problem("bad-row", f"'{file}' has no first line to name the columns")
    return line, encoding


def _start(file: str, most: int, cursor: Any) -> bytes:  # noqa: ANN401
    if file.lower().endswith(".zst"):
        options = "columns = {'line': 'VARCHAR'}, header = false, delim = '\x01', quote = '', auto_detect = false"
        found = cursor.execute(f"SELECT line FROM read_csv({quoted(file)}, {options}) LIMIT 1").fetchone()  # noqa: S608
        return str(found[0]).encode() if found else b""
    opening: Any = gzip.open if file.lower().endswith(".gz") else open
    with opening(file, "rb") as opened:
        start: bytes = opened.read(most)
        return start


def unreadable(files: Sequence[str], said: str) -> tuple[str, str | None]:
    """Why DuckDB gives up on files of text, in plain words where the cause is known; and what to do."""
    if "state machine" in said:
        for file in files:
            if _ends_in_two_ways(file):
                return f"the lines of '{file}' end in different ways", f"make them alike: sed -i 's/\\r$//' '{file}'"
    return f"the import cannot be read: {said.splitlines()[0]}", None


def _ends_in_two_ways(file: str) -> bool:
    opening: Any = gzip.open if file.lower().endswith(".gz") else open
    with opening(file, "rb") as lines:
        return len({line.endswith(b"\r\n") for line in lines if line.endswith(b"\n")}) == 2


def _distinct(names: Sequence[str]) -> list[str]:
    """Header names made different from each other, and those that are empty numbered, as a table needs them."""
    seen: dict[str, int] = {}
    found = []
    for i, given in enumerate(names, 1):
        name = given.strip() or f"Column{i}"
        seen[name.casefold()] = seen.get(name.casefold(), 0) + 1
        count = seen[name.casefold()]
        found.append(name if count == 1 else f"{name}_{count}")
    return found
