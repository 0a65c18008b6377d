"""A file replaced whole or not at all, by one writer at a time.

The new file is written beside the old one, flushed and renamed over it. Whoever reads the old one goes on
reading it. What a writer that was killed left behind is removed by the next.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from alignment.problems import AlignmentError, Problem

try:
    import fcntl
except ImportError:  # Windows: nobody else can open the file that is being written
    fcntl = None  # type: ignore[assignment]


@contextmanager
def replaced(path: Path) -> Iterator[Path]:
    """The place to write to; when the block ends well, what is there is put in the place of `path`.

    Raises AlignmentError if somebody else is writing it, or if it cannot be written.
    """
    if path.is_dir():
        raise AlignmentError(Problem("cannot-write", None, f"'{path}' is a folder", "name a file"))
    with _only_writer(path):
        temporary = path.with_name(f".{path.name}.new")
        try:
            _remove(temporary)
            yield temporary
            _flush(temporary)
            temporary.replace(path)
            _flush(path.parent)
        except OSError as error:
            raise _cannot(path, error) from None
        finally:
            _remove(temporary)


@contextmanager
def _only_writer(path: Path) -> Iterator[None]:
    """Hold a lock that ends with the process, however it ends."""
    lock = path.with_name(f".{path.name}.lock")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = _locked(lock)
    except OSError as error:
        raise _cannot(path, error) from None
    if handle is None:
        message = f"'{path}' is being written by another process"
        raise AlignmentError(Problem("base-in-use", None, message, "wait until it has ended; readers see the old base"))
    try:
        yield
    finally:
        with suppress(OSError):
            lock.unlink()
        os.close(handle)


def _locked(lock: Path) -> int | None:
    """The open and locked file, None if somebody else has it."""
    while True:
        handle = os.open(lock, os.O_RDWR | os.O_CREAT, 0o666)
        try:
            if fcntl is not None:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
            return None
        with suppress(FileNotFoundError):
            if os.fstat(handle).st_ino == lock.stat().st_ino:
                return handle
        os.close(handle)  # the writer before removed it between the two steps


def _remove(temporary: Path) -> None:
    """Remove what is or was being written, and the log that DuckDB keeps beside it."""
    for one in (temporary, temporary.with_name(f"{temporary.name}.wal")):
        one.unlink(missing_ok=True)


def _flush(path: Path) -> None:
    """See to it that a file or folder is on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _cannot(path: Path, error: OSError) -> AlignmentError:
    message = f"cannot write '{path}': {error.strerror or error}"
    return AlignmentError(Problem("cannot-write", None, message, "what stood there before is still there"))
