"""Work in a thread of its own: NumPy gives up Python's lock while it fills large arrays."""

from __future__ import annotations

import threading
from collections.abc import Callable


class Aside(threading.Thread):
    """Work that is begun at once, in a thread of its own."""

    def __init__(self, work: Callable[[], object]) -> None:
        super().__init__(daemon=True)
        self._work = work
        self._failure: BaseException | None = None
        self.start()

    def run(self) -> None:
        """Do the work; what it raises is raised by `wait`."""
        try:
            self._work()
        except BaseException as error:  # noqa: BLE001  # handed to whoever waits
            self._failure = error

    def wait(self) -> None:
        """Wait for the end. Raises what the work raised."""
        self.join()
        if self._failure is not None:
            raise self._failure


def in_halves(work: Callable[[range], object], rows: int, *, at_once: bool) -> None:
    """Work on all rows, the second half of them aside if both are to be done at once."""
    if not at_once or rows < 2:
        work(range(rows))
        return
    other = Aside(lambda: work(range(rows // 2, rows)))
    try:
        work(range(rows // 2))
    finally:
        other.join()
    other.wait()
