"""Quotes: word for word in the source's text, white space folded."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Bases


ARTICLE = (
    "China has  boosted its\n  purchases of oil and gas.\tAnkara's café is boiled-down, e\u0301tait-ce vrai?"
)
BASE = 'source s "S", text "a.txt". source bare "B".\n'


@pytest.mark.parametrize(
    ("quote", "stands"),
    [
        ("boosted its purchases", True),
        ("purchases  of\\n oil", True),
        ("oil", True),
        ("boil", False),
        ("iled", False),
        ("down, ", True),
        ("gas. Ankara's", True),
        ("Boosted its purchases", False),
        ("boosted purchases", False),
        ("était-ce", True),
        ("cafe", False),
        ("", False),
    ],
)
def test_a_quote_stands_word_for_word(bases: Bases, quote: str, stands: bool) -> None:
    """Whole words in their order; only white space and the ways to write one letter do not matter."""
    _, problems = bases.run(f'{BASE}p(a) from s "{quote}".', quoted={"a.txt": ARTICLE})
    assert [problem.code for problem in problems] == ([] if stands else ["quote-not-found"])


def test_the_nearest_passage_is_shown(bases: Bases) -> None:
    """A quote that was not copied word for word is shown beside what the text says, in whole words."""
    _, problems = bases.run(f'{BASE}p(a) from s "increased its purchase of oil".', quoted={"a.txt": ARTICLE})
    assert problems[0].hint == 'the nearest passage, a.txt:1, is: "boosted its purchases of oil"'


@pytest.mark.parametrize(
    ("quote", "passage"),
    [
        ("boosted its purchases of gas", "boosted its purchases of oil and gas."),
        ("purchases of crude oil and of gas", "purchases of oil and gas."),
        ("China boosted its purchases", "China has boosted its purchases"),
        ("Boosted Its Purchases", "boosted its purchases"),
        ("Ankaras cafe", "Ankara's café"),
        ("it is all quite different", None),
    ],
)
def test_the_nearest_passage_has_the_ends_of_the_quote(bases: Bases, quote: str, passage: str | None) -> None:
    """Words that a quote leaves out or puts in make the passage longer or shorter than the quote."""
    _, problems = bases.run(f'{BASE}p(a) from s "{quote}".', quoted={"a.txt": ARTICLE})
    shown = re.search('is: "(.*)"$', problems[0].hint or "")
    assert (shown[1] if shown else None) == passage


def test_the_line_of_the_passage_is_told(bases: Bases) -> None:
    """The place is that of the file, whose lines a passage may run over."""
    text = "One line.\n\nIt was said on the\neve of the summit.\n"
    _, problems = bases.run(f'{BASE}p(a) from s "said at the eve of the summit".', quoted={"a.txt": text})
    assert problems[0].hint == 'the nearest passage, a.txt:3, is: "said on the eve of the summit."'


def test_a_text_that_cannot_be_read_proves_nothing(bases: Bases) -> None:
    """A missing text is told at each quote from it, and not where nothing is quoted."""
    _, problems = bases.run(f'{BASE}p(a) from s "x". p(b) from s "y". p(c) from s. p(d) from bare "z".')
    assert [problem.code for problem in problems] == ["quote-not-found", "quote-not-found"]
    assert "cannot be read" in problems[0].message


def test_a_text_is_read_once(bases: Bases) -> None:
    """However many quotes a source has, its text is read once."""
    read: list[str] = []

    class Texts(dict[str, str]):
        def get(self, path: str, default: object = None) -> str:
            read.append(path)
            return ARTICLE

    bases.run(BASE + 'p(a) from s "oil". p(b) from s "gas". p(c) from s "its".', quoted=Texts(x=""))
    assert read == ["a.txt"]
