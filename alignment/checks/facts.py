"""The facts of a base in file order, as a sequence to which a few more are joined without copying the others."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from typing import overload

from alignment.checks.model import FactGroup


class Facts(Sequence[FactGroup]):
    """Parts one after another. Parts of like length are merged, so that there are few (Bentley and Saxe 1980)."""

    def __init__(self, parts: tuple[tuple[FactGroup, ...], ...]) -> None:
        self.parts = parts

    @classmethod
    def joined(cls, facts: Sequence[FactGroup], more: Sequence[FactGroup]) -> Facts:
        """The facts, and then more of them."""
        parts = [*(facts.parts if isinstance(facts, Facts) else (tuple(facts),)), tuple(more)]
        while len(parts) > 1 and len(parts[-2]) <= 2 * len(parts[-1]):
            last = parts.pop()
            parts[-1] += last
        return cls(tuple(parts))

    def __len__(self) -> int:
        return sum(map(len, self.parts))

    def __iter__(self) -> Iterator[FactGroup]:
        return itertools.chain.from_iterable(self.parts)

    @overload
    def __getitem__(self, index: int) -> FactGroup: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[FactGroup]: ...
    def __getitem__(self, index: int | slice) -> FactGroup | Sequence[FactGroup]:
        return tuple(self)[index]
