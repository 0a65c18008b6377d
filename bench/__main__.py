"""The command `python -m bench`: measures, compares answers, prints ratios. Status 1 if anything disagrees or fails."""

from __future__ import annotations

import argparse
import compileall
import json
import os
import platform
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from bench.compare import Comparison, Settings, compare
from bench.processes import calibrate
from bench.report import as_json, noise, table
from bench.rows import ROWS, Row
from bench.special import edit, growth, same_tables, start
from bench.systems import ENGINES, System, Task, systems
from bench.workspace import ROOT, Workspace, default_folder


def main(words: Sequence[str] | None = None) -> int:
    options = _options().parse_args(words)
    if options.list:
        for row in ROWS:
            sizes = ", ".join(f"{scale} {size.world:,}" for scale, size in row.sizes.items() if size.world)
            print(f"{row.name:12} {', '.join(row.goals)}  ({sizes or 'the bundled base'}){' heavy' * row.heavy}")
        return 0
    unknown = set(options.row) - {row.name for row in ROWS}
    if unknown:
        print(f"no row named {', '.join(sorted(unknown))}; --list shows them", file=sys.stderr)
        return 2
    return measure(options)


def measure(options: argparse.Namespace) -> int:
    """Run the chosen rows, print as they end, and write the JSON."""
    engines = tuple(options.engines.split(",")) if options.engines else ENGINES
    known = systems(engines)
    compileall.compile_dir(ROOT / "alignment", quiet=2)  # an installed package has its bytecode too
    calibrations = [calibrate()]
    workspace = Workspace(Path(options.work).resolve())
    settings = Settings(workspace, options.repeat, options.limit, lambda: calibrations.append(calibrate()))
    print(f"{platform.platform()}, {os.cpu_count()} cores, Python {platform.python_version()}, scale {options.scale}")
    for system in known.values():
        if missing := system.missing():
            print(f"{system.name}: {missing}; it is left out")
    print(f"best and median of {options.repeat} whole processes; in the last columns how many times as long as ours\n")
    done: list[Comparison] = []
    try:
        for row in ROWS:
            if row.name in options.row or (not options.row and not row.heavy):
                for comparison in _measured(row, options, known, engines, settings):
                    print(table(comparison), end="\n\n", flush=True)
                    done.append(comparison)
    finally:
        workspace.clean()
    calibrations.append(calibrate())
    print(noise(calibrations, done))
    if options.json:
        told = {"calibrations": calibrations, "scale": options.scale, "rows": list(map(as_json, done))}
        Path(options.json).write_text(json.dumps(told, indent=1) + "\n")
    return 1 if any(comparison.failed for comparison in done) else 0


def _measured(
    row: Row, options: argparse.Namespace, known: dict[str, System], engines: Sequence[str], settings: Settings
) -> Iterator[Comparison]:
    if row.how == "start":
        yield start(row, settings)
        return
    size = row.sizes[options.scale]
    too_slow = () if options.slow else size.too_slow
    ours = [known[name] for name in engines]
    others = [known[name] for name in row.against]
    for goal in row.goals if options.scale == "small" or options.goals == "all" else row.goals[: row.timed]:
        form = options.form or row.form
        task = Task(settings.workspace, row.world, size.world, form, row.rules, goal, row.options)
        if row.how == "growth":
            yield growth(row, task, ours, too_slow, settings)
        elif row.how == "edit":
            yield edit(row, task, ours, too_slow, settings)
        elif row.how == "sql":
            yield same_tables(row, task, settings)
        else:
            yield compare(row.name, task, [*ours, *others], too_slow, settings, row.promise)


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--list", action="store_true", help="the rows")
    parser.add_argument("--row", action="append", default=[], metavar="NAME", help="this row; may be repeated")
    parser.add_argument("--scale", choices=("small", "full"), default="small", help="small worlds (default), or full")
    parser.add_argument("--goals", choices=("first", "all"), default="first", help="at full scale: all goals of a row")
    parser.add_argument("--slow", action="store_true", help="also the systems that are far too slow for a size")
    parser.add_argument("--engines", metavar="A,B", help=f"engines of ours, {','.join(ENGINES)} if not given")
    parser.add_argument("--form", choices=("facts", "tsv", "parquet"), help="what ours read, if not what the row says")
    parser.add_argument("--repeat", type=int, default=3, metavar="K", help="runs of each system (3)")
    parser.add_argument("--limit", type=float, default=120.0, metavar="S", help="seconds for one run (120)")
    parser.add_argument("--work", default=str(default_folder()), metavar="DIR", help="where worlds are kept")
    parser.add_argument("--json", metavar="FILE", help="the figures for machines too")
    return parser


if __name__ == "__main__":
    sys.exit(main())
