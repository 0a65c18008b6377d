"""The engines by name, loaded when used, so that a query pays only for the one it runs on."""

from __future__ import annotations

from importlib import import_module

from alignment.engines.auto import AutoEngine
from alignment.engines.base import Engine
from alignment.problems import EngineError, Problem

ENGINES: dict[str, str] = {"pydatalog": "alignment.engines.pydatalog:PyDatalogEngine",
    "duckdb": "alignment.engines.relational.duckdb:DuckDBEngine",
}
"""Name to `module:class`."""

PLANNED = ("spark",)
"""Names that the surface promises and that a later release brings."""


def engine(name: str) -> Engine:
    """The engine of that name; `auto` chooses. Raises EngineError for a name that is none."""
    if name == "auto":
        return AutoEngine(engine)
    chosen = name
    if chosen not in ENGINES:
        if chosen in PLANNED:
            message = f"the engine '{chosen}' is not part of this release yet"
        else:
            message = f"there is no engine named '{chosen}'"
        hint = f"engines here: auto, {', '.join(sorted(ENGINES))}"
        raise EngineError(Problem("unknown-engine", None, message, hint))
    module, _, attribute = ENGINES[chosen].partition(":")
    made: Engine = getattr(import_module(module), attribute)()
    return made
