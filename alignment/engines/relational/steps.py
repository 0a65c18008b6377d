"""Which recursion is taken out of SQL: rules that go from the newest rows, of one or two columns, in one step.

A step is a rule with one recursive premise and premises that bring in one new variable each, from one that is
known; all others, positive or negative, only filter. `reach(X, Z) :- reach(X, Y), edge(Y, Z), not closed(Z), X != Z.`
Transitive closures, reachability, symmetry, the same generation, control through chains of owners are all of
this kind. The closure `p(X, Z) :- p(X, Y), p(Y, Z)` is recognised too: it has the rows of the linear one, sooner.
"""

from __future__ import annotations

from collections.abc import Sequence

from alignment.engines.rewriting import simplified
from alignment.program.model import Comparison, Const, Negative, Positive, Rule, Stratum, Var
from alignment.records import frozen

Filter = Positive | Negative | Comparison


@frozen
class Step:
    """`head` from the rows of `start`, extended by one of the `pairs` after another, where all `filters` hold.

    Which pairs bring in a variable, and which only filter, is a matter of the order in which they are taken.
    """

    rule: Rule
    head: tuple[Var | Const, ...]
    start: Positive
    pairs: tuple[Positive, ...]
    filters: tuple[Filter, ...]


@frozen
class Steps:
    """A stratum as steps. `base` rules read nothing of the stratum; `doubling` is `p` with itself."""

    base: tuple[Rule, ...]
    steps: tuple[Step, ...]
    doubling: Rule | None = None


def recognised(stratum: Stratum) -> Steps | None:
    """The steps of a recursive stratum, None if a rule of it is of another kind."""
    own = set(stratum.relations)
    base = tuple(rule for rule in stratum.rules if not own.intersection(rule.reads))
    recursive = [rule for rule in stratum.rules if own.intersection(rule.reads)]
    if any(not 1 <= len(rule.args) <= 2 for rule in stratum.rules):
        return None
    if len(recursive) == 1 and len(own) == 1 and _is_doubling(recursive[0]):
        return Steps(base, (), recursive[0])
    steps = [_step(rule, own) for rule in recursive]
    found = tuple(step for step in steps if step is not None)
    return Steps(base, found) if len(found) == len(steps) else None


def _is_doubling(rule: Rule) -> bool:
    """Whether a rule is `p(X, Z) :- p(X, Y), p(Y, Z)`, in either order."""
    head, body = simplified(rule)
    if len(body) != 2 or len(head) != 2:
        return False
    for first, second in ((body[0][1], body[1][1]), (body[1][1], body[0][1])):
        if not isinstance(first, Positive) or not isinstance(second, Positive):
            return False
        if first.relation == second.relation == rule.head:
            variables = (*first.args, *second.args)
            if all(isinstance(arg, Var) for arg in (*variables, *head)):
                x, y, again, z = variables
                if y == again and head == (x, z) and len({x, y, z}) == 3:
                    return True
    return False


def _step(rule: Rule, own: set[str]) -> Step | None:
    head, located = simplified(rule)
    body = [literal for _, literal in located]
    starts = [one for one in body if isinstance(one, Positive) and one.relation in own]
    others = [one for one in body if isinstance(one, Positive) and one.relation not in own]
    rest = [one for one in body if not isinstance(one, Positive)]
    if len(starts) != 1 or len(starts[0].args) > 2 or not _is_plain(starts[0].args):
        return None
    bound = _names(starts[0].args)
    pairs = [one for one in others if len(_names(one.args)) == 2]
    while any(_brings_one(one, bound) for one in pairs):
        bound.update(*(_names(one.args) for one in pairs if _brings_one(one, bound)))
    if not all(_is_filter(one, bound) for one in (*others, *rest)) or not _names(head) <= bound:
        return None
    filters = tuple(one for one in (*others, *rest) if one not in pairs and isinstance(one, Filter))
    return Step(rule, head, starts[0], tuple(pairs), filters)


def _brings_one(literal: Positive, bound: set[str]) -> bool:
    """Whether a premise has one variable that is known and one that is not."""
    names = _names(literal.args)
    return len(names) == 2 and len(names & bound) == 1


def _is_plain(args: Sequence[object]) -> bool:
    """Whether no variable stands twice among arguments."""
    named = [arg for arg in args if isinstance(arg, Var)]
    return len(set(named)) == len(named)


def _is_filter(literal: object, bound: set[str]) -> bool:
    match literal:
        case Comparison(operator="!=", left=Var() | Const() as left, right=Var() | Const() as right):
            return 1 <= len(_names((left, right)) & bound) == len(_names((left, right)))
        case Positive(args=args) | Negative(args=args):
            return _names(args) <= bound and 1 <= len(_names(args)) <= 2
        case _:
            return False


def _names(args: Sequence[object]) -> set[str]:
    return {arg.name for arg in args if isinstance(arg, Var)}
