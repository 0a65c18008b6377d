"""What the documents show is what happens: commands and their output, files, sessions, lists of commands.

In a document, a block of
- `console` is a session: `$ command`, the output under it, and `...` for lines left out. Lines that begin
  with `?- ` are typed into the shell that was opened above them.
- `alignment NAME` is a file of that name, which the commands below it find; `alignment` alone is a text that
  must be without errors.
- `pycon` is a session of Python.
"""

from __future__ import annotations

import contextlib
import doctest
import io
import os
import re
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from alignment.checks.check import check
from alignment.cli import COMMANDS, OPTIONS, main
from alignment.commands.console import Console
from alignment.commands.options import Option
from alignment.commands.table import Command
from alignment.language.loader import Loader
from alignment.shell.commands import COMMANDS as SHELL_COMMANDS
from alignment.shell.commands import ShellCommand
from alignment.source import SourceText

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
BLOCK = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PROMPT, ASK = "$ ", "?- "


@dataclass(frozen=True)
class Block:
    """One fenced block: what it is, the name of the file it stands for, its text, and its line."""

    kind: str
    name: str
    text: str
    line: int


def blocks_of(document: Path) -> list[Block]:
    """The fenced blocks of a document."""
    text = document.read_text(encoding="utf-8")
    return [
        Block(found[1], found[2] or "", found[3], text.count("\n", 0, found.start()) + 1)
        for found in BLOCK.finditer(text)
    ]


@dataclass(frozen=True)
class Shown:
    """A command, what is typed into it, and the output shown under it."""

    command: str
    typed: str
    output: list[str]


def commands_of(text: str) -> Iterator[Shown]:
    """The commands of a console block."""
    for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        command, *lines = part.rstrip("\n").split("\n")
        while command.endswith("\\"):
            command = command[:-1] + lines.pop(0).lstrip("> ")
        typed = [line.removeprefix(ASK) for line in lines if line.startswith(ASK)]
        output = [line for line in lines if not line.startswith(ASK)]
        yield Shown(command, "".join(f"{line}\n" for line in typed), output)


def run_command(shown: Shown) -> list[str]:
    """What a command prints, results and notes in the order in which they come; paths below ROOT relative."""
    words = shlex.split(shown.command)
    if words[0] != "alignment" or "|" in words:
        text = run_in_shell(shown.command)
    else:
        both = io.StringIO()
        main(words[1:], Console(io.StringIO(shown.typed), both, both))
        text = both.getvalue()
    return [line.rstrip() for line in text.replace(f"{ROOT}/", "").splitlines()]


def run_in_shell(command: str) -> str:
    """What a line for the system's shell prints, with `alignment` being the one under test."""
    define = f'alignment() {{ "{sys.executable}" -m alignment "$@"; }}\n'
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "NO_COLOR": "1"}
    done = subprocess.run(  # noqa: S603  # the documents are ours
        ["/bin/bash", "-c", f"exec 2>&1\n{define}{command}"],
        stdout=subprocess.PIPE, text=True, check=False, env=environment,
    )  # fmt: skip
    return done.stdout


def agrees(shown: list[str], actual: list[str]) -> bool:
    """Whether the output is as shown; a line `...` stands for any lines, a run time for any other."""
    pattern = "\n".join(
        r"(?:.*\n)*?.*" if line.strip() == "..." else re.escape(line.rstrip()) for line in shown
    )
    pattern = re.sub(r"in\\ \d+\\\.\d\\ s", r"in\\ \\d+\\.\\d\\ s", pattern)
    return re.fullmatch(pattern, "\n".join(actual)) is not None


