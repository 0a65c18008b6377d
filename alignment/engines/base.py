"""What an engine is: one method, what it says of itself, and the limits it must keep."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from alignment.engines.journal import Journal
from alignment.factbase.dictionary import Dictionary
from alignment.factbase.relation import Relation
from alignment.factbase.strengths import Strengths
from alignment.problems import LimitReached, Problem
from alignment.program.model import Rule, Stratum


@dataclass(frozen=True, slots=True)
class Weighing:
    """What is to be weighed: strata in their order, in which all rows may be less than certain.

    `strengths` are those of the reported rows of `doubtful` relations, None where they are certain;
    `reported` gives reported rows and `rows` evaluated ones, each when they are needed.
    """

    strata: tuple[Stratum, ...]
    doubtful: frozenset[str]
    strengths: Mapping[str, Strengths | None]
    reported: Callable[[str], Relation]
    rows: Callable[[Collection[str]], Mapping[str, Relation]]
    dictionary: Dictionary


class BudgetSpent(Exception):  # like LimitReached: it is no mistake of anybody
    """An evaluation that was tried out has become larger than it was meant to be."""


@dataclass(slots=True)
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


@dataclass(slots=True)
class Limits:
    """When to stop. `check` is called at every step an engine takes; it costs a clock read at most.

    `deadline` is in `time.monotonic()` seconds; `cancel` may be set from another thread; `memory` is in MB.
    With a `journal`, an engine writes into it how it went about its work; with a `budget`, it spends of it.
    """

    deadline: float | None = None
    cancel: threading.Event | None = None
    seconds: float | None = field(default=None)
    memory: int | None = field(default=None)
    journal: Journal | None = field(default=None)
    budget: Budget | None = field(default=None)

    @classmethod
    def of(
        cls, seconds: float | None, cancel: threading.Event | None = None, *, memory: int | None = None
    ) -> Limits:
        """Limits that end `seconds` from now, of `memory` MB."""
        deadline = None if seconds is None else time.monotonic() + seconds
        return cls(deadline, cancel, seconds, memory)

    def over(self) -> bool:
        """Whether `check` would raise."""
        try:
            self.check()
        except LimitReached:
            return True
        return False

    def spend(self, rows: int) -> None:
        """One round of a relation that found so many rows. Raises BudgetSpent if there is a budget, and it is."""
        if self.budget is not None:
            self.budget.spend(rows)

    def check(self, rule: Rule | None = None) -> None:
        """Raise LimitReached, naming the rule at work, if the time is over or somebody cancelled."""
        if self.cancel is not None and self.cancel.is_set():
            raise LimitReached(Problem("cancelled", None, "the query was cancelled"))
        if self.deadline is not None and time.monotonic() > self.deadline:
            at_work = f" while evaluating the rule '{rule.name}'" if rule else ""
            span = rule.origin.span if rule else None
            message = f"the time limit of {self.seconds:g} s was reached{at_work}"
            hint = "raise --time-limit, or ask for less: a constant in the question narrows the work"
            raise LimitReached(Problem("time-limit", span, message, hint))


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


def out_of_memory(limits: Limits, rule: Rule | None) -> Problem:
    """The problem of a limit of memory, with the rule at work."""
    limit = "" if limits.memory is None else f" of {limits.memory} MB"
    at_work = f" while evaluating the rule '{rule.name}'" if rule else ""
    message = f"the memory limit{limit} was reached{at_work}"
    hint = "raise --memory-limit, or ask for less: a constant in the question narrows the work"
    return Problem("memory-limit", rule.origin.span if rule else None, message, hint)
