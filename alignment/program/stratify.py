"""Plain rules to a program: strong components of the relations, each after those it reads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from alignment.graph import strong_components
from alignment.program.lower import Lowered
from alignment.program.model import Negative, Program, Rule, Stratum
from alignment.program.wellfounded import doubled


def stratify(lowered: Lowered) -> Program:
    """The program of rules that are known to be stratified, or to go round through defaults alone."""
    return _with_rules(Program(), lowered)


def with_goal(program: Program, goal: Lowered) -> Program:
    """The program with the rules of a goal, which no rule of the program reads, on top."""
    return _with_rules(program, goal)


def _with_rules(program: Program, added: Lowered) -> Program:
    added, possible = doubled(added, program.possible)
    strata = (*program.strata, *strata_of(added.rules))
    stratum_of = {relation: i for i, stratum in enumerate(strata) for relation in stratum.relations}
    evidence = {**program.evidence, **added.evidence}
    return replace(program, strata=strata, evidence=evidence, stratum_of=stratum_of, possible=possible)


def strata_of(rules: Iterable[Rule]) -> list[Stratum]:
    """The strata of rules, each after those that it reads."""
    heads: dict[str, list[Rule]] = {}
    for rule in rules:
        heads.setdefault(rule.head, []).append(rule)
    reads = {head: _reads(of_head, heads) for head, of_head in heads.items()}
    components = map(sorted, strong_components(reads))
    return [_stratum(tuple(names), [rule for name in names for rule in heads[name]]) for names in components]


def _stratum(members: tuple[str, ...], rules: Sequence[Rule]) -> Stratum:
    recursive = any(name in members for rule in rules for name in rule.reads)
    denied = (one.relation for rule in rules for one in rule.body if isinstance(one, Negative))
    return Stratum(members, tuple(rules), recursive, alternating=any(name in members for name in denied))


def _reads(rules: Sequence[Rule], heads: Mapping[str, object]) -> tuple[str, ...]:
    """The relations with rules of their own that the rules read, in order."""
    read = (relation for rule in rules for relation in rule.reads)
    return tuple(dict.fromkeys(relation for relation in read if relation in heads))
