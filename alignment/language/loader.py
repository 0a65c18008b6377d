"""Names to trees: files, folders, `@NAME`, standard input, and the files that `load` statements name.

Each file is read once, whatever the number of loads that name it; a cycle of loads is a problem that
shows the way round. All problems of all files are found before anything is used.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from dataclasses import field
from pathlib import Path

from alignment import library
from alignment.activity import Activity, unwatched
from alignment.language import tree
from alignment.language.parser import decode, parse
from alignment.problems import Problem
from alignment.records import mutable
from alignment.source import SourceText, Span

LOADED_ENDINGS = (".facts", ".rules")
"""What is read from a folder; tests are run, not loaded."""

BASE_ENDING = ".duckdb"
"""The ending of a base on disk, which is no text: it is named to whoever can open it."""

LARGEST_FILE = 4 * 2**30
"""Bytes. Larger inputs belong into Parquet or a database."""


@mutable
class Loader:
    """Reads files and what they load, in order, each once. `files` and `problems` grow with each call.

    `bases` are the bases on disk that were named, not opened; `activity` is told which file is being read.
    """

    files: list[tree.File] = field(default_factory=list)
    bases: list[Path] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    seen: set[Path] = field(default_factory=set)
    activity: Activity = unwatched

    def load(self, names: Iterable[str]) -> None:
        """Read what each name stands for: a file, a folder, `-`, or `@NAME`."""
        for name in names:
            if name == "-":
                self._text(decode("<stdin>", sys.stdin.buffer.read()), Path.cwd(), ())
            else:
                for path in self._paths(name, Path(), None):
                    self._file(path, None, ())

    def add_text(self, source: SourceText) -> None:
        """Read a text that is no file; what it loads is relative to the working directory."""
        self._text(source, Path(), ())

    def _paths(self, name: str, folder: Path, at: Span | None) -> Sequence[Path]:
        path = library.bundled(name) if name.startswith("@") else folder / name
        if path is not None and path.is_dir():
            return sorted(child for child in path.iterdir() if child.suffix in LOADED_ENDINGS)
        if path is not None and path.is_file():
            return [path]
        self.problems.append(_missing(name, path, at))
        return []

    def _file(self, path: Path, at: Span | None, chain: tuple[Path, ...]) -> None:
        resolved = path.resolve()
        if resolved in chain:
            self.problems.append(_cycle([*chain[chain.index(resolved) :], resolved], at))
            return
        if resolved in self.seen:
            return
        self.seen.add(resolved)
        if path.suffix == BASE_ENDING:
            self.bases.append(path)
            return
        self.activity(f"reading {path.name}", None, 0)
        try:
            if path.stat().st_size > LARGEST_FILE:
                message = f"'{path}' is larger than {LARGEST_FILE // 2**30} GB"
                self.problems.append(Problem("no-such-file", at, message, "convert it to Parquet and `import` it"))
                return
            data = path.read_bytes()
        except OSError as error:
            self.problems.append(Problem("no-such-file", at, f"cannot read '{path}': {error.strerror}"))
            return
        self._text(decode(library.shown(path), data), path.parent, (*chain, resolved))

    def _text(self, source: SourceText | Problem, folder: Path, chain: tuple[Path, ...]) -> None:
        if isinstance(source, Problem):
            self.problems.append(source)
            return
        file, problems = parse(source)
        self.problems += problems
        for statement in statements(file):
            if isinstance(statement, tree.Load):
                for text in statement.paths:
                    for path in self._paths(text.value, folder, text.span):
                        self._file(path, text.span, chain)
        self.files.append(file)


def statements(file: tree.File) -> Iterable[tree.Statement]:
    """The statements of a file that are not in runs of facts, without building nodes for those."""
    chunks = getattr(file.statements, "chunks", None)
    if chunks is None:
        return file.statements
    return (chunk for chunk in chunks() if isinstance(chunk, tree.Statement))


def read_text(file: str, path: str) -> str | None:
    """The text that a `source` statement of `file` names, or None if it cannot be read."""
    try:
        return (library.located(file).parent / path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return None


def _missing(name: str, path: Path | None, at: Span | None) -> Problem:
    if name.startswith("@"):
        known = ", ".join(library.bundled_names())
        return Problem("no-such-file", at, f"nothing named '{name}' comes with the package", f"there is: {known}")
    if path is not None and path.exists():
        return Problem("no-such-file", at, f"'{path}' is neither a file nor a folder")
    return Problem("no-such-file", at, f"there is no file or folder '{path}'", _neighbour(path))


def _neighbour(path: Path | None) -> str | None:
    """The same name with an ending that the language knows, where such a file exists."""
    if path is None:
        return None
    for ending in library.ENDINGS:
        if path.with_name(path.name + ending).is_file():
            return f"did you mean '{path.name}{ending}'?"
    return None


def _cycle(chain: list[Path], at: Span | None) -> Problem:
    way = " loads ".join(f"'{path.name}'" for path in chain)
    return Problem("cycle-in-load", at, f"these files load each other: {way}", "take one of the loads out")
