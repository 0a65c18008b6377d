"""Only what a goal asks for: the magic sets transformation.

After Bancilhon, Maier, Sagiv and Ullman (1986), in the form of Beeri and Ramakrishnan (1991). A relation
that is asked for with some arguments known is derived for those alone, from the demand that the goal and
its rules pass on to each other. `reach^bf` is `reach` for the first arguments in `reach?bf`.

Before: `?(X) :- reach(a, X).  reach(X, Y) :- edge(X, Y).  reach(X, Z) :- edge(X, Y), reach(Y, Z).`
After:  `?(X) :- reach^bf(a, X).  reach?bf(a).  reach?bf(Y) :- reach?bf(X), edge(X, Y).`
        `reach^bf(X, Y) :- reach?bf(X), edge(X, Y).  reach^bf(X, Z) :- reach?bf(X), edge(X, Y), reach^bf(Y, Z).`

What stands under `not` or in an aggregate is derived whole, below, so the program stays stratified.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import field, replace

from alignment.program.closures import BASE, followed, linear
from alignment.program.lower import Lowered
from alignment.program.model import (
    Argument,
    BodyLiteral,
    Comparison,
    Const,
    Evidence,
    Negative,
    Positive,
    Program,
    Rule,
    Var,
)
from alignment.records import mutable


def worthwhile(program: Program) -> frozenset[str]:
    """The relations that recursion stands behind: only of those a part may be much less than the whole.

    An alternating stratum is derived whole: a part of it would not be what it is in the whole.
    """
    found: set[str] = set()
    for stratum in program.strata:
        if stratum.alternating:
            continue
        premises = (literal for rule in stratum.rules for literal in rule.body)
        positive = {literal.relation for literal in premises if isinstance(literal, Positive)}
        if stratum.recursive or positive & found:
            found.update(stratum.relations)
    return frozenset(found)


def demanded(
    program: Program, goal: Lowered, *, kept: Collection[str] = (), reported: Collection[str] = ()
) -> Lowered | None:
    """The goal's rules with those of the relations that it demands in part; None if there are none.

    Relations in `kept` are at hand whole already; those in `reported` have facts.
    """
    rules = {
        name: [rule for rule in stratum.rules if rule.head == name]
        for stratum in program.strata
        for name in stratum.relations
    }
    work = _Demand(rules, worthwhile(program).difference(kept), Lowered([], dict(goal.evidence)), reported)
    for rule in goal.rules:
        work.add(rule, None)
    if not work.known:
        return None
    while work.waiting:
        name, adornment = work.waiting.pop()
        work.derive(name, adornment)
    return work.out


def adorned(name: str, adornment: str) -> str:
    """The relation of the rows that are asked for."""
    return f"{name}^{adornment}"


def is_demand(name: str) -> bool:
    """Whether a relation is one of arguments for which another is asked for. `?` alone is the goal's."""
    return "?" in name[1:]


def demand(name: str, adornment: str) -> str:
    """The relation of the known arguments for which they are asked for."""
    return f"{name}?{adornment}"


