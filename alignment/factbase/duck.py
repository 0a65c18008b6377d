"""DuckDB itself, without the Python around it, which a base does not use and which takes 70 ms to load.

`import duckdb` loads `_duckdb`, and on top of it relations, expressions and the reader of Arrow objects; where
Arrow is scanned (`importing.streams`) all of it is loaded.
"""

from __future__ import annotations

try:
    import _duckdb as duckdb
except ImportError:  # a release of the package that keeps it elsewhere
    import duckdb  # type: ignore[no-redef]

__all__ = ["duckdb"]
