"""Running a whole process against the clock, and how noisy the machine is meanwhile."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

LOOP = 2_000_000
"""Turns of the calibrating loop: a tenth of a second or so."""


@dataclass(frozen=True, slots=True)
class Run:
    """One run: wall-clock seconds, processor seconds of all cores, peak megabytes, and how it ended.

    `timed_out` if we had to end it.
    """

    seconds: float
    cpu: float
    megabytes: float
    status: int
    timed_out: bool
    error: str


def run(command: Sequence[str], *, output: Path, folder: Path, limit: float) -> Run:
    """Run a process to its end, or to the limit; its standard output goes to the file `output`.

    Peak memory is that of the largest process among it and its children. The operating system counts from
    the size of the process that started it, so the harness keeps itself small.
    """
    errors = output.with_suffix(".err")
    late = threading.Event()
    with open(output, "wb") as out, open(errors, "wb") as err:
        start = time.perf_counter()
        child = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=out, stderr=err, cwd=folder, start_new_session=True
        )

        def stop() -> None:
            late.set()
            os.killpg(child.pid, signal.SIGKILL)

        clock = threading.Timer(limit, stop)
        clock.start()
        try:
            _, status, used = os.wait4(child.pid, 0)
        except KeyboardInterrupt:
            os.killpg(child.pid, signal.SIGKILL)
            raise
        finally:
            clock.cancel()
        seconds = time.perf_counter() - start
    child.returncode = os.waitstatus_to_exitcode(status)
    scale = 2**20 if sys.platform == "darwin" else 2**10
    text = errors.read_text(errors="replace")
    return Run(seconds, used.ru_utime + used.ru_stime, used.ru_maxrss / scale, child.returncode, late.is_set(), text)


def calibrate() -> float:
    """Seconds of a fixed loop: what the machine is worth at this moment."""
    start = time.perf_counter()
    total = 0
    for i in range(LOOP):
        total += i & 7
    return time.perf_counter() - start


def spread(seconds: Sequence[float]) -> float:
    """How much longer the longest took than the shortest: 0.1 is a tenth."""
    return max(seconds) / min(seconds) - 1 if seconds else 0.0
