"""The systems that are measured: whether each is here, and the command that answers a task."""

from __future__ import annotations

import hashlib
import importlib.util
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bench.translate import Rule, atoms, needed, rules_of, to_prolog, to_souffle
from bench.workspace import Workspace

THREADS = "2"

HERE = Path(__file__).resolve().parent

ENGINES = ("memory", "pydatalog", "duckdb")
"""Ours. One that the command refuses, or that cannot read the input yet, is reported as not available."""

REFUSED = re.compile(r"error\[(not-yet|unknown-engine|engine-missing|unsupported)\]: (.*)")
"""What the command says of things that are not there yet."""


@dataclass(frozen=True, slots=True)
class Task:
    """A goal over a world under rules. `form` is how our command reads the world."""

    workspace: Workspace
    world: str
    size: int
    form: str
    rules: str | None
    goal: str
    options: tuple[str, ...] = ()

    def wrapped(self) -> tuple[list[Rule], str]:
        """The rules that the goal needs; a goal with constants becomes a rule of its own."""
        rules = rules_of((HERE / self.rules).read_text()) if self.rules else []
        name, arguments = atoms(self.goal)[0]
        variables = [a for a in arguments if a[0].isupper()]
        if len(variables) == len(arguments):
            return needed(rules, name), self.goal
        asked = f"answer({', '.join(variables)})"
        return [*needed(rules, name), Rule(asked, self.goal)], asked


@dataclass(frozen=True, slots=True)
class Job:
    """A command, and where its answers are afterwards: in a file of that form."""

    command: tuple[str, ...]
    answers: Path
    form: str
    ends_well: tuple[int, ...] = (0,)


@dataclass(frozen=True, slots=True)
class System:
    """`missing` says why it cannot run on this machine, or nothing; `job` prepares a run in a folder."""

    name: str
    missing: Callable[[], str | None]
    job: Callable[[Task, Path], Job]
    ours: bool = False


def _engine(name: str) -> System:
    def job(task: Task, folder: Path) -> Job:
        world = task.workspace.world(task.world, task.size, task.form).folder
        command = [sys.executable, "-m", "alignment", "query", task.goal, "--engine", name, "--format", "csv"]
        rules = [] if task.rules is None else [task.rules if task.rules.startswith("@") else str(HERE / task.rules)]
        command += [*task.options, *rules, str(world / "world.facts")]
        return Job(tuple(command), folder / "out", "csv", (0, 1))

    return System(name, lambda: None, job, ours=True)


def _clingo(task: Task, folder: Path) -> Job:
    world = task.workspace.world(task.world, task.size, "facts").folder
    rules, goal = task.wrapped()
    name, arguments = atoms(goal)[0]
    program = [f"{rule.head} :- {rule.body}." if rule.body else f"{rule.head}." for rule in rules]
    (folder / "program.lp").write_text("\n".join([*program, f"#show {name}/{len(arguments)}.", ""]))
    files = (str(folder / "program.lp"), str(world / "world.facts"))
    command = (sys.executable, "-m", "clingo", "--outf=1", "--warn=none", *files)
    return Job(command, folder / "out", "atoms", (0, 10, 30))


def _swipl(task: Task, folder: Path) -> Job:
    world = task.workspace.world(task.world, task.size, "facts").folder
    rules, goal = task.wrapped()
    (folder / "program.pl").write_text(to_prolog(rules, goal, world / "world.facts", folder / "answers.tsv"))
    spaces = ("--stack-limit=8g", "--table-space=8g")
    command = ("swipl", "-q", *spaces, "-g", "main", "-t", "halt", str(folder / "program.pl"))
    return Job(command, folder / "answers.tsv", "tsv")


def _souffle(task: Task, folder: Path) -> Job:
    world = task.workspace.world(task.world, task.size, "bare")
    rules, goal = task.wrapped()
    text = to_souffle(rules, goal, world.kinds)
    program = task.workspace.programs() / f"souffle-{hashlib.sha256(text.encode()).hexdigest()[:16]}"
    if not program.exists():
        source = program.with_suffix(".dl")
        source.write_text(text)
        compile_ = ["souffle", f"-j{THREADS}", "-o", str(program), str(source)]
        subprocess.run(compile_, check=True, stdout=sys.stderr, cwd=program.parent)
    command = (str(program), f"-j{THREADS}", "-F", str(world.folder), "-D", str(folder))
    return Job(command, folder / f"{atoms(goal)[0][0]}.csv", "tsv")


def _by_hand(task: Task, folder: Path) -> Job:
    world = task.workspace.world(task.world, task.size, "tsv").folder
    command = (sys.executable, "-m", "bench.by_hand", str(world), str(folder / "answers.tsv"))
    return Job(command, folder / "answers.tsv", "tsv")


def _needs_module(name: str) -> Callable[[], str | None]:
    return lambda: None if importlib.util.find_spec(name) else f"no module {name} in {sys.executable}"


def _needs_program(name: str) -> Callable[[], str | None]:
    return lambda: None if shutil.which(name) else f"no {name} on the path"


OTHERS: tuple[System, ...] = (
    System("clingo", _needs_module("clingo"), _clingo),
    System("swipl", _needs_program("swipl"), _swipl),
    System("souffle", _needs_program("souffle"), _souffle),
    System("by-hand", _needs_module("duckdb"), _by_hand),
)


def systems(engines: tuple[str, ...] = ENGINES) -> dict[str, System]:
    """All systems by name, ours first."""
    return {system.name: system for system in (*map(_engine, engines), *OTHERS)}
