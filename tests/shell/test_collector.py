"""Questions leave nothing behind that only the cyclic collector can free: it would run while somebody types."""

from __future__ import annotations

import gc
import io

import pytest

from alignment.commands.console import Console
from alignment.commands.options import Options
from alignment.shell.execute import execute
from alignment.shell.session import Session

QUESTIONS = (
    "supports(X, russia)",
    "why supports(china, russia)",
    "linchpins supports(china, russia)",
    "compare supports(turkey, russia), opposes(turkey, russia)",
    "timeline supports(X, russia)",
    "contradictions",
    "diff --as-of 2024-01-01 --to 2024-12-31",
    ":assume sanctions(turkey, russia).",
    ":min-confidence 0.7",
    "stances turkey",
)


@pytest.fixture(scope="module")
def session() -> Session:
    """A session over the Astana base with all modules loaded."""
    found = Session.over(["@facts/astana", "@rules"], Options())
    for question in QUESTIONS:
        ask(found, question)
    found.kb.warm_up()
    return found


def ask(session: Session, question: str) -> None:
    out = io.StringIO()
    execute(session, question, Console(io.StringIO(), out, out))
    assert out.getvalue() or question.startswith(":")


@pytest.mark.parametrize("question", QUESTIONS)
def test_nothing_waits_for_the_collector(session: Session, question: str) -> None:
    gc.collect()
    gc.disable()
    try:
        ask(session, question)
        assert gc.collect() < 50
    finally:
        gc.enable()
