"""Averages that are only compared: a target without decimals can compare the sum with the number of terms."""

from __future__ import annotations

from alignment.engines.rewriting import names, occurrences
from alignment.exchange.rules import stored
from alignment.program.model import Aggregation, Comparison, Expression, Rule, Var

_TURNED = {"<": ">", "=<": ">=", ">": "<", ">=": "=<", "=": "=", "!=": "!=", "=:=": "=:="}


def averages(rule: Rule) -> frozenset[str]:
    """The results of `#avg` that stand nowhere but as one side of comparisons."""
    found = {one.result.name for one in rule.body if isinstance(one, Aggregation) and one.function == "avg"}
    known = stored(rule)
    elsewhere = {arg.name for arg in rule.args if isinstance(arg, Var)}
    for literal in rule.body:
        match literal:
            case Comparison():
                side = _side(literal, found)
                if side is None or (literal.operator == "=" and not known.issuperset(names(side[2]))):
                    elsewhere.update(occurrences(literal))
            case Aggregation(function="avg"):
                elsewhere.update(arg.name for arg in literal.group if isinstance(arg, Var))
            case _:
                elsewhere.update(occurrences(literal))
    return frozenset(found - elsewhere)


def scaled(literal: Comparison, found: frozenset[str]) -> tuple[str, str, Expression] | None:
    """The average of a comparison on the left, the operator, and what it is compared with."""
    return _side(literal, set(found))


def _side(literal: Comparison, found: set[str]) -> tuple[str, str, Expression] | None:
    left, right = literal.left, literal.right
    if isinstance(left, Var) and left.name in found and not found.intersection(names(right)):
        return left.name, literal.operator, right
    if isinstance(right, Var) and right.name in found and not found.intersection(names(left)):
        return right.name, _TURNED[literal.operator], left
    return None
