"""The commands that show what a base knows of: its relations, and their rules."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable

from alignment.checks.model import Relation, Schema
from alignment.commands import asking
from alignment.commands.checking import counted
from alignment.commands.console import Console, Status
from alignment.commands.convert import nearest, usage
from alignment.language import tree
from alignment.language.printer import format_node
from alignment.problems import AlignmentError, Problem
from alignment.shell.session import Session

KINDS = {
    "relation": "Relations (hold during a period)",
    "derived": "Concluded by rules",
    "event": "Events (happen on a day)",
    "stance": "Stances (concluded by rules, shown by `stances`)",
    "undeclared": "Not declared",
}


def schema(session: Session, argument: str, console: Console) -> int:
    """All relations, or one of them with its sentence, its rules and how many rows it has now."""
    known = session.kb.schema
    if argument:
        console.result(_one(session, _relation(known, argument)))
        return Status.YES
    width = console.width or 100
    counts = {name: sum(name in entity.types for entity in known.entities.values()) for name in known.types}
    types = ", ".join(f"{name} ({number})" if number else name for name, number in counts.items())
    parts = ["Types", *_wrapped(types, width)] if types else []
    heads = {rule.head.predicate for rule in session.kb.checked.rules}
    by_kind: dict[str, list[str]] = {}
    for relation in known.relations.values():
        derived = relation.kind == "relation" and relation.name in heads
        by_kind.setdefault("derived" if derived else relation.kind, []).append(shape(relation))
    for kind, title in KINDS.items():
        if kind in by_kind:
            parts += [title, *_wrapped("; ".join(sorted(by_kind[kind])), width)]
    if known.sources:
        parts += ["Sources", *_wrapped(", ".join(sorted(known.sources)), width)]
    console.result("\n".join(parts) if parts else "nothing is declared")
    return Status.YES


def rules(session: Session, argument: str, console: Console) -> int:
    """The rules that conclude a relation, or all rules, each with its place."""
    checked = session.kb.checked
    name = _relation(session.kb.schema, argument).name if argument else None
    found = [rule for rule in checked.rules if name is None or rule.head.predicate == name]
    if not found:
        console.note(f"no rule concludes {name}: it is reported" if name else "there are no rules")
        return Status.NO
    console.result("\n\n".join(_rule(rule) for rule in found))
    return Status.YES


def explain_plan(session: Session, argument: str, console: Console) -> int:
    """How a goal is evaluated: each stratum, what it is evaluated with, and why."""
    if not argument:
        raise usage(":explain-plan needs a goal", "for example: :explain-plan supports(X, russia)")
    return asking.explain_plan(session.kb, argument.removeprefix("?-").strip().removesuffix("."), console)


def shape(relation: Relation) -> str:
    """`member(country, organisation)`."""
    words = (parameter.name or parameter.type for parameter in relation.parameters)
    return f"{relation.name}({', '.join(words)})" if relation.arity else relation.name


def _one(session: Session, relation: Relation) -> str:
    kb = session.kb
    typed = ", ".join(
        parameter.type if parameter.name in ("", parameter.type) else f"{parameter.name}: {parameter.type}"
        for parameter in relation.parameters
    )
    lines = [f"{relation.kind} {relation.name}({typed})"]
    if relation.template:
        lines.append(f'    "{relation.template}"')
    if relation.doc:
        lines.append(textwrap.indent(relation.doc, "    "))
    own = sum(rule.head.predicate == relation.name for rule in kb.checked.rules)
    count = f"{counted(kb.count(relation.name), 'row')} now"
    lines.append(f"    {count}, {counted(own, 'rule')}" + (f" (:rules {relation.name})" if own else ""))
    denied = kb.count(f"-{relation.name}")
    if denied:
        lines.append(f"    {denied} denied")
    return "\n".join(lines)


def _rule(rule: tree.Rule) -> str:
    place = f"% {rule.file}:{rule.line}\n" if rule.span else ""
    return place + format_node(rule)


def _relation(known: Schema, name: str) -> Relation:
    bare = name.removeprefix("-").split("(")[0].split("/")[0].strip()
    if bare not in known.relations:
        hint = nearest(bare, known.relations) or ":schema lists all"
        raise AlignmentError(Problem("unknown-relation", None, f"there is no relation '{bare}'", hint))
    return known.relations[bare]


def _wrapped(text: str, width: int) -> Iterable[str]:
    """A text in lines; names with their arguments are not broken."""
    whole = text.replace(", ", ",\N{NO-BREAK SPACE}") if ";" in text else text
    lines = textwrap.wrap(whole, width, initial_indent="  ", subsequent_indent="  ", break_long_words=False)
    return [line.replace("\N{NO-BREAK SPACE}", " ") for line in lines]
