"""Plain rules to a program: strong components of the relations, each after those it reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from alignment.graph import strong_components
from alignment.program.lower import Lowered
from alignment.program.model import Program, Rule, Stratum


def stratify(lowered: Lowered) -> Program:
    """The program of rules that are known to be stratified."""
    return _with_rules(Program(), lowered)


def with_goal(program: Program, goal: Lowered) -> Program:
    """The program with the rules of a goal, which no rule of the program reads, on top."""
    return _with_rules(program, goal)


def _with_rules(program: Program, added: Lowered) -> Program:
    heads: dict[str, list[Rule]] = {}
    for rule in added.rules:
        heads.setdefault(rule.head, []).append(rule)
    reads = {head: _reads(of_head, heads) for head, of_head in heads.items()}
    strata = list(program.strata)
    for component in strong_components(reads):
        members = tuple(sorted(component))
        recursive = len(members) > 1 or members[0] in reads[members[0]]
        own_rules = tuple(rule for member in members for rule in heads[member])
        strata.append(Stratum(members, own_rules, recursive))
    stratum_of = {relation: i for i, stratum in enumerate(strata) for relation in stratum.relations}
    evidence = {**program.evidence, **added.evidence}
    return replace(program, strata=tuple(strata), evidence=evidence, stratum_of=stratum_of)


def _reads(rules: Sequence[Rule], heads: Mapping[str, object]) -> tuple[str, ...]:
    """The relations with rules of their own that the rules read, in order."""
    read = (relation for rule in rules for relation in rule.reads)
    return tuple(dict.fromkeys(relation for relation in read if relation in heads))
