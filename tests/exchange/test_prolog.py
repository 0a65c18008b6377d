"""SWI-Prolog derives from the export what we derive: random programs, the bundled base, every construct."""

from __future__ import annotations

from pathlib import Path

import pytest

from alignment import AlignmentError, KnowledgeBase
from tests.exchange.cases import CONSTRUCTS
from tests.exchange.rows import content, content_of, differences, our_rows
from tests.exchange.swipl import SWIPL, prolog_rows
from tests.generators import program

pytestmark = pytest.mark.skipif(SWIPL is None, reason="swipl is not installed: apt-get install swi-prolog-nox")


def test_the_bundled_base(tmp_path: Path) -> None:
    """Every relation of the Astana base, on two dates and without a source."""
    base = KnowledgeBase()
    base.load("@facts/astana", "@rules")
    views = [base.view(as_of="2024-07-04"), base.view(as_of="2021-01-01"), base.view(as_of="ever", without=["summary"])]
    contents = [content_of(view) for view in views]
    theirs = prolog_rows(contents, tmp_path)
    assert [differences(our_rows(one), rows) for one, rows in zip(contents, theirs, strict=True)] == ["", "", ""]
    assert theirs[0]["supports"]


def test_random_programs(tmp_path: Path) -> None:
    """A hundred programs with every construct of the core."""
    contents = []
    for seed in range(3000, 3110):
        try:
            contents.append(content(program(seed).text))
        except AlignmentError:  # two or three need what we refuse
            continue
    assert len(contents) >= 100
    theirs = prolog_rows(contents, tmp_path)
    for one, rows in zip(contents, theirs, strict=True):
        assert not (found := differences(our_rows(one), rows)), found


@pytest.mark.parametrize("name", CONSTRUCTS)
def test_constructs(name: str, tmp_path: Path) -> None:
    """What the random programs leave out: kinds of constants, arithmetic, dates, evidence, odd names."""
    one = content(CONSTRUCTS[name], "2024-06-01")
    assert not (found := differences(our_rows(one), prolog_rows([one], tmp_path)[0])), found
