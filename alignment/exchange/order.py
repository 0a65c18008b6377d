"""A rule's body in an order in which a system that goes from left to right can evaluate it."""

from __future__ import annotations

from alignment.engines.bodyplan import binds, effort
from alignment.engines.rewriting import variables
from alignment.program.model import BodyLiteral, Const, Positive, Rule, Var


def ordered(rule: Rule) -> list[BodyLiteral]:
    """The literals, each after what it reads: tests as early as they can, joins with the most known next."""
    left, known, found = list(rule.body), set[str](), list[BodyLiteral]()
    while left:
        chosen = _next(left, known)
        left.remove(chosen)
        found.append(chosen)
        known.update(variables(chosen))
    return found


def _next(left: list[BodyLiteral], known: set[str]) -> BodyLiteral:
    tests = [one for one in left if not isinstance(one, Positive) and set(variables(one)) <= known]
    if tests:
        return min(tests, key=effort)
    computed = [one for one in left if binds(one, known)]
    if computed:
        return min(computed, key=effort)
    joins = [one for one in left if isinstance(one, Positive)]
    if joins:
        return max(joins, key=lambda one: _known(one, known))
    message = f"a body without an order of evaluation passed the safety check: {left}"
    raise AssertionError(message)


def _known(literal: Positive, known: set[str]) -> tuple[bool, int]:
    """Whether all its variables are known, and how many of its arguments are."""
    fixed = sum(isinstance(arg, Const) or (isinstance(arg, Var) and arg.name in known) for arg in literal.args)
    return set(variables(literal)) <= known, fixed
