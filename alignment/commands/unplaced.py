"""Tells the actors of event feeds that have no country: kept as `unplaced(Actor, Event)`, and seen by no rule."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from alignment.commands.console import Console
    from alignment.knowledge import KnowledgeBase

RELATION = "unplaced"
"""The relation of `@facts/feeds/acts.rules` that the feeds fill."""

SHOWN = 10
"""Actors that are named, those of the most events first."""


def told_unplaced(kb: KnowledgeBase, console: Console) -> None:
    """One line on the actors of imported events that have no country, where there are some."""
    table = kb.state.facts.tables.get(RELATION)
    if table is None or not table.imported:
        return
    from alignment.factbase.database import reading  # noqa: PLC0415  # only where feeds were imported

    rows = " UNION ALL ".join(f"SELECT c0 FROM {one.table}" for one in table.imported)  # noqa: S608  # names of our own
    counts = f"SELECT c0, count(*) AS n FROM ({rows}) AS u GROUP BY c0"  # noqa: S608
    cursor = table.imported[0].database.cursor()
    with reading():
        ((actors,),) = cursor.execute(f"SELECT count(*) FROM ({counts}) AS a").fetchall()  # noqa: S608
        first = cursor.execute(f"{counts} ORDER BY n DESC, c0 LIMIT {SHOWN}").fetchall()
    if first:
        named = ", ".join(f"{kb.state.facts.dictionary.decode(code)} ({events:,})" for code, events in first)
        more = ", …" if actors > len(first) else ""
        have = "actor has" if actors == 1 else "actors have"
        console.note(f"{actors:,} {have} no country: {named}{more}")
