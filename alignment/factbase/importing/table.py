"""An `import` statement carried out: a table of codes with the evidence of each row beside them.

Before: `import supplies(A, B, G) on Day confidence C from "t.csv" source sipri where Status = "delivered".`
After:  a table with the columns `c0 c1 c2`, `happened` (days, as ordinals), `conf` and `src`.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeAlias

from alignment.factbase.database import Database, drop, new_name
from alignment.factbase.duck import duckdb
from alignment.factbase.importing.ahead import Early
from alignment.factbase.importing.bad_rows import BadRows
from alignment.factbase.importing.clean import blocks_of, is_clean, is_large, read_clean
from alignment.factbase.importing.delimited import unreadable
from alignment.factbase.importing.fixed import constant
from alignment.factbase.importing.lookups import Lookups
from alignment.factbase.importing.numbering import Block, Numbering
from alignment.factbase.importing.plan import EVIDENCE, Plan, planned
from alignment.factbase.importing.reports import ImportedReports
from alignment.factbase.importing.together import Together
from alignment.factbase.lent import Lent
from alignment.factbase.supervision import supervised
from alignment.factbase.watching import Watched
from alignment.language import tree
from alignment.problems import AlignmentError, LimitReached, Problem, masked

Planning: TypeAlias = Callable[[Any, list[Callable[[], None]]], Plan]
"""What makes a plan, with a cursor, and adds to the list what stops its reading."""


def carried_out(
    statement: tree.Import,
    lookups: Lookups,
    database: Database,
    folder: Path,
    together: Together,
    watched: Watched | None = None,
    early: Early | None = None,
) -> tuple[ImportedReports, BadRows]:
    """The rows of an import, and those that do not fit. Raises AlignmentError if nothing can be read.

    `early` is what is read ahead of it.
    """

    def planning(cursor: Any, stops: list[Callable[[], None]]) -> Plan:  # noqa: ANN401
        ready = None if early is None else early.plan()
        return ready or planned(statement, lookups.schema, folder, cursor, stops, together.names)

    return tabled(planning, lookups, database, together, watched, early)


def tabled(
    planning: Planning,
    lookups: Lookups,
    database: Database,
    together: Together | None = None,
    watched: Watched | None = None,
    early: Early | None = None,
) -> tuple[ImportedReports, BadRows]:
    """The rows that a plan gives, and those that do not fit. Raises AlignmentError if nothing can be read.

    Ctrl-C and an alarm stop it at any moment. With `together`, imports of one table share the reading of it.
    """
    cursor = database.cursor()
    watch = None if watched is None else watched.over(cursor)
    stops: list[Callable[[], None]] = [cursor.interrupt]
    found: list[tuple[ImportedReports, BadRows]] = []

    def work() -> None:
        found.append(_tabled(planning, lookups, database, together, cursor, stops, early))

    def stop() -> None:
        for one in tuple(stops):
            with suppress(Exception):  # what has just ended by itself need not be stopped
                one()

    if early is not None and early.is_here:
        work()  # in a moment: a thread for each of many small tables takes as long as the table
    else:
        supervised(work, stop, watch=watch)
    return found[0]


def _tabled(
    planning: Planning,
    lookups: Lookups,
    database: Database,
    together: Together | None,
    cursor: Any,  # noqa: ANN401
    stops: list[Callable[[], None]],
    early: Early | None,
) -> tuple[ImportedReports, BadRows]:
    raw, target = new_name(), new_name()
    plan: Plan | None = None
    is_made = True
    try:
        plan = planning(cursor, stops)
        alone = together is None or together.is_one
        blocks = _blocks(plan, early, stops) if alone else None
        fixed = _fixed(plan, lookups)
        clean = None if blocks is None else read_clean(plan, target, fixed, lookups, database, cursor, stops, blocks)
        kept: str | Lent = target
        if clean is not None:
            has, bad = EVIDENCE.intersection(output.name for output in plan.outputs), BadRows()
            kept, size = clean
            is_made = isinstance(kept, str)
        else:
            from alignment.factbase.importing.by_rows import read_by_rows  # noqa: PLC0415  # slower, so where needed

            size, has, bad = read_by_rows(plan, together, raw, target, lookups, cursor)
    except duckdb.OutOfMemoryException:
        message = "the import needs more memory than there is"
        hint = "raise --memory-limit, or import fewer columns or rows: `where` leaves rows out"
        raise LimitReached(Problem("memory-limit", plan.statement.span if plan else None, message, hint)) from None
    except duckdb.Error as error:
        message, advice = unreadable(plan.reading.files if plan else (), masked(str(error)))
        raise AlignmentError(Problem("bad-row", plan.statement.span if plan else None, message, advice)) from None
    finally:
        if early is not None:
            early.leave()
        del stops[0]  # DuckDB is not to be interrupted while things are put away
        _closed(plan, raw if is_made else None, cursor)
    statement = plan.statement
    default = _default(statement, has, lookups)
    atom = statement.atom
    made = ImportedReports(database, kept, len(atom.args), size, has, default, atom.relation, statement.span)
    if isinstance(kept, str):
        weakref.finalize(made, drop, database, kept)
    return made, bad


def _blocks(plan: Plan, early: Early | None, stops: list[Callable[[], None]]) -> Iterator[Block] | None:
    """The blocks of clean files, perhaps read ahead; None if they are not clean."""
    if early is None or early.plan() is None:
        is_worth = is_clean(plan) and is_large(plan.reading.files)
        return blocks_of(plan, Numbering(shared=False)) if is_worth else None
    stops.append(early.leave)
    return early.blocks() if early.is_clean else None


def _closed(plan: Plan | None, raw: str | None, cursor: Any) -> None:  # noqa: ANN401
    """Let go of what an import needed for itself. An interrupt that came late hits the statement after it."""
    if raw is not None:
        with suppress(duckdb.Error, RuntimeError):  # DuckDB has two ways to say so
            cursor.execute("SELECT 1")
        cursor.execute(f"DROP TABLE IF EXISTS {raw}")
    if plan is not None:
        plan.reading.close(cursor)
    cursor.close()


def _fixed(plan: Plan, lookups: Lookups) -> dict[str, str]:
    """The SQL of the columns that are the same in every row."""
    return {one.name: constant(one, lookups.dictionary) for one in plan.outputs if one.variable is None}


def _default(statement: tree.Import, has: frozenset[str], lookups: Lookups) -> float | None:
    """The confidence of rows that have none in the table."""
    if statement.source is not None:
        return lookups.schema.sources[statement.source.name].confidence
    return None if "src" in has else 1.0
