"""Running the tests again whenever a file changes: the `.test` files and everything that they loaded."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path

from alignment.problems import AlignmentError
from alignment.scripted.bases import Bases, Stamps, stamps_of
from alignment.scripted.files import discover
from alignment.scripted.results import Results

INTERVAL = 0.5
"""Seconds between two looks at the files."""


def watch(
    paths: Sequence[str | Path],
    run: Callable[[], Results],
    bases: Bases,
    *,
    sleep: Callable[[float], None] = time.sleep,
) -> Results | None:
    """Call `run` at once and after every change, until Ctrl-C; the results of the last run.

    `bases` are those that `run` uses: they know which files were read. `sleep` waits between looks.
    """
    results = None
    try:
        while True:
            before = _look(paths, bases)
            results = run()
            # A file that changed during the run counts; one that the run was the first to read does not.
            seen = {**_look(paths, bases), **before}
            while _look(paths, bases) == seen:
                sleep(INTERVAL)
    except KeyboardInterrupt:
        return results


def _look(paths: Sequence[str | Path], bases: Bases) -> Stamps:
    watched = {Path(path) for path in paths} | bases.files
    for path in paths:
        try:
            watched.update(discover([path]))
        except AlignmentError:
            continue  # it is missing now, and seen when it comes
    return stamps_of(watched)
