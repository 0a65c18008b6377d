"""Limits of time and memory for a whole call.

The engine keeps the time limit itself and names the rule at work; the alarm here covers what is no
engine: reading, checking, importing, proving. DuckDB keeps its share of the memory limit and spills to disk; the
watch here covers all that is no DuckDB.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from alignment.problems import LimitReached, Problem

GRACE = 0.25
"""Seconds that the engine has to notice for itself, and to say which rule it was at."""

LOOK = 0.05
"""Seconds between two looks at the memory that is used."""

RESERVED = 2048
"""MB of addresses beyond the limit: DuckDB and NumPy reserve 900 when they are loaded, and each thread more."""

PAGE: int = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096


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
    with _watched(megabytes), _capped(megabytes):
        try:
            yield
        except MemoryError:
            raise _reached(megabytes) from None


@contextmanager
def _watched(megabytes: int) -> Iterator[None]:
    """Look at the memory that is really used every few milliseconds, and stop the main thread when it is too much."""
    import signal  # noqa: PLC0415  # only where a limit is asked for
    import threading  # noqa: PLC0415  # likewise

    if _resident() is None or not hasattr(signal, "pthread_kill"):
        yield
        return
    done = threading.Event()
    main = threading.main_thread().ident

    def watch() -> None:
        while not done.wait(LOOK):
            if (_resident() or 0) > megabytes and main is not None:
                signal.pthread_kill(main, signal.SIGUSR1)
                done.wait(GRACE)

    def stop(*_: object) -> None:
        raise _reached(megabytes)

    before = signal.signal(signal.SIGUSR1, stop)
    watching = threading.Thread(target=watch, daemon=True)
    watching.start()
    try:
        yield
    finally:
        done.set()
        watching.join()
        signal.signal(signal.SIGUSR1, before)


@contextmanager
def _capped(megabytes: int) -> Iterator[None]:
    """Let the operating system refuse what no look could be quick enough for.

    It counts addresses, most of which stay unused: libraries and allocators reserve them.
    """
    import resource  # noqa: PLC0415  # only where a limit is asked for

    before = resource.getrlimit(resource.RLIMIT_AS)
    limit, hard = (megabytes + RESERVED) * 2**20, before[1]
    resource.setrlimit(resource.RLIMIT_AS, (limit if hard < 0 else min(limit, hard), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, before)


def _resident() -> int | None:
    """MB of memory that this process uses, None where the system does not tell."""
    try:
        with open("/proc/self/statm", encoding="ascii") as status:
            return int(status.read().split()[1]) * PAGE // 2**20
    except OSError:
        return None


def _reached(megabytes: int) -> LimitReached:
    message = f"the memory limit of {megabytes} MB was reached"
    hint = "raise --memory-limit, or ask for less: a constant in the question narrows the work"
    return LimitReached(Problem("memory-limit", None, message, hint))
