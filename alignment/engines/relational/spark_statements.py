"""Statements to Spark that end when a limit is reached, and what stops them as the problem that it is."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeVar

from alignment.engines.base import Limits, out_of_memory
from alignment.engines.relational.spark_session import Cluster, reason
from alignment.factbase.relation import Row
from alignment.factbase.supervision import supervised
from alignment.problems import AlignmentError, EngineError, LimitReached, Problem
from alignment.program.model import Rule

_groups = itertools.count(1)
_OUT_OF_MEMORY = ("OutOfMemoryError", "maxResultSize", "UNABLE_TO_ACQUIRE_MEMORY")
_GONE = (
    "Py4JNetworkError",
    "ConnectionRefusedError",
    "ConnectionResetError",
    "Answer from Java side is empty",
    "stopped SparkContext",
)

Given = TypeVar("Given")


class Stopped(Exception):
    """The work was interrupted; whoever interrupted it knows why."""


class Statements:
    """The statements of one piece of work, in a job group of their own; `at_work` gives the rule they are for."""

    def __init__(
        self, cluster: Cluster, limits: Limits, at_work: Callable[[], Rule | None] = lambda: None
    ) -> None:
        self.cluster = cluster
        self.limits = limits
        self._at_work = at_work
        self._group = f"alignment-{next(_groups)}"
        self._stopped = False
        self._telling: threading.Thread | None = None

    def supervise(self, work: Callable[[], None]) -> None:
        """Do some work in a thread that limits and Ctrl-C stop."""

        def grouped() -> None:
            try:
                self.cluster.context.setJobGroup(self._group, "alignment", interruptOnCancel=True)
                work()
            except Exception as error:
                if not isinstance(error, AlignmentError) and _is_gone(error):
                    raise self._problem(error) from error
                raise

        supervised(grouped, self._stop, self.limits.over)

    def _stop(self) -> None:
        """Stop what runs, and what runs between statements. Called from another thread.

        Java is told by a thread of its own: a signal must not end the telling half-way.
        """
        self._stopped = True
        if self._telling is None or not self._telling.is_alive():
            self._telling = threading.Thread(target=self._cancel, daemon=True)
            self._telling.start()

    def _cancel(self) -> None:
        if not self.cluster.lost:
            with suppress(Exception):  # Java may end at this moment, and the work itself tells of that
                self.cluster.context.cancelJobGroup(self._group)

    def check(self) -> None:
        """Stop here if a limit is reached or somebody interrupted."""
        self.limits.check(self._at_work())
        if self._stopped:
            raise Stopped

    def ask(self, statement: Callable[[], Given]) -> Given:
        """What Spark answers. Raises LimitReached, EngineError."""
        self.check()
        try:
            return statement()
        except AlignmentError:
            raise
        except Exception as error:
            self.check()
            raise self._problem(error) from error

    def frame(self, query: str) -> Any:  # noqa: ANN401  # a DataFrame
        """The rows of a query, not computed yet."""
        return self.ask(lambda: self.cluster.sql(query))

    def rows(self, query: str) -> list[Row]:
        """The rows of a query, all of them in memory."""
        found: list[Any] = self.ask(lambda: self.cluster.sql(query).collect())
        return [tuple(row) for row in found]

    def _problem(self, error: Exception) -> AlignmentError:
        told = _told(error)
        if any(sign in told for sign in _OUT_OF_MEMORY):
            return LimitReached(out_of_memory(self.limits.memory, self._at_work()))
        if _is_gone(error):
            self.cluster.end()
            message = "Spark has ended, for lack of memory or by somebody's hand"
            return EngineError(Problem("engine-failed", None, message, "ask again: it is started anew"))
        rule = self._at_work()
        at_work = f" at the rule '{rule.name}'" if rule else ""
        message = f"Spark failed{at_work}: {reason(told)}"
        return EngineError(Problem("engine-failed", None, message, f"what Spark wrote: {self.cluster.folder}/log"))


def _told(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"


def _is_gone(error: Exception) -> bool:
    """Whether Java has ended, or the way to it is broken."""
    return any(sign in _told(error) for sign in _GONE)
