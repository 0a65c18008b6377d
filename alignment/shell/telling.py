"""A text that ends in a full stop: what of it is told to the base, and what is asked after all.

A ground atom is told. An atom with a variable and no body can be no fact, and a conjunction can be no
statement: who types these with a full stop means a question, as at a Prolog prompt.
"""

from __future__ import annotations

from collections.abc import Sequence

from alignment.commands.bases import new_warnings
from alignment.commands.console import Console
from alignment.language import tree
from alignment.language.parser import parse, parse_body
from alignment.problems import AlignmentError, Problem
from alignment.shell.content import shortened
from alignment.shell.session import Session
from alignment.source import SourceText

HINT = "(:undo takes it back; to ask instead, leave out the full stop)"


def tell(session: Session, text: str, console: Console) -> list[str]:
    """Add the statements of a text, and return the goals in it. Raises AlignmentError."""
    told, goals, problems = read_statements(text)
    if problems:
        raise AlignmentError(problems)
    if told:
        before = session.base.copy()
        session.tell(told)
        hint = "" if session.hinted or not told.rstrip().endswith(").") else f"  {HINT}"
        session.hinted = session.hinted or bool(hint)
        console.note(f"added: {shortened(told)}{hint}")
        console.problems(new_warnings(before, session.base))
    return goals


def read_statements(text: str) -> tuple[str, list[str], Sequence[Problem]]:
    """What a text tells, the goals that it asks, and what is wrong with it."""
    source = SourceText("<input>", text)
    file, problems = parse(source)
    if problems:
        goal = text.strip().removesuffix(".")
        return ("", [], problems) if parse_body(SourceText("<goal>", goal))[1] else ("", [goal], [])
    told, goals = [], []
    for statement in file.statements:
        written = statement.span.text if statement.span else ""
        if isinstance(statement, tree.Query):
            goals.append(written.strip().removeprefix("?-").strip().removesuffix("."))
        elif _asks(statement):
            goals.append(written.strip().removesuffix("."))
        else:
            told.append(written)
    return (text if not goals else "\n".join(told)), goals, []


def _asks(statement: tree.Statement) -> bool:
    """Whether a statement is an atom with a variable, in it or in what is said of its evidence."""
    if isinstance(statement, tree.Fact):
        return _open(statement.atom) or any(_variable(one) for one in statement.annotations)
    if isinstance(statement, tree.Rule) and not statement.body and not statement.label:
        return _open(statement.head)
    return False


def _variable(annotation: tree.Annotation) -> bool:
    parts = (getattr(annotation, name, None) for name in ("source", "date", "start", "end", "value"))
    return any(isinstance(part, tree.Variable) for part in parts)


def _open(atom: tree.Atom) -> bool:
    return any(isinstance(arg, tree.Variable) for arg in atom.args)
