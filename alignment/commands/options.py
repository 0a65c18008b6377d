"""From the words of a call to a Call: which command, its arguments, its options.

Options may stand anywhere, as `--name value` or `--name=value`; after `--` everything is an argument.
Everything wrong with the words is told at once. The table of options is the only place that knows them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import field, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING

from alignment.commands import convert
from alignment.commands.convert import Day, OnBadRow, nearest, not_yet, usage
from alignment.commands.table import BY_NAME, COMMANDS, SHELL, Command
from alignment.problems import AlignmentError, Problem
from alignment.records import frozen, mutable

if TYPE_CHECKING:
    from alignment.knowledge import KnowledgeBase

FILE_ENDINGS = (".facts", ".rules", ".test", ".duckdb")


@mutable
class Options:
    """The values of the options, by the name of the option with `_` for `-` (`with_` for `--with`)."""

    as_of: Day | None = None
    min_confidence: float | None = None
    without: tuple[str, ...] = ()
    assume: tuple[str, ...] = ()
    retract: tuple[str, ...] = ()
    against: tuple[str, ...] = ()
    engine: str = "auto"
    master: str | None = None
    on_bad_row: OnBadRow = "skip"
    time_limit: float | None = None
    memory_limit: int | None = None
    format: str = "table"
    with_: tuple[str, ...] = ()
    explain_plan: bool = False
    all: bool = False
    strict: bool = False
    check: bool = False
    junit: str | None = None
    coverage: bool = False
    watch: bool = False
    to: str | None = None
    labels: str | None = None
    columns: tuple[str, str] | None = None
    order: tuple[str, ...] = ()
    classes: tuple[tuple[str, tuple[str, ...]], ...] = ()
    ablate: bool = False
    seed: int = 0
    resamples: int = 2000
    output: str | None = None
    help: bool = False
    version: bool = False


@frozen
class Option:
    """One option: how it is written, what follows it (None: nothing), and how that is read."""

    name: str
    value: str | None
    help: str
    read: Callable[[str], object] = str
    repeatable: bool = False

    @property
    def field(self) -> str:
        """The name of its value in `Options`."""
        name = self.name.removeprefix("--").replace("-", "_")
        return "with_" if name == "with" else name


OPTIONS: tuple[Option, ...] = (
    Option("--as-of", "DATE|ever", "see the base as on that day; today if not given", convert.day),
    Option("--min-confidence", "C", "hide facts below C: a number, or a word such as likely",
           convert.confidence),
    Option("--without", "SOURCE", "leave out what only this source says; may be repeated",
           str, repeatable=True),
    Option("--assume", "'FACTS'", "add statements for this call alone; may be repeated",
           convert.statements, repeatable=True),
    Option("--retract", "'FACTS'", "take facts back, whoever reported them; may be repeated",
           convert.statements, repeatable=True),
    Option("--against", "FILE...", "the files of the second base: all up to the next option",
           str, repeatable=True),
    Option("--engine", "NAME", "auto, memory, duckdb, spark or pydatalog"),
    Option("--master", "URL", "where Spark runs: local[4], spark://host:7077, yarn; local[*] if not given"),
    Option("--on-bad-row", "stop|skip", "imported rows that do not fit: refuse all, or leave them out and say so",
           convert.bad_row),
    Option("--time-limit", "SECONDS", "stop after so many seconds, with exit status 3", convert.seconds),
    Option("--memory-limit", "MB", "stop beyond so many megabytes, with exit status 3", convert.megabytes),
    Option("--format", "FORMAT", "how the result is written"),
    Option("--with", "COLUMNS", "add columns: confidence, sources, round, contested", convert.columns),
    Option("--explain-plan", None, "how the goal is evaluated, and why so, in place of its answers"),
    Option("--all", None, "every proof, not only the strongest"),
    Option("--strict", None, "warnings count as problems"),
    Option("--check", None, "change nothing; name the files that would change"),
    Option("--junit", "FILE", "write the results for a build server too"),
    Option("--coverage", None, "name the rules that never fired"),
    Option("--watch", None, "run again whenever a file changes"),
    Option("--to", "FORMATS|DATE", "the systems to export for, separated by commas; the second date of diff"),
    Option("--labels", "FILE.csv", "the answer key: a table with a column of entities and one of their labels"),
    Option("--columns", "ENTITY,LABEL", "the columns of the key, where they are not the first two",
           convert.two_columns),
    Option("--order", "LABELS", "the labels from one end to the other, separated by commas", convert.labels),
    Option("--classes", "CLASSES", "labels that count as one: for=supports+leans,against=opposes",
           convert.classes),
    Option("--ablate", None, "the figures without each source and each rule, too"),
    Option("--seed", "NUMBER", "another draw of the resampled keys; 0 if not given", convert.whole_number),
    Option("--resamples", "NUMBER", "how many keys are resampled for intervals; 0 for none",
           convert.whole_number),
    Option("--output", "PATH", "where to write it, a file or a folder; -o for short"),
    Option("--help", None, "this help"),
    Option("--version", None, "the version"),
)  # fmt: skip

OPTION = {option.name: option for option in OPTIONS}
SHORT = {"-h": "--help", "-V": "--version", "-o": "--output"}


@mutable
class Call:
    """What is asked: a command, its arguments in order, and the options; `base` is what it is asked of."""

    command: Command
    arguments: list[str] = field(default_factory=list)
    options: Options = field(default_factory=Options)
    base: KnowledgeBase | None = None

    def take_first(self) -> str:
        """The goal or atom that a question begins with, taken from the arguments."""
        if not self.arguments:
            what = "a goal" if self.command.asks == "GOAL" else "an atom"
            raise usage(f"`{self.command.name}` needs {what}", f"for example: {self.command.example}")
        first = self.arguments.pop(0)
        goal = next((other for other in self.arguments if "(" in other), None)
        if goal is not None and is_file(first):
            hint = f"alignment {self.command.name} '{goal}' {first}"
            raise usage("the question comes first, then the files", hint)
        return first


def is_file(word: str) -> bool:
    """Whether an argument means a file: it exists, or it is written as one."""
    return word == "-" or word.startswith("@") or word.endswith(FILE_ENDINGS) or Path(word).exists()


def with_options(command: Command, words: Sequence[str], options: Options) -> Options:
    """The options with more set, as words that hold nothing but options say. Raises AlignmentError."""
    call = Call(command, [], replace(options))
    given, arguments, problems = _split(words)
    problems += [problem for word in arguments for problem in usage(f"'{word}' is no option").problems]
    for option, text in given:
        try:
            _set(call, option, text)
        except AlignmentError as error:
            problems += error.problems
    if problems:
        raise AlignmentError(problems)
    return call.options


def parse_call(words: Sequence[str]) -> Call:
    """Read the words of a call. Raises AlignmentError with everything that is wrong with them."""
    given, arguments, problems = _split(words)
    wants_help = any(option.name == "--help" for option, _ in given)
    try:
        command = _command(arguments, wants_help)
    except AlignmentError as error:
        raise AlignmentError([*problems, *error.problems]) from None
    call = Call(command, arguments)
    for option, text in given:
        try:
            _set(call, option, text)
        except AlignmentError as error:
            problems += error.problems
    if problems and not wants_help:
        raise AlignmentError(problems)
    return call


def _split(words: Sequence[str]) -> tuple[list[tuple[Option, str | None]], list[str], list[Problem]]:
    """Options with their texts, arguments, problems."""
    given: list[tuple[Option, str | None]] = []
    arguments: list[str] = []
    problems: list[Problem] = []
    rest = list(words)
    while rest:
        word = rest.pop(0)
        if word == "--":
            arguments += rest
            break
        if not _is_option(word):
            arguments.append(word)
            continue
        name, equals, text = word.partition("=")
        option = OPTION.get(SHORT.get(name, name))
        if option is None:
            problems += _unknown_option(name).problems
        elif option.value is None:
            if equals:
                problems += usage(f"{option.name} takes no value").problems
            given.append((option, None))
        elif option.value.endswith("...") and not equals and rest and not _is_option(rest[0]):
            while rest and not _is_option(rest[0]):
                given.append((option, rest.pop(0)))
        elif equals or (rest and not option.value.endswith("...")):
            given.append((option, text if equals else rest.pop(0)))
        else:
            problems += usage(f"{option.name} needs a value: {option.name} {option.value}").problems
    return given, arguments, problems


def _is_option(word: str) -> bool:
    """`-sanctions(turkey, russia)` is an atom and `-` is standard input; other dashes begin options."""
    return word.startswith("-") and word != "-" and (word.startswith("--") or "(" not in word)


def _command(arguments: list[str], wants_help: bool) -> Command:
    """The command that the first argument names, taken from the arguments."""
    if not arguments:
        return SHELL
    first = arguments[0]
    if first not in BY_NAME:
        if is_file(first):
            return SHELL
        if "(" in first:
            raise usage(f"'{first}' is no command", f"to ask it: alignment query '{first}'")
        hint = _bundled_hint(first) or nearest(first, BY_NAME, "`") or _commands_hint()
        raise usage(f"there is no command `{first}`, nor a file of that name", hint)
    command = BY_NAME[first]
    if not command.available and not wants_help:
        raise not_yet(f"`{first}`")
    del arguments[0]
    return command


def _bundled_hint(word: str) -> str | None:
    from alignment.library import bundled_names  # noqa: PLC0415  # only when something is wrong

    bundled = [name for name in bundled_names() if name.endswith(f"/{word}")]
    return f"did you mean '{bundled[0]}'?" if bundled else None


def _commands_hint() -> str:
    return f"commands: {', '.join(command.name for command in COMMANDS if command.available)}"


def _set(call: Call, option: Option, text: str | None) -> None:
    if option.name in ("--help", "--version"):
        setattr(call.options, option.field, True)
        return
    if option.name not in call.command.options:
        raise _misplaced(call.command, option)
    if text is None:
        setattr(call.options, option.field, True)
    elif option.name == "--format":
        call.options.format = convert.choice(text, call.command.formats, f"a format of `{call.command.name}`")
    elif option.repeatable:
        earlier: tuple[object, ...] = getattr(call.options, option.field)
        setattr(call.options, option.field, (*earlier, option.read(text)))
    else:
        setattr(call.options, option.field, option.read(text))


def _misplaced(command: Command, option: Option) -> AlignmentError:
    owners = [f"`{other.name}`" for other in COMMANDS if option.name in other.options]
    name = f"`{command.name}`" if command.name else "the shell"
    return usage(f"{name} takes no {option.name}", f"{option.name} belongs to {', '.join(owners)}")


def _unknown_option(name: str) -> AlignmentError:
    return usage(f"there is no option {name}", nearest(name, OPTION, "") or "`alignment --help` lists them")


assert {option.field for option in OPTIONS} == {one.name for one in fields(Options)}
