"""How an evaluation went, for whoever asks: what each stratum was evaluated with, and why.

An engine writes here if the limits of a call carry a journal, and only then. Nothing reads it to answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field

from alignment.records import frozen, mutable


@frozen
class Planned:
    """One stratum: `how` it was evaluated in a few words, `reason` in a sentence.

    `rows` is None where the relation is no table but part of the query of another.
    `joins` are the join plans of its rules, one a query, where a database made them. `rounds` is the last
    round in which a row was found, 0 where all rows are reported.
    """

    relations: tuple[str, ...]
    how: str
    reason: str
    rows: int | None
    rounds: int
    joins: tuple[str, ...] = ()


@mutable
class Journal:
    """What one evaluation wrote down: the strata in their order, the choice of the engine, and what was asked."""

    strata: list[Planned] = field(default_factory=list)
    engine: str = ""
    demand: str = ""

    def add(self, relations: Sequence[str], how: str, reason: str, rows: int, rounds: int) -> None:
        """A stratum that was evaluated without a database."""
        self.strata.append(Planned(tuple(relations), how, reason, rows, rounds))
