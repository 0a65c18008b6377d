"""Limits of time and memory for a whole call.

An engine keeps them itself and names the rule at work. The signals here cover what is no engine (reading, checking,
importing, rendering) and steps that an engine cannot look around in; they name the rule that began such a step.
DuckDB keeps its share of the memory limit and spills to disk.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext

from alignment.engines.base import out_of_memory, out_of_time
from alignment.engines.call import Call, calling, resident
from alignment.problems import LimitReached

GRACE = 0.25
"""Seconds that the engine has to notice for itself."""

LOOK = 0.05
"""Seconds between two looks at the memory that is used."""

AGAIN = 1.0
"""Seconds until a call that goes on nevertheless is stopped again."""

RESERVED = 4096 + 256 * (os.cpu_count() or 1)
"""MB of addresses beyond the limit: DuckDB and NumPy reserve 900 when they are loaded, each thread more, and a DuckDB
that puts 600 MB on disk within 250 has 2,400 more than it uses."""


@contextmanager
def within(seconds: float | None, megabytes: int | None, *, asking: bool = False) -> Iterator[None]:
    """Run a call within its limits. Raises LimitReached.

    One that is `asking`, a shell, goes on after a limit: limits are those of each question, and only the operating
    system's is set here.
    """
    if asking:
        with _within_memory(megabytes, Call(), watched=False):
            yield
        return
    if seconds is None and megabytes is None:
        yield
        return
    deadline = None if seconds is None else time.monotonic() + seconds
    with calling(deadline) as call, _within_time(seconds, call), _within_memory(megabytes, call):
        yield


@contextmanager
def _within_time(seconds: float | None, call: Call) -> Iterator[None]:
    import signal  # noqa: PLC0415  # only where a limit is asked for

    if seconds is None or not hasattr(signal, "setitimer"):
        yield
        return

    told: list[LimitReached] = []

    def stop(*_: object) -> None:
        told.append(LimitReached(out_of_time(seconds, call.rule)))
        raise told[-1]

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds + GRACE, AGAIN)
    try:
        with _as_told(told):
            yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@contextmanager
def _within_memory(megabytes: int | None, call: Call, *, watched: bool = True) -> Iterator[None]:
    if megabytes is None:
        yield
        return
    with _watched(megabytes, call) if watched else nullcontext(), _capped(megabytes):
        try:
            yield
        except MemoryError:
            raise LimitReached(out_of_memory(megabytes, call.rule)) from None


@contextmanager
def _watched(megabytes: int, call: Call) -> Iterator[None]:
    """Look at the memory that is really used every few milliseconds, and stop the main thread when it is too much."""
    import signal  # noqa: PLC0415  # only where a limit is asked for
    import threading  # noqa: PLC0415  # likewise

    if resident() is None or not hasattr(signal, "pthread_kill"):
        yield
        return
    done = threading.Event()
    main = threading.main_thread().ident

    def watch() -> None:
        while not done.wait(LOOK):
            if (resident() or 0) > megabytes and main is not None and not done.wait(LOOK):
                signal.pthread_kill(main, signal.SIGUSR1)
                done.wait(AGAIN)

    told: list[LimitReached] = []

    def stop(*_: object) -> None:
        told.append(LimitReached(out_of_memory(megabytes, call.rule)))
        raise told[-1]

    before = signal.signal(signal.SIGUSR1, stop)
    watching = threading.Thread(target=watch, daemon=True)
    watching.start()
    try:
        with _as_told(told):
            yield
    finally:
        done.set()
        watching.join()
        signal.signal(signal.SIGUSR1, before)


@contextmanager
def _as_told(told: Sequence[LimitReached]) -> Iterator[None]:
    """Raise the limit that a signal told of, where DuckDB ran a statement in the main thread.

    It forgets what the signal raised, and says in words of its own that it was interrupted.
    """
    try:
        yield
    except (KeyboardInterrupt, RuntimeError):
        if told:
            raise told[-1] from None
        raise


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
