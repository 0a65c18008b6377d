"""What is written parses back to the same, and formatting twice is formatting once."""

from __future__ import annotations

import re
from collections import Counter

from hypothesis import given

from alignment.language import tree
from alignment.language.parser import parse
from alignment.language.printer import format_file, format_node
from alignment.source import SourceText
from tests.language import strategies as some

COMMENT = re.compile(r"\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|''|\\.)*'|(%[^\n]*|/\*.*?\*/)", re.DOTALL)


def read(text: str) -> tree.File:
    file, problems = parse(SourceText("t", text))
    assert not problems, "\n".join(map(str, problems))
    return file


def comments(text: str) -> Counter[str]:
    """The words of all comments; a doc comment inside a statement may become an ordinary one."""
    found = (match[1] for match in COMMENT.finditer(text) if match[1])
    return Counter(comment.replace("%!", "%").rstrip() for comment in found)


@given(some.files)
def test_a_written_tree_parses_back(file: tree.File) -> None:
    """`parse(format_node(tree))` is the tree, for every kind of statement, term and step."""
    assert read(format_node(file)) == file


@given(some.spread_files)
def test_layout_keeps_tree_and_comments(text: str) -> None:
    """A formatted file has the same tree and the same comments, and is formatted already."""
    before = read(text)
    formatted, problems = format_file(SourceText("t", text))
    assert problems == ()
    assert read(formatted) == before
    assert comments(formatted) == comments(text)
    assert format_file(SourceText("t", formatted))[0] == formatted
