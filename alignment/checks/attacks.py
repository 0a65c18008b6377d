"""Which relations rest on defaults, and which rules for a contrary may attack what they conclude."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence

from alignment.checks.context import Context
from alignment.checks.edges import Edge
from alignment.graph import reachable
from alignment.language import tree


def contrary_relations(context: Context) -> Mapping[str, frozenset[str]]:
    """For each relation those that may contradict it: its strong negation, and what `exclusive` names with it."""
    found: dict[str, set[str]] = {}
    for name in context.reported | context.derived:
        if name.startswith("-"):
            found.setdefault(name, set()).add(name[1:])
            found.setdefault(name[1:], set()).add(name)
    for exclusion in context.base.exclusions:
        for left, right in itertools.combinations(exclusion.atoms, 2):
            found.setdefault(left.relation, set()).add(right.relation)
            found.setdefault(right.relation, set()).add(left.relation)
    return {name: frozenset(others) for name, others in found.items()}


def resting_on_defaults(rules: Iterable[tree.Rule], edges: Iterable[Edge]) -> frozenset[str]:
    """The relations that defaults conclude, and all that depend on these; `edges` are those of the rules."""
    readers: dict[str, set[str]] = {}
    for edge in edges:
        readers.setdefault(edge.needs, set()).add(edge.head)
    concluded = {rule.head.relation for rule in rules if rule.default}
    return frozenset(concluded | reachable(readers, concluded))


def attack_edges(context: Context, edges: Sequence[Edge]) -> list[Edge]:
    """What conclusions depend on because a rule for a contrary could overrule them: what that rule depends on."""
    rules = context.base.rules
    resting = resting_on_defaults(rules, edges)
    contrary = contrary_relations(context) if resting else {}
    attacking: dict[str, list[Edge]] = {}
    for edge in edges:
        if edge.rule.default or edge.head in resting:
            attacking.setdefault(edge.head, []).append(edge)
    return [
        Edge(name, edge.needs, edge.how, edge.rule, attack=True)
        for name in resting
        for other in sorted(contrary.get(name, ()))
        for edge in attacking.get(other, ())
    ]
