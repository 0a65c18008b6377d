"""A progress bar on standard error, on a terminal only, for what takes longer than a blink."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from alignment.commands.console import Console

Told: TypeAlias = Callable[[int, int], None]
"""Is told how much is done, and of how much."""

PATIENCE, PAUSE = 0.3, 0.1
"""Seconds before anything is drawn, and between two drawings."""

CELLS = 30


@contextmanager
def progress(console: Console, what: str) -> Iterator[Told | None]:
    """Draws what it is told, and takes it away in the end; None where nobody would see it."""
    if not console.stderr.isatty():
        yield None
        return
    drawn = time.monotonic() + PATIENCE - PAUSE
    shown = False

    def told(done: int, of: int) -> None:
        nonlocal drawn, shown
        now = time.monotonic()
        if now - drawn >= PAUSE:
            drawn, shown = now, True
            filled = CELLS * done // max(1, of)
            console.stderr.write(f"\r[{'#' * filled}{'.' * (CELLS - filled)}] {done} of {of} {what}\x1b[K")
            console.stderr.flush()

    try:
        yield told
    finally:
        if shown:
            console.stderr.write("\r\x1b[K")
            console.stderr.flush()
