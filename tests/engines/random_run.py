"""The wide run: `python -m tests.engines.random_run --programs 20000 --seed 1`. Exit status 1 if any differs."""

from __future__ import annotations

import argparse
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from functools import partial

from tests.engines.oracle import explained
from tests.generators import program


def differing(seeds: range, engine: str) -> list[str]:
    """What differs among the programs of some seeds."""
    return [found for seed in seeds if (found := explained(program(seed), engine))]


def main() -> int:
    """Compare many programs on all cores."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--programs", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1, help="the seed of the first program")
    parser.add_argument("--engine", default="auto")
    parser.add_argument("--workers", type=int, default=2)
    call = parser.parse_args()
    started = time.monotonic()
    last = call.seed + call.programs
    chunks = [range(first, min(first + 100, last)) for first in range(call.seed, last, 100)]
    failures: list[str] = []
    with ProcessPoolExecutor(call.workers) as pool:
        for found in pool.map(partial(differing, engine=call.engine), chunks):
            for text in found:
                print(text, end="\n\n", flush=True)
            failures += found
    print(f"{call.programs} programs, {len(failures)} differ, {time.monotonic() - started:.0f} s")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
