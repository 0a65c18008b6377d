"""What a long piece of work is at, for whoever waits: told from below, shown on a terminal, seen by nobody else."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

Activity: TypeAlias = Callable[[str, "float | None", int], None]
"""Is told what is being done (`reading transfers.csv`), the share that is done, None where that is not known,
and how many rows have been read before."""


def unwatched(_what: str, _share: float | None, _rows: int) -> None:
    """Nobody waits."""
