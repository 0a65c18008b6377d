"""What questions need, loaded at the prompt while nobody types: a question then answers at once.

A plain query needs none of it, so the shell begins without. Modules are loaded one by one between keystrokes, in the
thread that reads them.
"""

from __future__ import annotations

import asyncio
import importlib
from collections.abc import Iterator

MODULES = (
    "wcwidth",
    "alignment.render.tables",
    "alignment.reasoning.proving",
    "alignment.render.explanation",
    "alignment.reasoning.whynot",
    "alignment.reasoning.abduction",
    "alignment.render.whynot",
    "alignment.reasoning.stances",
    "alignment.reasoning.timeline",
    "alignment.render.timeline",
    "alignment.reasoning.hypotheses",
    "alignment.render.hypotheses",
    "alignment.reasoning.changes",
    "alignment.render.changes",
    "alignment.reasoning.linchpins",
    "alignment.render.linchpins",
    "alignment.reasoning.conflicts",
    "alignment.render.contradictions",
    "alignment.render.problems",
)
"""In the order in which they are likely to be asked for."""

PAUSE = 0.01
"""Seconds between two modules, in which keys are read."""


def loading() -> Iterator[str]:
    """Load one module after another, and give the name of each when it is there."""
    for name in MODULES:
        importlib.import_module(name)
        yield name


async def load_meanwhile(modules: Iterator[str]) -> None:
    """Load what is left of `modules` as long as nobody stops it."""
    await asyncio.sleep(PAUSE)
    for _ in modules:
        await asyncio.sleep(PAUSE)
