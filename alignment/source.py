"""Text with a name, and places in it.

The lowest room: a syntax node, a problem and a proof all say where they come from with a `Span`.
Offsets count code points from 0; lines and columns are shown from 1.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import field
from functools import cached_property

from alignment.records import frozen


@frozen(slots=False)
class SourceText:
    """The text of one file, or of one input typed by a person, under the name shown to people."""

    name: str
    text: str = field(repr=False)

    @cached_property
    def line_starts(self) -> tuple[int, ...]:
        """Offset of the first character of each line."""
        starts = [0]
        find = self.text.find
        at = find("\n")
        while at >= 0:
            starts.append(at + 1)
            at = find("\n", at + 1)
        return tuple(starts)

    def line_of(self, offset: int) -> int:
        """The line, from 1, that holds the character at `offset`."""
        return bisect_right(self.line_starts, offset)

    def column_of(self, offset: int) -> int:
        """The column, from 1, of the character at `offset`."""
        return offset - self.line_starts[self.line_of(offset) - 1] + 1

    def line(self, number: int) -> str:
        """The text of line `number`, from 1, without its end."""
        start = self.line_starts[number - 1]
        end = self.text.find("\n", start)
        return self.text[start:] if end < 0 else self.text[start:end].rstrip("\r")

    def span(self, start: int, end: int) -> Span:
        """The half-open range [start, end) of this text."""
        return Span(self, start, end)


@frozen
class Span:
    """A half-open range of a text. Never part of the equality of what it points at."""

    source: SourceText = field(repr=False)
    start: int
    end: int

    @property
    def file(self) -> str:
        """The name of the text."""
        return self.source.name

    @property
    def line(self) -> int:
        """The line, from 1, on which the range begins."""
        return self.source.line_of(self.start)

    @property
    def column(self) -> int:
        """The column, from 1, at which the range begins."""
        return self.source.column_of(self.start)

    @property
    def text(self) -> str:
        """The characters of the range."""
        return self.source.text[self.start : self.end]
