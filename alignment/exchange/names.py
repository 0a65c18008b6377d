"""Names of relations and variables that a target system accepts, each once."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping

from alignment.engines.rewriting import occurrences
from alignment.program.model import Rule, Var

_OTHER = re.compile(r"[^A-Za-z0-9_]+")
_VARIABLE = re.compile(r"[A-Z](?:[A-Za-z0-9_]*[A-Za-z0-9])?")
"""What stays; writers keep names that end in `_` for themselves."""


def relation_names(names: Iterable[str], keep: Callable[[str], bool]) -> dict[str, str]:
    """A name for each relation: its own where `keep` allows it, else a plain one like it.

    `-supports` becomes `neg_supports`, `member@from` becomes `member_from`. Two names never differ in the
    case of letters alone, as files are named after them.
    """
    names = list(names)
    found = {name: name for name in names if keep(name)}
    taken = Counter(map(str.lower, found.values()))
    for name in [*found]:
        if taken[name.lower()] > 1:
            del found[name]
    used = {name.lower() for name in found.values()}
    for name in names:
        if name not in found:
            found[name] = _unused(plain_name(name), used, keep)
            used.add(found[name].lower())
    return found


def plain_name(name: str) -> str:
    """A name of ASCII letters, digits and `_` that begins with a small letter."""
    negative = name.startswith("-")
    plain = _OTHER.sub("_", name.lstrip("-@")).strip("_")
    if negative:
        plain = f"neg_{plain}"
    if not plain or not plain[0].isalpha():
        plain = f"r_{plain}" if plain else "r"
    return plain[0].lower() + plain[1:]


def _unused(name: str, used: set[str], keep: Callable[[str], bool]) -> str:
    candidate, number = name, 1
    while candidate.lower() in used or not keep(candidate):
        number += 1
        candidate = f"{name}_{number}"
    return candidate


def variable_names(rule: Rule) -> Mapping[str, str]:
    """A name for each variable of a rule; `_` for one that stands only once."""
    uses = Counter(arg.name for arg in rule.args if isinstance(arg, Var))
    for literal in rule.body:
        uses.update(occurrences(literal))
    found = {name: name for name in uses if _VARIABLE.fullmatch(name)}
    taken = set(found)
    for name in uses:
        if name not in found:
            plain = "V" + _OTHER.sub("", name).strip("_")
            number = 1
            while (new := plain if number == 1 else f"{plain}_{number}") in taken:
                number += 1
            found[name] = new
            taken.add(new)
    return {name: new if uses[name] > 1 else "_" for name, new in found.items()}


def remark(text: str | None) -> str:
    """A text as part of a comment of one line."""
    return " ".join("".join(char if char.isprintable() else " " for char in text or "").split())
