"""`.test` files: finding them, and reading one into tests and the statements that all of them share."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import field
from pathlib import Path

from alignment.language import tree
from alignment.language.loader import statements
from alignment.language.parser import decode, parse
from alignment.problems import AlignmentError, Problem
from alignment.records import frozen

ENDING = ".test"


@frozen
class TestFile:
    """One `.test` file: its tests, and what stands outside them and so belongs to each.

    `shared` holds the statements outside tests, loads excepted; None where there are none.
    """

    __test__ = False  # pytest must not collect it

    path: Path
    tests: tuple[tree.Test, ...] = ()
    loads: tuple[tree.Text, ...] = ()
    shared: tree.File | None = None
    problems: tuple[Problem, ...] = field(default=())


def discover(paths: Iterable[str | Path]) -> list[Path]:
    """Every `.test` below the paths, in name order, each once; a path that is a file is taken as it is.

    Hidden folders are passed over. Raises AlignmentError that names every path that is missing.
    """
    found: dict[Path, None] = {}
    missing = []
    for path in map(Path, paths):
        if path.is_dir():
            found.update(dict.fromkeys(_below(path)))
        elif path.exists():
            found[path] = None
        else:
            missing.append(Problem("no-such-file", None, f"there is no file or folder '{path}'"))
    if missing:
        raise AlignmentError(missing)
    return list(found)


def _below(folder: Path) -> Iterator[Path]:
    for parent, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from (Path(parent, name) for name in sorted(files) if name.endswith(ENDING))


def read_test_file(path: Path) -> TestFile:
    """The tests of a file, or its problems: a file with a mistake runs none of its tests."""
    try:
        data = path.read_bytes()
    except OSError as error:
        message = f"cannot read '{path}': {error.strerror}"
        return TestFile(path, problems=(Problem("no-such-file", None, message),))
    source = decode(str(path), data)
    if isinstance(source, Problem):
        return TestFile(path, problems=(source,))
    file, problems = parse(source)
    if problems:
        return TestFile(path, problems=tuple(problems))
    others = list(statements(file))
    tests = tuple(one for one in others if isinstance(one, tree.Test))
    loads = tuple(text for one in others if isinstance(one, tree.Load) for text in one.paths)
    rest = tuple(one for one in file.statements if not isinstance(one, tree.Test | tree.Load | tree.Query))
    shared = tree.File(file.name, rest, span=file.span) if rest else None
    return TestFile(path, tests, loads, shared)
