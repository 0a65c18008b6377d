"""A process of its own that runs by_hand.sql: `python -m bench.by_hand FOLDER ANSWERS`."""

from __future__ import annotations

import sys
from pathlib import Path
from string import Template

import duckdb


def main() -> None:
    world, answers = sys.argv[1:]
    text = Template(Path(__file__).with_name("by_hand.sql").read_text()).substitute(world=world, answers=answers)
    duckdb.connect().execute(text)


if __name__ == "__main__":
    main()
