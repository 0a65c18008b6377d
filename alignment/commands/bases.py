"""The base that a call reads, in the view that it asks for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from alignment.activity import Activity, unwatched
from alignment.commands.progress import activity
from alignment.commands.unplaced import told_unplaced
from alignment.library import DEFAULT_FILES

if TYPE_CHECKING:
    from alignment.commands.console import Console
    from alignment.commands.options import Options
    from alignment.knowledge import KnowledgeBase
    from alignment.problems import Problem

SLIPS = ("singleton-variable", "never-fires", "bad-row")
"""Warnings that are told of statements typed by hand. A word typed once need not be declared."""


def empty(options: Options, told: Activity = unwatched) -> KnowledgeBase:
    """A base of no content, on the engine and within the limits that the options name."""
    from alignment.knowledge import KnowledgeBase  # noqa: PLC0415  # heavy: only where a base is read

    return KnowledgeBase(
        options.engine,
        master=options.master,
        time_limit=options.time_limit,
        memory_limit=options.memory_limit,
        on_bad_row=options.on_bad_row,
        keeping="all" if options.engine == "auto" else "nothing",
        activity=told,
    )


def loaded(files: Sequence[str], options: Options, console: Console | None = None) -> KnowledgeBase:
    """The files, or what comes with the package where none is named; no view chosen, nothing assumed.

    Whoever waits at the terminal of a console sees what is being read.
    """
    from alignment.factbase.beginning import beginning  # noqa: PLC0415  # heavy: only where a base is read

    names = files or DEFAULT_FILES
    in_database = options.engine == "duckdb"
    with activity(console) as told, beginning(names, told, in_database=in_database) as begun:
        kb = empty(options, told)  # the modules of engines are loaded while tables are read
        kb.load(*names, begun=begun)
    return kb


def told_rows(kb: KnowledgeBase, console: Console, before: KnowledgeBase | None = None) -> None:
    """Tell the rows of imports that do not fit, or those that did not stand in the base before."""
    known = set(before.checked.warnings) if before is not None else ()
    console.problems([one for one in kb.checked.warnings if one.code == "bad-row" and one not in known])
    if before is None and not kb.state.bases:  # of a base on disk it was told when it was made
        told_unplaced(kb, console)


def opened(files: Sequence[str], options: Options, console: Console) -> KnowledgeBase:
    """The base with what is assumed added, seen as the options ask; what looks amiss is told."""
    kb = loaded(files, options, console)
    told_rows(kb, console)
    assumed = assuming(kb, options.assume)
    console.problems(new_warnings(kb, assumed))
    return viewed(assumed, options)


def new_warnings(before: KnowledgeBase, after: KnowledgeBase) -> list[Problem]:
    """What looks amiss in statements that were typed: slips of the hand and bad rows, not a missing declaration."""
    known = set(before.checked.warnings)
    return [
        warning
        for warning in after.checked.warnings
        if warning not in known and (warning.code in SLIPS or (warning.hint or "").startswith("did you mean"))
    ]


def assuming(kb: KnowledgeBase, assumptions: Sequence[str]) -> KnowledgeBase:
    """A copy with more statements, or the base itself where nothing is assumed."""
    if not assumptions:
        return kb
    return kb.supposing(add="\n".join(assumptions))


def viewed(kb: KnowledgeBase, options: Options) -> KnowledgeBase:
    """The view that the options ask for."""
    if options.as_of is None and options.min_confidence is None and not options.without:
        return kb
    sources = [_source(kb, name) for name in options.without]
    return kb.view(as_of=options.as_of, min_confidence=options.min_confidence, without=sources)


def _source(kb: KnowledgeBase, name: str) -> str:
    """A source by its id, or by its title."""
    titled = [source.id for source in kb.schema.sources.values() if source.title == name]
    return titled[0] if len(titled) == 1 and name not in kb.schema.sources else name
