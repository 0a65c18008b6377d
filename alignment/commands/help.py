"""What `--help` prints, made from the tables of commands and options."""

from __future__ import annotations

from alignment.commands.options import OPTION, Option
from alignment.commands.table import COMMANDS, SHELL, VIEW, Command

FILES = """\
FILE is a file or a folder of .facts and .rules, `-` for standard input, or @NAME for what comes with the
package (@rules, @rules/blocs, @facts/astana). With no FILE: @facts/astana @rules."""

STATUS = """\
Exit status: 0 yes, 1 no, 2 the input or the call is wrong, 3 a limit was reached, 130 interrupted."""


def help_text(command: Command) -> str:
    """The help of one command, or of everything where no command was named."""
    return _overview() if command is SHELL else _of_command(command)


def _overview() -> str:
    usages = [("[FILE...]", SHELL.help)]
    usages += [(f"{one.name} {one.usage}", one.help) for one in COMMANDS if one.available]
    later = ", ".join(one.name for one in COMMANDS if not one.available)
    return "\n\n".join(
        [
            "alignment: who stands with whom, since when, and how do we know?",
            "alignment …\n" + _pairs(usages),
            f"Not in this release yet: {later}.",
            "Options of all that read a base:\n" + _options(VIEW),
            FILES,
            STATUS,
            "`alignment COMMAND --help` tells the options of a command and gives an example.",
        ]
    )


def _of_command(command: Command) -> str:
    parts = [f"alignment {command.name} {command.usage}\n    {command.help}"]
    if not command.available:
        return f"{parts[0]}\n\nThis command is not part of this release yet."
    own = tuple(name for name in command.options if name not in VIEW)
    shared = tuple(name for name in command.options if name in VIEW)
    options = _options((*own, *shared, "--help"))
    parts.append(f"Options:\n{options}")
    if command.formats:
        parts.append(f"Formats: {', '.join(command.formats)}.")
    parts += [FILES] if "[FILE...]" in command.usage else []
    parts.append(f"For example:\n  {command.example}")
    return "\n\n".join(parts)


def _options(names: tuple[str, ...]) -> str:
    return _pairs([(_written(OPTION[name]), OPTION[name].help) for name in names])


def _written(option: Option) -> str:
    return option.name if option.value is None else f"{option.name} {option.value}"


def _pairs(pairs: list[tuple[str, str]]) -> str:
    """Two columns; a left side that is too long has its right side on the next line."""
    width = min(32, max(len(left) for left, _ in pairs))
    lines = []
    for left, right in pairs:
        if len(left) > width:
            lines += [f"  {left}", f"  {'':{width}}  {right}"]
        else:
            lines.append(f"  {left:{width}}  {right}")
    return "\n".join(lines)
