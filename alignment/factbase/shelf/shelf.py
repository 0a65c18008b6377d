"""A folder of derived relations. Everything in it can be made again, and nothing in it is believed unseen.

A relation is a file named by its digest, and written whole or not at all. A folder that cannot be written to keeps
nothing, a file that is damaged counts as missing, and beyond a size what was unused the longest goes.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TypeAlias, TypeVar

from alignment.factbase.dictionary import Dictionary
from alignment.factbase.relation import Relation
from alignment.factbase.shelf import packed
from alignment.factbase.strengths import Strengths, weak_rows
from alignment.problems import AlignmentError

Kept = TypeVar("Kept")
Read: TypeAlias = Callable[[Path, Dictionary], Kept | None]

_NAME = re.compile(r"[0-9a-f]{40}\.(json|duckdb)")

LARGEST = 2**30
"""Bytes of all files of a folder."""

MANY = 20_000
"""Rows from which on a relation becomes a table that is read where it stands."""


class Shelf:
    """Relations in a folder. `largest` bounds the bytes of its files."""

    def __init__(self, folder: Path, largest: int = LARGEST) -> None:
        self.folder = folder
        self.largest = largest
        self._size: int | None = None

    def get(self, digest: str, dictionary: Dictionary) -> Relation | None:
        """The relation with a digest, if it is here and whole."""
        return self._get(digest, dictionary, packed.read, _read_table)

    def strengths(self, digest: str, dictionary: Dictionary) -> Strengths | None:
        """The strengths with a digest, if they are here and whole; where all rows are certain they hold none."""
        return self._get(digest, dictionary, packed.read_strengths, _read_strengths)

    def _get(self, digest: str, dictionary: Dictionary, small: Read[Kept], large: Read[Kept]) -> Kept | None:
        for ending, read in ((packed.ENDING, small), (".duckdb", large)):
            path = self.folder / f"{digest}{ending}"
            if not path.is_file():
                continue
            try:
                found = read(path, dictionary)
            except (OSError, ValueError, KeyError, TypeError, AlignmentError):
                found = None
            if found is None:
                with suppress(OSError):
                    path.unlink()
                continue
            with suppress(OSError):
                os.utime(path)
            return found
        return None

    def put(self, digest: str, relation: Relation, arity: int, dictionary: Dictionary) -> None:
        """Keep a relation, if the folder can be written to."""
        if len(relation) > MANY:
            self._put(f"{digest}.duckdb", lambda part: _write_table(part, relation, arity, dictionary))
        else:
            self._put(f"{digest}{packed.ENDING}", lambda part: packed.write(part, relation, arity, dictionary))

    def put_strengths(self, digest: str, strengths: Strengths, arity: int, dictionary: Dictionary) -> None:
        """Keep which rows of a relation are less than certain, and how sure these are."""
        if weak_rows(strengths) > MANY:
            self._put(f"{digest}.duckdb", lambda part: _write_strengths(part, strengths, arity, dictionary))
        else:
            name = f"{digest}{packed.ENDING}"
            self._put(name, lambda part: packed.write_strengths(part, strengths, arity, dictionary))

    def _put(self, name: str, write: Callable[[Path], bool]) -> None:
        with suppress(OSError):
            self.folder.mkdir(parents=True, exist_ok=True)
            path = self.folder / name
            self._place(path, write)
            self._bound(path.stat().st_size if path.exists() else 0)

    def clear(self) -> None:
        """Remove what is here, and the folder; what somebody else put into it stays."""
        with suppress(OSError):
            for path in list(self.folder.iterdir()):
                if _NAME.fullmatch(path.name):
                    path.unlink(missing_ok=True)
            self.folder.rmdir()

    def _place(self, path: Path, write: Callable[[Path], bool]) -> None:
        """Have a file written beside its place, and put it there."""
        handle, name = tempfile.mkstemp(dir=self.folder, prefix=".")
        os.close(handle)
        part = Path(name)
        try:
            part.unlink()  # DuckDB makes its files itself
            if write(part):
                part.replace(path)
        finally:
            part.unlink(missing_ok=True)
            part.with_name(f"{part.name}.wal").unlink(missing_ok=True)

    def _bound(self, more: int) -> None:
        """Remove what was unused the longest, and what somebody who was killed left, beyond the size.

        The folder is looked through at first, and again when what this process put there may be too much.
        """
        if self._size is not None:
            self._size += more
            if self._size <= self.largest:
                return
        with os.scandir(self.folder) as entries:
            files = [(entry.path, entry.stat()) for entry in entries if entry.is_file()]
        self._size = sum(status.st_size for _, status in files)
        for path, status in sorted(files, key=lambda one: one[1].st_mtime_ns):
            if self._size <= self.largest:
                return
            Path(path).unlink(missing_ok=True)
            self._size -= status.st_size


def _read_strengths(path: Path, dictionary: Dictionary) -> Strengths | None:
    from alignment.factbase.shelf import table  # noqa: PLC0415  # only large relations pay for DuckDB

    return table.read_strengths(path, dictionary)


def _write_strengths(path: Path, strengths: Strengths, arity: int, dictionary: Dictionary) -> bool:
    from alignment.factbase.shelf import table  # noqa: PLC0415

    return table.write_strengths(path, strengths, arity, dictionary)


def _read_table(path: Path, dictionary: Dictionary) -> Relation | None:
    from alignment.factbase.shelf import table  # noqa: PLC0415  # only large relations pay for DuckDB

    return table.read(path, dictionary)


def _write_table(path: Path, relation: Relation, arity: int, dictionary: Dictionary) -> bool:
    from alignment.factbase.shelf import table  # noqa: PLC0415

    return table.write(path, relation, arity, dictionary)
