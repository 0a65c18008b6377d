"""`alignment format`: canonical layout, in place; a file with mistakes in it is left alone."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from alignment.commands.console import Status
from alignment.commands.convert import usage
from alignment.problems import AlignmentError, Problem

if TYPE_CHECKING:
    from collections.abc import Iterable

    from alignment.commands.console import Console
    from alignment.commands.options import Call


def format_files(call: Call, console: Console) -> int:
    """Rewrite the files, or with `--check` name those that would change."""
    if not call.arguments:
        raise usage("`format` needs a file or a folder", f"for example: {call.command.example}")
    problems: list[Problem] = []
    changed: list[str] = []
    for name in _names(call.arguments, problems):
        try:
            if _format_one(name, check=call.options.check, console=console):
                changed.append(name)
        except AlignmentError as error:
            problems += error.problems
    for name in changed if call.options.check else ():
        console.result(name)
    if problems:
        raise AlignmentError(problems)
    return Status.NO if call.options.check and changed else Status.YES


def _format_one(name: str, *, check: bool, console: Console) -> bool:
    """Whether the layout changed, or would."""
    path = None if name == "-" else Path(name)
    data = _read(path, console)
    text = _formatted(str(path) if path else "<stdin>", data)
    changed = text.encode() != data
    if path is None and not check:
        console.stdout.write(text)
    elif path is not None and not check and changed:
        _replace(path, text)
        console.note(f"formatted {name}")
    return changed


def _formatted(name: str, data: bytes) -> str:
    from alignment.language.parser import decode  # noqa: PLC0415  # heavy: only when formatting
    from alignment.language.printer import format_file  # noqa: PLC0415  # likewise

    source = decode(name, data)
    if isinstance(source, Problem):
        raise AlignmentError(source)
    text, problems = format_file(source)
    if problems:
        raise AlignmentError(problems)
    return text


def _read(path: Path | None, console: Console) -> bytes:
    if path is None:
        buffer = getattr(console.stdin, "buffer", None)
        data: bytes = buffer.read() if buffer is not None else console.stdin.read().encode()
        return data
    try:
        return path.read_bytes()
    except OSError as error:
        raise _no_such_file(f"cannot read '{path}': {error.strerror}") from None


def _replace(path: Path, text: str) -> None:
    """Put the new text in place of the old at one stroke, with the mode and owner of the old."""
    target = path.resolve()
    if not os.access(target, os.W_OK):
        raise AlignmentError(Problem("cannot-write", None, f"cannot write '{path}': it is read-only"))
    try:
        before = target.stat()
        handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
        try:
            with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            Path(temporary).chmod(before.st_mode & 0o7777)
            with suppress(PermissionError):
                os.chown(temporary, before.st_uid, before.st_gid)
            Path(temporary).replace(target)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
    except OSError as error:
        message = f"cannot write '{path}': {error.strerror}"
        raise AlignmentError(Problem("cannot-write", None, message)) from None


def _names(arguments: Iterable[str], problems: list[Problem]) -> Iterable[str]:
    """The files meant: a folder stands for all its files of the language."""
    from alignment.library import ENDINGS  # noqa: PLC0415  # with the rest of this command

    for name in arguments:
        path = Path(name)
        if name.startswith("@"):
            problems += usage(f"'{name}' comes with the package and is not rewritten").problems
        elif name == "-":
            yield name
        elif path.is_dir():
            found = [child for child in path.rglob("*") if child.suffix in ENDINGS and child.is_file()]
            yield from map(str, sorted(found))
        elif path.exists():
            yield name
        else:
            problems += _no_such_file(f"there is no file or folder '{name}'").problems


def _no_such_file(message: str) -> AlignmentError:
    return AlignmentError(Problem("no-such-file", None, message))
