"""Calls that are wrong, help, and the version: nothing here reads a base."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from alignment.cli import COMMANDS, OPTIONS, main
from alignment.commands.console import Console
from alignment.commands.options import parse_call
from alignment.commands.table import BY_NAME


def run(*words: str, stdin: str = "") -> tuple[int, str, str]:
    """Exit status, standard output and standard error of a call in this process."""
    out, err = io.StringIO(), io.StringIO()
    status = main(words, Console(io.StringIO(stdin), out, err))
    return status, out.getvalue(), err.getvalue()


WRONG = [
    (["qury", "x"], "there is no command `qury`", "did you mean `query`?"),
    (["xyzzy"], "there is no command `xyzzy`", "commands: query, why"),
    (["astana"], "there is no command `astana`", "did you mean '@facts/astana'?"),
    (["supports(X, russia)"], "is no command", "alignment query 'supports(X, russia)'"),
    (["query"], "`query` needs a goal", "for example: alignment query"),
    (["why"], "`why` needs an atom", "for example: alignment why"),
    (["query", "--asof", "ever", "p(X)"], "there is no option --asof", "did you mean --as-of?"),
    (["query", "-x", "p(X)"], "there is no option -x", "alignment --help"),
    (["query", "p(X)", "--as-of"], "--as-of needs a value", None),
    (["query", "p(X)", "--as-of", "yesterday"], "'yesterday' is not a date", "2024-07-03"),
    (["query", "p(X)", "--as-of", "2024-02-30"], "'2024-02-30' is not a date", None),
    (["query", "p(X)", "--min-confidence", "lkely"], "'lkely' is not a confidence", "did you mean 'likely'?"),
    (["query", "p(X)", "--min-confidence", "60"], "'60' is not a confidence", "from 0 to 1"),
    (["query", "p(X)", "--min-confidence", "nan"], "'nan' is not a confidence", None),
    (["query", "p(X)", "--format", "cvs"], "'cvs' is not a format of `query`", "did you mean 'csv'?"),
    (["why", "p(a)", "--format", "csv"], "'csv' is not a format of `why`", "mermaid"),
    (["query", "p(X)", "--with", "confidence,source"], "--with can add", "did you mean 'sources'?"),
    (["query", "p(X)", "--time-limit", "0"], "'0' is not a time limit", "seconds"),
    (["query", "p(X)", "--memory-limit", "2GB"], "'2GB' is not a memory limit", "megabytes"),
    (["why", "p(a)", "--strict"], "`why` takes no --strict", "--strict belongs to `check`"),
    (["check", "--strict=yes"], "--strict takes no value", None),
    (["--all"], "the shell takes no --all", "`why`"),
    (
        ["query", "@facts/astana", "supports(X, russia)"],
        "the question comes first",
        "query 'supports(X, russia)' @",
    ),
    (["format"], "`format` needs a file", None),
]


@pytest.mark.parametrize(("words", "message", "hint"), WRONG)
def test_a_wrong_call(words: list[str], message: str, hint: str | None) -> None:
    """A wrong call ends with 2, says on standard error what is wrong, and names what was meant."""
    status, out, err = run(*words)
    assert (status, out) == (2, "")
    assert err.startswith("error[usage]: ")
    assert message in err
    assert hint is None or hint in err


def test_everything_wrong_with_a_call_is_told_at_once() -> None:
    """Three mistakes in a call are three problems."""
    _, _, err = run("query", "p(X)", "--asof", "ever", "--format", "cvs", "--min-confidence", "2")
    assert err.count("error[usage]") == 3


@pytest.mark.parametrize("name", [command.name for command in COMMANDS if not command.available])
def test_commands_of_later_releases_are_refused_by_name(name: str) -> None:
    """A promised command that is not there yet says so, and does not pretend."""
    status, out, err = run(name, "something")
    assert (status, out) == (2, "")
    assert err == f"error[not-yet]: `{name}` is not part of this release yet\n"


def test_import_needs_a_place_for_the_base(tmp_path: Path) -> None:
    """What to import and where to put it are both asked for, and a base is a `.duckdb` file."""
    spec = tmp_path / "spec.facts"
    spec.write_text("p(a).", encoding="utf-8")
    for words in (["import"], ["import", str(spec)], ["import", str(spec), "-o", "base.db"]):
        status, _, err = run(*words)
        assert status == 2
        assert "error[usage]" in err


def test_help_names_every_command_and_shared_option() -> None:
    """`--help` is made from the tables, and says what is not there yet."""
    status, out, err = run("--help")
    assert (status, err) == (0, "")
    assert all(command.name in out for command in COMMANDS)
    missing = ", ".join(command.name for command in COMMANDS if not command.available)
    assert (f"Not in this release yet: {missing}." in " ".join(out.split())) == bool(missing)
    assert max(map(len, out.splitlines())) <= 110


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_help_of_a_command(command: object) -> None:
    """`COMMAND --help` lists the options of that command."""
    name = command.name  # type: ignore[attr-defined]
    status, out, _ = run(name, "--help")
    assert status == 0
    assert out.startswith(f"alignment {name} ")
    assert all(option in out for option in BY_NAME[name].options)


def test_every_option_belongs_to_a_command() -> None:
    """No option is in the table that nothing takes."""
    taken = {name for command in COMMANDS for name in command.options}
    assert {option.name for option in OPTIONS} == taken | {"--help", "--version"}


def test_version() -> None:
    """`--version` and `-V` tell the version."""
    assert run("--version") == run("-V") == (0, "alignment 0.1.0\n", "")


def test_options_may_stand_anywhere() -> None:
    """Before the command, between and behind its arguments, with or without `=`."""
    call = parse_call(
        ["--as-of", "ever", "query", "--without=a", "p(X)", "--without", "b", "--with", "round", "f.facts"]
    )
    assert call.command.name == "query"
    assert call.arguments == ["p(X)", "f.facts"]
    assert (call.options.as_of, call.options.without, call.options.with_) == ("ever", ("a", "b"), ("round",))


def test_a_denied_atom_is_no_option() -> None:
    """Strong negation begins with a dash and is an argument all the same; after `--` everything is."""
    assert parse_call(["query", "-sanctions(turkey, russia)"]).arguments == ["-sanctions(turkey, russia)"]
    assert parse_call(["query", "--", "-alarm", "-"]).arguments == ["-alarm", "-"]


def test_assumed_facts_may_lack_their_full_stop() -> None:
    """What stands behind `--assume` is read as statements."""
    call = parse_call(["query", "p(X)", "--assume", "p(a)", "--assume", "p(b)."])
    assert call.options.assume == ("p(a).", "p(b).")


def test_a_file_that_does_not_exist_is_named() -> None:
    """A missing file is a problem of the call, with the name as typed."""
    status, out, err = run("query", "p(X)", "missing.facts")
    assert (status, out) == (2, "")
    assert "missing.facts" in err
