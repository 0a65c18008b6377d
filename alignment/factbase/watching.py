"""How far a statement of DuckDB is, for whoever waits for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from alignment.activity import Activity, unwatched
from alignment.records import frozen


@frozen
class Watched:
    """A piece of work that is told of. `rows` were read before it."""

    activity: Activity
    what: str
    rows: int = 0

    def over(self, cursor: Any) -> Callable[[], None] | None:  # noqa: ANN401  # DuckDB's connection
        """What tells how far the statement of a cursor is; None if nobody waits."""
        if self.activity is unwatched:
            return None
        self.activity(self.what, None, self.rows)  # it may be done before anybody looks
        cursor.execute("SET enable_progress_bar = true")
        cursor.execute("SET enable_progress_bar_print = false")

        def look() -> None:
            share = cursor.query_progress()
            self.activity(self.what, share / 100 if share >= 0 else None, self.rows)

        return look
