"""Cells that list several entities, `DEU; FRA`: the row stands once for each of them.

Before: a table of rows as they stand in a file, one of them `DEU; FRA`, `UKR`.
After:  the rows `DEU`, `UKR` and `FRA`, `UKR`, each with its share, a half, of the row that it was.
Only a cell that names nothing itself, in a column of declared entities, and each part of which names one, is a list.
What several do to several each does to each, as people read such feeds (POLECAT joins its actors so).
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from alignment.factbase.database import new_name
from alignment.factbase.importing import encoding
from alignment.factbase.importing.listing import MARK, may_list, parts
from alignment.factbase.importing.lookups import Lookups
from alignment.factbase.importing.plan import Plan
from alignment.factbase.importing.reading import identifier
from alignment.factbase.importing.rows import SHARE, Raw


def taken_apart(plan: Plan, raw: Raw, lookups: Lookups, cursor: Any) -> Raw:  # noqa: ANN401
    """The rows with one entity in each cell; the same if no cell lists several."""
    kinds = {output.variable: output.kind for output in plan.outputs if output.variable is not None}
    for name in may_list(plan, lookups.schema):
        if raw.types[name] not in encoding.TEXTUAL:
            continue
        column = identifier(name)
        query = f"SELECT DISTINCT {column} FROM {raw.table} WHERE contains({column}, '{MARK}')"  # noqa: S608  # ours
        encode = lookups.encoder(kinds[name])
        lists = {cell: found for (cell,) in cursor.execute(query).fetchall() if (found := parts(cell, encode))}
        if lists:
            raw = _joined(raw, name, lists, cursor)
    return raw


def _joined(raw: Raw, name: str, lists: dict[str, list[str]], cursor: Any) -> Raw:  # noqa: ANN401
    """The rows with the parts of lists in one column, and their shares."""
    made, listed, column = new_name(), new_name(), identifier(name)
    rows = [(cell, part, 1 / len(found)) for cell, found in lists.items() for part in found]
    arrays = {
        "cell": np.array([cell for cell, _, _ in rows], dtype=object),
        "part": np.array([part for _, part, _ in rows], dtype=object),
        "share": np.array([share for _, _, share in rows], dtype=np.float64),
    }
    cursor.execute(f"CREATE TABLE {listed} AS SELECT cell, part, share FROM arrays")  # noqa: S608  # ours
    del arrays
    before = f"z.{SHARE} * " if raw.has_shares else ""
    others = [f"z.{identifier(other)}" for other in raw.types if other != name]
    one, share = f"coalesce(l.part, z.{column}) AS {column}", f"{before}coalesce(l.share, 1.0) AS {SHARE}"
    columns = ", ".join([*others, one, share])
    try:
        join = f"{raw.table} AS z LEFT JOIN {listed} AS l ON z.{column} = l.cell"
        cursor.execute(f"CREATE TABLE {made} AS SELECT {columns} FROM {join}")  # noqa: S608
    finally:
        cursor.execute(f"DROP TABLE {listed}")
    cursor.execute(f"DROP TABLE {raw.table}")
    cursor.execute(f"ALTER TABLE {made} RENAME TO {raw.table}")
    return replace(raw, has_shares=True)
