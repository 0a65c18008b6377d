"""The loop of the shell: read an entry, run it, tell what is wrong, go on."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Sequence
from functools import partial
from typing import Protocol, TextIO

from alignment.collector import keep
from alignment.commands.bases import told_rows
from alignment.commands.checking import counted
from alignment.commands.console import Console, Status
from alignment.commands.help import WIDTH, wrapped
from alignment.commands.options import Options
from alignment.library import DEFAULT_FILES
from alignment.problems import AlignmentError, LimitReached
from alignment.shell.ahead import Ahead
from alignment.shell.commands import Leave
from alignment.shell.content import default_or_own
from alignment.shell.entry import Lines
from alignment.shell.execute import execute
from alignment.shell.session import Session

TURN = 0.001
"""Seconds for which a thread that computes keeps a key that was pressed waiting: a fifth of what is usual."""


class Reader(Protocol):
    """Where entries come from: a person at a prompt, or a stream."""

    def read(self, session: Session, typing: Callable[[str], None]) -> str:
        """The next entry; `typing` is told what stands in the line whenever that changes.

        Raises EOFError at the end, KeyboardInterrupt where the line was given up.
        """
        ...


class StreamReader:
    """Entries out of a text stream: lines, joined until they are whole."""

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream

    def read(self, session: Session, typing: Callable[[str], None]) -> str:
        """The next entry; what is not whole at the end of the stream is handed on as it is."""
        del typing  # it comes in whole lines
        lines = Lines(session.kb.schema.types)
        for line in self.stream:
            if lines.add(line):
                return lines.text
        if lines.lines:
            return lines.text
        raise EOFError


def run_shell(files: Sequence[str], options: Options, console: Console, reader: Reader | None = None) -> int:
    """Run a session over files until its end. Raises AlignmentError where the files cannot be read.

    The status of a session at the terminal is 0. What is piped in has the status of its last question,
    or 2 (3) if any entry was wrong (reached a limit).
    """
    session = Session.over(files, options)
    interactive = reader is not None or console.is_terminal
    if reader is None:
        reader = _prompt() if interactive else StreamReader(console.stdin)
    told_rows(session.base, console)
    ahead = None
    if interactive:
        console.note(banner(session, console.width or WIDTH))
        warming = threading.Thread(target=_warm_up, args=(session,), daemon=True)
        warming.start()  # while the first question is typed
        ahead = Ahead(console, lambda: not warming.is_alive())
        sys.setswitchinterval(TURN)  # for as long as this process is a shell
    status = loop(session, reader, console, ahead)
    return Status.YES if interactive else status


def _warm_up(session: Session) -> None:
    """Derive what questions begin with, and keep it."""
    session.kb.warm_up()
    keep()


def loop(session: Session, reader: Reader, console: Console, ahead: Ahead | None) -> int:
    """Read and run entries until the end; the worst that happened, else the status of the last question.

    What a person types is asked `ahead`; without it nobody is there.
    """
    worst, last = Status.YES, Status.YES
    typing = partial(ahead.typing, session) if ahead else _unwatched
    while True:
        try:
            text = reader.read(session, typing)
            status = _attempt(session, text, console, ahead)
            if status in (Status.WRONG, Status.LIMIT):
                worst = max(worst, status)
            elif status is not None:
                last = status
            console.stdout.flush()
        except KeyboardInterrupt:
            if ahead is None:
                raise
            ahead.drop()
        except (EOFError, Leave):
            return worst or last


def _unwatched(text: str) -> None:
    """Nobody looks at the line before it is entered."""


def _attempt(session: Session, text: str, console: Console, ahead: Ahead | None = None) -> Status | None:
    """The status of an entry, None if it neither asked anything nor was wrong."""
    try:
        status = ahead.told(text) if ahead else None
        if status is None:
            status = execute(session, text, console)
        return None if status is None else Status(status)
    except LimitReached as error:
        console.problems(error.problems)
        return Status.LIMIT
    except AlignmentError as error:
        console.problems(error.problems)
        return Status.WRONG
    except MemoryError:
        console.note("error[memory-limit]: there is not enough memory for this")
        return Status.LIMIT
    except KeyboardInterrupt:
        console.note("\nstopped; the base is as it was")
        raise
    except RecursionError:
        console.note("error[internal]: this is nested too deeply")
        return Status.WRONG


def banner(session: Session, width: int) -> str:
    """What a person reads first: what the session is over, and three things to try."""
    facts, rules = session.facts_and_rules()
    held = f"{counted(facts, 'fact')}, {counted(rules, 'rule')}"
    lines = [wrapped(f"alignment: {default_or_own(session.files)} ({held})", width)]
    warnings = len(session.base.checked.warnings)
    if warnings:
        lines.append(wrapped(f"{counted(warnings, 'warning')}: `alignment check` tells them", width))
    lines += [f"{'' if number else 'Try':5}{one}" for number, one in enumerate(to_try(session))]
    return "\n".join([*lines, wrapped(":help tells more, Tab completes, Ctrl-D leaves.", width)])


def to_try(session: Session) -> tuple[str, ...]:
    """Three things to type, of which each has an answer in a base of the usual kind."""
    if session.files == DEFAULT_FILES:
        return ("supports(X, russia)", "why supports(china, russia)", "stances turkey")
    known = session.base.schema.relations.values()
    heads = {rule.head.predicate for rule in session.base.checked.rules}
    asked = sorted(known, key=lambda one: (one.kind != "stance", one.name not in heads, one.kind == "type"))
    goals = [goal_of(relation.name, relation.arity) for relation in asked[:1]]
    stances = any(relation.kind == "stance" for relation in known)
    return (*goals, ":schema", "stances" if stances else ":rules")


def goal_of(name: str, arity: int) -> str:
    """The goal that asks for all rows of a relation."""
    variables = ("X", "Y", "Z", *(f"V{number}" for number in range(4, arity + 1)))
    return f"{name}({', '.join(variables[:arity])})" if arity else name


def _prompt() -> Reader:
    from alignment.shell.prompt import Prompt  # noqa: PLC0415  # heavy: only at a terminal

    return Prompt(colour=sys.stdout.isatty())
