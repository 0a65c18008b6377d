"""What can be reached from one node of a million random links, and from all: `python -m bench.reach --links 1000000`.

Twice as many nodes as links: the whole closure stays small enough to be compared with. Seconds of processor and wall
time of whole questions on the engine `duckdb`; the first question also loads what the engine needs.
"""

from __future__ import annotations

import argparse
import sys

import numpy as np
import pyarrow as pa

from alignment import KnowledgeBase
from bench.questions import timed

RULES = "relation edge(a: any, b: any). reach(X, Y) :- edge(X, Y). reach(X, Z) :- reach(X, Y), edge(Y, Z)."


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--links", type=int, default=1_000_000)
    parser.add_argument("--starts", type=int, default=5)
    options = parser.parse_args()
    chance, nodes = np.random.default_rng(1), 2 * options.links
    columns = [[f"n{i}" for i in chance.integers(0, nodes, options.links)] for _ in "ab"]
    links = pa.table(dict(zip("ab", columns, strict=True)))
    for goals in ([f"reach(n{7 * i + 1}, X)" for i in range(options.starts)], ["reach(X, X)"]):
        kb = KnowledgeBase("duckdb")
        kb.add(RULES)
        kb.insert("edge", links)
        for goal in goals:
            timed(goal, lambda: kb.query(goal))  # noqa: B023  # called at once
    return 0


if __name__ == "__main__":
    sys.exit(main())
