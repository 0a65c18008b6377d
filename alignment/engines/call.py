"""A call of the command line as a whole, and what it is at: for limits that end it where no engine looks.

A question has limits of its own (`Limits`), which begin when it is asked. A call has read its files by then; its
limits hold for both, and whoever stops it from outside, a signal or a watch, names the rule that is at work.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from alignment.program.model import Rule
from alignment.records import mutable

_PAGE: int = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096


@mutable
class Call:
    """When a call is to end, in `time.monotonic()` seconds, and the rule that it is evaluating now.

    It ends too when another thread sets `stopped`.
    """

    deadline: float | None = None
    rule: Rule | None = None
    stopped: threading.Event | None = None


_call: ContextVar[Call | None] = ContextVar("call", default=None)


def current() -> Call | None:
    """The call that this question is part of; None in a library, a shell, or a call without limits."""
    return _call.get()


@contextmanager
def calling(deadline: float | None, stopped: threading.Event | None = None) -> Iterator[Call]:
    """What is asked within is part of one call."""
    call = Call(deadline, stopped=stopped)
    token = _call.set(call)
    try:
        yield call
    finally:
        _call.reset(token)


def resident() -> int | None:
    """MB of memory that this process uses, None where the system does not tell."""
    try:
        with open("/proc/self/statm", encoding="ascii") as status:
            return int(status.read().split()[1]) * _PAGE // 2**20
    except OSError:
        return None
