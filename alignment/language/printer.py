"""Trees as canonical text, and files in canonical layout with every comment kept.

`parse(format(x))` is `parse(x)`, and formatting twice is formatting once. A statement has a line of its own;
one that is too long, or had several lines, is broken between its parts (see `layout`).
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from typing import Any

from alignment.language import tree
from alignment.language.layout import INDENT, WIDTH, Comment, is_alone, placed, plain
from alignment.language.parser import parse
from alignment.language.patterns import re
from alignment.language.phrases import format_constant, phrase
from alignment.language.statements import Container, container, is_statement, layout
from alignment.language.tables import tables
from alignment.problems import Problem
from alignment.records import frozen
from alignment.source import SourceText

__all__ = ["format_constant", "format_file", "format_node"]

_COMMENT = re.compile(r"%[^\n]*+|/\*[^*]*+\*++(?:[^*/][^*]*+\*++)*+/")
_BLANK_LINE = re.compile(r"\n[^\S\n]*\n")


def format_node(node: tree.Node) -> str:
    """The canonical text of any node."""
    if isinstance(node, tree.File):
        return "".join(format_node(statement) + "\n" for statement in node.statements)
    return "\n".join(_lines(node, "")) if is_statement(node) else phrase(node)


def _lines(node: Any, indent: str) -> list[str]:  # noqa: ANN401  # a statement or a step
    """A statement with its doc comment, laid out without regard to where it comes from."""
    doc = getattr(node, "doc", None)
    lines = [] if doc is None else [f"{indent}%! {line}".rstrip() for line in doc.split("\n")]
    inner = container(node)
    if inner is None:
        return lines + layout(node).lines(indent)
    within = [line for child in inner.children for line in _lines(child, indent + INDENT)]
    if inner.may_be_line and len(within) == len(inner.children) and (one := _in_line(inner, within, indent)):
        return [*lines, one]
    return [*lines, f"{indent}{inner.head} {{", *within, f"{indent}}}"]


def _in_line(inner: Container, within: Sequence[str], indent: str) -> str | None:
    """What stands between braces in one line with them, if it fits."""
    one = " ".join([f"{indent}{inner.head} {{", *(line.strip() for line in within), "}"])
    return one if len(one) <= WIDTH else None


# Files ---------------------------------------------------------------------------------------------


def format_file(source: SourceText) -> tuple[str, tuple[Problem, ...]]:
    """A file in canonical layout; where it has mistakes, its text as it is and the problems."""
    file, problems = parse(source)
    if problems:
        return source.text, problems
    lines = _Formatter(source, _comments(source)).between(file.statements, 0, len(source.text), "")
    return "".join(f"{line}\n" for line in lines), ()


def _comments(source: SourceText) -> list[Comment]:
    """All comments, doc comments included, in order."""
    found: list[Comment] = []
    doc = tables().symbol("DOC")
    for match in tables().pattern(source.text).finditer(source.text):
        group = match.lastindex or 0
        places = [comment.span() for comment in _COMMENT.finditer(source.text, match.start(), match.start(group))]
        if tables().kinds[group] == doc:
            places.append(match.span(group))
        for start, end in places:
            found.append(Comment(start, end, source.text[start:end].rstrip(), is_alone(source, start)))
    return found


@frozen
class _Formatter:
    """Lays out the statements of one text with its comments."""

    source: SourceText
    comments: Sequence[Comment]

    def between(
        self, statements: Sequence[Any], start: int, stop: int, indent: str, *, joins: bool = False
    ) -> list[str]:
        """What stands in a range, a file or the inside of braces: statements, and comments around them.

        With `joins`, statements that shared a line go on sharing it.
        """
        lines: list[str] = []
        closed, before = True, start  # closed: behind the last line no comment can go
        for statement in [*statements, None]:
            at = stop if statement is None else statement.span.start
            for comment in self._within(before, at):
                if comment.alone or closed:
                    self._keep_blank(lines, before, comment.start)
                    lines.append(indent + comment.text)
                else:
                    lines[-1] += f"  {comment.text}"
                closed, before = True, comment.end
            if statement is not None:
                self._keep_blank(lines, before, at)
                more, ends = self._statement(statement, indent)
                if joins and not closed and len(more) == 1 and self._shares_line(before, at, lines[-1], more[0]):
                    lines[-1] += f" {more[0].lstrip()}"
                else:
                    lines += more
                closed, before = ends, statement.span.end
        return lines

    def _within(self, start: int, stop: int) -> Sequence[Comment]:
        """The comments of a range."""
        first = bisect_left(self.comments, start, key=_place)
        return self.comments[first : bisect_left(self.comments, stop, key=_place)]

    def _keep_blank(self, lines: list[str], before: int, at: int) -> None:
        """One blank line where there was one or more."""
        if lines and _BLANK_LINE.search(self.source.text, before, at):
            lines.append("")

    def _shares_line(self, before: int, at: int, line: str, more: str) -> bool:
        """Whether a statement stood on the line of the one before it, and still can."""
        return "\n" not in self.source.text[before:at] and len(line) + 1 + len(more.lstrip()) <= WIDTH

    def _statement(self, node: Any, indent: str) -> tuple[list[str], bool]:  # noqa: ANN401
        """The lines of a statement or step, and whether the last one ends with a comment."""
        inner = container(node)
        if inner is not None:
            return self._contained(node, inner, indent), False
        laid = placed(layout(node), self._within(node.span.start, node.span.end))
        return laid.lines(indent), laid.ends_with_comment

    def _contained(self, node: Any, inner: Container, indent: str) -> list[str]:  # noqa: ANN401
        opening, stop = self._brace(node.span.start), node.span.end - 1
        head, top = f"{indent}{inner.head} {{", [plain(one) for one in self._within(node.span.start, opening)]
        first = inner.children[0].span.start if inner.children else stop
        within, after = self._within(opening, stop), opening
        if within and not top and not within[0].alone and within[0].start < first:
            top, after = [within[0].text], within[0].end
        if top:
            head = f"{head}  {top[0]}"
        lines = [indent + INDENT + line for line in top[1:]]
        lines += self.between(inner.children, after, stop, indent + INDENT, joins=inner.may_be_line)
        in_line = inner.may_be_line and not within and not top and "\n" not in self.source.text[opening:stop]
        if in_line and len(lines) <= 1 and (one := _in_line(inner, lines, indent)):
            return [one]
        return [head, *lines, f"{indent}}}"]

    def _brace(self, start: int) -> int:
        """The offset after the first opening brace."""
        matches = tables().pattern(self.source.text).finditer(self.source.text, start)
        return next(match.end() for match in matches if match[match.lastindex or 0] == "{")


def _place(comment: Comment) -> int:
    return comment.start
