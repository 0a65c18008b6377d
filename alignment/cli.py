"""The command line: `alignment …`.

It reads the words of the call, finds the command in the table, runs it, and turns what came of it into
an exit status. No user input ends in a traceback.
"""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Sequence

from alignment.commands.console import Console, Status
from alignment.commands.options import OPTIONS, Call, parse_call
from alignment.commands.table import COMMANDS, SHELL, Command
from alignment.problems import AlignmentError, LimitReached, Problem

__all__ = ["COMMANDS", "OPTIONS", "Command", "Status", "main"]

PROBLEM_CODES = ("usage", "not-yet", "memory-limit", "time-limit", "cannot-write", "not-exportable", "internal")
"""The codes of problems that only the command line and the shell report, for the documentation."""


def main(
    arguments: Sequence[str] | None = None, console: Console | None = None, held: list[object] | None = None
) -> int:
    """Run one call and return its exit status; `arguments` are those of the process if not given.

    Who hands in `held` gets the call in it, and so keeps all that it has read.
    """
    console = console or Console.of_process()
    words = sys.argv[1:] if arguments is None else arguments
    held = [] if held is None else held
    try:
        status = _run(words, console, held)
        console.stdout.flush()
    except KeyboardInterrupt:
        console.note("interrupted")
        status = Status.INTERRUPTED
    except BrokenPipeError:
        _forget_stdout()
        status = Status.YES
    except OSError as error:
        _forget_stdout()
        message = f"the result cannot be written: {error.strerror}"
        console.problems([Problem("cannot-write", None, message)])
        status = Status.WRONG
    return int(status)


def _run(words: Sequence[str], console: Console, held: list[object]) -> int:
    """The status of a call, which is `held` with what it asked."""
    try:
        call = parse_call(words)
        held.append(call)
        return _dispatch(call, console)
    except LimitReached as error:
        console.problems(error.problems)
        return Status.LIMIT
    except AlignmentError as error:
        console.problems(error.problems)
        return Status.WRONG
    except MemoryError:
        console.note("error[memory-limit]: there is not enough memory for this")
        return Status.LIMIT
    except (KeyboardInterrupt, BrokenPipeError):
        raise
    except Exception as error:  # the last door: whatever it is, people get a sentence
        if isinstance(error, OSError) and error.errno == errno.ENOSPC:
            raise
        if isinstance(error, RuntimeError) and str(error).startswith("Query interrupted"):  # so DuckDB says Ctrl-C
            raise KeyboardInterrupt from None
        return _internal(error, console)


def _dispatch(call: Call, console: Console) -> int:
    if call.options.version:
        from alignment import __version__  # noqa: PLC0415  # only where asked for

        console.result(f"alignment {__version__}")
        return Status.YES
    if call.options.help:
        from alignment.commands.help import help_text  # noqa: PLC0415  # only where asked for

        console.result(help_text(call.command, console.width))
        return Status.YES
    handler = call.command.load()
    if call.options.time_limit is None and call.options.memory_limit is None:
        return handler(call, console)
    from alignment.commands.limits import within  # noqa: PLC0415  # only where asked for

    with within(call.options.time_limit, call.options.memory_limit, asking=call.command is SHELL):
        return handler(call, console)


def _internal(error: Exception, console: Console) -> int:
    if os.environ.get("ALIGNMENT_DEBUG"):
        import traceback  # noqa: PLC0415  # only where asked for

        console.note("".join(traceback.format_exception(error)))
    what = f"{type(error).__name__}: {error}".split("\n")[0]
    console.note(
        f"error[internal]: {what}\n"
        "      = this is a mistake in alignment, not in your files: please report it with the output "
        "of the same call under ALIGNMENT_DEBUG=1"
    )
    return Status.INTERNAL


def _forget_stdout() -> None:
    """The reader has gone (`| head`): nothing more is to be written, not at the end of the process either."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
