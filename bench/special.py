"""Rows that are no comparison of processes: the start of one, growth, one fact more, and SQL over the same tables."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import replace

from bench.compare import Comparison, Figures, Settings, compare
from bench.processes import run
from bench.rows import Row
from bench.systems import HERE, REFUSED, System, Task
from bench.workspace import ROOT


def start(row: Row, settings: Settings) -> Comparison:
    """The whole process of a query on the bundled base, against Python doing nothing."""
    commands = {
        "alignment": [sys.executable, "-m", "alignment", "query", row.goals[0], "--format", "csv"],
        "python": [sys.executable, "-c", "pass"],
    }
    seconds: dict[str, list[float]] = {name: [] for name in commands}
    megabytes = dict.fromkeys(commands, 0.0)
    cpu = dict.fromkeys(commands, float("inf"))
    folder = settings.workspace.scratch(row.name)
    for _ in range(max(5, settings.repeat)):
        for name, command in commands.items():
            done = run(command, output=folder / "out", folder=ROOT, limit=settings.limit)
            if done.status:
                failed = Figures(name, note=f"failed with status {done.status}", failed=True, ours=True)
                return Comparison(row.name, row.goals[0], 0, (failed,))
            seconds[name].append(done.seconds)
            cpu[name] = min(cpu[name], done.cpu)
            megabytes[name] = max(megabytes[name], done.megabytes)
        settings.between()
    figures = [Figures(n, tuple(seconds[n]), cpu[n], megabytes[n], ours=n == "alignment") for n in commands]
    return Comparison(row.name, row.goals[0], 0, tuple(figures), promise=row.promise)


def growth(row: Row, task: Task, ours: Sequence[System], left_out: Sequence[str], settings: Settings) -> Comparison:
    """The same row on ten times the facts: the larger stands beside the smaller under a name of its own."""
    small = compare(row.name, task, ours, left_out, settings)
    large = compare(row.name, replace(task, size=10 * task.size), ours, left_out, settings)
    figures = []
    for before, after in zip(small.figures, large.figures, strict=True):
        figures += [before, replace(after, system=f"{after.system} x10", ours=False)]
    promise = row.promise
    for before, after in zip(small.figures, large.figures, strict=True):
        if before.seconds and after.seconds:
            promise += f"; {before.system}: {after.best / before.best:.1f} times"
    return Comparison(row.name, task.goal, small.facts, tuple(figures), promise=promise)


def edit(row: Row, task: Task, ours: Sequence[System], left_out: Sequence[str], settings: Settings) -> Comparison:
    """The full evaluation, and the answer after one fact more or less, inside a process that has loaded the base."""
    world = settings.workspace.world(task.world, task.size, task.form)
    folder = settings.workspace.scratch(row.name)
    figures = []
    for system in ours:
        if system.name in left_out:
            figures.append(Figures(system.name, note="left out: far too slow for this size", ours=True))
            continue
        files = [str(HERE / (task.rules or "")), str(world.folder / "world.facts")]
        command = [sys.executable, "-m", "bench.one_fact", system.name, *files]
        told = []
        for _ in range(settings.repeat):
            done = run(command, output=folder / "out", folder=ROOT, limit=settings.limit)
            if done.status or done.timed_out:
                break
            told.append(json.loads((folder / "out").read_text()))
        refused = REFUSED.search(done.error)
        if refused or done.timed_out:
            note = f"not available: {refused[2]}" if refused else f"not within {settings.limit:g} s"
            figures.append(Figures(system.name, note=note, ours=True))
        elif done.status:
            figures.append(Figures(system.name, note=done.error.strip()[-200:], failed=True, ours=True))
        else:
            for what, label in (("more", ""), ("less", " one less"), ("full", " in full")):
                seconds, cpu = tuple(one[what]["seconds"] for one in told), min(one[what]["cpu"] for one in told)
                figures.append(Figures(f"{system.name}{label}", seconds, cpu, done.megabytes, ours=what == "more"))
    return Comparison(row.name, task.goal, world.facts, tuple(figures), promise=row.promise)


def same_tables(row: Row, task: Task, settings: Settings) -> Comparison:
    """Our SQL and the SQL by hand over the same tables of codes, inside a process that has loaded the base."""
    world = settings.workspace.world(task.world, task.size, task.form)
    folder = settings.workspace.scratch(row.name)
    files = [str(HERE / (task.rules or "")), str(world.folder / "world.facts")]
    command = [sys.executable, "-m", "bench.same_tables", *files]
    done = run(command, output=folder / "out", folder=ROOT, limit=settings.limit)
    if done.timed_out or done.status:
        note = f"not within {settings.limit:g} s" if done.timed_out else done.error.strip()[-200:]
        failed = Figures("duckdb", note=note, failed=not done.timed_out, ours=True)
        return Comparison(row.name, task.goal, world.facts, (failed,), promise=row.promise)
    told = json.loads((folder / "out").read_text())
    figures = [
        Figures(name, tuple(told[name]), min(told[name]), done.megabytes, ours=name == "duckdb")
        for name in ("duckdb", "by-hand")
    ]
    return Comparison(row.name, task.goal, world.facts, tuple(figures), promise=row.promise)
