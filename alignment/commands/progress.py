"""A progress bar on standard error, on a terminal only, for what takes longer than a blink."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeAlias

from alignment.activity import Activity, unwatched

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
            _draw(console, f"{_bar(done / max(1, of))} {done} of {of} {what}")

    try:
        yield told
    finally:
        if shown:
            _draw(console, "")


@contextmanager
def activity(console: Console | None) -> Iterator[Activity]:
    """Draws the work that it is told of, or that it goes on, from a thread of its own."""
    if console is None or not console.stderr.isatty():
        yield unwatched
        return
    import threading  # noqa: PLC0415  # only where somebody waits

    at: tuple[str, float | None, int] = ("", None, 0)
    over = threading.Event()

    def told(what: str, share: float | None, rows: int) -> None:
        nonlocal at
        at = (what, share, rows)

    def draw() -> None:
        began, shown = time.monotonic(), False
        while not over.wait(PAUSE if shown else PATIENCE):
            what, share, rows = at
            if what:
                shown = True
                bar = _moving(time.monotonic() - began) if share is None else _bar(share)
                _draw(console, f"{bar} {what}{f', {rows:,} rows so far' if rows else ''}")
        if shown:
            _draw(console, "")

    drawing = threading.Thread(target=draw, daemon=True)
    drawing.start()
    try:
        yield told
    finally:
        over.set()
        drawing.join()


def _bar(share: float) -> str:
    filled = int(CELLS * min(1.0, max(0.0, share)))
    return f"[{'#' * filled}{'.' * (CELLS - filled)}]"


def _moving(seconds: float) -> str:
    """A bar of what has no known end."""
    place = int(seconds / PAUSE) % CELLS
    return f"[{'.' * place}#{'.' * (CELLS - place - 1)}]"


def _draw(console: Console, line: str) -> None:
    console.stderr.write(f"\r{line}\x1b[K")
    console.stderr.flush()
