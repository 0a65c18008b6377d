"""Rules that go round through `not`, as defaults for contrary conclusions may: well-founded semantics.

Each relation behind such a circle, or above one, becomes two: what is true, and what is possible, that is,
not false. Before: `p(X) :- q(X), not r(X).`
After:  `p(X) :- q(X), not r.possible(X).`  `p.possible(X) :- q.possible(X), not r(X).`

What is true follows from what is impossible, what is possible from what is not yet true; in a circle the
two are evaluated in turn until nothing changes (`engines/alternating.py`). After Van Gelder, Ross and
Schlipf (1991) and, for the doubled program, Kemp, Srivastava and Stuckey (1995). Above the circles the doubled
program is stratified. What is possible and not true is undecided: it is not concluded.

An aggregate has no value where something is undecided of what it would look at.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from alignment.graph import reachable, reversed_edges, strong_components
from alignment.language import tree
from alignment.program.lower import Lowered
from alignment.program.model import (
    POSSIBLE,
    Aggregation,
    BodyLiteral,
    Candidate,
    Evidence,
    Negative,
    Positive,
    Rule,
    Var,
)

REPORTED, UNDECIDED = "{}@", "{}.undecided"


def doubled(lowered: Lowered, below: Mapping[str, str]) -> tuple[Lowered, Mapping[str, str]]:
    """The rules, those doubled of which something may be undecided; and what is possible of each relation.

    `below` are the relations with two versions that the rules read and do not define.
    """
    open_ = _open(lowered.rules, below)
    if not open_:
        return lowered, below
    possible = {**below, **{name: name + POSSIBLE for name in open_}}
    out = Lowered([], dict(lowered.evidence))
    for rule in lowered.rules:
        if rule.head in open_:
            out.rules += _both(rule, possible)
        else:
            out.rules.append(rule)
    firsts = {rule.head: rule for rule in reversed(lowered.rules) if rule.head in open_}
    for name, rule in firsts.items():
        if isinstance(rule.origin, tree.Rule) and rule.origin.head.relation == name:
            reported = REPORTED.format(name)
            out.evidence[reported] = Evidence(name, ())
            args = _any(len(rule.args))
            out.rules.append(Rule(possible[name], args, (Positive(reported, args),), rule.origin, made=True))
    out.rules += _undecided(lowered.rules, possible, firsts)
    return out, possible


def _open(rules: Sequence[Rule], below: Mapping[str, str]) -> frozenset[str]:
    """The heads that depend on their own absence, or on a relation of which something may be undecided."""
    graph: dict[str, list[str]] = {}
    for rule in rules:
        graph.setdefault(rule.head, []).extend(rule.reads)
    home = {name: i for i, names in enumerate(strong_components(graph)) for name in names}
    found = {
        rule.head
        for rule in rules
        for literal in rule.body
        if isinstance(literal, Negative) and home[rule.head] == home[literal.relation]
    }
    circles = {home[name] for name in found}
    own = {name for name in graph if home[name] in circles}
    return frozenset(own | reachable(reversed_edges(graph), [*own, *below]))


def _both(rule: Rule, possible: Mapping[str, str]) -> Iterator[Rule]:
    """The rule for what is true and the one for what is possible."""
    body: list[BodyLiteral] = []
    maybe: list[BodyLiteral] = []
    for literal in rule.body:
        match literal:
            case Candidate(relation=name) if name in possible:
                body.append(replace(literal, relation=possible[name]))
                maybe.append(replace(literal, relation=possible[name]))
            case Positive(relation=name) if name in possible:
                body.append(literal)
                maybe.append(replace(literal, relation=possible[name]))
            case Negative(relation=name) if name in possible:
                body.append(replace(literal, relation=possible[name]))
                maybe.append(literal)
            case Aggregation(relation=name) if name in possible:
                decided = Negative(UNDECIDED.format(name), literal.group, literal.origin)
                body += [literal, decided]
                maybe += [literal, decided]
            case _:
                body.append(literal)
                maybe.append(literal)
    yield replace(rule, body=tuple(body))
    yield replace(rule, head=possible[rule.head], body=tuple(maybe), made=True)


def _undecided(
    rules: Iterable[Rule], possible: Mapping[str, str], firsts: Mapping[str, Rule]
) -> Iterator[Rule]:
    """The groups in which an aggregate would look at something undecided."""
    aggregations = (literal for rule in rules for literal in rule.body if isinstance(literal, Aggregation))
    for name, groups in {one.relation: len(one.group) for one in aggregations if one.relation in firsts}.items():
        args = _any(len(firsts[name].args))
        body = (Positive(possible[name], args), Negative(name, args))
        yield Rule(UNDECIDED.format(name), args[:groups], body, firsts[name].origin, made=True)


def _any(columns: int) -> tuple[Var, ...]:
    return tuple(Var(f"#{i}") for i in range(columns))
