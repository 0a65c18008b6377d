"""The first engine: semi-naive evaluation by us, each join of a rule body by pyDatalog's resolution.

pyDatalog alone never returns on ordinary recursion (docs/decisions.md), so it is never shown a recursive
rule: rounds and strata are those of the engine `memory`, and each join of a round is a clause of pyDatalog's.
Slow and plain, it is what the other engines are held against.
"""

from __future__ import annotations

from alignment.engines.joins import Opened
from alignment.engines.memory import MemoryEngine
from alignment.engines.stepping import Session


class PyDatalogEngine(MemoryEngine):
    """Evaluates strata in memory, joins by pyDatalog. It keeps nothing between calls and may run in several threads."""

    name = "pydatalog"
    joins: Opened = Session
