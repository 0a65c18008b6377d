"""The commands that change what a session holds: files, what was told, what is assumed."""

from __future__ import annotations

import os
import shlex
import subprocess
from dataclasses import replace
from pathlib import Path

from alignment import library
from alignment.commands import convert
from alignment.commands.bases import new_warnings, told_rows
from alignment.commands.checking import counted
from alignment.commands.console import Console, Status
from alignment.commands.convert import usage
from alignment.commands.differing import tell_difference
from alignment.commands.export import target_of, targets_named, write_export
from alignment.problems import AlignmentError, Problem
from alignment.shell.session import Session


def load(session: Session, argument: str, console: Console) -> int:
    """Read more files; if anything is wrong with them, the base stays as it was."""
    names = file_names(argument, ":load FILE")
    before = session.base.copy()
    session.change(f":load {argument}", lambda: session.base.load(*names))
    told_rows(session.base, console, before)
    _say_counts(session, console)
    return Status.YES


def reload(session: Session, argument: str, console: Console) -> int:
    """Read the files again as they are now."""
    _no_argument(argument, ":reload")
    before = session.base.copy()
    session.change(":reload", session.base.reload)
    told_rows(session.base, console, before)
    _say_counts(session, console)
    return Status.YES


def save(session: Session, argument: str, console: Console) -> int:
    """Write what this session was told; a file that it did not write before is never overwritten."""
    names = file_names(argument, ":save FILE")
    if len(names) != 1:
        raise usage("give one file", ":save FILE")
    path = Path(names[0]).expanduser()
    text = session.base.session_text()
    if not text:
        raise usage("there is nothing to save: this session was told nothing")
    try:
        with path.open("w" if str(path) in session.saved else "x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        problem = Problem("cannot-write", None, f"'{path}' exists already", "choose another name")
        raise AlignmentError(problem) from None
    except OSError as error:
        message = f"cannot write '{path}': {error.strerror}"
        raise AlignmentError(Problem("cannot-write", None, message)) from None
    session.saved.add(str(path))
    console.note(f"saved {counted(len(text.splitlines()), 'line')} in {path}")
    return Status.YES


def undo(session: Session, argument: str, console: Console) -> int:
    """Take back the last statement or load."""
    _no_argument(argument, ":undo")
    what = session.undo()
    if what is None:
        console.note("there is nothing to take back")
        return Status.NO
    console.note(f"took back: {shortened(what)}")
    return Status.YES


def assume(session: Session, argument: str, console: Console) -> int:
    """Hold statements for true until `:drop`, without telling the base."""
    text = convert.statements(argument)
    if not text:
        if not session.options.assume:
            console.note("nothing is assumed")
        for assumed in session.options.assume:
            console.note(assumed)
        return Status.YES
    before = session.kb
    session.choose(replace(session.options, assume=(*session.options.assume, text)))
    console.problems(new_warnings(before, session.kb))
    console.note(f"assumed: {shortened(text)}  (:drop ends it)")
    tell_difference(before, session.kb, console)
    return Status.YES


def drop(session: Session, argument: str, console: Console) -> int:
    """Drop all that is assumed."""
    _no_argument(argument, ":drop")
    number, before = len(session.options.assume), session.kb
    if not number:
        console.note("nothing was assumed")
        return Status.NO
    session.choose(replace(session.options, assume=()))
    console.note(f"dropped {counted(number, 'assumption')}")
    tell_difference(before, session.kb, console)
    return Status.YES


def edit(session: Session, argument: str, console: Console) -> int:
    """Open a file in the editor; afterwards read it, or read it again."""
    names = file_names(argument, ":edit FILE")
    if len(names) != 1 or names[0].startswith("@"):
        raise usage("give one file of your own", "what comes with the package (@…) is not for editing")
    editor = shlex.split(os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi")
    path = Path(names[0]).expanduser()
    try:
        status = subprocess.run([*editor, str(path)], check=False).returncode  # noqa: S603  # the user's own editor
    except OSError as error:
        hint = "set EDITOR to the editor that you use"
        raise AlignmentError(Problem("usage", None, f"cannot start '{editor[0]}': {error.strerror}", hint)) from None
    if status or not path.exists():
        console.note("nothing was changed")
        return Status.NO
    known = {library.located(file.name).resolve() for file in session.base.state.files}
    if path.resolve() in known:
        return reload(session, "", console)
    return load(session, shlex.quote(str(path)), console)


def export(session: Session, argument: str, console: Console) -> int:
    """Write the base in view for other systems: `:export base.pl`, or `:export csv,souffle folder`."""
    words = file_names(argument, ":export FILE")
    if len(words) > 2:
        raise usage("give the formats and one path", ":export csv,parquet folder")
    targets = targets_named(words[0]) if len(words) == 2 else [target_of(words[0])]
    write_export(session.kb, targets, words[-1], console)
    return Status.YES


def file_names(argument: str, example: str) -> list[str]:
    """The files that a command names; names with blanks are put in quotes."""
    try:
        names = shlex.split(argument)
    except ValueError:
        raise usage("a quote is not closed", example) from None
    if not names:
        raise usage("give a file", example)
    return [name if name.startswith("@") else str(Path(name).expanduser()) for name in names]


def shortened(text: str, most: int = 60) -> str:
    """A text on one line, cut where it is long."""
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[: most - 1]}…"


def default_or_own(files: tuple[str, ...]) -> str:
    """What a session is over, in words."""
    return " ".join(files) if files != library.DEFAULT_FILES else "the Astana base"


def _no_argument(argument: str, command: str) -> None:
    if argument:
        raise usage(f"{command} takes nothing after it")


def _say_counts(session: Session, console: Console) -> None:
    facts, rules = session.facts_and_rules()
    console.note(f"now {counted(facts, 'fact')} and {counted(rules, 'rule')}")
