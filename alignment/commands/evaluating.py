"""`alignment evaluate`: the answers of a goal against an answer key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alignment.commands.asking import written
from alignment.commands.bases import opened
from alignment.commands.console import Status
from alignment.commands.convert import usage
from alignment.commands.progress import progress
from alignment.problems import AlignmentError

if TYPE_CHECKING:
    from alignment.commands.console import Console
    from alignment.commands.options import Call


def evaluate(call: Call, console: Console) -> int:
    """`alignment evaluate 'GOAL' --labels FILE.csv [FILE...]`; 1 if no entity of the key has an answer."""
    from alignment.reasoning.comparison import Scale  # noqa: PLC0415  # NumPy: only where figures are computed

    goal, options = call.take_first(), call.options
    if options.labels is None:
        raise usage("`evaluate` needs an answer key", f"for example: {call.command.example}")
    kb = opened(call.arguments, options, console)
    scale = Scale(options.order, options.classes, seed=options.seed, resamples=options.resamples)
    with progress(console, "sources and rules") as told:
        found = kb.evaluate(
            goal, options.labels, scale, columns=options.columns, ablate=options.ablate, progress=told
        )
    if found.problems and options.on_bad_row == "stop":
        raise AlignmentError(found.problems)
    console.problems(found.problems)
    written(found.format(options.format, width=console.width, style=console.style), console)
    return Status.YES if found else Status.NO
