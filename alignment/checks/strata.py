"""Stratification: no relation may depend on its own absence, or on an aggregate over itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from alignment.checks.context import Context
from alignment.checks.walk import Body, elements
from alignment.graph import shortest_path, strong_components
from alignment.language import tree
from alignment.problems import Note, Problem


@dataclass(frozen=True, slots=True)
class Edge:
    """One way in which a relation depends on another: through `rule`, plainly, under `not`, or in an aggregate."""

    head: str
    needs: str
    how: str
    rule: tree.Rule


def check_strata(context: Context) -> Iterator[Problem]:
    """One problem for each knot of rules that depends on its own absence, with the shortest way round."""
    edges = [edge for rule in context.base.rules for edge in rule_edges(rule)]
    graph: dict[str, list[str]] = {}
    for edge in edges:
        graph.setdefault(edge.head, []).append(edge.needs)
        graph.setdefault(edge.needs, [])
    home = {name: i for i, component in enumerate(strong_components(graph)) for name in component}
    told: set[int] = set()
    for edge in edges:
        knot = home[edge.head]
        if edge.how and knot == home[edge.needs] and knot not in told:
            told.add(knot)
            inside = {n: [m for m in graph[n] if home[m] == knot] for n in graph if home[n] == knot}
            yield _problem(edge, edges, inside)


def rule_edges(rule: tree.Rule) -> Iterator[Edge]:
    """What the head of a rule depends on."""
    yield from _body_edges(rule, rule.body, "")


def _body_edges(rule: tree.Rule, body: Body, inside: str) -> Iterator[Edge]:
    for literal in body:
        if isinstance(literal, tree.Literal):
            if literal.evidence:
                continue  # reports are there before any rule
            how = inside or ("not " if literal.negated else "")
            yield Edge(rule.head.relation, literal.atom.relation, how, rule)
        for element in elements(literal):
            yield from _body_edges(rule, element.body, "an aggregate over ")


def _problem(edge: Edge, edges: list[Edge], inside: dict[str, list[str]]) -> Problem:
    way = [edge]
    if edge.needs != edge.head:
        path = shortest_path(inside, edge.needs, edge.head)
        way += [_edge(edges, a, b) for a, b in zip(path, path[1:], strict=False)]
    notes = tuple(Note(step.rule.span, _sentence(step)) for step in way if step.rule.span)
    what = "its own absence" if edge.how == "not " else "an aggregate over itself"
    message = f"'{edge.head}' depends on {what}: {'; '.join(_sentence(step) for step in way)}"
    hint = "split the relation in two, so that one is settled before the other asks whether it holds"
    return Problem("unstratified", edge.rule.span, message, hint, notes=notes)


def _edge(edges: list[Edge], head: str, needs: str) -> Edge:
    return next(edge for edge in edges if edge.head == head and edge.needs == needs)


def _sentence(edge: Edge) -> str:
    label = f" ({edge.rule.label})" if edge.rule.label else ""
    return f"{edge.head} needs {edge.how}{edge.needs}{label}"
