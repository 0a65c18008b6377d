"""A process of its own that makes one world in one form: `python -m bench.make stance 1000000 tsv FOLDER`.

Its own, because the memory of a process is what its children are born with, and would be counted as theirs.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

from bench.diplomacy import diplomacy
from bench.forms import describe, write
from bench.graphs import chain, random_graph
from bench.tables import World
from bench.worlds import stance_world

WORLDS: dict[str, Callable[[int], World]] = {"stance": stance_world, "graph": random_graph, "chain": chain}


def main() -> None:
    kind, size, form, to = sys.argv[1:]
    folder = Path(to)
    if kind == "diplomacy":
        statements = list(diplomacy(int(size)))
        (folder / "world.facts").write_text("\n".join(statements) + "\n")
        (folder / "world.json").write_text(json.dumps({"facts": len(statements), "kinds": {}}))
        return
    world = WORLDS[kind](int(size))
    (folder / "world.json").write_text(describe(world))
    write(world, form, folder)


if __name__ == "__main__":
    main()
