"""What a person reads when a test fails: the place, what was expected, what was found, and why."""

from __future__ import annotations

from collections.abc import Callable

import pytest


TEXTS = {
    "expect shows whynot": ("expect supports(india, russia).", "TODO"),
}


@pytest.mark.parametrize(("steps", "expected"), TEXTS.values(), ids=TEXTS.keys())
def test_text(shown: Callable[[str], str], steps: str, expected: str) -> None:
    """A failing step reads as here, line by line."""
    assert shown(steps) == expected
