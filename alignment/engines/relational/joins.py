"""The join plan of a query in one line, out of DuckDB's own explanation.

`(supplies ⋈ military) ⋈ acts_for` joins, `⋉` keeps the rows for which the other side has one, `▷` those for
which it has none, `∪` takes both.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

JOINS = {
    "INNER": "⋈", "LEFT": "⟕", "RIGHT": "⟖", "OUTER": "⟗", "SINGLE": "⟕", "SEMI": "⋉", "ANTI": "▷", "MARK": "⋉",
    "RIGHT_SEMI": "⋊", "RIGHT_ANTI": "◁",
}
"""The signs of the kinds of joins."""


def join_plan(explained: str, names: Mapping[str, str]) -> str:
    """The plan in one line. `explained` is what EXPLAIN (FORMAT json) gives, `names` the relations of tables."""
    (root,) = json.loads(explained)
    return _line(root, names) or "no table is read"


def _line(node: Mapping[str, Any], names: Mapping[str, str], *, negated: bool = False) -> str:
    """A part of the plan. `negated` says that the node above keeps what a MARK join does not find."""
    said = node["extra_info"]
    if "Table" in said:
        table = str(said["Table"]).rpartition(".")[2]
        return names.get(table, table)
    below = "(NOT SUBQUERY" in str(said.get("Expression", ""))
    if node["name"] == "PANDAS_SCAN":
        columns = said.get("Projections") or "rows"  # one, or a list: `Lent` has the relation before each
        return str(columns if isinstance(columns, str) else columns[0]).partition(" ")[0]
    parts = [line for child in node["children"] if (line := _line(child, names, negated=below))]
    if len(parts) < 2:
        return "".join(parts)
    kind = str(said.get("Join Type", "INNER"))
    sign = "∪" if "UNION" in node["name"] else JOINS.get("ANTI" if kind == "MARK" and negated else kind, kind)
    return f" {sign} ".join(f"({part})" if " " in part else part for part in parts)
