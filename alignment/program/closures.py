"""Transitive closures, rewritten so that a demand on one side is answered from that side alone.

`p(X, Z) :- e(X, Y), p(Y, Z)` and `p(X, Z) :- p(X, Y), p(Y, Z)` have the same rows as
`p(X, Z) :- p(X, Y), e(Y, Z)` where `e` is all that `p` begins with. For `p(a, Z)` the last passes no demand
on but `a`; the others ask for the closure of everything reached (Naughton, Ramakrishnan, Sagiv, Ullman 1989).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from alignment.program.model import Positive, Rule, Var

BASE = "{}*"
"""The relation of what a closure begins with."""


def linear(rules: Sequence[Rule], adornment: str, *, reported: bool) -> list[Rule] | None:
    """The rules of `p` for a demand of `bf` or `fb`, with those of what it begins with; None if it is no closure.

    `reported` says that rows of `p` itself are reported: then only doubling keeps its rows when rewritten.
    """
    if adornment not in ("bf", "fb"):
        return None
    name = rules[0].head
    recursive = [rule for rule in rules if name in rule.reads]
    base = [rule for rule in rules if name not in rule.reads]
    if len(recursive) != 1:
        return None
    (rule,) = recursive
    chain = _chain(rule)
    if chain is None:
        return None
    first, second = chain
    if first.relation == second.relation == name:
        begins = BASE.format(name)
        again = [replace(one, head=begins) for one in base]
    else:
        begins = second.relation if first.relation == name else first.relation
        again = []
        if reported or len(base) != 1 or not _is_copy(base[0], begins):
            return None
    x, y, z = Var("#x"), Var("#y"), Var("#z")
    parts = (Positive(name, (x, y)), Positive(begins, (y, z)))
    if adornment == "fb":
        parts = (Positive(begins, (x, y)), Positive(name, (y, z)))
    start = Rule(name, (x, y), (Positive(begins, (x, y)),), rule.origin)
    return [start, Rule(name, (x, z), parts, rule.origin), *again]


def _chain(rule: Rule) -> tuple[Positive, Positive] | None:
    """The premises of `p(X, Z) :- q(X, Y), r(Y, Z)`, the one with X first; None for another rule."""
    match rule.body:
        case (Positive() as one, Positive() as other):
            for first, second in ((one, other), (other, one)):
                args = (*first.args, *second.args)
                if len(first.args) == len(second.args) == 2 and all(isinstance(arg, Var) for arg in args):
                    x, y, again, z = args
                    if y == again and rule.args == (x, z) and len({x, y, z}) == 3:
                        return first, second
    return None


def _is_copy(rule: Rule, relation: str) -> bool:
    """Whether a rule is `p(X, Y) :- relation(X, Y)`."""
    match rule.body:
        case (Positive(relation=read, args=args),):
            plain = len(set(args)) == 2 and all(isinstance(arg, Var) for arg in args)
            return plain and read == relation and args == rule.args
        case _:
            return False
