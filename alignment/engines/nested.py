"""Joins as nested loops: for each row so far, the rows of the next literal that agree with it.

Every literal looks its rows up by what is known (`access.py`), so a loop runs over rows that fit: an index
nested loop join. Rows go through one by one and nothing is held but what tells repeated ones.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import TypeAlias

from alignment.engines.conditions import columns_of
from alignment.engines.joins import Check, JoinLiteral, Joins
from alignment.factbase.relation import Row

ROWS = 64
"""Rows of a loop between two looks at the limits, where the next literal looks few rows up for each."""

_Loop: TypeAlias = Callable[[Iterable[Row]], Iterable[Row]]


class NestedLoops:
    """Joins that loop over the literals in their order. They hold nothing."""

    def join(self, literals: Sequence[JoinLiteral], result: Sequence[str], check: Check) -> NestedJoin:
        """A join that gives the rows of the variables `result`."""
        return NestedJoin(literals, result, check)


def nested_loops() -> AbstractContextManager[Joins]:
    """The joins of one evaluation."""
    return nullcontext(NestedLoops())


class NestedJoin:
    """One loop a literal, each fed by the one before."""

    def __init__(self, literals: Sequence[JoinLiteral], result: Sequence[str], check: Check) -> None:
        self._loops: list[_Loop] = []
        bound: tuple[str, ...] = ()
        for i, literal in enumerate(literals):
            wanted = {name for later in literals[i + 1 :] for name in later.variables}.union(result)
            bound = self._add(literal, bound, wanted, check)
        self._project = columns_of([bound.index(name) for name in result])

    def rows(self) -> Iterator[Row]:
        """All rows of the result, each once."""
        rows: Iterable[Row] = ((),)
        for loop in self._loops:
            rows = loop(rows)
        return map(self._project, rows)

    def _add(self, literal: JoinLiteral, bound: tuple[str, ...], wanted: set[str], check: Check) -> tuple[str, ...]:
        """Add the loop over a literal; the variables that have values behind it, without those nobody asks for."""
        given = [literal.variables[i] for i in literal.inputs]
        key = columns_of([bound.index(name) for name in given])
        added = [i for i, name in enumerate(literal.variables) if i not in literal.inputs]
        whole = len(added) == len(literal.variables)
        pick = None if whole else columns_of(added)
        every = ROWS if literal.inputs else 1  # without inputs each round reads the whole relation
        self._loops.append(_loop(literal, key, pick, check, every))
        behind = (*bound, *(literal.variables[i] for i in added))
        kept = tuple(name for name in behind if name in wanted)
        if kept != behind:
            self._loops.append(_distinct(columns_of([behind.index(name) for name in kept])))
        return kept


def _loop(
    literal: JoinLiteral, key: Callable[[Row], Row], pick: Callable[[Row], Row] | None, check: Check, every: int
) -> _Loop:
    answer = literal.answer

    def run(rows: Iterable[Row]) -> Iterator[Row]:
        for number, row in enumerate(rows):
            if not number % every:
                check()
            if pick is None:
                for found in answer(key(row)):
                    yield row + found
            else:
                for found in answer(key(row)):
                    yield row + pick(found)

    return run


def _distinct(project: Callable[[Row], Row]) -> _Loop:
    """Rows without the values that nobody asks for, each once."""

    def run(rows: Iterable[Row]) -> Iterator[Row]:
        seen: set[Row] = set()
        for row in map(project, rows):
            if row not in seen:
                seen.add(row)
                yield row

    return run
