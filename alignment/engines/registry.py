"""The engines by name, loaded when used, so that a query pays only for the one it runs on."""

from __future__ import annotations

from importlib import import_module

from alignment.engines.auto import AutoEngine
from alignment.engines.base import Engine
from alignment.problems import EngineError, Problem

ENGINES: dict[str, str] = {
    "memory": "alignment.engines.memory:MemoryEngine",
    "pydatalog": "alignment.engines.pydatalog:PyDatalogEngine",
    "duckdb": "alignment.engines.relational.duckdb:DuckDBEngine",
    "spark": "alignment.engines.relational.spark:SparkEngine",
}
"""Name to `module:class`."""


def engine(name: str, *, master: str | None = None) -> Engine:
    """The engine of that name; `auto` chooses. `master` is where Spark runs.

    Raises EngineError for a name that is none, and for a master of an engine that has none.
    """
    if name not in ENGINES and name != "auto":
        hint = f"engines here: auto, {', '.join(sorted(ENGINES))}"
        raise EngineError(Problem("unknown-engine", None, f"there is no engine named '{name}'", hint))
    if name != "spark" and master is not None:
        message = f"the engine '{name}' has no master: '{master}' is for Spark"
        raise EngineError(Problem("usage", None, message, "name the engine too: --engine spark"))
    if name == "auto":
        return AutoEngine(engine)
    module, _, attribute = ENGINES[name].partition(":")
    kind = getattr(import_module(module), attribute)
    made: Engine = kind() if master is None else kind(master)
    return made
