"""What relations depend on: the edges that strata and attacks are found by.

A relation and its strong negation, `p` and `-p`, are two relations here. What rules ask of evidence
(`p(X) since D`) is no dependency: reports are there before any rule.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from alignment.checks.binding import helping
from alignment.checks.walk import Body, element_variables, elements, literal_variables, variables
from alignment.language import tree
from alignment.records import frozen

NOT = "not "
AGGREGATE = "an aggregate over "


@frozen
class Edge:
    """One way in which a relation depends on another: `how` is empty, `NOT` or `AGGREGATE`.

    With `attack` it is not the rule's own head that depends: the rule concludes a contrary, which may overrule it.
    """

    head: str
    needs: str
    how: str
    rule: tree.Rule
    attack: bool = False


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
