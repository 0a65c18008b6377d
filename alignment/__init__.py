"""Alignment, a rule engine: who stands with whom, since when, and how do we know it.

The names of the Python surface are loaded when they are first used, so that `import alignment`, and
with it the command line, starts at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from alignment.knowledge import KnowledgeBase
    from alignment.problems import AlignmentError, Problem

__all__ = ["AlignmentError", "KnowledgeBase", "Problem", "__version__"]

__version__ = "0.1.0"

_HOMES = {
    "KnowledgeBase": "alignment.knowledge",
    "AlignmentError": "alignment.problems",
    "Problem": "alignment.problems",
}


def __getattr__(name: str) -> object:
    """The public names, imported on first use."""
    if name not in _HOMES:
        raise AttributeError(f"module 'alignment' has no attribute '{name}'")
    from importlib import import_module  # noqa: PLC0415  # not before it is needed

    value: object = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
