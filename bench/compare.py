"""One goal of one row: every system in turn, again and again, and whether their answers agree."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from bench.answers import Fingerprint, difference, fingerprint
from bench.processes import Run, run, spread
from bench.systems import REFUSED, Job, System, Task
from bench.workspace import ROOT, Workspace


@dataclass(frozen=True, slots=True)
class Figures:
    """What the runs of one system gave. `note` says why there are none, `failed` that it should not be so."""

    system: str
    seconds: tuple[float, ...] = ()
    cpu: float = 0.0
    megabytes: float = 0.0
    found: Fingerprint | None = None
    note: str = ""
    failed: bool = False
    ours: bool = False

    @property
    def best(self) -> float:
        return min(self.seconds)

    @property
    def middle(self) -> float:
        return median(self.seconds)

    @property
    def spread(self) -> float:
        return spread(self.seconds)


@dataclass(frozen=True, slots=True)
class Comparison:
    """The figures of one goal; `disagreements` are sentences, and errors."""

    row: str
    goal: str
    facts: int
    figures: tuple[Figures, ...]
    disagreements: tuple[str, ...] = ()
    promise: str = ""

    @property
    def failed(self) -> bool:
        return bool(self.disagreements) or any(each.failed for each in self.figures)


@dataclass(slots=True)
class _Contender:
    """A system while it is measured."""

    system: System
    job: Job | None = None
    runs: list[Run] = field(default_factory=list)
    note: str = ""
    failed: bool = False


@dataclass(frozen=True, slots=True)
class Settings:
    """How long, how often, and where."""

    workspace: Workspace
    repeat: int = 3
    limit: float = 120.0
    between: Callable[[], None] = lambda: None


def compare(
    row: str, task: Task, contenders: Sequence[System], left_out: Sequence[str], settings: Settings, promise: str = ""
) -> Comparison:
    """Run the systems in turn, so that a slow minute of the machine is shared by all."""
    facts = settings.workspace.world(task.world, task.size, task.form).facts
    states = [_prepare(system, task, row, left_out, settings) for system in contenders]
    for _ in range(settings.repeat):
        for state in states:
            if state.job and not state.note:
                _once(state, settings)
        settings.between()
    figures = tuple(map(_figures, states))
    return Comparison(row, task.goal, facts, figures, tuple(_disagreements(states, figures)), promise)


def _prepare(system: System, task: Task, row: str, left_out: Sequence[str], settings: Settings) -> _Contender:
    state = _Contender(system)
    if system.name in left_out:
        state.note = "left out: far too slow for this size"
    elif missing := system.missing():
        state.note = f"not found: {missing}"
    else:
        folder = settings.workspace.scratch(row, task.goal.partition("(")[0], system.name)
        state.job = system.job(task, folder)
    return state


def _once(state: _Contender, settings: Settings) -> None:
    job = state.job
    assert job is not None
    done = run(job.command, output=job.answers.with_name("out"), folder=ROOT, limit=settings.limit)
    refused = REFUSED.search(done.error) if state.system.ours else None
    if done.timed_out:
        state.note = f"not within {settings.limit:g} s"
    elif refused:
        state.note = f"not available: {refused[2]}"
    elif done.status not in job.ends_well or not job.answers.exists():
        state.note, state.failed = f"failed with status {done.status}: {_last_line(done.error)}", True
    else:
        state.runs.append(done)


def _last_line(text: str) -> str:
    return next((line.strip() for line in reversed(text.splitlines()) if line.strip()), "it said nothing")


def _figures(state: _Contender) -> Figures:
    if state.note or not state.runs or state.job is None:
        return Figures(state.system.name, note=state.note, failed=state.failed, ours=state.system.ours)
    return Figures(
        state.system.name,
        tuple(each.seconds for each in state.runs),
        min(each.cpu for each in state.runs),
        max(each.megabytes for each in state.runs),
        fingerprint(state.job.answers, state.job.form),
        ours=state.system.ours,
    )


def _disagreements(states: Sequence[_Contender], figures: Sequence[Figures]) -> list[str]:
    """Each system against the first that ended, which is one of the others if any did."""
    ended = [(s.job, f) for s, f in zip(states, figures, strict=True) if f.found and s.job]
    ended.sort(key=lambda pair: pair[1].ours)
    found = []
    for job, each in ended[1:]:
        first_job, first = ended[0]
        if each.found != first.found:
            detail = difference(_answers(first_job), _answers(job))
            found.append(f"{first.system} and {each.system} disagree: {detail}")
    return found


def _answers(job: Job) -> tuple[Path, str]:
    return job.answers, job.form
