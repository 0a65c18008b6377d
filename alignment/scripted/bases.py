"""The bases that tests run on: read once for all tests with the same loads, as long as no file changes."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import field, replace
from pathlib import Path
from typing import TypeAlias

from alignment import library
from alignment.knowledge import KnowledgeBase
from alignment.language import tree
from alignment.language.loader import Loader, statements
from alignment.problems import AlignmentError, LimitReached, Problem
from alignment.records import frozen, mutable
from alignment.scripted.results import Options

Stamps: TypeAlias = dict[Path, tuple[int, int] | None]
"""Change time in ns and size of each file or folder that was read; None for one that is missing."""


@frozen
class Request:
    """What a base is made of: files to load, relative to `folder`, and parsed statements after them."""

    folder: Path
    loads: tuple[tree.Text, ...] = ()
    shared: tree.File | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """The loads as names that mean the same in every folder."""
        return tuple(
            text.value if text.value.startswith("@") else os.path.normpath(self.folder / text.value)
            for text in self.loads
        )


@mutable
class _Kept:
    """A base, or the problems for which there is none, each with the number of the load it came from."""

    stamps: Stamps
    base: KnowledgeBase | None
    problems: list[tuple[int | None, Problem]] = field(default_factory=list)


class Bases:
    """Builds bases and keeps them. `files` are all files and folders that were read for them."""

    def __init__(self, options: Options | None = None) -> None:
        self.options = options or Options()
        self._kept: dict[tuple[str, ...], _Kept] = {}

    @property
    def files(self) -> set[Path]:
        """Everything whose change may change a result."""
        return {path for kept in self._kept.values() for path in kept.stamps}

    def base(self, request: Request) -> KnowledgeBase:
        """A base of its own for one test. Raises AlignmentError where its files have problems."""
        names = request.names
        kept = self._kept.get(names)
        if kept is None or kept.stamps != stamps_of(kept.stamps):
            kept = self._kept[names] = self._read(names)
        if kept.base is None:
            raise AlignmentError(_placed(problem, i, request.loads) for i, problem in kept.problems)
        base = kept.base.copy()
        if request.shared is not None:
            base.extend(request.shared)
        return base

    def _read(self, names: Sequence[str]) -> _Kept:
        loader, problems = Loader(), list[tuple[int | None, Problem]]()
        for i, name in enumerate(names):
            before = len(loader.problems)
            loader.load([name])
            problems += [(i, problem) for problem in loader.problems[before:]]
        read = {*loader.seen, *(_path(name) for name in names), *_quoted_texts(loader.files)}
        stamps = stamps_of(read)
        if problems:
            return _Kept(stamps, None, problems)
        base = KnowledgeBase(engine=self.options.engine, master=self.options.master)
        try:
            base.extend(*loader.files, bases=loader.bases)
        except LimitReached:
            raise
        except AlignmentError as error:
            return _Kept(stamps, None, [(None, problem) for problem in error.problems])
        return _Kept(stamps, base)


def stamps_of(paths: Sequence[Path] | set[Path] | Stamps) -> Stamps:
    """What tells whether a file or folder was changed since."""
    stamps: Stamps = {}
    for path in paths:
        try:
            status = path.stat()
        except OSError:
            stamps[path] = None
        else:
            stamps[path] = (status.st_mtime_ns, status.st_size)
    return stamps


def _path(name: str) -> Path:
    return (library.bundled(name) if name.startswith("@") else None) or Path(name)


def _quoted_texts(files: Sequence[tree.File]) -> set[Path]:
    """The texts of sources, against which quotes are checked."""
    return {
        library.located(file.name).parent / statement.text
        for file in files
        for statement in statements(file)
        if isinstance(statement, tree.SourceDeclaration) and statement.text
    }


def _placed(problem: Problem, number: int | None, loads: Sequence[tree.Text]) -> Problem:
    """A problem of a load that has no place of its own, at the load."""
    if problem.span is not None or number is None:
        return problem
    return replace(problem, span=loads[number].span)