def prepare(folder: Path) -> None:
    """Make a folder look like a checkout, for files that documents name without showing them."""
    for name in ("rules", "facts", "tests"):
        (folder / name).symlink_to(ROOT / name)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_shown_commands(document: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every command shown prints what is shown under it, over the files shown above it."""
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.chdir(tmp_path)
    prepare(tmp_path)
    wrong = []
    for block in blocks_of(document):
        if block.name:
            Path(block.name).write_text(block.text, encoding="utf-8")
        for shown in commands_of(block.text) if block.kind == "console" else ():
            actual = run_command(shown)
            if not agrees(shown.output, actual):
                wrong.append("\n".join([f"{document.name}:{block.line}: $ {shown.command}", *actual]))
    assert not wrong, "\n\n".join(wrong)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_shown_statements(document: Path) -> None:
    """Every text of the language that is shown alone is without errors."""
    for block in blocks_of(document):
        if block.kind == "alignment" and not block.name:
            loader = Loader()
            loader.add_text(SourceText(f"{document.name}:{block.line}", block.text))
            _, problems = check(loader.files)
            assert [str(problem) for problem in (*loader.problems, *problems)] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_shown_python(document: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every session of Python that is shown gives what is shown."""
    monkeypatch.chdir(ROOT)
    text = "\n".join(block.text for block in blocks_of(document) if block.kind == "pycon")
    test = doctest.DocTestParser().get_doctest(text, {}, document.name, str(document), 0)
    said: list[str] = []
    options = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
    result = doctest.DocTestRunner(verbose=False, optionflags=options).run(test, out=said.append)
    assert result.failed == 0, "".join(said)


COMMANDS_TEXT = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")


def sections(prefix: str) -> dict[str, str]:
    """The sections of the document whose headings begin so, by the rest of their headings."""
    found = re.split(rf"^{prefix}(.*)\n", COMMANDS_TEXT, flags=re.MULTILINE)
    texts = (re.split(r"^#", text, maxsplit=1, flags=re.MULTILINE)[0] for text in found[2::2])
    return dict(zip(found[1::2], texts, strict=True))


def cell(text: str) -> str:
    """A first cell of a table."""
    return "| `" + text.replace("|", r"\|") + "`"


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_commands_are_documented(command: Command) -> None:
    """A command has a section with its usage, options and formats, or is said to be for later."""
    if not command.available:
        assert cell(command.name) in sections("## ")["Not yet"]
        return
    text = sections("### ")[f"`alignment {command.name} {command.usage}`"]
    shared = sections("### ")["Options of all that read a base"]
    assert [option for option in command.options if f"`{option}" not in text + shared] == []
    assert [form for form in command.formats if f"`{form}`" not in text] == []


def test_no_other_commands_are_documented() -> None:
    """A heading in the list of commands is a command that exists."""
    documented = set(re.findall(r"^### `alignment ([a-z]+)", COMMANDS_TEXT, re.MULTILINE))
    assert documented == {command.name for command in COMMANDS if command.available}


@pytest.mark.parametrize("option", OPTIONS, ids=lambda option: option.name)
def test_options_are_documented(option: Option) -> None:
    """Every option stands in a table, as it is written."""
    assert cell(f"{option.name} {option.value or ''}".rstrip()) in COMMANDS_TEXT


@pytest.mark.parametrize("command", SHELL_COMMANDS, ids=lambda command: command.name)
def test_shell_commands_are_documented(command: ShellCommand) -> None:
    """Every command of the shell stands in its table, as it is written."""
    assert cell(command.usage) in sections("## ")["The shell"]


def renewed(document: Path) -> str:
    """The document with the output of its commands as it is now; outputs with `...` are left as they are."""

    def renew(found: re.Match[str]) -> str:
        kind, name, text = found.groups()
        if name:
            Path(name).write_text(text, encoding="utf-8")
        if kind == "pycon":
            return f"```pycon\n{_renewed_python(text)}```"
        if kind != "console":
            return found[0]
        shown = [(one, run_command(one)) for one in commands_of(text)]
        return "```console\n" + "".join(_written(one, actual) for one, actual in shown) + "```"

    return BLOCK.sub(renew, document.read_text(encoding="utf-8"))


def _written(shown: Shown, actual: list[str]) -> str:
    lines = [f"{PROMPT}{shown.command}"]
    if shown.typed:
        lines += _interleaved(shown)
    else:
        lines += shown.output if agrees(shown.output, actual) else actual
    return "".join(f"{line}\n" for line in lines)


def _renewed_python(text: str) -> str:
    """A session of Python with what each line prints now."""
    names: dict[str, object] = {}
    lines = []
    for example in doctest.DocTestParser().get_examples(text):
        with contextlib.redirect_stdout(io.StringIO()) as printed:
            exec(compile(example.source, "<session>", "single"), names)  # noqa: S102  # the documents are ours
        first, *rest = example.source.splitlines()
        lines += [f">>> {first}", *(f"... {line}" for line in rest), *printed.getvalue().splitlines()]
    return "".join(f"{line}\n" for line in lines)


def _interleaved(shown: Shown) -> list[str]:
    """What is typed, each line with what it adds to the output."""
    lines: list[str] = []
    typed, before = "", run_command(Shown(shown.command, "", []))
    for line in shown.typed.splitlines():
        typed += f"{line}\n"
        after = run_command(Shown(shown.command, typed, []))
        lines += [f"{ASK}{line}", *after[len(before) :]]
        before = after
    return lines


if (
    __name__ == "__main__"
):  # renew the documents named, or all: python tests/docs/test_shown_commands.py [FILE...]
    os.environ.update(NO_COLOR="1", COLUMNS="100")
    for path in [Path(name).resolve() for name in sys.argv[1:]] or DOCUMENTS:
        with tempfile.TemporaryDirectory() as temporary:
            os.chdir(temporary)
            prepare(Path(temporary))
            path.write_text(renewed(path), encoding="utf-8")
            os.chdir(ROOT)
