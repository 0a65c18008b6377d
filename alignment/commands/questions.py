"""`alignment query`, `why`, `whynot`, `stances` and `timeline`: open the base, ask, write."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alignment.commands import asking
from alignment.commands.bases import opened
from alignment.commands.options import is_file

if TYPE_CHECKING:
    from alignment.commands.console import Console
    from alignment.commands.options import Call


def query(call: Call, console: Console) -> int:
    """`alignment query 'GOAL' [FILE...]`."""
    goal = call.take_first()
    return asking.query(opened(call.arguments, call.options, console), goal, call.options, console)


def why(call: Call, console: Console) -> int:
    """`alignment why 'ATOM' [FILE...]`."""
    atom = call.take_first()
    return asking.why(opened(call.arguments, call.options, console), atom, call.options, console)


def whynot(call: Call, console: Console) -> int:
    """`alignment whynot 'ATOM' [FILE...]`."""
    atom = call.take_first()
    return asking.whynot(opened(call.arguments, call.options, console), atom, call.options, console)


def stances(call: Call, console: Console) -> int:
    """`alignment stances [ENTITY...] [FILE...]`: what is no file is an entity, by id, name or alias."""
    files = [word for word in call.arguments if is_file(word)]
    entities = [word for word in call.arguments if not is_file(word)]
    return asking.stances(opened(files, call.options, console), entities, call.options, console)


def contradictions(call: Call, console: Console) -> int:
    """`alignment contradictions [FILE...]`."""
    return asking.contradictions(opened(call.arguments, call.options, console), call.options, console)


def timeline(call: Call, console: Console) -> int:
    """`alignment timeline 'GOAL' [FILE...]`."""
    goal = call.take_first()
    return asking.timeline(opened(call.arguments, call.options, console), goal, call.options, console)


def linchpins(call: Call, console: Console) -> int:
    """`alignment linchpins 'ATOM' [FILE...]`."""
    atom = call.take_first()
    return asking.linchpins(opened(call.arguments, call.options, console), atom, call.options, console)


def compare(call: Call, console: Console) -> int:
    """`alignment compare 'ATOM'... [FILE...]`: what is no file is a hypothesis."""
    files = [word for word in call.arguments if is_file(word)]
    atoms = [word for word in call.arguments if not is_file(word)]
    return asking.compare(opened(files, call.options, console), atoms, call.options, console)
