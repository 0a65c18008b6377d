"""Stratification: no relation may depend on its own absence, or on an aggregate over itself.

Circles that only arise because defaults for contrary conclusions attack each other are no mistake: they have
the well-founded semantics. An aggregate within such a circle would have none.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import pairwise

from alignment.checks.attacks import attack_edges
from alignment.checks.context import Context
from alignment.checks.edges import AGGREGATE, NOT, Edge, rule_edges
from alignment.graph import shortest_path, strong_components
from alignment.problems import Note, Problem


def check_strata(context: Context) -> Iterator[Problem]:
    """One problem for each knot of rules that depends on its own absence, with the shortest way round."""
    edges = rule_edges(context.base.rules)
    tied: set[str] = set()
    for knot in knots(edges):
        tied |= knot
        inside = [edge for edge in edges if edge.head in knot and edge.needs in knot]
        yield _problem(min(_cycles(inside, (NOT, AGGREGATE)), key=len))
    edges += attack_edges(context, edges)
    for knot in knots(edges, (AGGREGATE,)):
        if tied.isdisjoint(knot):
            inside = [edge for edge in edges if edge.head in knot and edge.needs in knot]
            yield _problem(min(_cycles(inside, (AGGREGATE,)), key=len))


def knots(edges: Sequence[Edge], through: Collection[str] = (NOT, AGGREGATE)) -> list[frozenset[str]]:
    """The strong components of relations that hold an edge through `not` or an aggregate."""
    graph: dict[str, list[str]] = {}
    for edge in edges:
        graph.setdefault(edge.head, []).append(edge.needs)
    home = {name: i for i, names in enumerate(strong_components(graph)) for name in names}
    found = dict.fromkeys(
        home[edge.head] for edge in edges if edge.how in through and home[edge.head] == home[edge.needs]
    )
    return [frozenset(name for name in home if home[name] == i) for i in found]


def _cycles(edges: Sequence[Edge], through: Collection[str]) -> Iterator[list[Edge]]:
    """For each edge through `not` or an aggregate, the shortest cycle that begins with it."""
    graph: dict[str, list[str]] = {}
    step: dict[tuple[str, str], Edge] = {}
    for edge in edges:
        graph.setdefault(edge.head, []).append(edge.needs)
        step.setdefault((edge.head, edge.needs), edge)
    for edge in edges:
        if edge.how in through:
            back = [] if edge.needs == edge.head else shortest_path(graph, edge.needs, edge.head)
            yield [edge, *(step[pair] for pair in pairwise(back))]


def _problem(cycle: list[Edge]) -> Problem:
    first = cycle[0]
    what = "its own absence" if first.how == NOT else "an aggregate over itself"
    message = f"'{first.head}' depends on {what}: {', '.join(map(_sentence, cycle))}"
    notes = tuple(Note(edge.rule.span, _sentence(edge, labelled=True)) for edge in cycle if edge.rule.span)
    hint = "split one of these relations in two, so that one part is settled before the other asks for it"
    return Problem("unstratified", first.rule.head.span or first.rule.span, message, hint, notes=notes)


def _sentence(edge: Edge, *, labelled: bool = False) -> str:
    if edge.attack:
        rule = f"rule {edge.rule.label}" if edge.rule.label else f"a rule for {edge.rule.head.relation}"
        return f"{edge.head} may yield to {rule}, which needs {edge.how}{edge.needs}"
    label = f" (rule {edge.rule.label})" if labelled and edge.rule.label else ""
    return f"{edge.head} needs {edge.how}{edge.needs}{label}"
