"""`alignment export`: the base in view as files of other systems."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from alignment.commands.bases import opened
from alignment.commands.checking import counted
from alignment.commands.console import Status
from alignment.commands.convert import choice, usage
from alignment.commands.progress import activity

if TYPE_CHECKING:
    from collections.abc import Sequence

    from alignment.commands.console import Console
    from alignment.commands.options import Call
    from alignment.exchange.targets import Part, Target
    from alignment.knowledge import KnowledgeBase


def export(call: Call, console: Console) -> int:
    """`alignment export [FILE...] --to FORMATS -o PATH`."""
    if call.options.to is None:
        raise usage("`export` needs to know for whom", f"for example: {call.command.example}")
    targets = targets_named(call.options.to)
    output = call.options.output
    if output is None and (len(targets) > 1 or targets[0].ending is None):
        name = targets[0].name
        raise usage("several files need a folder", f"alignment export --to {call.options.to} -o {name}")
    write_export(opened(call.arguments, call.options, console), targets, output, console)
    return Status.YES


def targets_named(text: str) -> list[Target]:
    """The targets that a list names."""
    from alignment.exchange.targets import TARGETS  # noqa: PLC0415  # heavy: only where something is exported

    names = list(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))
    if not names:
        raise usage("--to names no format", f"one or more of {', '.join(TARGETS)}")
    return [TARGETS[choice(name, tuple(TARGETS), "a format of `export`")] for name in names]


def target_of(path: str) -> Target:
    """The target whose file has the ending of a path."""
    from alignment.exchange.targets import TARGETS  # noqa: PLC0415  # heavy: only where something is exported

    endings = {target.ending: target for target in TARGETS.values() if target.ending}
    ending = Path(path).suffix
    if ending not in endings:
        hint = f"endings: {', '.join(endings)}; or name the format, as in `:export csv folder`"
        raise usage(f"the ending of '{path}' tells no format", hint)
    return endings[ending]


def write_export(kb: KnowledgeBase, targets: Sequence[Target], output: str | None, console: Console) -> None:
    """Write the base for the targets: one file to a path or the console, several below a folder."""
    from alignment.engines.base import Limits  # noqa: PLC0415  # with the rest of the export
    from alignment.exchange.content import Content  # noqa: PLC0415  # likewise
    from alignment.exchange.targets import parts_of  # noqa: PLC0415  # likewise
    from alignment.exchange.writing import write_files  # noqa: PLC0415  # likewise

    limits = Limits.of(kb.time_limit, memory=kb.memory_limit)
    found = parts_of(Content(kb.evaluation(), kb.schema, limits), targets)
    if output is None or output == "-":
        (part,) = found[targets[0].name]
        console.result(b"".join(part.chunks()).decode())
        return
    files = _places(found, targets, Path(output).expanduser())
    with activity(console) as told:
        write_files(files, told)
    console.note(f"wrote {counted(len(files), 'file')}: {', '.join(str(path) for path in _shown(files))}")


def _places(found: dict[str, list[Part]], targets: Sequence[Target], output: Path) -> dict[Path, Part]:
    """Where each file goes: one target's single file to the path itself, a folder's files below it."""
    if len(targets) == 1:
        parts = found[targets[0].name]
        return {output: parts[0]} if targets[0].ending else {output / part.name: part for part in parts}
    return {
        output / (part.name if target.ending else f"{target.name}/{part.name}"): part
        for target in targets
        for part in found[target.name]
    }


def _shown(files: dict[Path, Part]) -> list[Path]:
    """The files, or where there are many the folders that they are in."""
    return list(files) if len(files) <= 4 else list(dict.fromkeys(path.parent for path in files))
