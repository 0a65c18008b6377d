"""What `--help` prints, made from the tables of commands and options."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alignment.commands.options import OPTION, Option
from alignment.commands.table import COMMANDS, SHELL, VIEW, Command

if TYPE_CHECKING:
    from collections.abc import Sequence

FILES = """\
FILE is a file or a folder of .facts and .rules, `-` for standard input, or @NAME for what comes with \
the package (@rules, @rules/blocs, @facts/astana). With no FILE: @facts/astana @rules."""

STATUS = """\
Exit status: 0 yes, 1 no, 2 the input or the call is wrong, 3 a limit was reached, 130 interrupted."""

WIDTH = 100
"""Columns where the terminal is not known to have fewer."""


def help_text(command: Command, width: int | None = None) -> str:
    """The help of one command, or of everything where no command was named."""
    columns = min(width or WIDTH, WIDTH)
    parts = _overview(columns) if command is SHELL else _of_command(command, columns)
    return "\n\n".join(part for part in parts if part)


def _overview(width: int) -> list[str]:
    usages = [("[FILE...]", SHELL.help)]
    usages += [(f"{one.name} {one.usage}", one.help) for one in COMMANDS if one.available]
    later = ", ".join(one.name for one in COMMANDS if not one.available)
    return [
        wrapped("alignment: who stands with whom, since when, and how do we know?", width),
        "alignment …\n" + in_columns(usages, width),
        wrapped(f"Not in this release yet: {later}.", width),
        "Options of all that read a base:\n" + _options(VIEW, width),
        wrapped(FILES, width),
        wrapped(STATUS, width),
        wrapped("`alignment COMMAND --help` tells the options of a command and gives an example.", width),
    ]


def _of_command(command: Command, width: int) -> list[str]:
    title = f"alignment {command.name} {command.usage}\n    {command.help}"
    if not command.available:
        return [title, "This command is not part of this release yet."]
    own = tuple(name for name in command.options if name not in VIEW)
    shared = tuple(name for name in command.options if name in VIEW)
    return [
        title,
        f"Options:\n{_options((*own, *shared, '--help'), width)}",
        f"Formats: {', '.join(command.formats)}." if command.formats else "",
        wrapped(FILES, width) if "[FILE...]" in command.usage else "",
        f"For example:\n  {command.example}",
    ]


def _options(names: tuple[str, ...], width: int) -> str:
    return in_columns([(_written(OPTION[name]), OPTION[name].help) for name in names], width)


def _written(option: Option) -> str:
    return option.name if option.value is None else f"{option.name} {option.value}"


def in_columns(pairs: Sequence[tuple[str, str]], width: int) -> str:
    """Two columns; what does not fit beside its left side stands below it."""
    left_width = min(32, width // 3, max(len(left) for left, _ in pairs))
    indent = " " * (left_width + 4)
    lines = []
    for left, right in pairs:
        text = wrapped(right, width, indent)
        lines.append(f"  {left:{left_width}}  {text.lstrip()}" if len(left) <= left_width else f"  {left}\n{text}")
    return "\n".join(lines)


def wrapped(text: str, width: int, indent: str = "") -> str:
    """A text in lines of a width."""
    from textwrap import fill  # noqa: PLC0415  # only where help is asked for

    return fill(text, width, initial_indent=indent, subsequent_indent=indent, break_on_hyphens=False)
