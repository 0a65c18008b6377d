"""What an engine is: one method, what it says of itself, and the limits it must keep."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import field
from typing import Protocol

from alignment.engines.cache import Cache
from alignment.engines.call import Call, current, resident
from alignment.engines.journal import Journal
from alignment.factbase.dictionary import Dictionary
from alignment.factbase.relation import Relation, Row
from alignment.factbase.strengths import Strengths
from alignment.language import tree
from alignment.problems import LimitReached, Problem
from alignment.program.model import Rule, Stratum
from alignment.records import frozen, mutable


@frozen
class Weighing:
    """What is to be weighed: strata in their order, in which all rows may be less than certain.

    `strengths` are those of the reported rows of `doubtful` relations, None where they are certain, and of
    all rows of those below the strata, which are known;
    `reported` gives reported rows and `rows` evaluated ones, each when they are needed. `cache` is where an engine
    may keep what the next weighing can use, `derived` is told the rows of strata where they came out with their
    strengths, and `heads` has then those of each rule.
    """

    strata: tuple[Stratum, ...]
    doubtful: frozenset[str]
    strengths: Mapping[str, Strengths | None]
    reported: Callable[[str], Relation]
    rows: Callable[[Collection[str]], Mapping[str, Relation]]
    dictionary: Dictionary
    cache: Cache
    derived: Callable[[Stratum, Mapping[str, Relation]], None]
    heads: dict[Rule, list[Collection[Row]]] = field(default_factory=dict)


class BudgetSpent(Exception):  # like LimitReached: it is no mistake of anybody
    """An evaluation that was tried out has become larger than it was meant to be."""


@mutable
class Budget:
    """What an evaluation that is only tried out may find: so many rows, in so many rounds of all its strata."""

    rows: int
    rounds: int

    def spend(self, rows: int) -> None:
        """One round of a relation that found so many rows. Raises BudgetSpent."""
        self.rows -= rows
        self.rounds -= 1
        if self.rows < 0 or self.rounds < 0:
            raise BudgetSpent


LOOK = 0.005
"""Seconds between two looks at the memory that is used: a look costs as much as some hundred steps."""

ROOM = 0.9
"""Part of a memory limit that arrays may fill which are foreseen."""


@mutable
class Limits:
    """When to stop. `check` is called at every step an engine takes; it costs a clock read at most.

    `deadline` is in `time.monotonic()` seconds; `cancel` may be set from another thread; `memory` is in MB and of
    the whole process. With a `journal`, an engine writes into it how it went about its work; with a `budget`, it
    spends of it.
    """

    deadline: float | None = None
    cancel: threading.Event | None = None
    seconds: float | None = field(default=None)
    memory: int | None = field(default=None)
    journal: Journal | None = field(default=None)
    budget: Budget | None = field(default=None)
    call: Call | None = field(default=None)
    _full: bool = field(default=False)
    _next_look: float = field(default=0.0)

    @classmethod
    def of(
        cls, seconds: float | None, cancel: threading.Event | None = None, *, memory: int | None = None
    ) -> Limits:
        """Limits that end `seconds` from now, or with the call that this is part of; of `memory` MB."""
        deadline = None if seconds is None else time.monotonic() + seconds
        call = current()
        if deadline is not None and call is not None and call.deadline is not None:
            deadline = min(deadline, call.deadline)
        if cancel is None and call is not None:
            cancel = call.stopped
        return cls(deadline, cancel, seconds, memory, call=call)

    def again(self) -> Limits:
        """The same time and memory for somebody who asks later."""
        return Limits.of(self.seconds, self.cancel, memory=self.memory)

    def over(self) -> bool:
        """Whether `check` would raise."""
        if self.cancel is not None and self.cancel.is_set():
            return True
        now = time.monotonic()
        return (self.deadline is not None and now > self.deadline) or (self.memory is not None and self._is_full(now))

    def spend(self, rows: int) -> None:
        """One round of a relation that found so many rows. Raises BudgetSpent if there is a budget, and it is."""
        if self.budget is not None:
            self.budget.spend(rows)

    def check(self, rule: Rule | None = None) -> None:
        """Raise LimitReached, naming the rule at work, if a limit is reached or somebody cancelled."""
        if self.call is not None:
            self.call.rule = rule
        if self.cancel is not None and self.cancel.is_set():
            raise LimitReached(Problem("cancelled", None, "the query was cancelled"))
        if self.deadline is None and self.memory is None:
            return
        now = time.monotonic()
        if self.deadline is not None and now > self.deadline:
            raise LimitReached(out_of_time(self.seconds, rule))
        if self.memory is not None and self._is_full(now):
            raise LimitReached(out_of_memory(self.memory, rule))

    def has_room(self, bytes_: int) -> bool:
        """Whether there is memory for so many bytes more, with a tenth of it left for what comes with them."""
        return self.memory is None or (resident() or 0) + bytes_ / 2**20 <= ROOM * self.memory

    def done(self) -> None:
        """No rule is at work any more."""
        if self.call is not None:
            self.call.rule = None

    def _is_full(self, now: float) -> bool:
        """Whether the process has used more memory than it may; once so, it stays so."""
        if now > self._next_look and not self._full:
            self._next_look = now + LOOK
            self._full = (resident() or 0) > (self.memory or 0)
        return self._full


class Engine(Protocol):
    """Evaluates strata. It sees integers and plain rules only, and keeps nothing between calls."""

    name: str

    def evaluate(
        self,
        strata: Sequence[Stratum],
        known: Mapping[str, Relation],
        dictionary: Dictionary,
        asked: Collection[str],
        limits: Limits,
    ) -> dict[str, Relation]:
        """The relations of `strata`, each with the round of its rows.

        `known` holds the reported rows of every relation (its own too: they are round 0) and the
        relations of earlier strata. Nothing handed in is changed. A relation that is not `asked` for may be
        left out of what is given back. Raises LimitReached.
        """
        ...

    def weigh(self, work: Weighing, limits: Limits) -> dict[str, Strengths | None]:
        """The strengths of the rows of some strata, None for a relation whose rows are all certain.

        Raises LimitReached.
        """
        ...


def too_large(rule: Rule) -> Problem:
    """The problem of a whole number beyond 64 bits."""
    message = f"a number in the rule '{rule.name}' does not fit into 64 bits"
    hint = "bound the numbers in the rule's body, for example `N < 1000`"
    return Problem("number-too-large", rule.origin.span, message, hint)


def out_of_time(seconds: float | None, rule: Rule | None) -> Problem:
    """The problem of a limit of time, with the rule at work."""
    message = f"the time limit of {seconds or 0:g} s was reached{_at_work(rule)}"
    return Problem("time-limit", rule.origin.span if rule else None, message, _hint("--time-limit", rule))


def out_of_memory(megabytes: int | None, rule: Rule | None) -> Problem:
    """The problem of a limit of memory, with the rule at work."""
    limit = "" if megabytes is None else f" of {megabytes} MB"
    message = f"the memory limit{limit} was reached{_at_work(rule)}"
    return Problem("memory-limit", rule.origin.span if rule else None, message, _hint("--memory-limit", rule))


def _at_work(rule: Rule | None) -> str:
    if rule is None:
        return ""
    match rule.origin:
        case tree.Query():
            return " while answering the question"
        case tree.Constraint():
            return f" while evaluating the constraint at {rule.name}"
        case _:
            return f" while evaluating the rule '{rule.name}'"


def _hint(option: str, rule: Rule | None) -> str:
    narrower = ": a constant in the question narrows the work" if rule else ""
    return f"raise {option}, or ask for less{narrower}"
