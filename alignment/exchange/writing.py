"""Files put in place together: all are written beside their places first, so that a failure leaves the old ones."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

from alignment.activity import Activity, unwatched
from alignment.exchange.targets import Part
from alignment.problems import AlignmentError, Problem


def write_files(files: Mapping[Path, Part], activity: Activity = unwatched) -> None:
    """Write each part to its path; folders are made where they are missing. Raises AlignmentError.

    `activity` is told of each file, and how many lines were written to all.
    """
    written: dict[Path, Path] = {}
    try:
        lines = 0
        for done, (path, part) in enumerate(files.items()):
            share = done / len(files) if len(files) > 1 else None

            def told(more: int, path: Path = path, share: float | None = share) -> None:
                nonlocal lines
                lines += more
                activity(f"writing {path.name}", share, lines)

            told(0)
            written[path] = _beside(path, part, told)
        for path, temporary in written.items():
            temporary.replace(path)
    except OSError as error:
        where = error.filename or next(iter(files))
        raise AlignmentError(Problem("cannot-write", None, f"cannot write '{where}': {error.strerror}")) from None
    finally:
        for temporary in written.values():
            temporary.unlink(missing_ok=True)


def _beside(path: Path, part: Part, told: Callable[[int], None]) -> Path:
    """A finished file in the folder of `path`; of its lines is told as they are written."""
    if path.is_dir():
        raise AlignmentError(Problem("cannot-write", None, f"'{path}' is a folder", "name a file"))
    path.parent.mkdir(parents=True, exist_ok=True)
    mode = _mode(path)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".export.")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            for chunk in part.chunks():
                file.write(chunk)
                told(chunk.count(b"\n"))
        temporary.chmod(mode)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    return temporary


def _mode(path: Path) -> int:
    """The mode of the file that is replaced, or that of a new one."""
    with suppress(FileNotFoundError):
        return path.stat().st_mode & 0o7777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
