"""A process of its own: how long the full evaluation takes, and how long an answer after one fact more.

`python -m bench.one_fact ENGINE RULES FACTS` prints seconds as JSON. The answer after the change is held
against a base that had the fact from the beginning; status 1 and a sentence if they differ.
"""

from __future__ import annotations

import json
import sys
import time

from alignment import AlignmentError, KnowledgeBase

NEW = "supplies(c0, c3, g0). supplies(c3, c0, g5)."
ASKED = "leans(X, c0)"


def main() -> int:
    name, *files = sys.argv[1:]
    try:
        base = KnowledgeBase(name)
        base.load(*files)
        start, cpu_start = time.perf_counter(), time.process_time()
        len(base.query("leans(X, Y)"))
        full, full_cpu = time.perf_counter() - start, time.process_time() - cpu_start
        start, cpu_start = time.perf_counter(), time.process_time()
        base.add(NEW)
        changed = _rows(base, ASKED)
        after, after_cpu = time.perf_counter() - start, time.process_time() - cpu_start
        anew = KnowledgeBase(name)
        anew.load(*files)
        anew.add(NEW)
        expected = _rows(anew, ASKED)
    except AlignmentError as error:
        print(*error.problems, sep="\n", file=sys.stderr)
        return 2
    if changed != expected:
        print(f"{len(changed)} answers after the change, {len(expected)} anew", file=sys.stderr)
        return 1
    print(json.dumps({"full": full, "full_cpu": full_cpu, "after": after, "after_cpu": after_cpu}))
    return 0


def _rows(base: KnowledgeBase, goal: str) -> list[str]:
    return sorted(str(row) for row in base.query(goal))


if __name__ == "__main__":
    sys.exit(main())
