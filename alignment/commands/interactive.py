"""`alignment [FILE...]`: the shell."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from alignment.commands.console import Console
    from alignment.commands.options import Call


def shell(call: Call, console: Console) -> int:
    """The shell over the files: with prompts on a terminal, without them for what is piped in."""
    from alignment.shell.run import run_shell  # noqa: PLC0415  # only where the shell is asked for

    return run_shell(call.arguments, call.options, console)
