"""The colours of the prompt, as kinds of parts of the text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alignment.shell.dress import lines, parts

CASES = [
    ("supports(X, russia)", [("relation", "supports"), ("variable", "X")]),
    ('why supports("Ankara", _)', [("command", "why"), ("relation", "supports"), ("text", '"Ankara"'), ("variable", "_")]),
    (":as-of 2024-07-04", [("command", ":as-of"), ("date", "2024-07-04")]),
    ("a(X), not b(X, 0.5) % why", [("relation", "a"), ("variable", "X"), ("keyword", "not"), ("relation", "b"),
                                    ("variable", "X"), ("number", "0.5"), ("comment", "% why")]),
    ("'Not A Variable'(X)", [("variable", "X")]),
    ('load "open', [("keyword", "load"), ("text", '"open')]),
    ("/* open", [("comment", "/* open")]),
    ("N = #count{ X : a(X) }", [("variable", "N"), ("number", "#count"), ("variable", "X"), ("relation", "a"),
                                ("variable", "X")]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_kinds(text: str, expected: list[tuple[str, str]]) -> None:
    """Commands, relations, variables, texts, dates, numbers, keywords and comments are told apart."""
    assert [(kind, part) for kind, part in parts(text, {"why"}) if kind] == expected


@given(st.text(alphabet="aX_(\"'%/*\\ \n.:0-9#?"))
def test_nothing_is_lost(text: str) -> None:
    """Whatever is typed, the parts together are the text, and the lines its lines."""
    assert "".join(part for _, part in parts(text)) == text
    assert ["".join(part for _, part in line) for line in lines(text)] == text.split("\n")
