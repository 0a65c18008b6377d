"""`alignment import`: statements and the tables that they import, kept as one base on disk."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from alignment.commands.bases import loaded, told_rows
from alignment.commands.checking import counted
from alignment.commands.console import Status
from alignment.commands.convert import usage
from alignment.commands.progress import activity

if TYPE_CHECKING:
    from alignment.commands.console import Console
    from alignment.commands.options import Call

ENDING = ".duckdb"


def import_base(call: Call, console: Console) -> int:
    """`alignment import SPEC.facts... -o BASE.duckdb`."""
    output = call.options.output
    if not call.arguments:
        raise usage("`import` needs a file that says what to import", f"for example: {call.command.example}")
    if output is None or not output.endswith(ENDING):
        hint = f"alignment import {' '.join(call.arguments)} -o base{ENDING}"
        raise usage("`import` needs a place for the base", hint)
    kb = loaded(call.arguments, call.options, console)
    told_rows(kb, console)
    path = Path(output).expanduser()
    with activity(console) as told:
        told(f"writing {path.name}", None, len(kb.state.facts))
        kb.save(path)
    console.note(f"wrote {path}: {counted(len(kb.state.facts), 'fact')}")
    return Status.YES
