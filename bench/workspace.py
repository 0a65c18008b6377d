"""Where worlds are kept between calls, and where a run writes.

A world is made once in each form that is asked for, by a process of its own (see make.py).
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

VERSION = 5
"""To be raised when a change makes other worlds or writes them otherwise, so that kept ones are made anew."""

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class Made:
    """A world on disk, in one form."""

    folder: Path
    facts: int
    kinds: dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class Workspace:
    """The folder of all that the harness writes."""

    folder: Path

    def world(self, kind: str, size: int, form: str) -> Made:
        """The world in that form, made if it is not there yet."""
        folder = self.folder / "worlds" / f"{kind}-{size}-v{VERSION}" / form
        if not folder.exists():
            unfinished = folder.with_name(f"{form}.{os.getpid()}")
            unfinished.mkdir(parents=True)
            print(f"  making {kind} {size:,} as {form} ...", file=sys.stderr, flush=True)
            command = [sys.executable, "-m", "bench.make", kind, str(size), form, str(unfinished)]
            subprocess.run(command, cwd=ROOT, check=True)
            unfinished.rename(folder)
        told = json.loads((folder / "world.json").read_text())
        return Made(folder, told["facts"], told["kinds"])

    def scratch(self, *parts: str) -> Path:
        """An empty folder for one run."""
        folder = self.folder / "runs" / str(os.getpid()) / "-".join(parts)
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        return folder

    def programs(self) -> Path:
        """Where compiled programs are kept."""
        folder = self.folder / "programs"
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def clean(self) -> None:
        """Remove what the runs of this process wrote."""
        shutil.rmtree(self.folder / "runs" / str(os.getpid()), ignore_errors=True)


def default_folder() -> Path:
    """Under the user's cache."""
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(cache) / "alignment-bench"
