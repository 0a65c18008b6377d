"""What an analyst asks of a large base, each question timed: `python -m bench.questions --facts 100000`.

The base is a year of generated news in the vocabulary of the bundled rules (bench/diplomacy.py). Seconds of
processor and wall time; each question is asked once, in this order, so what an earlier one derived is at hand.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from alignment import KnowledgeBase
from bench.diplomacy import diplomacy


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--facts", type=int, default=100_000)
    parser.add_argument("--engine", default="auto")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        world = Path(folder) / "world.facts"
        world.write_text("\n".join(diplomacy(options.facts)) + "\n", encoding="utf-8")
        kb = KnowledgeBase(options.engine)
        timed("load", lambda: kb.load(world, "@rules"))
    positions = timed("position(X, Y, L)", lambda: kb.query("position(X, Y, L)")).rows
    supported = timed("supports(X, Y)", lambda: kb.query("supports(X, Y)")).rows
    who, whom = supported[0][:2]
    neutral = next((row for row in positions if row[2] == "neutral"), positions[0])
    atom, missing = f"supports({who}, {whom})", f"supports({neutral[0]}, {neutral[1]})"
    early, late = kb.view(as_of="2023-03-01"), kb.view(as_of="2023-11-01")
    timed(f"why {atom}", lambda: str(kb.why(atom)))
    timed(f"whynot {missing}", lambda: str(kb.whynot(missing)))
    timed(f"linchpins {atom}", lambda: str(kb.linchpins(atom)))
    timed("compare three", lambda: str(kb.compare(atom, f"opposes({who}, {whom})", f"neutral({who}, {whom})")))
    timed("timeline supports(X, Y)", lambda: str(kb.timeline("supports(X, Y)")))
    timed("what if one sanctions more", lambda: str(kb.what_if(add=f"sanctions({who}, {whom}).")))
    timed("difference of two days", lambda: str(early.diff(late)))
    timed("the same, the other way", lambda: str(late.diff(early)))
    return 0


def timed(what: str, ask: Callable[[], Any]) -> Any:
    processor, clock = time.process_time(), time.perf_counter()
    answer = ask()
    print(f"{what:32} {time.process_time() - processor:7.2f} {time.perf_counter() - clock:7.2f}", flush=True)
    return answer


if __name__ == "__main__":
    sys.exit(main())
