"""Defeasible cases of the package datalog-conformance, put into our language.

`~p` is `-p`, a defeasible rule is `normally`, superiority is `prefer`. A defeater, a rule that only stands in the
way, has no form of its own in the language: it concludes a relation that `exclusive` sets against what it
attacks. What holds definitely is what holds of the theory without its defeasible rules and defeaters.
Theories with strict rules alone are the core cases once more, and are written as those are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, TypeAlias

import yaml

from tests.conformance.adapter import LOADER, arguments, declared, quoted, translated

Section: TypeAlias = Mapping[str, set[tuple[Any, ...]]]
STRICT_ONLY = "strict_only"
RUN_AS_CORE_CASES = ("example_lubm", "example_hmmer")
"""20 MB of strict theories that are, fact by fact, core cases of the same names. Those are run."""

OTHER_SEMANTICS = {
    "bozzato_example1_bob_exception": "the more specific rule wins there by itself; here `prefer` has to say so",
}
"""Cases by name that expect what defeasible logic after Antoniou et al. (2001) does not conclude, with the reason."""


@dataclass(frozen=True)
class TheoryCase:
    """One theory in our language, its strict part, and the rows expected in each section."""

    name: str
    text: str
    strict: str
    sections: Mapping[str, Section]


def theory_cases() -> Iterator[TheoryCase]:
    """Every case that says what holds under ambiguity blocking."""
    root = files("datalog_conformance") / "_tests" / "defeasible"
    for folder in sorted(root.iterdir(), key=lambda path: path.name):
        for path in sorted(folder.iterdir(), key=lambda path: path.name) if folder.is_dir() else ():
            if any(name in path.name for name in RUN_AS_CORE_CASES):
                continue
            raw = yaml.load(path.read_text(encoding="utf-8"), LOADER)  # noqa: S506  # a safe loader
            for case in raw.get("tests", [raw]):
                expected = case.get("expect") or case.get("expect_per_policy", {}).get("blocking")
                if expected is not None:
                    yield _case(case, expected, plain=folder.name == STRICT_ONLY)


def _case(raw: dict[str, Any], expected: dict[str, Any], *, plain: bool) -> TheoryCase:
    theory = raw["theory"]
    facts = [f"{_name(name)}{_row(row)}." for name, rows in theory["facts"].items() for row in rows]
    if plain:
        rules = [f"{rule['head']} :- {', '.join(rule['body'])}" for rule in theory["strict_rules"]]
        strict = [*facts, *(line for rule in rules for line in translated(rule, hide=True))]
        defeasible: list[str] = []
    else:
        strict = [*facts, *(_rule(rule) for rule in theory["strict_rules"])]
        defeasible = [f"normally {_rule(rule)}" for rule in theory["defeasible_rules"]]
        defeasible += [line for rule in theory["defeaters"] for line in _defeater(rule)]
        defeasible += [f"prefer {one} over {other}." for one, other in theory["superiority"]]
        defeasible += [f"exclusive {_atom(one)}, {_atom(other)}." for one, other in theory.get("conflicts", ()) if not _denies(one, other)]
    sections = {
        section: {name: {tuple(row) for row in rows} for name, rows in found.items()} for section, found in expected.items()
    }
    lines = [*strict, *defeasible]
    missing = _missing(lines) if not plain else declared(lines)
    return TheoryCase(raw["name"], "\n".join([*lines, *missing]), "\n".join([*strict, *missing]), sections)


def _denies(one: str, other: str) -> bool:
    return one.removeprefix("~") == other.removeprefix("~") and one != other


def _name(name: str) -> str:
    sign, bare = ("-", name[1:]) if name.startswith("~") else ("", name)
    return sign + (f"'{bare}'" if ":" in bare else quoted(bare))


def _row(row: list[Any]) -> str:
    return arguments(row) if row else ""


def _atom(atom: str) -> str:
    name, bracket, rest = atom.partition("(")
    return _name(name.strip()) + bracket + rest


def _rule(rule: dict[str, Any], head: str | None = None) -> str:
    body = ", ".join(_atom(literal) for literal in rule["body"])
    return f"{rule['id']}: {head or _atom(rule['head'])}{f' :- {body}' if body else ''}."


def _defeater(rule: dict[str, Any]) -> list[str]:
    """A default for a relation of its own, which excludes the contrary of the defeater's head."""
    head = rule["head"]
    against = _atom(head[1:] if head.startswith("~") else f"~{head}")
    own = f"defeater_{rule['id']}{head[head.index('('):] if '(' in head else ''}"
    return [f"normally {_rule(rule, own)}", f"exclusive {against}, {own}."]


def _missing(lines: Iterable[str]) -> list[str]:
    """Declarations of relations that are asked for and never given."""
    atom = re.compile(r"('[^']+'|[A-Za-z_]\w*)(?:\(([^()]*)\))?")
    given, asked = set(), {}
    for line in lines:
        bare = re.sub(r"^(normally )?(\w+: )?-?", "", line)
        if bare.startswith(("prefer ", "exclusive ")):
            continue
        head, _, body = bare.rstrip(".").partition(" :- ")
        given.add(head.lstrip("-").split("(")[0])
        for found in atom.finditer(body):
            if not (len(found[1]) == 1 and found[1].isupper()):
                asked[found[1]] = len(found[2].split(",")) if found[2] else 0
    return [f"relation {name}({', '.join(f'a{i}: any' for i in range(n))})." for name, n in asked.items() if name not in given]
