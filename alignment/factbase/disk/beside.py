"""Files read together with bases on disk: which of them stand in a base already, and which replace what does."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from alignment import library
from alignment.factbase.database import database_of
from alignment.factbase.dictionary import Dictionary
from alignment.factbase.disk.opening import OpenBase, opened
from alignment.factbase.disk.telling import digest_of
from alignment.language import tree
from alignment.language.loader import read_text
from alignment.problems import AlignmentError, Problem, raise_any


def all_opened(paths: Iterable[Path], dictionary: Dictionary) -> list[OpenBase]:
    """Some bases opened. Raises AlignmentError with the problems of all."""
    found: list[OpenBase] = []
    problems: list[Problem] = []
    for path in paths:
        try:
            found.append(opened(path, dictionary, database_of(dictionary)))
        except AlignmentError as error:
            problems += error.problems
    raise_any(problems)
    return found


def joined(files: Sequence[tree.File], new: Iterable[tree.File], bases: Iterable[OpenBase]) -> tuple[tree.File, ...]:
    """The files with new ones.

    A file that is there already is not read twice. One that was changed since a base was made of it takes the
    place of what the base has of it, what it imports included.
    """
    digests = {id(file): digest for base in bases for file, digest in zip(base.files, base.digests, strict=True)}
    found: dict[Path | int, tree.File] = {_place(file): file for file in files}
    for file in new:
        before = found.get(_place(file))
        if before is None or (id(before) in digests and digests[id(before)] != digests.get(id(file), digest_of(file))):
            found[_place(file)] = file
    return tuple(found.values())


def _place(file: tree.File) -> Path | int:
    """What two versions of a file have in common. What was typed has no other version."""
    return id(file) if file.name.startswith("<") else library.located(file.name).resolve()


def texts_of(bases: Sequence[OpenBase], files: Iterable[tree.File]) -> Callable[[str, str], str | None]:
    """A reader of the texts of sources that knows those that stand in bases.

    What a text of a base names is not opened: a base may come from anybody.
    """
    quoted = {place: text for base in bases for place, text in base.quoted.items()}
    in_bases = {id(file) for base in bases for file in base.files}
    closed = {file.name for file in files if id(file) in in_bases}

    def read(file: str, path: str) -> str | None:
        if (file, path) in quoted or file in closed:
            return quoted.get((file, path))
        return read_text(file, path)

    return read
