"""What a join of a rule body is, whoever carries it out: literals that are asked one after another.

Each literal is a Python function over our tables: handed the values that are known when its turn comes, it gives
its rows. Two ways to run them: nested loops (`nested.py`), and pyDatalog's resolution (`stepping.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from typing import Protocol, TypeAlias

from alignment.factbase.relation import Row
from alignment.records import frozen

Answer: TypeAlias = Callable[[Row], Iterable[Row]]
"""From the values of a literal's inputs to its rows: inputs included, in the order of its variables."""

Check: TypeAlias = Callable[[], None]
"""Raises where a limit is reached."""


@frozen
class JoinLiteral:
    """A body literal: its variables, which of them are known when its turn comes, and what answers it."""

    variables: tuple[str, ...]
    inputs: tuple[int, ...]
    answer: Answer


class Join(Protocol):
    """A join that may be run again and again: the literals look at what is there by then."""

    def rows(self) -> Iterable[Row]:
        """All rows of the result, each once."""
        ...


class Joins(Protocol):
    """What makes joins, for one evaluation."""

    def join(self, literals: Sequence[JoinLiteral], result: Sequence[str], check: Check) -> Join:
        """A join that gives the rows of the variables `result`. `check` is called often; it may raise."""
        ...


Opened: TypeAlias = Callable[[], AbstractContextManager[Joins]]
"""What opens the joins of one evaluation."""
