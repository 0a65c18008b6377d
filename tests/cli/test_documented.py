"""The documents name everything that can be typed: commands, options, shell commands, settings, codes."""

from __future__ import annotations

from pathlib import Path

import pytest

from alignment.cli import COMMANDS, OPTIONS, PROBLEM_CODES
from alignment.shell.commands import COMMANDS as SHELL_COMMANDS
from alignment.shell.settings import SETTINGS

DOCS = Path(__file__).resolve().parents[2] / "docs"


def _document(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", [command.name for command in COMMANDS])
def test_commands_are_documented(name: str) -> None:
    """Each command, those of later releases too, stands in the page of commands."""
    assert f"`{name}`" in _document("commands.md") or f"alignment {name}" in _document("commands.md")


@pytest.mark.parametrize("name", [option.name for option in OPTIONS])
def test_options_are_documented(name: str) -> None:
    """Each option stands in the page of commands."""
    assert f"`{name}" in _document("commands.md")


@pytest.mark.parametrize("name", [command.name for command in SHELL_COMMANDS])
def test_shell_commands_are_documented(name: str) -> None:
    """Each command of the shell stands in the page of commands."""
    assert f"`:{name}" in _document("commands.md")


@pytest.mark.parametrize("name", [setting.name for setting in SETTINGS])
def test_settings_are_documented(name: str) -> None:
    """Each setting is named there."""
    assert name in _document("commands.md")


@pytest.mark.parametrize("code", PROBLEM_CODES)
def test_codes_are_documented(code: str) -> None:
    """Each code that only the command line reports has its section, or its row among those of a call."""
    text = _document("problems.md")
    assert f"## {code}\n" in text or f"| `{code}` |" in text
