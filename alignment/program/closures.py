"""Transitive closures, rewritten so that a demand on one side is answered from that side alone.

`p(X, Z) :- e(X, Y), p(Y, Z)` and `p(X, Z) :- p(X, Y), p(Y, Z)` have the same rows as
`p(X, Z) :- p(X, Y), e(Y, Z)` where `e` is all that `p` begins with. For `p(a, Z)` the last passes no demand
on but `a`; the others ask for the closure of everything reached (Naughton, Ramakrishnan, Sagiv, Ullman 1989).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from alignment.program.model import (
    Aggregation,
    Argument,
    BodyLiteral,
    Comparison,
    Membership,
    Negative,
    Positive,
    Rule,
    Var,
)
from alignment.program.possible import names

BASE = "{}*"
"""The relation of what a closure begins with."""

EITHER_WAY = "{}*="
"""The same, read from either side."""


def linear(rules: Sequence[Rule], adornment: str, *, reported: bool) -> list[Rule] | None:
    """The rules of `p` for a demand of `bf` or `fb`, with those of what it begins with; None if it is no closure.

    `reported` says that rows of `p` itself are reported: then only doubling keeps its rows when rewritten. A closure
    may ask for `X != Z`: the nodes of a shortest path differ anyhow. One by doubling may be symmetric: then it is the
    closure of what it begins with, read either way.
    """
    if adornment not in ("bf", "fb"):
        return None
    name = rules[0].head
    recursive = [rule for rule in rules if name in rule.reads]
    base = [rule for rule in rules if name not in rule.reads]
    others = [rule for rule in recursive if not _is_turn(rule)]
    is_symmetric = len(others) < len(recursive)
    if len(others) != 1:
        return None
    (rule,) = others
    chain = _chain(rule)
    if chain is None:
        return None
    first, second, differ = chain
    x, y, z = Var("#x"), Var("#y"), Var("#z")
    if first.relation == second.relation == name:
        begins = BASE.format(name)
        again = [replace(one, head=begins) for one in base]
        if is_symmetric:
            begins, plain = EITHER_WAY.format(name), begins
            again += [Rule(begins, (x, y), (Positive(plain, args),), rule.origin) for args in ((x, y), (y, x))]
    else:
        begins = second.relation if first.relation == name else first.relation
        again = []
        if is_symmetric or reported or len(base) != 1 or not _is_copy(base[0], begins):
            return None
    parts: tuple[BodyLiteral, ...] = (Positive(name, (x, y)), Positive(begins, (y, z)))
    if adornment == "fb":
        parts = (Positive(begins, (x, y)), Positive(name, (y, z)))
    if differ:
        parts = (*parts, Comparison("!=", x, z))
    start = Rule(name, (x, y), (Positive(begins, (x, y)),), rule.origin)
    return [start, Rule(name, (x, z), parts, rule.origin), *again]


def followed(
    rules: Sequence[Rule], adornment: str, head: str, asked: str, following: str, reported: str
) -> list[Rule] | None:
    """The rules of `head`, which is `p` for the constants in `asked`, where all recursion only moves on from them.

    Before: `p(X, Z) :- b(X, Z).  p(X, Z) :- e(X, Y), f(Y), p(Y, Z).`  After, for `p(a, Z)`:
    `p*(X, X) :- p?(X).  p*(X, Y) :- p*(X, Z), e(Z, Y), f(Y).  p^(X, Z) :- p*(X, Y), b(Y, Z).`
    What is reached from `a` is found once; as it stands, the rule derives all that is so of everything reached
    (right-linear rules: Naughton, Ramakrishnan, Sagiv, Ullman 1989). None if a rule recurs otherwise. Not for many
    constants: pairs of them and of what they reach may be more than `p` has rows.
    """
    name = rules[0].head
    known = [at for at, mark in enumerate(adornment) if mark == "b"]
    if len(known) != 1 or len(adornment) != 2:
        return None
    (at,) = known
    start = Var("#start")
    found = [Rule(following, (start, start), (Positive(asked, (start,)),), rules[0].origin)]
    for rule in rules:
        ours = [one for one in rule.body if isinstance(one, Positive) and one.relation == name]
        first, last = rule.args[at], rule.args[1 - at]
        if not isinstance(first, Var):
            return None
        rest = tuple(one for one in rule.body if one not in ours)
        begun = Positive(following, (start, first))
        if not ours:
            args = (start, last) if at == 0 else (last, start)
            found.append(Rule(head, args, (begun, *rest), rule.origin))
            continue
        onwards = ours[0].args[at]
        if len(ours) != 1 or not _moves_on(first, onwards, last, ours[0].args[1 - at], rest):
            return None
        assert isinstance(onwards, Var)
        found.append(Rule(following, (start, onwards), (begun, *rest), rule.origin))
    first, last = Var("#first"), Var("#last")
    args = (first, last) if at == 0 else (last, first)
    out = (start, last) if at == 0 else (last, start)
    found.append(Rule(head, out, (Positive(following, (start, first)), Positive(reported, args)), rules[0].origin))
    return found


def _moves_on(first: Var, onwards: Argument, last: Argument, same: Argument, rest: Sequence[BodyLiteral]) -> bool:
    """Whether a recursive premise is asked for what a rule goes on to, and hands on what it gives unseen."""
    if not isinstance(last, Var) or not isinstance(onwards, Var) or same != last or last in (first, onwards):
        return False
    read = {arg for one in rest if isinstance(one, Positive) for arg in one.args}
    return onwards in read and not any(last.name in _names(one) for one in rest)


def _names(literal: BodyLiteral) -> set[str]:
    match literal:
        case Comparison(left=left, right=right):
            return names(left) | names(right)
        case Membership(term=term):
            return names(term)
        case Aggregation(group=group, result=result):
            return {arg.name for arg in (*group, result) if isinstance(arg, Var)}
        case Positive(args=args) | Negative(args=args):
            return {arg.name for arg in args if isinstance(arg, Var)}


def _chain(rule: Rule) -> tuple[Positive, Positive, bool] | None:
    """The premises of `p(X, Z) :- q(X, Y), r(Y, Z)`, that with X first, and whether `X != Z` is asked as well."""
    premises = [literal for literal in rule.body if isinstance(literal, Positive)]
    rest = [literal for literal in rule.body if not isinstance(literal, Positive)]
    if len(premises) != 2 or not all(_differ(literal, rule.args) for literal in rest):
        return None
    one, other = premises
    for first, second in ((one, other), (other, one)):
        args = (*first.args, *second.args)
        if len(first.args) == len(second.args) == 2 and all(isinstance(arg, Var) for arg in args):
            x, y, again, z = args
            if y == again and rule.args == (x, z) and len({x, y, z}) == 3:
                return first, second, bool(rest)
    return None


def _differ(literal: BodyLiteral, args: Sequence[object]) -> bool:
    """Whether a literal asks that the arguments of the head differ."""
    if not isinstance(literal, Comparison) or literal.operator != "!=":
        return False
    return [literal.left, literal.right] in (list(args), list(args)[::-1])


def _is_turn(rule: Rule) -> bool:
    """Whether a rule is `p(X, Y) :- p(Y, X)`."""
    match rule.body:
        case (Positive(relation=read, args=(Var() as y, Var() as x)),):
            return read == rule.head and rule.args == (x, y) and x != y
        case _:
            return False


def _is_copy(rule: Rule, relation: str) -> bool:
    """Whether a rule is `p(X, Y) :- relation(X, Y)`."""
    match rule.body:
        case (Positive(relation=read, args=args),):
            plain = len(set(args)) == 2 and all(isinstance(arg, Var) for arg in args)
            return plain and read == relation and args == rule.args
        case _:
            return False
