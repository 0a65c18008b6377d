"""Stratification: no relation may depend on its own absence, or on an aggregate over itself.

A relation and its strong negation, `p` and `-p`, are two relations here. What rules ask of evidence
(`p(X) since D`) is no dependency: reports are there before any rule.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from alignment.checks.binding import helping
from alignment.checks.context import Context
from alignment.checks.walk import Body, element_variables, elements, literal_variables, variables
from alignment.graph import shortest_path, strong_components
from alignment.language import tree
from alignment.problems import Note, Problem

NOT = "not "
AGGREGATE = "an aggregate over "


@dataclass(frozen=True, slots=True)
class Edge:
    """One way in which a relation depends on another: `how` is empty, `NOT` or `AGGREGATE`."""

    head: str
    needs: str
    how: str
    rule: tree.Rule


def check_strata(context: Context) -> Iterator[Problem]:
    """One problem for each knot of rules that depends on its own absence, with the shortest way round."""
    edges = rule_edges(context.base.rules)
    for knot in knots(edges):
        inside = [edge for edge in edges if edge.head in knot and edge.needs in knot]
        yield _problem(min(_cycles(inside), key=len))


def rule_edges(rules: Iterable[tree.Rule]) -> list[Edge]:
    """What the heads of rules depend on."""
    return [edge for rule in rules for edge in _body_edges(rule, rule.body, "")]


def _body_edges(rule: tree.Rule, body: Body, inside: str) -> Iterator[Edge]:
    for literal in body:
        if isinstance(literal, tree.Literal):
            if not literal.evidence:
                how = inside or (NOT if literal.negated else "")
                yield Edge(rule.head.relation, literal.atom.relation, how, rule)
        else:
            others = [other for other in body if other is not literal]
            for element in elements(literal):
                yield from _body_edges(rule, element.body, AGGREGATE)
                if not inside and _needs_help(rule, literal, element, others):
                    # What is evaluated beside the element must be settled before the aggregate, too.
                    helpers = [one for one in helping(element.body, others) if isinstance(one, tree.Literal)]
                    yield from _body_edges(rule, helpers, AGGREGATE)


def _needs_help(
    rule: tree.Rule, literal: tree.BodyLiteral, element: tree.AggregateElement, others: Body
) -> bool:
    """Whether the aggregate is grouped by a variable that this element's own premises do not bind."""
    inner = {v.name for one in elements(literal) for v in element_variables(one)}
    outer = {v.name for other in others for v in literal_variables(other)}
    outer |= {v.name for arg in rule.head.args for v in variables(arg)}
    own = {
        v.name
        for one in element.body
        if isinstance(one, tree.Literal) and not one.negated
        for v in literal_variables(one)
    }
    return not (inner & outer) - {"_"} <= own


def knots(edges: Sequence[Edge]) -> list[frozenset[str]]:
    """The strong components of relations that hold an edge through `not` or an aggregate."""
    graph: dict[str, list[str]] = {}
    for edge in edges:
        graph.setdefault(edge.head, []).append(edge.needs)
    home = {name: i for i, names in enumerate(strong_components(graph)) for name in names}
    found = dict.fromkeys(
        home[edge.head] for edge in edges if edge.how and home[edge.head] == home[edge.needs]
    )
    return [frozenset(name for name in home if home[name] == i) for i in found]


def _cycles(edges: Sequence[Edge]) -> Iterator[list[Edge]]:
    """For each edge through `not` or an aggregate, the shortest cycle that begins with it."""
    graph: dict[str, list[str]] = {}
    step: dict[tuple[str, str], Edge] = {}
    for edge in edges:
        graph.setdefault(edge.head, []).append(edge.needs)
        step.setdefault((edge.head, edge.needs), edge)
    for edge in edges:
        if edge.how:
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
    label = f" (rule {edge.rule.label})" if labelled and edge.rule.label else ""
    return f"{edge.head} needs {edge.how}{edge.needs}{label}"
