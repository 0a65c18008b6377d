"""A process of its own: how long the full evaluation takes, and how long an answer after one fact more or less.

`python -m bench.one_fact ENGINE RULES FACTS` prints seconds as JSON. The fact changes the answer: somebody who
neither leans towards c0 nor is hostile to it sends it arms. The answers are held against those before, and
against a base that had the fact from the beginning; status 1 and a sentence if they differ.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from typing import TypeVar

from alignment import AlignmentError, KnowledgeBase

T = TypeVar("T")

ASKED = "leans(X, c0)"
NEITHER = "country(X), X != c0, not leans(X, c0), not hostile(X, c0)"


def main() -> int:
    name, *files = sys.argv[1:]
    try:
        base = KnowledgeBase(name)
        base.load(*files)
        full, _ = _timed(lambda: len(base.query("leans(X, Y)")))
        before = _rows(base, ASKED)
        chosen = base.query(NEITHER).rows[0][0]
        new = f"supplies({chosen}, c0, g0)."
        more, changed = _timed(lambda: (base.add(new), _rows(base, ASKED))[1])
        less, back = _timed(lambda: (base.remove(new), _rows(base, ASKED))[1])
        anew = KnowledgeBase(name)
        anew.load(*files)
        anew.add(new)
        expected = _rows(anew, ASKED)
    except AlignmentError as error:
        print(*error.problems, sep="\n", file=sys.stderr)
        return 2
    if changed != expected or back != before or len(changed) != len(before) + 1:
        counts = f"{len(before)} answers, {len(changed)} after {new}, {len(expected)} anew"
        print(f"{counts}, {len(back)} when it was taken back", file=sys.stderr)
        return 1
    print(json.dumps({"full": full, "more": more, "less": less}))
    return 0


def _timed(work: Callable[[], T]) -> tuple[dict[str, float], T]:
    """The seconds that some work takes, by the clock and of the processor, and what it gives."""
    start, cpu = time.perf_counter(), time.process_time()
    result = work()
    return {"seconds": time.perf_counter() - start, "cpu": time.process_time() - cpu}, result


def _rows(base: KnowledgeBase, goal: str) -> list[str]:
    return sorted(str(row) for row in base.query(goal))


if __name__ == "__main__":
    sys.exit(main())
