"""Python's cyclic garbage collector, put off while rows are joined or a question is answered."""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_collector = threading.Lock()
_pauses = 0
_was_enabled = False


@contextmanager
def collector_paused() -> Iterator[None]:
    """No cyclic garbage collection meanwhile: rows hold no cycles, and to walk them costs more than to join.

    Counted, so that evaluations in several threads leave it as they found it.
    """
    pause_collector()
    try:
        yield
    finally:
        resume_collector()


def pause_collector() -> None:
    """The same for whoever ends it elsewhere, by `resume_collector`."""
    global _pauses, _was_enabled  # noqa: PLW0603  # the collector is the process's own
    with _collector:
        if not _pauses:
            _was_enabled = gc.isenabled()
            gc.disable()
        _pauses += 1


def resume_collector() -> None:
    """End one pause; the collector goes on when all have ended."""
    global _pauses  # noqa: PLW0603  # likewise
    with _collector:
        _pauses -= 1
        if not _pauses and _was_enabled:
            gc.enable()


SOON = 20_000
"""Objects after which the collector looks at what came since `keep`: that takes some 7 ms."""


def keep() -> None:
    """All that is there stays. The collector need not walk over it again, and looks at less at once from now on.

    A prompt leaves cycles behind with every key: after 200,000 objects they hold up a key by a tenth of a second.
    """
    gc.freeze()
    gc.set_threshold(SOON, 20, 20)
