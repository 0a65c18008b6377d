"""The wide run: `python -m tests.engines.random_run --programs 20000 --seed 1 --engine duckdb --against pydatalog`.

Each program is the same on both sides, refused with a code (by which side is told), or different. Against `clingo` rows
are compared, against an engine the rounds of all derived relations too. Exit status 1 if any differs.
"""

from __future__ import annotations

import argparse
import itertools
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial

from alignment.engines.relational import ordering
from tests.engines.oracle import CLINGO, Verdict, verdict
from tests.generators import defeasible_program, program

A_CHUNK = 100


def verdicts(seeds: range, engine: str, against: str, *, defaults: bool = False) -> list[Verdict]:
    """What came of the programs of some seeds; every recursion in NumPy is aside, however small it is."""
    ordering.LEAST = 0
    make = defeasible_program if defaults else program
    return [verdict(make(seed), engine, against) for seed in seeds]


def summary(found: Iterable[Verdict]) -> list[str]:
    """How many programs were the same, refused (by whom, with which code), and different."""
    kinds: Counter[str] = Counter()
    refusals: Counter[str] = Counter()
    for one in found:
        kinds[one.kind] += 1
        refusals.update([f"refused by {' and '.join(one.by)}: {one.code}"] if one.kind == "refused" else [])
    told = [f"{kinds[kind]} {kind}" for kind in ("same", "refused", "differ")]
    return [", ".join(told), *(f"  {many} {how}" for how, many in sorted(refusals.items()))]


def main(words: list[str] | None = None) -> int:
    """Compare many programs on all cores; on Spark in this process, which has one session."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--programs", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1, help="the seed of the first program")
    parser.add_argument("--engine", default="auto")
    parser.add_argument("--against", default=CLINGO, help="clingo, or another engine")
    parser.add_argument("--defaults", action="store_true", help="programs with defaults (not for clingo)")
    parser.add_argument("--workers", type=int, default=2)
    call = parser.parse_args(words)
    if call.defaults and call.against == "clingo":
        parser.error("clingo knows no defaults: every program would differ")
    started, last = time.monotonic(), call.seed + call.programs
    chunks = [range(first, min(first + A_CHUNK, last)) for first in range(call.seed, last, A_CHUNK)]
    work = partial(verdicts, engine=call.engine, against=call.against, defaults=call.defaults)
    found: list[Verdict] = []
    for one in _in_order(work, chunks, 1 if "spark" in (call.engine, call.against) else call.workers):
        found.append(one)
        if one.kind == "differ":
            print(one.text, end="\n\n", flush=True)
    print(f"{call.programs} programs of {call.engine} against {call.against}, {time.monotonic() - started:.0f} s")
    print("\n".join(summary(found)))
    return 1 if any(one.kind == "differ" for one in found) else 0


def _in_order(work: partial[list[Verdict]], chunks: list[range], workers: int) -> Iterator[Verdict]:
    if workers == 1:
        yield from itertools.chain.from_iterable(map(work, chunks))
        return
    with ProcessPoolExecutor(workers) as pool:
        yield from itertools.chain.from_iterable(pool.map(work, chunks))


if __name__ == "__main__":
    sys.exit(main())
