"""A large mapping with few changes on top, so that a change costs what it changes and not what is there.

The mapping below is shared and never changed. Changes of changes lie in one layer, and where that grows
too large in proportion the whole becomes a mapping of its own: each entry is copied a few times at most.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final, TypeVar, cast

FEW = 1000
"""Changes that are never too many."""

SHARE = 8
"""One change for so many entries below is not too many either."""

K = TypeVar("K")
V = TypeVar("V")


class _Gone:
    """What stands in the upper layer for an entry that is not there any more."""


_GONE: Final = _Gone()


class Layered(Mapping[K, V]):
    """`below` with the entries of `above` put in or taken out."""

    __slots__ = ("_above", "_size", "below")

    def __init__(self, below: Mapping[K, V], above: dict[K, V | _Gone]) -> None:
        self.below = below
        self._above = above
        self._size = len(below) + sum((value is not _GONE) - (key in below) for key, value in above.items())

    def __len__(self) -> int:
        return self._size

    def __getitem__(self, key: K) -> V:
        found = self._above.get(key, self)
        if found is self:
            return self.below[key]
        if found is _GONE:
            raise KeyError(key)
        return cast("V", found)

    def __contains__(self, key: object) -> bool:
        found = self._above.get(cast("K", key), self)
        return key in self.below if found is self else found is not _GONE

    def __iter__(self) -> Iterator[K]:
        above = self._above
        yield from (key for key in self.below if key not in above)
        yield from (key for key, value in above.items() if value is not _GONE)

    def changed(self, put: Mapping[K, V], gone: Iterable[K]) -> Mapping[K, V]:
        """The same with more changes."""
        above = {**self._above, **dict.fromkeys(gone, _GONE), **put}
        return _settled(self.below, above)


def changed(mapping: Mapping[K, V], put: Mapping[K, V], gone: Iterable[K] = ()) -> Mapping[K, V]:
    """A mapping with some entries put in and others taken out. It must not be changed afterwards."""
    if isinstance(mapping, Layered):
        return cast("Mapping[K, V]", mapping.changed(put, gone))
    return _settled(mapping, {**dict.fromkeys(gone, _GONE), **put})


def _settled(below: Mapping[K, V], above: dict[K, V | _Gone]) -> Mapping[K, V]:
    layered = Layered(below, above)
    return layered if len(above) <= max(FEW, len(below) // SHARE) else dict(layered)
