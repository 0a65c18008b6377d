"""The table of commands: what there is, what each takes, and which module does it.

Adding a command is adding a line. A handler is imported when its command is called. A command without a
handler belongs to a later release and is refused by name.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING

from alignment.records import frozen

if TYPE_CHECKING:
    from alignment.commands.console import Console
    from alignment.commands.options import Call

VIEW = (
    "--as-of", "--min-confidence", "--without", "--assume", "--engine", "--master", "--on-bad-row",
    "--time-limit", "--memory-limit",
)
"""The options of every command that reads a base."""

ROWS = ("table", "csv", "json", "jsonl", "parquet")
PROOFS = ("table", "json", "mermaid", "dot", "html")


@frozen
class Command:
    """One command: its name, how it is called, what it does, who does it, and what it takes."""

    name: str
    usage: str
    help: str
    handler: str = ""
    options: tuple[str, ...] = ()
    formats: tuple[str, ...] = ()
    example: str = ""

    @property
    def available(self) -> bool:
        """Whether this release has it."""
        return bool(self.handler)

    @property
    def asks(self) -> str | None:
        """What the first argument must be (`GOAL`, `ATOM`), or None."""
        word = self.usage.split(" ")[0].strip("'")
        return word if word in ("GOAL", "ATOM") else None

    def load(self) -> Callable[[Call, Console], int]:
        """The function that does it."""
        module, _, name = self.handler.partition(":")
        found: Callable[[Call, Console], int] = getattr(import_module(f"alignment.commands.{module}"), name)
        return found


SHELL = Command("", "[FILE...]", "the shell over the files", "interactive:shell", VIEW)
"""What `alignment` does where no command is named."""

COMMANDS: tuple[Command, ...] = (
    Command("query", "'GOAL' [FILE...]", "the answers, one row each, sorted",
            "questions:query", (*VIEW, "--format", "--with", "--explain-plan"), ROWS,
            "alignment query 'supports(X, russia)' --with confidence,sources"),
    Command("why", "'ATOM' [FILE...]", "the strongest proof in sentences, down to facts and their sources",
            "questions:why", (*VIEW, "--format", "--all"), PROOFS,
            "alignment why 'supports(china, russia)' --all"),
    Command("whynot", "'ATOM' [FILE...]", "for each rule the premises that fail",
            "questions:whynot", (*VIEW, "--format"), ("table", "json"),
            "alignment whynot 'supports(turkey, russia)'"),
    Command("stances", "[ENTITY...] [FILE...]", "who stands where, with confidence",
            "questions:stances", (*VIEW, "--format"), ROWS,
            "alignment stances turkey china"),
    Command("linchpins", "'ATOM' [FILE...]", "the facts and the sources without which it would not hold",
            "questions:linchpins", (*VIEW, "--format"), ("table", "json"),
            "alignment linchpins 'supports(china, russia)'"),
    Command("compare", "'ATOM'... [FILE...]", "competing hypotheses: each fact against each",
            "questions:compare", (*VIEW, "--format"), ROWS,
            "alignment compare 'supports(turkey, russia)' 'balances(turkey, russia, ukraine)'"),
    Command("contradictions", "[FILE...]", "conflicts, both sides proved",
            "questions:contradictions", (*VIEW, "--format"), ("table", "json"),
            "alignment contradictions my.facts my.rules"),
    Command("timeline", "'GOAL' [FILE...]", "since when until when each answer holds",
            "questions:timeline", (*VIEW, "--format"), ("table", "bars", "csv", "json", "jsonl", "parquet"),
            "alignment timeline 'supports(X, russia)'"),
    Command("diff", "['GOAL'] [FILE...]", "which stances, or answers, appear, vanish or change strength",
            "differing:diff", (*VIEW, "--retract", "--to", "--against", "--format"), ROWS,
            "alignment diff --assume 'sanctions(turkey, russia).'"),
    Command("test", "[PATH...]", "run every .test below the paths",
            "testing:test",
            (*(name for name in VIEW if name != "--assume"), "--junit", "--coverage", "--watch"),
            (), "alignment test tests --junit results.xml"),
    Command("check", "[FILE...]", "every problem in the files",
            "checking:check", ("--strict", "--format"), ("table", "json"),
            "alignment check my.facts my.rules --strict"),
    Command("format", "[FILE...]", "canonical layout, comments kept",
            "formatting:format_files", ("--check",), (),
            "alignment format my.rules"),
    Command("import", "SPEC.facts -o BASE.duckdb", "statements and the tables they import, as one base on disk",
            "importing:import_base", ("--on-bad-row", "--time-limit", "--memory-limit", "--output"), (),
            "alignment import transfers.facts -o transfers.duckdb"),
    Command("export", "[FILE...] --to FORMATS -o PATH", "the base as files of other systems",
            "export:export", (*VIEW, "--to", "--output"), (),
            "alignment export --to prolog,csv -o exported"),
    Command("evaluate", "'GOAL' --labels FILE.csv [FILE...]", "the answers against an answer key",
            "evaluating:evaluate",
            (*VIEW, "--labels", "--columns", "--order", "--classes", "--ablate", "--seed", "--resamples", "--format"),
            ("table", "json", "csv"), "alignment evaluate 'position(X, russia, L)' --labels key.csv"),
    Command("report", "[FILE...] -o REPORT.html", "one self-contained page"),
)  # fmt: skip

BY_NAME = {command.name: command for command in COMMANDS}
