"""One entry at a time: what was typed is asked, told, or done. The loop around it tells the problems."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence

from alignment.checks.model import fold
from alignment.collector import collector_paused
from alignment.commands import asking, differing, table
from alignment.commands.bases import assuming
from alignment.commands.console import Console
from alignment.commands.convert import nearest, not_yet, usage
from alignment.commands.options import OPTIONS, with_options
from alignment.language.parser import parse_body
from alignment.language.printer import format_node
from alignment.problems import AlignmentError, raise_any
from alignment.shell.commands import run_command
from alignment.shell.entry import DECLARING, Entry, Kind, first_of_two, read_entry
from alignment.shell.session import Session
from alignment.shell.telling import tell
from alignment.source import SourceText

FLAGS = frozenset(option.name for option in OPTIONS if option.value is None)
VERBS = {
    command.name: command
    for command in table.COMMANDS
    if command.asks or command.name in ("stances", "contradictions", "diff", "compare", "report", "evaluate")
}
"""The commands of the command line that are typed in the shell without a colon."""

BARE = {"help": "help", "quit": "quit", "exit": "quit"}
"""What newcomers type; an atom of that name comes first."""

_ENTITY = re.compile(r'"([^"]*)"|\'([^\']*)\'|([^\s,]+)')


def execute(session: Session, text: str, console: Console) -> int | None:
    """Run one entry: the status of the last question in it, None if it asks nothing.

    Garbage is collected when the answer stands there. Raises AlignmentError, Leave, KeyboardInterrupt.
    """
    with collector_paused():
        return _executed(session, text, console)


def _executed(session: Session, text: str, console: Console) -> int | None:
    entry = read_entry(text, VERBS, FLAGS)
    word, _, rest = text.strip().rstrip(".").partition(" ")
    bare = BARE.get(word) if not rest or (word == "help" and rest.strip().isidentifier()) else None
    if entry.kind is Kind.NOTHING:
        return None
    if entry.kind is Kind.COMMAND:
        run_command(session, entry.word, entry.text, console)
        return None
    if bare and word not in session.kb.schema.relations:
        run_command(session, bare, rest.strip(), console)
        return None
    if entry.kind is not Kind.STATEMENTS:
        return _timed(session, entry, console)
    status = None
    for goal in tell(session, text, console):
        status = _timed(session, Entry(Kind.GOAL, goal), console)
    return status


def _timed(session: Session, entry: Entry, console: Console) -> int:
    began = time.perf_counter()
    try:
        return ask(session, entry, console)
    finally:
        if session.timing:
            console.note(f"{time.perf_counter() - began:.3f} s")


ASKED = {
    "query": asking.query,
    "why": asking.why,
    "whynot": asking.whynot,
    "linchpins": asking.linchpins,
    "timeline": asking.timeline,
}
"""What is asked of a goal or an atom, by verb."""


def ask(session: Session, entry: Entry, console: Console) -> int:
    """Ask a goal, or what a verb asks."""
    command = table.BY_NAME[entry.word or "query"]
    if not command.available:
        raise not_yet(f"`{command.name}`")
    form = session.options.format
    options = with_options(command, entry.options, session.options)
    if form == options.format and form not in command.formats:
        options.format = "table"  # a format set for answers says nothing of proofs
    word = None if entry.word else first_of_two(entry.text)
    if word is not None:
        raise _no_beginning(session, word)
    kb = session.kb if not entry.options else session.seen_with(options)
    if command.asks and not entry.text:
        asked = command.example.split("'")[1]
        raise usage(f"`{command.name}` needs something to ask", f"for example: {command.name} {asked}")
    if command.name in ASKED:
        return ASKED[command.name](kb, entry.text, options, console)
    if command.name == "compare":
        return asking.compare(kb, _atoms(entry.text), options, console)
    if command.name == "contradictions":
        return asking.contradictions(kb, options, console)
    if command.name == "diff":
        base = session.base
        if differing.TELLING.intersection(entry.options):  # then what is assumed is on both sides
            base, options.assume = assuming(base, options.assume), ()
        return differing.show(base, entry.text or None, options, console)
    return asking.stances(kb, _entities(session, entry.text), options, console)


def _atoms(text: str) -> list[str]:
    """The atoms of a line, separated by commas."""
    body, problems = parse_body(SourceText("<goal>", text))
    raise_any(problems)
    return [format_node(literal) for literal in body or ()]


def _no_beginning(session: Session, word: str) -> AlignmentError:
    """What to say of a line of words that is no goal."""
    schema = session.kb.schema
    if word in DECLARING or word in schema.types:
        near = nearest(word, VERBS, "`")
        return usage("this is no question, and a statement ends with a full stop", near)
    if word in schema.entities or fold(word) in schema.aliases:
        return usage(f"`{word}` begins neither a question nor a statement", f"for example: stances {word}")
    hint = nearest(word, (*VERBS, *DECLARING, *schema.types), "`")
    asked = "a question is a goal, or begins with why, whynot or stances"
    return usage(f"`{word}` begins neither a question nor a statement", hint or asked)


def _entities(session: Session, text: str) -> Sequence[str]:
    """Entities named in a line: `turkey china`, `"New Delhi"`, and without quotes `New Delhi` too."""
    if not text:
        return ()
    try:
        return (session.kb.entity(text.strip("\"' ")),)
    except AlignmentError:
        return [double or single or bare for double, single, bare in _ENTITY.findall(text)]
