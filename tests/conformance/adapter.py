"""Core cases of the package datalog-conformance, put into our language by rules of thumb that need no thought.

Their rules come from Soufflé, Nemo and Crepe: predicates may begin with a capital, variables with a small
letter, and a variable may stand only under `not`. Predicates are quoted, variables capitalised, texts kept;
a variable that stands once under `not` and nowhere else becomes `_`, one that stands there more often gets a
relation of its own.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

import yaml

TOKEN = re.compile(r'\s*("(?:[^"\\]|\\.)*"|:-|[<>!=]=?|[A-Za-z_]\w*|\d+(?:\.\d+)?|.)', re.DOTALL)
FOLDERS = ("basic", "recursion", "negation", "errors")
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""20 MB of cases: libyaml reads them eight times as fast."""
CODES = {
    "arity_mismatch": "arity",
    "cyclic_negation": "unstratified",
    "unbound_variable": "unsafe",
    "safety_violations": "unsafe",
    "SafetyViolationError": "unsafe",
}
CANNOT_BE_STATED: dict[str, str] = {}
"""Cases by name that the translation does not reach, with the reason. Empty is the aim."""


@dataclass(frozen=True)
class Case:
    """One case: the program in our language, and the rows or the problem code expected."""

    name: str
    text: str
    rows: dict[str, set[tuple[Any, ...]]]
    code: str | None


def cases() -> Iterator[Case]:
    """Every core case of the package."""
    root = files("datalog_conformance") / "_tests"
    for folder in FOLDERS:
        for path in sorted((root / folder).iterdir(), key=lambda path: path.name):
            raw = yaml.load(path.read_text(encoding="utf-8"), LOADER)  # noqa: S506  # a safe loader
            for case in raw.get("tests", [raw]):
                yield _case(case)


def _case(raw: dict[str, Any]) -> Case:
    program = raw["program"]
    lines = [f"{quoted(name)}{arguments(row)}." for name, rows in program.get("facts", {}).items() for row in rows]
    lines += [line for rule in program.get("rules", []) for line in translated(rule, hide="expect_error" not in raw)]
    lines += declared(lines)
    expected = {name: {tuple(row) for row in rows or ()} for name, rows in (raw.get("expect") or {}).items()}
    error = raw.get("expect_error")
    return Case(raw["name"], "\n".join(lines), expected, CODES[error] if error else None)


def quoted(name: str) -> str:
    """A predicate name, in quotes where it would be read as a variable."""
    return f"'{name}'" if name[0].isupper() else name


def arguments(row: list[Any]) -> str:
    """A row of a fact: names are texts, as in the rules."""
    return "(" + ", ".join(f'"{value}"' if isinstance(value, str) else str(value) for value in row) + ")"


def declared(lines: list[str]) -> list[str]:
    """Relations that are asked for and have no fact or rule: elsewhere they are empty, here they are declared."""
    atom = re.compile(r"('?[A-Za-z_]\w*'?) ?\(([^()]*)\)")
    filled = {found[1] for line in lines if (found := atom.match(line))}
    asked = {found[1]: found[2].count(",") + 1 for line in lines for found in atom.finditer(line)}
    return [
        f"relation {name}({', '.join(f'a{i}: any' for i in range(arity))})."
        for name, arity in asked.items()
        if name not in filled
    ]


def translated(rule: str, *, hide: bool) -> list[str]:
    """A rule in our language; with `hide`, variables that stand only under `not` get what they need."""
    tokens = [token for token in TOKEN.findall(rule.rstrip(". \n")) if token.strip()]
    words = [
        quoted(token) if following == "(" else variable(token)
        for token, following in zip(tokens, [*tokens[1:], ""], strict=True)
    ]
    head, _, body = " ".join(words).partition(" :- ")
    literals = split(body)
    counts = Counter(re.findall(r"\b[A-Z]\w*", " , ".join([head, *[text for text in literals if text[:4] != "not "]])))
    extra: list[str] = []
    for i, literal in enumerate(literals):
        if hide and literal.startswith("not "):
            literals[i], more = negated(literal[4:], counts, f"aux_{abs(hash(rule)) % 10**8}_{i}")
            extra += more
    return [f"{head} :- {', '.join(literals)}." if literals else f"{head}.", *extra]


def variable(token: str) -> str:
    """A variable begins with a capital; what is no name stays."""
    return "V_" + token if re.fullmatch(r"[a-z]\w*", token) and token != "not" else token


def split(body: str) -> list[str]:
    """The literals of a body: commas outside brackets. Brackets around a comparison fall away."""
    parts, depth, last = [], 0, 0
    for i, sign in enumerate(body):
        depth += (sign == "(") - (sign == ")")
        if sign == "," and depth == 0:
            parts.append(body[last:i])
            last = i + 1
    parts.append(body[last:])
    stripped = [part.strip() for part in parts if part.strip()]
    return [part[1:-1].strip() if part.startswith("(") and part.endswith(")") else part for part in stripped]


def negated(atom: str, bound: Counter[str], name: str) -> tuple[str, list[str]]:
    """A negated literal whose own variables are `_`, or belong to a relation that hides them."""
    own = Counter(word for word in re.findall(r"\b[A-Z]\w*(?!')", atom) if word not in bound)
    if atom.startswith("'"):
        own.pop(atom[1 : atom.index("'", 1)], None)
    if all(count == 1 for count in own.values()):
        for word in own:
            atom = re.sub(rf"\b{word}\b", "_", atom)
        return f"not {atom}", []
    shared = sorted({word for word in re.findall(r"\b[A-Z]\w*", atom) if word in bound})
    return f"not {name}({', '.join(shared)})", [f"{name}({', '.join(shared)}) :- {atom}."]
