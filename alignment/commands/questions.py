"""`alignment query`, `why`, `whynot`, `stances` and `timeline`: open the base, ask, write."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alignment.commands import asking
from alignment.commands.bases import opened
from alignment.commands.options import is_file

if TYPE_CHECKING:
    from collections.abc import Sequence

    from alignment.commands.console import Console
    from alignment.commands.options import Call
    from alignment.knowledge import KnowledgeBase


def _asked(call: Call, files: Sequence[str], console: Console) -> KnowledgeBase:
    """The base that a call asks, which it keeps."""
    call.base = opened(files, call.options, console)
    return call.base


def query(call: Call, console: Console) -> int:
    """`alignment query 'GOAL' [FILE...]`."""
    goal = call.take_first()
    return asking.query(_asked(call, call.arguments, console), goal, call.options, console)


def why(call: Call, console: Console) -> int:
    """`alignment why 'ATOM' [FILE...]`."""
    atom = call.take_first()
    return asking.why(_asked(call, call.arguments, console), atom, call.options, console)


def whynot(call: Call, console: Console) -> int:
    """`alignment whynot 'ATOM' [FILE...]`."""
    atom = call.take_first()
    return asking.whynot(_asked(call, call.arguments, console), atom, call.options, console)


def stances(call: Call, console: Console) -> int:
    """`alignment stances [ENTITY...] [FILE...]`: what is no file is an entity, by id, name or alias."""
    files = [word for word in call.arguments if is_file(word)]
    entities = [word for word in call.arguments if not is_file(word)]
    return asking.stances(_asked(call, files, console), entities, call.options, console)


def contradictions(call: Call, console: Console) -> int:
    """`alignment contradictions [FILE...]`."""
    return asking.contradictions(_asked(call, call.arguments, console), call.options, console)


def timeline(call: Call, console: Console) -> int:
    """`alignment timeline 'GOAL' [FILE...]`."""
    goal = call.take_first()
    return asking.timeline(_asked(call, call.arguments, console), goal, call.options, console)


def linchpins(call: Call, console: Console) -> int:
    """`alignment linchpins 'ATOM' [FILE...]`."""
    atom = call.take_first()
    return asking.linchpins(_asked(call, call.arguments, console), atom, call.options, console)


def compare(call: Call, console: Console) -> int:
    """`alignment compare 'ATOM'... [FILE...]`: what is no file is a hypothesis."""
    files = [word for word in call.arguments if is_file(word)]
    atoms = [word for word in call.arguments if not is_file(word)]
    return asking.compare(_asked(call, files, console), atoms, call.options, console)
