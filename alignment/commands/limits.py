"""Limits of time and memory for a whole call.

The engine keeps the time limit itself and names the rule at work; the alarm here covers what is no
engine: reading, checking, proving. The memory limit is the operating system's.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from alignment.problems import LimitReached, Problem

GRACE = 0.25
"""Seconds that the engine has to notice for itself, and to say which rule it was at."""


@contextmanager
def within(seconds: float | None, megabytes: int | None) -> Iterator[None]:
    """Run a call within its limits. Raises LimitReached."""
    if seconds is None and megabytes is None:
        yield
        return
    with _within_time(seconds), _within_memory(megabytes):
        yield


@contextmanager
def _within_time(seconds: float | None) -> Iterator[None]:
    import signal  # noqa: PLC0415  # only where a limit is asked for

    if seconds is None or not hasattr(signal, "setitimer"):
        yield
        return

    def stop(*_: object) -> None:
        message = f"the time limit of {seconds:g} s was reached"
        raise LimitReached(Problem("time-limit", None, message, "raise --time-limit, or ask for less"))

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds + GRACE, 1.0)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@contextmanager
def _within_memory(megabytes: int | None) -> Iterator[None]:
    if megabytes is None:
        yield
        return
    import resource  # noqa: PLC0415  # only where a limit is asked for

    before = resource.getrlimit(resource.RLIMIT_AS)
    limit = megabytes * 2**20
    hard = before[1]
    resource.setrlimit(resource.RLIMIT_AS, (limit if hard < 0 else min(limit, hard), hard))
    try:
        yield
    except MemoryError:
        resource.setrlimit(resource.RLIMIT_AS, before)
        message = f"the memory limit of {megabytes} MB was reached"
        hint = "raise --memory-limit, or ask for less: a constant in the question narrows the work"
        raise LimitReached(Problem("memory-limit", None, message, hint)) from None
    finally:
        resource.setrlimit(resource.RLIMIT_AS, before)
