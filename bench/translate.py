"""The rules of bench/ in the languages of other systems.

The rule files keep to a core: atoms, `not`, comparisons, and `N = #count{ V : atom }`. clingo reads it as it
stands; for Prolog and Soufflé some tokens differ, and Soufflé wants declarations. Relations and constants
of the rules are lower-case words or numbers.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ATOM = re.compile(r"\b([a-z]\w*)\(([^()]*)\)")
COUNT = re.compile(r"(\w+) = #count\{ ([\w, ]+?) : ([^}]*?) \}")


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule as text: its head atom and its body, which is empty for a fact."""

    head: str
    body: str

    @property
    def defines(self) -> str:
        return self.head.partition("(")[0]

    @property
    def uses(self) -> list[tuple[str, list[str]]]:
        """The atoms of the body."""
        return atoms(self.body)


def atoms(text: str) -> list[tuple[str, list[str]]]:
    """Relation and arguments of each atom, in order."""
    return [(name, [part.strip() for part in inside.split(",")]) for name, inside in ATOM.findall(text)]


def rules_of(text: str) -> list[Rule]:
    """The rules of a file; comments are dropped."""
    plain = re.sub(r"%.*", "", text)
    statements = [" ".join(part.split()) for part in re.split(r"\.\s", plain + "\n")]
    return [Rule(*(s.partition(" :- ")[::2])) for s in statements if s]


def recursive(rules: Sequence[Rule]) -> set[str]:
    """The relations that depend on themselves."""
    below: dict[str, set[str]] = {}
    for rule in rules:
        below.setdefault(rule.defines, set()).update(name for name, _ in rule.uses)
    grown = True
    while grown:
        grown = False
        for reached in below.values():
            more = set().union(*(below.get(name, set()) for name in reached)) - reached
            reached.update(more)
            grown = grown or bool(more)
    return {name for name, reached in below.items() if name in reached}


def needed(rules: Sequence[Rule], relation: str) -> list[Rule]:
    """The rules that the relation depends on."""
    found, waiting = {relation}, [relation]
    while waiting:
        name = waiting.pop()
        for rule in rules:
            if rule.defines == name:
                new = {used for used, _ in rule.uses} - found
                found |= new
                waiting += new
    return [rule for rule in rules if rule.defines in found]


def to_prolog(rules: Sequence[Rule], goal: str, facts: Path, answers: Path) -> str:
    """A program that loads the facts, and writes the distinct answers to a file when `main` is called."""
    name, variables = atoms(goal)[0]
    arities = {rule.defines: len(atoms(rule.head)[0][1]) for rule in rules}
    lines = [f":- consult('{facts}')."]
    reported = {(n, len(arguments)) for rule in rules for n, arguments in rule.uses if n not in arities}
    lines += [f":- current_predicate({n}/{arity}) -> true ; dynamic({n}/{arity})." for n, arity in sorted(reported)]
    lines += [f":- table {relation}/{arities[relation]}." for relation in sorted(recursive(rules))]
    lines += [f":- discontiguous {relation}/{arity}." for relation, arity in sorted(arities.items())]
    for rule in rules:
        body = COUNT.sub(_prolog_count, rule.body)
        body = re.sub(r"\bnot ", r"\\+ ", body).replace("!=", r"\==")
        lines.append(f"{rule.head} :- {body}." if body else f"{rule.head}.")
    row = "[" + ", ".join(variables) + "]"
    lines += [
        f"main :- findall({row}, {name}({', '.join(variables)}), Found), sort(Found, Rows),",
        f"    open('{answers}', write, Out),",
        "    write_rows_(Rows, Out), close(Out).",
        "write_rows_([], _).",  # not with member/2, which a world may define
        "write_rows_([Row | Rows], Out) :-",
        "    atomic_list_concat(Row, '\\t', Line), write(Out, Line), nl(Out), write_rows_(Rows, Out).",
    ]
    return "\n".join(lines) + "\n"


def _prolog_count(match: re.Match[str]) -> str:
    number, counted, body = match.groups()
    every, each = f"Every{number}", f"Each{number}"
    return f"findall([{counted}], ({body}), {every}), sort({every}, {each}), length({each}, {number})"


def to_souffle(rules: Sequence[Rule], goal: str, reported: Mapping[str, Sequence[str]]) -> str:
    """A program that reads `RELATION.facts` and writes `GOAL.csv`, both tab-separated."""
    kinds = _kinds(rules, reported)
    asked = atoms(goal)[0][0]
    read = {name for rule in rules for name, _ in rule.uses if name in reported} | ({asked} & set(reported))
    lines = []
    for name, columns in kinds.items():
        if name in read or name not in reported:
            declared = ", ".join(f"a{i}: {kind}" for i, kind in enumerate(columns))
            lines.append(f".decl {name}({declared})")
    lines += [f".input {name}" for name in sorted(read)]
    for rule in rules:
        body = COUNT.sub(r"\1 = count : { \3 }", rule.body)
        body = re.sub(r"\bnot ", "!", body).replace("=<", "<=")
        clause = f"{rule.head} :- {body}." if body else f"{rule.head}."
        lines.append(ATOM.sub(_souffle_atom, clause))
    return "\n".join([*lines, f".output {asked}"]) + "\n"


def _souffle_atom(match: re.Match[str]) -> str:
    """Symbols are quoted there."""
    arguments = [part.strip() for part in match[2].split(",")]
    return match[1] + "(" + ", ".join(f'"{a}"' if a[:1].islower() else a for a in arguments) + ")"


def _kinds(rules: Sequence[Rule], reported: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """The kind of each column of each relation, from the reported ones through the variables of rules."""
    kinds = {name: list(columns) for name, columns in reported.items()}
    for _ in rules:
        for rule in rules:
            seen = {match[1]: "number" for match in COUNT.finditer(rule.body)}
            for name, arguments in rule.uses:
                seen.update(zip(arguments, kinds.get(name, ()), strict=False))
            name, arguments = atoms(rule.head)[0]
            if name not in kinds and all(argument in seen for argument in arguments):
                kinds[name] = [seen[argument] for argument in arguments]
    return kinds
