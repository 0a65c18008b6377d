"""The tables of a base on disk, which are all that is ever read of one.

A base is a DuckDB file. Texts are kept as they were written, line for line, without their long runs of
facts; each run and each import is a table of codes. Codes are those of a `Dictionary` whose first
constants are the ones kept here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeAlias

FORMAT = 2
"""Raised when an older release could no longer read what is written. In format 1 short names were constants, too."""

ENDING = ".duckdb"

Columns: TypeAlias = Mapping[str, str]
"""The SQL types of columns by name."""

TABLES: dict[str, Columns] = {
    "alignment": {"format": "INTEGER", "id": "VARCHAR"},
    "texts": {"number": "INTEGER", "file": "VARCHAR", "digest": "VARCHAR", "body": "VARCHAR"},
    "quoted": {"file": "VARCHAR", "path": "VARCHAR", "body": "VARCHAR"},
    "hidden": {"fact": "VARCHAR"},
    "reported": {
        "number": "INTEGER",
        "relation": "VARCHAR",
        "arity": "INTEGER",
        "size": "BIGINT",
        "evidence": "VARCHAR",
        "certainty": "DOUBLE",
        "single": "BOOLEAN",
        "kinds": "VARCHAR",
        "origin": "INTEGER",
        "line": "INTEGER",
        "imported": "INTEGER",
    },
    "changes": {"number": "INTEGER", "turn": "INTEGER"},
    "constants": {"place": "BIGINT", "sort": "TINYINT", "letters": "VARCHAR"},
    "spelled": {"letters": "VARCHAR", "sort": "TINYINT", "place": "BIGINT"},
}
"""What is in every base:

- `alignment`: one row, the format, and a name that no other base has;
- `texts`: the files, in order, with the SHA-256 of what was read;
- `quoted`: the texts of sources, by the file of the `source` statement and the path in it;
- `hidden`: facts that were taken back;
- `reported`: the tables of facts (`facts_1`, …): `evidence` lists their columns besides arguments, `certainty`
  is the confidence of a row that states none, `single` tells that no two rows have the same arguments, `kinds`
  are the types that the arguments were checked against. The rows came from the text `origin`: from its run of
  facts that begins on `line`, or from its `imported`-th import;
- `changes`: for each table the days on which what is seen of it changes;
- `constants` by their place in the dictionary, and `spelled`, the same by their letters.
"""

EVIDENCE: dict[str, str] = {
    "src": "BIGINT",
    "since": "INTEGER",
    "until": "INTEGER",
    "happened": "INTEGER",
    "conf": "DOUBLE",
    "quote": "VARCHAR",
    "line": "INTEGER",
    "nth": "INTEGER",
}
"""The columns of tables of facts besides arguments; `nth` is the order of the reports that one fact makes."""

DAYS = ("since", "until", "happened")
"""Those of them that are days."""

_QUOTED = frozenset(("until", "quote"))
"""Names that DuckDB puts in quotes when it shows a table."""


def facts_table(number: int) -> str:
    """The name of a table of facts."""
    return f"facts_{number}"


def facts_columns(arity: int, evidence: Iterable[str]) -> Columns:
    """The columns of a table of facts; it has one even if there is nothing to say but that it is so."""
    arguments = {f"c{i}": "BIGINT" for i in range(arity)} or {"one": "INTEGER"}
    return {**arguments, **{name: kind for name, kind in EVIDENCE.items() if name in set(evidence)}}


def definition(table: str, columns: Columns) -> str:
    """The statement that makes a table, in the very words in which DuckDB tells of one that is there."""
    listed = ", ".join(f"{written(name)} {kind}" for name, kind in columns.items())
    return f"CREATE TABLE {table}({listed});"


def written(name: str) -> str:
    """The name of a column as SQL writes it."""
    return f'"{name}"' if name in _QUOTED else name
