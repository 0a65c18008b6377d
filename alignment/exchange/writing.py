"""Files put in place together: all are written beside their places first, so that a failure leaves the old ones."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from alignment.exchange.targets import Part
from alignment.problems import AlignmentError, Problem


def write_files(files: Mapping[Path, Part]) -> None:
    """Write each part to its path; folders are made where they are missing. Raises AlignmentError."""
    written: dict[Path, Path] = {}
    try:
        for path, part in files.items():
            written[path] = _beside(path, part)
        for path, temporary in written.items():
            temporary.replace(path)
    except OSError as error:
        where = error.filename or next(iter(files))
        raise AlignmentError(Problem("cannot-write", None, f"cannot write '{where}': {error.strerror}")) from None
    finally:
        for temporary in written.values():
            temporary.unlink(missing_ok=True)


def _beside(path: Path, part: Part) -> Path:
    """A finished file in the folder of `path`."""
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
