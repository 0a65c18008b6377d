"""`alignment diff`, and `diff`, `:assume` and `:drop` in the shell: two sides of one base, or two bases.

The second side has what is assumed, and not what is retracted; or it is seen on another date, or made of other
files. Where none of that is asked for, the view itself is the difference: what changes without a source,
above a threshold, or since a date.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from alignment.commands import convert
from alignment.commands.asking import parquet_can_be_written, written
from alignment.commands.bases import loaded, new_warnings, viewed
from alignment.commands.console import Console, Status
from alignment.commands.convert import usage
from alignment.commands.options import is_file
from alignment.commands.progress import progress

if TYPE_CHECKING:
    from alignment.commands.options import Call, Options
    from alignment.knowledge import KnowledgeBase
    from alignment.render.changes import Changes

MOST_TOLD = 20
"""Changes that are told at once in the shell."""

TELLING = frozenset(("--retract", "--against", "--to", "--as-of", "--without", "--min-confidence"))
"""Options that tell the two sides apart. In a session the other way is what it assumes."""

SIDES = "--assume, --retract, --as-of D1 --to D2, --against FILE..., --without SOURCE or --min-confidence C"


def diff(call: Call, console: Console) -> int:
    """`alignment diff [FILE...]`; an argument that is an atom or goal, and no file, asks for its answers."""
    files = [word for word in call.arguments if is_file(word)]
    goals = [word for word in call.arguments if not is_file(word)]
    if len(goals) > 1 or (goals and "(" not in goals[0]):
        hint = "a goal, if there is one, is one argument: alignment diff 'supports(X, russia)' --assume '…'"
        raise usage(f"there is no file '{goals[-1]}'", hint)
    base = loaded(files, call.options, console)
    console.problems([one for one in base.checked.warnings if one.code == "bad-row"])
    return show(base, goals[0] if goals else None, call.options, console)


def show(base: KnowledgeBase, goal: str | None, options: Options, console: Console) -> int:
    """Tell the difference that the options make; 0 if there is none, 1 if there is, as diff(1) does."""
    parquet_can_be_written(options, console)
    before, after = sides(base, options, console)
    if options.format == "table":
        return _told(before.diff(after, goal, lazily=True), console)
    with progress(console, "changes") as told:
        found = before.diff(after, goal, progress=told)
    written(found.format(options.format, width=console.width, style=console.style), console)
    return Status.NO if found else Status.YES


def _told(found: Changes, console: Console, most: int | None = None) -> int:
    """Tell changes as they are explained: whoever reads begins with the first."""
    for block in found.blocks(console.width, console.style, most):
        console.result(block)
        console.stdout.flush()
    return Status.NO if found else Status.YES


def sides(base: KnowledgeBase, options: Options, console: Console) -> tuple[KnowledgeBase, KnowledgeBase]:
    """The two sides that the options ask for."""
    other = base
    if options.against:
        other = loaded(options.against, options, console)
        console.problems([one for one in other.checked.warnings if one.code == "bad-row"])
    changed = other
    if options.assume or options.retract:
        changed = other.supposing(add="\n".join(options.assume), remove="\n".join(options.retract))
        console.problems(new_warnings(other, changed))
    to = None if options.to is None else convert.day(options.to)
    if changed is not base:
        return viewed(base, options), viewed(changed, replace(options, as_of=options.as_of if to is None else to))
    if to is not None or (options.as_of is not None and not options.without and options.min_confidence is None):
        return viewed(base, options), viewed(base, replace(options, as_of=to or convert.day("today")))
    if options.without or options.min_confidence is not None:
        plain = replace(options, without=(), min_confidence=None)
        return viewed(base, plain), viewed(base, options)
    raise usage("the two sides do not differ in anything", f"say what differs: {SIDES}")


def tell_difference(before: KnowledgeBase, after: KnowledgeBase, console: Console) -> None:
    """Tell what a change in a session changes among the stances; of many changes the first."""
    found = before.diff(after, lazily=True)
    _told(found, console, MOST_TOLD)
    if len(found) > MOST_TOLD:
        console.note("`diff` tells all of what is assumed")
