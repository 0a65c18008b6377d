"""The table of what begins with a colon: name, how it is written, what it does, and who does it."""

from __future__ import annotations

from collections.abc import Callable

from alignment.commands.console import Console
from alignment.commands.convert import nearest, usage
from alignment.records import frozen
from alignment.shell import content, looking, settings
from alignment.shell.help import help_
from alignment.shell.session import Session


class Leave(Exception):  # not an error: the person leaves
    """Raised by `:quit`."""


@frozen
class ShellCommand:
    """One command. `takes` says what completes its argument."""

    name: str
    argument: str
    help: str
    run: Callable[[Session, str, Console], int]
    takes: str = ""

    @property
    def usage(self) -> str:
        """How it is written."""
        return f":{self.name} {self.argument}".rstrip()


def quit_(session: Session, argument: str, console: Console) -> int:
    """Leave the shell."""
    del session, argument, console
    raise Leave


def _help(session: Session, argument: str, console: Console) -> int:
    return help_(session, argument, console, COMMANDS)


COMMANDS: tuple[ShellCommand, ...] = (
    ShellCommand("load", "FILE", "read more files, folders or @names", content.load, "file"),
    ShellCommand("reload", "", "read the files again as they are now", content.reload),
    ShellCommand("save", "FILE", "write what this session was told", content.save, "file"),
    ShellCommand("undo", "", "take back the last statement or load", content.undo),
    ShellCommand("edit", "FILE", "open a file in your editor, then read it", content.edit, "file"),
    ShellCommand("as-of", "DATE|ever", "see the base as on that day", settings.setter("as-of"), "date"),
    ShellCommand("min-confidence", "C", "hide facts below C",
                 settings.setter("min-confidence"), "confidence"),
    ShellCommand("without", "SOURCE", "leave out what only this source says",
                 settings.setter("without"), "source"),
    ShellCommand("assume", "FACTS", "hold facts for true until :drop, and tell what changes",
                 content.assume, "statement"),
    ShellCommand("drop", "", "drop all that is assumed, and tell what changes", content.drop),
    ShellCommand("engine", "NAME", "choose the engine", settings.setter("engine"), "engine"),
    ShellCommand("schema", "[RELATION]", "the relations, or one of them", looking.schema, "relation"),
    ShellCommand("rules", "[RELATION]", "the rules that conclude a relation", looking.rules, "relation"),
    ShellCommand("explain-plan", "GOAL", "how a goal is evaluated, and why so", looking.explain_plan, "goal"),
    ShellCommand("time", "[on|off]", "tell how long each answer took", settings.timing, "switch"),
    ShellCommand("set", "[NAME VALUE]", "all settings, or change one", settings.set_, "setting"),
    ShellCommand("export", "[FORMATS] PATH", "write the base for other systems", content.export, "file"),
    ShellCommand("help", "[TOPIC]", "this help, or help on one thing", _help, "topic"),
    ShellCommand("quit", "", "leave (also Ctrl-D)", quit_),
)  # fmt: skip

BY_NAME = {command.name: command for command in COMMANDS}
SYNONYMS = {"exit": "quit", "?": "help"}


def run_command(session: Session, word: str, argument: str, console: Console) -> int:
    """Run the command of that name, or of the only name that begins so."""
    return found(word).run(session, argument, console)


def found(word: str) -> ShellCommand:
    """The command that a word names, perhaps shortened."""
    word = SYNONYMS.get(word, word)
    if word in BY_NAME:
        return BY_NAME[word]
    begun = [command for command in COMMANDS if command.name.startswith(word)]
    if len(begun) == 1:
        return begun[0]
    if begun:
        names = " or ".join(f":{command.name}" for command in begun)
        raise usage(f":{word} is short for several commands", f"did you mean {names}?")
    near = nearest(f":{word}", [f":{name}" for name in BY_NAME], "")
    raise usage(f"there is no command :{word}", near or ":help lists the commands")
