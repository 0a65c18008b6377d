"""Long statements of another system, stopped by Ctrl-C and by limits at any moment.

Python sees a signal only between two of its own steps, and a statement that runs for minutes is one step.
So the work goes to a thread, and the caller waits in small steps in which it can be interrupted.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress

from alignment.problems import LimitReached

STEP = 0.02
"""Seconds between two looks at signals and limits."""


class _Done:
    """Whether work has ended.

    An `Event` takes a lock in steps of Python's, and a signal that comes between two of them may leave it locked for
    ever. Here it can only be that nobody sees the lock given, and the next look sees that the work has ended.
    """

    def __init__(self) -> None:
        self.is_set = False
        self._lock = threading.Lock()
        self._lock.acquire()

    def set(self) -> None:
        """It has. Called once."""
        self.is_set = True
        self._lock.release()

    def wait(self, seconds: float) -> bool:
        """Wait for the end, so long at the most; whether it has come."""
        if not self.is_set:
            self._lock.acquire(timeout=seconds)
        return self.is_set


def supervised(
    work: Callable[[], None],
    interrupt: Callable[[], None],
    over: Callable[[], bool] | None = None,
    watch: Callable[[], None] | None = None,
) -> None:
    """Do the work in a thread and wait; `interrupt` stops what it is at. Raises what the work raised.

    `over` says whether a limit is reached: then the work is interrupted, and tells itself what it was at.
    `watch` looks at it now and then.
    """
    failures: list[BaseException] = []
    done = _Done()  # not `is_alive`: an interrupted `join` may call a running thread dead

    def run() -> None:
        try:
            work()
        except BaseException as error:  # noqa: BLE001  # handed to the caller below
            failures.append(error)
        finally:
            done.set()

    threading.Thread(target=run, daemon=True).start()
    try:
        while not done.wait(STEP):
            if over is not None and over():
                interrupt()
            if watch is not None:
                watch()
    except BaseException:
        while not done.is_set:
            _once_more(interrupt, done)
        raise
    if failures:
        raise failures[0]


def _once_more(interrupt: Callable[[], None], done: _Done) -> None:
    """Interrupt and wait a little. A limit that is told of again meanwhile is the one that ends the work already."""
    with suppress(LimitReached):
        interrupt()
        done.wait(STEP)
