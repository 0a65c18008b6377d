"""How a statement is laid out in lines: on one if it fits and was on one, else broken between its parts.

A layout knows nothing of nodes: it has a head, parts and an end. Parts keep their places in the source, by
which line breaks and comments find their way into the new text.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from alignment.records import frozen
from alignment.source import SourceText, Span

WIDTH = 100
INDENT = "    "


class Comment(NamedTuple):
    """A comment, and whether it is the first thing on its line."""

    start: int
    end: int
    text: str
    alone: bool


@frozen
class Part:
    """A part of a statement: its text, and a comma before it unless it is set off by a space alone.

    `broken` is whether a line begins with it in the source; `above` are comments on lines before it,
    `behind` the comment at the end of its line.
    """

    text: str
    span: Span | None = None
    comma: bool = True
    broken: bool = False
    above: tuple[str, ...] = ()
    behind: str | None = None


@frozen
class Layout:
    """`head part, part end`. With `breaks` a broken statement has only its head on the first line.

    With `hangs` the end has a line of its own then, as a closing brace does, and `inside` are comments before
    it. `before` and `after` are comments on lines around the statement.
    """

    head: str
    parts: Sequence[Part] = ()
    end: str = "."
    breaks: bool = False
    hangs: bool = False
    behind: str | None = None
    inside: tuple[str, ...] = ()
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()

    @property
    def in_line(self) -> str:
        """The statement in one line."""
        parts = "".join(f"{',' * (i > 0 and part.comma)} {part.text}" for i, part in enumerate(self.parts))
        return f"{self.head}{parts}{' ' if self.hangs and self.parts else ''}{self.end}"

    @property
    def is_broken(self) -> bool:
        """Whether the source, or a comment, asks for more than one line."""
        return bool(
            self.behind or self.inside or any(part.broken or part.above or part.behind for part in self.parts)
        )

    @property
    def ends_with_comment(self) -> bool:
        """Whether nothing more can go on its last line."""
        last = self.parts[-1].behind if self.parts and not self.hangs else None
        return bool(last or self.after)

    def lines(self, indent: str = "") -> list[str]:
        """The statement in lines, with its comments."""
        around = [indent + comment for comment in self.before], [indent + comment for comment in self.after]
        one = indent + self.in_line
        if not self.is_broken and (not self.parts or len(one) <= WIDTH):
            return [*around[0], one, *around[1]]
        return [*around[0], *self._broken(indent), *around[1]]

    def _broken(self, indent: str) -> list[str]:
        lines = [indent + self.head]
        behind = self.behind
        for index, part in enumerate(self.parts):
            follower = self.parts[index + 1] if index + 1 < len(self.parts) else None
            end = ("," if follower.comma else "") if follower else "" if self.hangs else self.end
            text = part.text + end
            full = len(lines[-1]) + 1 + len(text) > WIDTH
            if behind or part.above or part.broken or full or (index == 0 and self.breaks):
                lines[-1] = _with(lines[-1], behind)
                lines += [indent + INDENT + comment for comment in part.above]
                lines.append(indent + INDENT + text)
            else:
                lines[-1] += f" {text}"
            behind = part.behind
        lines[-1] = _with(lines[-1], behind)
        if self.hangs:
            lines += [indent + INDENT + comment for comment in self.inside] + [indent + self.end]
        return lines


def _with(line: str, comment: str | None) -> str:
    return f"{line}  {comment}" if comment else line


def placed(layout: Layout, comments: Sequence[Comment]) -> Layout:
    """A layout with the line breaks of the source, and the comments of the statement at its parts."""
    parts = [replace(part, broken=_begins_line(part.span)) for part in layout.parts]
    layout = replace(layout, parts=parts)
    for comment in comments:
        layout = _attached(layout, comment)
    return layout


def _begins_line(span: Span | None) -> bool:
    """Whether nothing but white space stands before a place on its line."""
    return span is not None and is_alone(span.source, span.start)


def is_alone(source: SourceText, at: int) -> bool:
    """Whether nothing but white space stands before an offset on its line."""
    start = source.text.rfind("\n", 0, at) + 1
    return source.text[start:at].isspace() or start == at


def _attached(layout: Layout, comment: Comment) -> Layout:
    """A layout with one comment more: near the part that it stands at."""
    text = plain(comment)
    begun = [i for i, part in enumerate(layout.parts) if part.span and part.span.start <= comment.start]
    coming = [i for i, part in enumerate(layout.parts) if part.span and part.span.start > comment.start]
    at = max(begun, key=lambda i: _start(layout.parts[i]), default=None)
    following = min(coming, key=lambda i: _start(layout.parts[i]), default=None)
    if at is None:
        if following is None:
            return replace(layout, before=(*layout.before, text))
        if not comment.alone and layout.behind is None:
            return replace(layout, behind=text)
        return _above(layout, following, text)
    part = layout.parts[at]
    if part.span and comment.start < part.span.end:
        return _above(layout, at, text)
    if not comment.alone and part.behind is None:
        return _with_part(layout, at, replace(part, behind=text))
    if following is not None:
        return _above(layout, following, text)
    if layout.hangs:
        return replace(layout, inside=(*layout.inside, text))
    return replace(layout, after=(*layout.after, text))


def plain(comment: Comment) -> str:
    """A comment inside a statement: it documents nothing, so it must not come to look as if it did."""
    return "%" + comment.text[2:] if comment.text.startswith("%!") else comment.text


def _start(part: Part) -> int:
    return part.span.start if part.span else -1


def _above(layout: Layout, index: int, text: str) -> Layout:
    part = layout.parts[index]
    return _with_part(layout, index, replace(part, above=(*part.above, text)))


def _with_part(layout: Layout, index: int, part: Part) -> Layout:
    return replace(layout, parts=[*layout.parts[:index], part, *layout.parts[index + 1 :]])
