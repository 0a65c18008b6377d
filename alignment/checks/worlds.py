"""Which files a test sees: its own and what that loads. It knows nothing of others checked with it."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence

from alignment import library
from alignment.checks.context import chunks
from alignment.language import tree


def world(files: Sequence[tree.File], start: tree.File) -> tuple[tree.File, ...] | None:
    """The files that `start` loads, and theirs, and itself, in the order of `files`.

    None if one of them is not among `files`, by its name: nothing is read here.
    """
    places = {_place(file): file for file in files}
    seen: dict[str, tree.File] = {}
    waiting = [_place(start)]
    while waiting:
        place = waiting.pop()
        if place in seen:
            continue
        if place not in places:
            return None
        seen[place] = places[place]
        for path in _loads(places[place]):
            found = list(_named(path, os.path.dirname(place), places))
            if not found:
                return None
            waiting += found
    return tuple(file for file in files if _place(file) in seen)


def _place(file: tree.File) -> str:
    return os.path.abspath(library.located(file.name))


def _loads(file: tree.File) -> Iterator[str]:
    for statement in chunks((file,)):
        if isinstance(statement, tree.Load):
            yield from (path.value for path in statement.paths)


def _named(path: str, folder: str, places: Mapping[str, tree.File]) -> Iterator[str]:
    """The files that a path in a `load` stands for: one, or those directly in a folder."""
    bundled = library.bundled(path) if path.startswith("@") else None
    place = os.path.abspath(os.path.join(folder, str(bundled or path)))
    if place in places:
        yield place
    else:
        yield from (other for other in places if os.path.dirname(other) == place)
