"""How a session sees the base: the settings, how each is read, and how it is shown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from alignment.commands import convert
from alignment.commands.console import Console, Status
from alignment.commands.convert import nearest, usage
from alignment.commands.table import ROWS
from alignment.records import frozen
from alignment.shell.session import Session

NOTHING = ("", "none", "nothing")


@frozen
class Setting:
    """One setting: the option that holds it, how it is read, what it is without, what completes it."""

    name: str
    field: str
    read: Callable[[str], Any]
    default: Any
    takes: str = ""
    reset: tuple[str, ...] = ("default",)


def _format(text: str) -> str:
    return convert.choice(text, ROWS, "a format of answers")


SETTINGS: tuple[Setting, ...] = (
    Setting("as-of", "as_of", convert.day, None, "date", ("default", "today", "now")),
    Setting("min-confidence", "min_confidence", convert.confidence, None, "confidence", ("default", "none")),
    Setting("without", "without", lambda text: tuple(_listed(text)), (), "source", ("default", "none")),
    Setting("engine", "engine", str, "auto", "engine"),
    Setting("format", "format", _format, "table", "format"),
    Setting("with", "with_", convert.columns, (), "column", ("default", "none")),
    Setting("time-limit", "time_limit", convert.seconds, None, "", ("default", "none")),
)

BY_NAME = {setting.name: setting for setting in SETTINGS}


def setter(name: str) -> Callable[[Session, str, Console], int]:
    """The command that shows or changes one setting."""

    def run(session: Session, argument: str, console: Console) -> int:
        return put(session, BY_NAME[name], argument, console)

    return run


def put(session: Session, setting: Setting, argument: str, console: Console) -> int:
    """Change a setting, or show it where nothing follows its name."""
    if argument:
        if argument in setting.reset:
            value = setting.default
        else:
            value = setting.read(argument)
            if setting.name == "without":  # several sources may be left out, one after another
                value = tuple(dict.fromkeys((*session.options.without, *value)))
        session.choose(replace(session.options, **{setting.field: value}))
    console.note(f"{setting.name}: {shown(session, setting)}")
    return Status.YES


def shown(session: Session, setting: Setting) -> str:
    """The value of a setting, in words."""
    value = getattr(session.options, setting.field)
    if setting.name == "engine":
        return session.base.engine
    if isinstance(value, tuple):
        return ", ".join(value) or "none"
    if value is None:
        return "today" if setting.name == "as-of" else "none"
    return f"{value:g}" if isinstance(value, float) else str(value)


def set_(session: Session, argument: str, console: Console) -> int:
    """`:set` shows all settings, `:set NAME VALUE` changes one."""
    name, _, value = argument.partition(" ")
    if name == "time":
        return timing(session, value.strip(), console)
    if name and name not in BY_NAME:
        hint = nearest(name, BY_NAME) or f"settings: {', '.join(BY_NAME)}, time"
        raise usage(f"there is no setting '{name}'", hint)
    if name:
        return put(session, BY_NAME[name], value.strip(), console)
    for setting in SETTINGS:
        console.note(f"{setting.name:15} {shown(session, setting)}")
    console.note(f"{'time':15} {'on' if session.timing else 'off'}")
    for text in session.options.assume:
        console.note(f"{'assumed':15} {text}")
    return Status.YES


def timing(session: Session, argument: str, console: Console) -> int:
    """`:time` switches the duration after each answer on or off."""
    if argument:
        convert.choice(argument, ("on", "off"), "on or off")
    session.timing = argument == "on" if argument else not session.timing
    console.note(f"time: {'on' if session.timing else 'off'}")
    return Status.YES


def _listed(text: str) -> list[str]:
    """Names separated by commas or blanks."""
    return [name for name in text.replace(",", " ").split() if name]
