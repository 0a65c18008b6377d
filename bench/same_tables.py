"""A process of its own: our SQL and the SQL by hand over the same tables of codes, without reading or writing files.

`python -m bench.same_tables RULES FACTS` imports once, then lets our engine evaluate `leans` and DuckDB run the
statements of by_hand.sql in turn, and prints the processor seconds of each as JSON. Ours count all that the
engine does: the text of the queries, and recursion outside SQL. Status 1 and a sentence if the answers differ.
"""

from __future__ import annotations

import json
import re
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from alignment import KnowledgeBase
from alignment.engines.base import Limits
from alignment.engines.relational.duckdb import DuckDBEngine
from alignment.factbase.database import database_of
from alignment.factbase.relation import Relation, Row
from alignment.factbase.unread import UnreadRelation

ASKED = "leans"
TIMES = 5
_FILE = re.compile(r"read_csv\('\$world/(\w+)\.tsv'[^)]*\)")
_WRITTEN = re.compile(r"COPY \((.*)ORDER BY x, y\s*\) TO '\$answers'[^;]*;", re.DOTALL)



def main() -> int:
    base = KnowledgeBase("duckdb")
    base.load(*sys.argv[1:])
    evaluation = base.evaluation()
    strata = evaluation.program.needed(frozenset([ASKED]))
    derived = {name for stratum in strata for name in stratum.relations}
    known = {name: evaluation.reported(name) for one in strata for name in one.reads if name not in derived}
    engine, dictionary = DuckDBEngine(), evaluation.dictionary
    cursor = database_of(dictionary, None).cursor()
    statements = by_hand(known, cursor)
    ours, hand = [], []
    for _ in range(TIMES):
        start = time.process_time()
        found = engine.evaluate(strata, known, dictionary, [ASKED], Limits())
        ours.append(time.process_time() - start)
        start = time.process_time()
        for statement in statements:
            cursor.execute(statement)
        hand.append(time.process_time() - start)
        rows: set[Row] = set(found[ASKED])
        if rows != set(cursor.execute("FROM answers").fetchall()):
            print("our SQL and the SQL by hand give other rows", file=sys.stderr)
            return 1
    print(json.dumps({"duckdb": ours, "by-hand": hand}))
    return 0


def by_hand(known: Mapping[str, Relation], cursor: Any) -> list[str]:
    """The statements of by_hand.sql, over the tables of these relations in the place of files."""

    def table(found: re.Match[str]) -> str:
        relation = known[found[1]]
        assert isinstance(relation, UnreadRelation)
        read = relation.view(range(relation.arity), cursor) or relation.table
        columns = ", ".join(f"c{i} AS {letter}" for i, letter in zip(range(relation.arity), "ABC", strict=False))
        cursor.execute(f"CREATE OR REPLACE TEMP VIEW of_{found[1]} AS SELECT {columns} FROM {read}")
        return f"of_{found[1]}"

    text = Path(__file__).with_name("by_hand.sql").read_text()
    text = _WRITTEN.sub(r"CREATE TEMP TABLE answers AS \1;", _FILE.sub(table, text))
    lines = [line for line in text.splitlines() if not line.startswith(("--", "SET"))]
    text = "\n".join(lines).replace("CREATE TEMP TABLE", "CREATE OR REPLACE TEMP TABLE")
    return [statement for statement in text.split(";") if statement.strip()]


if __name__ == "__main__":
    sys.exit(main())
