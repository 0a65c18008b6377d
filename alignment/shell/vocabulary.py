"""What can be completed besides the names of a schema: commands, verbs, fixed words, files."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from alignment.commands.convert import COLUMNS
from alignment.commands.table import ROWS
from alignment.engines.registry import ENGINES
from alignment.library import ENDINGS, bundled_names
from alignment.shell.commands import COMMANDS
from alignment.shell.complete import Words
from alignment.shell.execute import VERBS
from alignment.shell.help import TOPICS
from alignment.shell.settings import SETTINGS


def words() -> Words:
    """The words of this shell. Verbs of a later release are left out."""
    verbs = {name: command for name, command in VERBS.items() if command.available}
    return Words(
        {command.name: (command.takes, command.help) for command in COMMANDS},
        {name: ("entity" if name == "stances" else "goal", command.help) for name, command in verbs.items()},
        {
            "engine": ("auto", *ENGINES),
            "setting": (*(setting.name for setting in SETTINGS), "time"),
            "topic": (*TOPICS, *(command.name for command in COMMANDS), *verbs),
            "switch": ("on", "off"),
            "date": ("today", "ever"),
            "format": ROWS,
            "column": COLUMNS,
        },
        paths,
    )


def paths(begun: str) -> Iterable[str]:
    """What a path or @name can become: folders with a slash, and files of the language."""
    if begun.startswith("@"):
        return [name for name in bundled_names() if name.startswith(begun)]
    folder, _, name = begun.rpartition("/")
    place = Path(folder + "/" if "/" in begun else ".").expanduser()
    found = []
    try:
        with os.scandir(place) as entries:
            for entry in entries:
                hidden = entry.name.startswith(".") and not name.startswith(".")
                if hidden or not entry.name.startswith(name):
                    continue
                if entry.is_dir():
                    found.append(entry.name + "/")
                elif entry.name.endswith(ENDINGS):
                    found.append(entry.name)
    except OSError:
        return []
    prefix = f"{folder}/" if "/" in begun else ""
    bundles = ["@facts", "@rules"] if not begun else []
    return [prefix + one for one in sorted(found)] + bundles
