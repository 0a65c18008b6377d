"""The closure by doubling, `p(X, Z) :- p(X, Y), p(Y, Z)`, as the linear closure that has its rows."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from alignment.engines.relational.moves import Columns, Read
from alignment.engines.relational.steps import Step
from alignment.program.model import Positive, Rule, Var

RoundsOf: TypeAlias = Callable[[NDArray[np.int32]], NDArray[np.int32]]
"""From the rounds of the linear closure to those of doubling."""

X, Y, Z = Var("x"), Var("y"), Var("z")


def closing_step(rule: Rule, start: tuple[Columns, Columns]) -> Read:
    """`p(X, Z) :- p(X, Y), e(Y, Z)`, where `e` is all that `p` begins with."""
    step = Step(rule, (X, Z), Positive(rule.head, (X, Y)), (Positive(rule.head, (Y, Z)),), ())
    edges = [np.concatenate(both) for both in zip(*start, strict=True)]
    return Read(step, 0, [(Y.name, Z.name, edges)], [])


def rounds_of_doubling(start: tuple[Columns, Columns]) -> RoundsOf | None:
    """From the length of a shortest path, less one, to the round in which doubling finds its ends.

    Rows that are reported are there in round 0 and double in round 1; rows of base rules are there in round
    1. None where both occur: then the rounds are not a matter of lengths alone.
    """
    reported, derived = (bool(len(columns[0])) for columns in start)
    if reported and derived:
        return None
    shift = 0 if reported else 1

    def rounds(linear: NDArray[np.int32]) -> NDArray[np.int32]:
        lengths = linear + (1 if reported else 0)  # linear rounds: d - 1 from reported, d from base rows
        return (np.ceil(np.log2(np.maximum(lengths, 1))) + shift).astype(np.int32)

    return rounds
