"""Defaults to plain rules: defeasible logic with ambiguity blocking and team defeat.

After Antoniou, Billington, Governatori and Maher (2001). Something holds if it is certain, that is, reported
or concluded from what is certain by rules without `normally`; or if a rule for it applies, no contrary of
it is certain, and each rule for a contrary that applies is beaten by a rule for it that applies and is
preferred. A rule without `normally` that rests on defaults can be attacked like one.

Before: `flies(X) :- plane(X).  normally usual: flies(X) :- bird(X).`
        `normally wingless: -flies(X) :- penguin(X).  prefer wingless over usual.`
After:  `flies.certain(X) :- flies@(X).  flies.certain(X) :- plane(X).`
        `flies.said.usual(X) :- bird(X).  flies.said(X) :- flies.said.usual(X).`
        `flies(X) :- flies.certain(X).  flies(X) :- flies.said(X), not -flies@(X), not -flies.said(X).`
        `-flies.said.wingless(X) :- penguin(X).  -flies.said(X) :- -flies.said.wingless(X).`
        `-flies.overruled(X) :- flies.said.usual(X), not -flies.said.wingless(X).`
        `-flies(X) :- -flies.said(X), not flies.certain(X), not -flies.overruled(X).`

Relations that rest on no default, or have no contrary, stay as they are; so does a base without defaults.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field, replace
from typing import TypeAlias

from alignment.graph import reachable, reversed_edges
from alignment.language import tree
from alignment.program.lower import Lowered
from alignment.program.model import (
    Aggregation,
    BodyLiteral,
    Candidate,
    Const,
    Contrary,
    Defeasible,
    Dispute,
    Evidence,
    Negative,
    Positive,
    Rule,
    Var,
    Wildcard,
)
from alignment.records import mutable

REPORTED, CERTAIN = "{}@", "{}.certain"
SAID, BY, STANDING = "{}.said", "{}.said.{}", "{}.standing"
DENIED, OVERRULED = "{}.denied", "{}.overruled"
OTHERS = "*"
"""What stands for a label in the name of what the rules without one, or without a preference, would conclude."""


def with_defaults(
    lowered: Lowered, contraries: Sequence[Contrary], preferences: Iterable[tree.Prefer]
) -> tuple[Lowered, Defeasible]:
    """The rules with those of relations in dispute compiled. Without a default they are the same object."""
    tainted = resting_on_defaults(lowered.rules)
    if not tainted:
        return lowered, Defeasible()
    work = _Compiling(lowered, tainted, contraries, _preferred(preferences))
    for relation in dict.fromkeys(rule.head for rule in lowered.rules):
        if relation in work.disputed:
            work.compile(relation)
        else:
            work.out.rules += work.rules[relation]
    return work.out, Defeasible(work.disputes, work.written, work.preferred)


def is_default(rule: Rule) -> bool:
    """Whether a plain rule is one that was written with `normally`, not one of its aggregates."""
    origin = rule.origin
    return isinstance(origin, tree.Rule) and origin.default and origin.head.relation == rule.head


def resting_on_defaults(rules: Sequence[Rule]) -> frozenset[str]:
    """The relations that defaults conclude, and all that are concluded from these, present or absent."""
    concluded = {rule.head for rule in rules if is_default(rule)}
    reads: dict[str, set[str]] = {}
    for rule in rules if concluded else ():
        reads.setdefault(rule.head, set()).update(rule.reads)
    return frozenset(concluded | reachable(reversed_edges(reads), concluded))


def _preferred(preferences: Iterable[tree.Prefer]) -> dict[str, frozenset[str]]:
    """For each label all that it is preferred to: a preference goes on through those between."""
    direct: dict[str, set[str]] = {}
    for preference in preferences:
        direct.setdefault(preference.stronger.name, set()).add(preference.weaker.name)
    return {label: frozenset(reachable(direct, [label])) for label in direct}


Attack: TypeAlias = tuple[Contrary, Sequence[str], Sequence[str]]
"""A contrary, the relations in all of which its rows stand against others, and those of what beats it."""


@mutable
class _Compiling:
    """The rules made so far, and what they are made from."""

    lowered: Lowered
    tainted: frozenset[str]
    contraries: Sequence[Contrary]
    preferred: Mapping[str, frozenset[str]]
    out: Lowered = field(default_factory=Lowered)
    rules: dict[str, list[Rule]] = field(default_factory=dict)
    disputed: dict[str, list[Contrary]] = field(default_factory=dict)
    disputes: dict[str, Dispute] = field(default_factory=dict)
    written: dict[str, str] = field(default_factory=dict)
    _certain: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.out.evidence.update(self.lowered.evidence)
        for rule in self.lowered.rules:
            self.rules.setdefault(rule.head, []).append(rule)
        for contrary in self.contraries:
            for one in (contrary, contrary.turned):
                if one.left.relation in self.tainted and one not in self.disputed.get(one.left.relation, ()):
                    self.disputed.setdefault(one.left.relation, []).append(one)
        for relation in self.disputed:
            self.disputes[relation] = self.dispute(relation)

    def dispute(self, relation: str) -> Dispute:
        """The names of what is made of a relation in dispute."""
        labels = {rule.label for rule in self.attackable(relation)}
        named = {label for label in labels if self.is_compared(label, relation)}
        groups = {label: BY.format(relation, label) for label in sorted(named)}
        said = SAID.format(relation)
        if any(rule.label not in named for rule in self.attackable(relation)):
            groups[""] = BY.format(relation, OTHERS) if named else said
        standing = said if _has_one_contrary(self.disputed[relation]) else STANDING.format(relation)
        for name in (said, standing, *groups.values()):
            self.written[name] = relation
        return Dispute(self.certain(relation), said, standing, groups)

    def attackable(self, relation: str) -> list[Rule]:
        """The rules of a relation that are defaults, or rest on some."""
        rules = self.rules.get(relation, ())
        return [rule for rule in rules if is_default(rule) or not self.tainted.isdisjoint(rule.reads)]

    def is_compared(self, label: str, relation: str) -> bool:
        """Whether a preference speaks of a rule of the relation and one of a contrary."""
        against = {one.right.relation for one in self.disputed[relation]}
        others = {rule.label for name in against & self.tainted for rule in self.attackable(name)} - {""}
        below = self.preferred.get(label, frozenset())
        return bool(others & below) or any(label in self.preferred.get(other, ()) for other in others)

    # What is certain -----------------------------------------------------------------------------

    def certain(self, relation: str) -> str:
        """The relation of the rows that are certain, whose rules are made when it is first asked for."""
        if relation not in self.tainted:
            return relation
        if relation not in self._certain:
            rules = [rule for rule in self.rules[relation] if self.can_be_certain(rule)]
            reported = REPORTED.format(relation)
            self._certain[relation] = CERTAIN.format(relation) if rules else reported
            self.written[self._certain[relation]] = self.written[reported] = relation
            self.out.evidence[reported] = Evidence(relation, ())
            if rules:
                self.conclude_for_certain(relation, rules)
        return self._certain[relation]

    def can_be_certain(self, rule: Rule) -> bool:
        """Whether a rule is no default, and nothing that rests on defaults must be absent or counted for it."""
        absent = (one for one in rule.body if isinstance(one, Negative | Aggregation))
        return not is_default(rule) and not any(one.relation in self.tainted for one in absent)

    def conclude_for_certain(self, relation: str, rules: Sequence[Rule]) -> None:
        certain = self._certain[relation]
        reported = self.row(REPORTED.format(relation), rules[0])
        self.carry(certain, reported, rules[0])
        for rule in rules:
            body = tuple(
                replace(one, relation=self.certain(one.relation)) if isinstance(one, Positive) else one
                for one in rule.body
            )
            self.out.rules.append(replace(rule, head=certain, body=body))

    # What holds ----------------------------------------------------------------------------------

    def compile(self, relation: str) -> None:
        """The rules of a relation in dispute."""
        dispute, first = self.disputes[relation], self.rules[relation][0]
        for rule in self.attackable(relation):
            group = dispute.groups.get(rule.label) or dispute.groups[""]
            self.out.rules.append(replace(rule, head=group))
        for group in dispute.groups.values():
            if group != dispute.said:
                self.carry(dispute.said, self.row(group, first), first)
        if dispute.certain == CERTAIN.format(relation):
            self.carry(relation, self.row(dispute.certain, first), first)
        said = self.row(dispute.said, first)
        certain = [(one, (self.certain(one.right.relation),), ()) for one in self.disputed[relation]]
        unless = self.bars(DENIED.format(relation), said, certain)
        if dispute.standing != dispute.said:
            self.carry(dispute.standing, said, first, unless)
            said, unless = self.row(dispute.standing, first), []
        attacks = [attack for one in self.disputed[relation] for attack in self.attacks(one)]
        self.carry(relation, said, first, [*unless, *self.bars(OVERRULED.format(relation), said, attacks)])

    def row(self, relation: str, like: Rule) -> Positive:
        """Any row of a relation with as many columns as the head of a rule."""
        return Positive(relation, tuple(Var(f"#{i}") for i in range(len(like.args))))

    def carry(self, head: str, row: Positive, like: Rule, unless: Sequence[BodyLiteral] = ()) -> None:
        """A rule that passes on the rows of one relation to another, unless something bars them."""
        args = tuple(arg for arg in row.args if isinstance(arg, Var))
        self.out.rules.append(Rule(head, args, (row, *unless), like.origin, made=True))

    def attacks(self, contrary: Contrary) -> Iterator[Attack]:
        """What is said for a contrary, and each time the relations of what beats it."""
        other = self.disputes.get(contrary.right.relation)
        if other is None:
            return
        own = self.disputes[contrary.left.relation].groups.items()
        beating = {
            label: [group for mine, group in own if label in self.preferred.get(mine, ())]
            for label in other.groups
        }
        if not any(beating.values()):
            yield contrary, (other.standing,), ()
            return
        for label, group in other.groups.items():
            yield contrary, (group,) if other.standing == other.said else (group, other.standing), beating[label]

    def bars(self, name: str, row: Positive, attacks: Iterable[Attack]) -> list[BodyLiteral]:
        """What must be absent for a row to get past some attacks; `name` is the relation of what does not."""
        found: list[BodyLiteral] = []
        barred: list[Rule] = []
        for attack in attacks:
            denial = _denial(attack, row)
            if denial is None:
                barred.append(self.barred(name, row, attack))
            elif denial not in found:
                found.append(denial)
        self.out.rules += barred
        return [*found, Negative(name, row.args)] if barred else found

    def barred(self, name: str, row: Positive, attack: Attack) -> Rule:
        """The rule of what an attack bars. What the contrary leaves open is taken from the rows asked about."""
        contrary, against, beating = attack
        left, right = contrary.left, contrary.right
        known = {*right.args, *(arg for arg in left.args if isinstance(arg, Const))}
        body: list[BodyLiteral] = []
        if contrary.unequal is not None or not known.issuperset(left.args):
            body.append(Candidate(row.relation, left.args))
        body += [replace(right, relation=relation) for relation in against]
        body += [contrary.unequal] if contrary.unequal else []
        body += [Negative(group, left.args) for group in beating]
        args = tuple(arg for arg in left.args if not isinstance(arg, Wildcard))
        return Rule(name, args, tuple(body), self.rules[left.relation][0].origin, made=True)


def _has_one_contrary(contraries: Sequence[Contrary]) -> bool:
    """Whether each row has one contrary at the most: what contradicts it is then just what it attacks."""
    if len(contraries) > 1 or contraries[0].unequal:
        return False
    own = set(contraries[0].left.args)
    return all(isinstance(arg, Const) or arg in own for arg in contraries[0].right.args)


def _denial(attack: Attack, row: Positive) -> Negative | None:
    """`not -p(X, Y)` in place of a rule of what is barred, where the arguments just change places."""
    contrary, against, beating = attack
    left, right = contrary.left.args, contrary.right.args
    if beating or len(against) > 1 or contrary.unequal or len(set(left)) < len(left):
        return None
    places = dict(zip(left, row.args, strict=True))
    own = [arg for arg in right if isinstance(arg, Var) and arg not in places]
    if any(isinstance(arg, Const) for arg in left) or len(set(own)) < len(own):
        return None
    args = (places.get(arg, Wildcard() if isinstance(arg, Var) else arg) for arg in right)
    return Negative(against[0], tuple(args))
