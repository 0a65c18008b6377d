"""Preferences: their labels make an order, and each decides between rules that may contradict each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise, product

from alignment.checks.attacks import contrary_relations, resting_on_defaults
from alignment.checks.context import Context
from alignment.checks.edges import rule_edges
from alignment.checks.lint import warning
from alignment.graph import reachable, reversed_edges, shortest_path, strong_components
from alignment.problems import Note, Problem


def check_preferences(context: Context) -> Iterator[Problem]:
    """Preferences that go round in a circle, and those that never decide anything."""
    weaker: dict[str, list[str]] = {}
    for one in context.base.preferences:
        weaker.setdefault(one.stronger.name, []).append(one.weaker.name)
    circles = [
        circle for names in strong_components(weaker) if (circle := shortest_path(weaker, min(names), min(names)))
    ]
    for circle in circles:
        yield _circle(context, circle)
    if weaker and not circles:
        yield from _idle(context, weaker)


def _circle(context: Context, circle: list[str]) -> Problem:
    places = [
        next(one for one in context.base.preferences if (one.stronger.name, one.weaker.name) == pair)
        for pair in pairwise(circle)
    ]
    message = f"preferences go round in a circle: {' over '.join(circle)}"
    notes = tuple(Note(one.span, "and so on") for one in places[1:] if one.span)
    return Problem("cycle-in-prefer", places[0].span, message, "take one of them out", notes=notes)


def _idle(context: Context, weaker: Mapping[str, list[str]]) -> Iterator[Problem]:
    """A preference that decides nothing, neither alone nor as a step between others."""
    rules = {rule.label: rule for rule in context.base.rules if rule.label}
    stronger = reversed_edges(weaker)
    contrary = contrary_relations(context)
    resting = resting_on_defaults(context.base.rules, rule_edges(context.base.rules))
    for one in context.base.preferences:
        first, second = one.stronger.name, one.weaker.name
        if first not in rules or second not in rules:
            continue  # told as an unknown label
        above = {first, *reachable(stronger, [first])} & rules.keys()
        below = {second, *reachable(weaker, [second])} & rules.keys()
        relation = {label: rules[label].head.relation for label in above | below}
        opposed = {b for a, b in product(above, below) if relation[b] in contrary.get(relation[a], ())}
        if not opposed:
            heads = sorted({relation[first], relation[second]})
            said = "never contradict each other" if heads[1:] else "is what both rules conclude"
            message = f"this preference decides nothing: {' and '.join(heads)} {said}"
            hint = "say what excludes what with `exclusive`, or take the preference out"
            yield warning("idle-preference", one, message, hint)
        elif not any(relation[label] in resting for label in opposed):
            sure = min(opposed)
            message = f"this preference decides nothing: {sure} is no default and rests on none, so it never yields"
            hint = f"write `normally` before {sure}, or take the preference out"
            yield warning("idle-preference", one, message, hint)
