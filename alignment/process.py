"""The process of a command: how Python works in it, and how it ends.

Nothing else is loaded before that is settled: while modules are loaded Python would look for circles twenty times.
"""

from __future__ import annotations

import atexit
import gc
import os
import sys
from collections.abc import Callable
from types import FunctionType

MANY = 200_000
"""New objects after which Python looks for circles among them: a base is a great many small values and has none."""

SWITCH = 0.0005
"""Seconds until a thread gives way to one that waits: who reads tables needs the lock often, not long."""


INTERRUPTED = 130
"""The status of a call that Ctrl-C ended, as `commands.console` has it."""

ROOM = 2**16
"""Values that a frame has room for. Those of all calls within it, half a megabyte of them, then lie beside it."""


def main() -> int:
    """Run the call that the process was started for. It ends with its status, which is returned to who watches."""
    return _with_room(_main)()


def _with_room(call: Callable[[], int]) -> Callable[[], int]:
    """The same call with a large frame.

    CPython puts frames in pieces of 16 KB, and maps and unmaps one at each call that just does not fit into the piece
    before: 1,200 times while modules are loaded. After a large frame the piece is large, and only what is used of it
    takes memory.
    """
    return FunctionType(call.__code__.replace(co_stacksize=ROOM), call.__globals__)


def _main() -> int:
    gc.set_threshold(MANY, 20, 20)
    sys.setswitchinterval(SWITCH)
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # NumPy starts threads for algebra that is not done here
    held: list[object] = []  # to free what was read takes as long as a small question
    try:
        from alignment import cli  # noqa: PLC0415  # not before all that

        status = cli.main(held=held)
    except KeyboardInterrupt:  # before there is anybody to say so, while modules are loaded
        sys.stderr.write("interrupted\n")
        status = INTERRUPTED
    if not _is_watched():
        _leave(status)
    return status


def _is_watched() -> bool:
    """Whether somebody sees the process end: a profiler, a debugger, or who reads a terminal as it comes to its end."""
    traced = sys.getprofile() is not None or sys.gettrace() is not None
    return traced or sys.stdout.isatty() or sys.stderr.isatty()


def _leave(status: int) -> None:
    """End the process, done with all that is to be done at its end.

    Python would go on to free what it made, object by object and looking for circles three times: a tenth of a
    second after a question on a million facts. The memory goes back with the process. All threads of ours are daemons.
    """
    databases = sys.modules.get("alignment.factbase.database")
    if databases is not None:
        databases.leave_all()
    atexit._run_exitfuncs()  # noqa: SLF001  # folders that are to be removed, files to be written
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)