@mutable
class _Demand:
    """The rules made so far, and the adorned relations whose rules are still to be made."""

    rules: Mapping[str, Sequence[Rule]]
    partial: frozenset[str]
    out: Lowered
    reported: Collection[str]
    known: set[tuple[str, str]] = field(default_factory=set)
    waiting: list[tuple[str, str]] = field(default_factory=list)
    constant: set[tuple[str, str]] = field(default_factory=set)
    """Those that the goal asks for with constants."""

    def derive(self, name: str, adornment: str) -> None:
        """The rules of a relation for what is demanded of it, its reports among them."""
        reported = f"{name}@"
        self.out.evidence[reported] = Evidence(name, ())
        ours = self.rules[name]
        closed = linear(ours, adornment, reported=name in self.reported)
        if closed is None and (name, adornment) in self.constant:
            asked, following = demand(name, adornment), adorned(f"{name}*", adornment)
            found = followed(ours, adornment, adorned(name, adornment), asked, following, reported)
            if found is not None:
                self.follow(found)
                return
        rules = closed or ours
        begins = BASE.format(name)
        for rule in rules:
            if rule.head != name:
                self.out.rules.append(rule)
            else:
                self.add(rule, adornment)
        if any(begins in rule.reads for rule in rules):
            args = tuple(Var(f"#{i}") for i in range(2))
            self.out.rules.append(Rule(begins, args, (Positive(reported, args),), rules[0].origin))
        first = ours[0]
        args = tuple(Var(f"#{i}") for i in range(len(first.args)))
        asked_for = Positive(demand(name, adornment), _known(args, adornment))
        body: tuple[BodyLiteral, ...] = (asked_for, Positive(reported, args))
        self.out.rules.append(Rule(adorned(name, adornment), args, body, first.origin))

    def follow(self, rules: Sequence[Rule]) -> None:
        """Rules whose first premise has the values for which the others are asked."""
        for rule in rules:
            bound = _names(rule.body[0])
            self.pass_on(rule, rule.head, [rule.body[0]], bound, rule.body[1:])

    def add(self, rule: Rule, adornment: str | None) -> None:
        """A rule for what is demanded of its head (None: it is the goal's own), and the demands it passes on."""
        before: list[BodyLiteral] = []
        bound: set[str] = set()
        head = rule.head
        if adornment is not None:
            head = adorned(rule.head, adornment)
            asked = _known(rule.args, adornment)
            before.append(Positive(demand(rule.head, adornment), asked))
            bound = {arg.name for arg in asked if isinstance(arg, Var)}
        self.pass_on(rule, head, before, bound, rule.body)

    def pass_on(
        self, rule: Rule, head: str, before: list[BodyLiteral], bound: set[str], rest: Sequence[BodyLiteral]
    ) -> None:
        """A rule with `before` and the rest of its body, each premise after what it is asked with."""
        waiting = list(rest)
        body = list(before)
        while waiting:
            literal = _next(waiting, bound)
            waiting.remove(literal)
            made = self.passed_on(literal, before, bound, rule) if isinstance(literal, Positive) else literal
            body.append(made)
            if isinstance(made, Positive) or _fixes(made):
                before.append(made)
                bound |= _names(made)
        self.out.rules.append(replace(rule, head=head, body=tuple(body)))

    def passed_on(self, literal: Positive, before: Sequence[BodyLiteral], bound: set[str], rule: Rule) -> Positive:
        """A premise that reads only what is demanded, with the rule of the demand; or as it is."""
        adornment = "".join("b" if _is_known(arg, bound) else "f" for arg in literal.args)
        if literal.relation not in self.partial or "b" not in adornment:
            return literal
        if adornment == "bb" and linear(self.rules[literal.relation], "bf", reported=literal.relation in self.reported):
            adornment = "bf"  # what is reached from one side, once, tells whether the other is
        if all(_fixes(one) for one in before):
            self.constant.add((literal.relation, adornment))
        elif (literal.relation, adornment) not in self.known:
            self.constant.discard((literal.relation, adornment))
        if (literal.relation, adornment) not in self.known:
            self.known.add((literal.relation, adornment))
            self.waiting.append((literal.relation, adornment))
        args = tuple(arg for arg in _known(literal.args, adornment) if isinstance(arg, Var | Const))
        asked = demand(literal.relation, adornment)
        if list(before) != [Positive(asked, args)]:
            self.out.rules.append(Rule(asked, args, tuple(before), rule.origin))
        return replace(literal, relation=adorned(literal.relation, adornment))


def _next(waiting: Sequence[BodyLiteral], bound: set[str]) -> BodyLiteral:
    """The literal to go on with: an equality with a constant, then the premise of which most is known."""
    for literal in waiting:
        if _fixes(literal):
            return literal
    premises = [literal for literal in waiting if isinstance(literal, Positive)]
    if not premises:
        return waiting[0]
    return max(premises, key=lambda one: sum(_is_known(arg, bound) for arg in one.args))


def _is_known(arg: Argument, bound: Collection[str]) -> bool:
    return isinstance(arg, Const) or (isinstance(arg, Var) and arg.name in bound)


def _fixes(literal: BodyLiteral) -> bool:
    """Whether a literal is an equality of a variable and a constant."""
    if not isinstance(literal, Comparison) or literal.operator != "=":
        return False
    return {type(literal.left), type(literal.right)} == {Var, Const}


def _known(args: Sequence[Argument], adornment: str) -> tuple[Argument, ...]:
    return tuple(arg for arg, mark in zip(args, adornment, strict=True) if mark == "b")


def _names(literal: BodyLiteral) -> set[str]:
    match literal:
        case Positive(args=args) | Negative(args=args):
            return set().union(*map(_names_of, args))
        case Comparison(left=left, right=right):
            return _names_of(left) | _names_of(right)
        case _:
            return set()


def _names_of(arg: object) -> set[str]:
    return {arg.name} if isinstance(arg, Var) else set()
