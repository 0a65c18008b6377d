"""DuckDB's library linked beside other work.

An `import` keeps Python's lock while the system links the library of a module: 9 of 15 ms for the 68 MB of DuckDB.
"""

from __future__ import annotations

import ctypes
import os
import sys
from importlib.util import find_spec
from threading import Thread

LIBRARY = "_duckdb"
"""The module that `duck` loads."""


def link_ahead() -> None:
    """Begin to have the library linked: to import the module takes a third then. No module is loaded for it here."""
    Thread(target=linked, args=(LIBRARY,), daemon=True).start()


def linked(name: str) -> None:
    """Have the system link the library of a module, without Python's lock; nothing where there is none to link."""
    spec = find_spec(name)
    if spec is not None and spec.origin is not None and hasattr(sys, "getdlopenflags"):
        ctypes.CDLL(None).dlopen(os.fsencode(spec.origin), sys.getdlopenflags())
