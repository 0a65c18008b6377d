"""Supervised work ends at once when it is done, and tells what went wrong."""

from __future__ import annotations

import threading
import time

import pytest

from alignment.factbase.supervision import _Done, supervised


def test_an_end_that_a_signal_made_nobody_see_is_seen_at_the_next_look() -> None:
    """The lock was taken, and the exception of the signal's handler came in place of the answer."""
    done = _Done()
    assert not done.wait(0.001)
    threading.Thread(target=done.set).start()
    assert done._lock.acquire(timeout=5)
    began = time.monotonic()
    assert done.wait(5)
    assert done.is_set
    assert time.monotonic() - began < 1


def test_who_waits_is_woken_when_it_ends() -> None:
    done = _Done()
    threading.Timer(0.05, done.set).start()
    began = time.monotonic()
    assert done.wait(10)
    assert time.monotonic() - began < 5


def test_what_the_work_raises_is_raised() -> None:
    def work() -> None:
        raise ValueError("odd")

    with pytest.raises(ValueError, match="odd"):
        supervised(work, lambda: None)


def test_work_is_interrupted_until_it_ends() -> None:
    """By who watches: the exception is told, and nothing goes on behind it."""
    stopped = threading.Event()
    looks: list[int] = []

    def watch() -> None:
        looks.append(1)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        supervised(lambda: (stopped.wait(10), None)[1], stopped.set, watch=watch)
    assert stopped.is_set()
    assert looks == [1]
