"""Strata in their order, of which one may be worked on aside: SQL goes on with those that do not read it.

A recursion in NumPy keeps one processor busy, and needs no database once its premises are read.

Before: `controls` for 0.28 s, and then `belongs`, `bloc`, `enemy` and `hostile` for 0.15 s.
After:  the four while `controls` is at work, and whatever reads it when it is done.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Protocol, Self, TypeAlias

from alignment.engines.relational.aside import Aside
from alignment.program.model import Stratum

LEAST = 10_000
"""Rows that are read from which on a recursion is worth a thread."""


class Recursion(Protocol):
    """A recursive stratum whose premises are read, `size` rows of them."""

    @property
    def size(self) -> int: ...

    def work(self) -> None:
        """Find its rows, in any thread. Raises LimitReached."""
        ...

    def stop(self) -> None:
        """Have `work` end soon."""
        ...

    def hold(self) -> bool:
        """Make what was found the rows of its relations; False, and nothing done, where it has to go another way."""
        ...


Finish: TypeAlias = Callable[[Stratum, Recursion], None]
"""What is done with a recursion that has been worked on."""


class Order:
    """Which stratum comes next. At most one recursion is aside; `may_part` says whether one may be."""

    def __init__(self, strata: Sequence[Stratum], finish: Finish, *, may_part: bool) -> None:
        self._waiting = list(strata)
        self._finish = finish
        self._may_part = may_part
        self._aside: tuple[Stratum, Recursion, Aside] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """End what is aside, where something else has failed."""
        if self._aside is not None:
            _stratum, recursion, thread = self._aside
            recursion.stop()
            thread.join()

    def __iter__(self) -> Iterator[Stratum]:
        """The strata, each after those that it reads."""
        while self._waiting or self._aside:
            following = self._next()
            if following is None:
                self._join()
            else:
                self._waiting.remove(following)
                yield following

    def work(self, stratum: Stratum, recursion: Recursion) -> None:
        """Have a recursion worked on, aside if that pays, and finish it here or later."""
        if self._may_part and self._aside is None and self._waiting and recursion.size >= LEAST:
            self._aside = stratum, recursion, Aside(recursion.work)
            return
        recursion.work()
        self._finish(stratum, recursion)

    def _next(self) -> Stratum | None:
        """The first that reads nothing which is not there yet, if there is one."""
        missing = set(self._aside[0].relations) if self._aside else set()
        for stratum in self._waiting:
            if stratum.reads.isdisjoint(missing):
                return stratum
            missing.update(stratum.relations)
        return None

    def _join(self) -> None:
        assert self._aside is not None
        stratum, recursion, thread = self._aside
        thread.wait()
        self._aside = None
        self._finish(stratum, recursion)
