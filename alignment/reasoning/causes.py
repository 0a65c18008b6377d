"""Why an answer holds in one evaluation and not in another: the reports, rules and dates that make the difference.

The strongest proof on the side where it holds is followed down through the premises that fail on the other side.
A failing `not` has something that holds there instead, which is followed the same way with the sides
changed, so the way always ends at a report, a rule or the date in view.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import field, replace
from typing import Literal, TypeAlias

from alignment.engines.base import Limits
from alignment.engines.dated.calendar import holds_on
from alignment.engines.evaluation import Evaluation
from alignment.factbase.dictionary import Dictionary
from alignment.factbase.relation import Row
from alignment.factbase.report import Reports
from alignment.factbase.strengths import CERTAIN, confidence
from alignment.language import tree
from alignment.program.lower import NOW
from alignment.program.model import PADDING, Aggregation, Comparison, Negative, Positive, Rule, Var
from alignment.program.turns import dated, put_in
from alignment.reasoning.answers import GOAL
from alignment.reasoning.defeat import Attack, Attacks
from alignment.reasoning.derivations import Choice, Node
from alignment.reasoning.proofs import Proof, premises
from alignment.reasoning.proving import ProofBuilder, is_hidden
from alignment.reasoning.solving import Binding, Solver, Step
from alignment.reasoning.strongest import ShortestProofs, StrongestProofs
from alignment.records import frozen, mutable

MOST_INSTEAD = 3
"""Rows that stand in the way of one `not` and are followed."""

Side: TypeAlias = Literal[0, 1]
"""Before and after."""


@frozen
class Cause:
    """What is on one side alone: the reports of a fact, a rule, a preference, or, with none, the date in view.

    `appears` is True for what is there after, False for what was there before. A preference is that of `rule`
    over the rule `over`, directly or by others between.
    """

    appears: bool
    claim: tree.Atom | None = None
    reports: Reports = ()
    rule: tree.Rule | None = None
    over: tree.Rule | None = None


@frozen
class Yielding:
    """A contrary to which a conclusion gives way on the side where it does not hold.

    It is concluded by a `rule` that nothing beats there, or, without one, known for certain.
    """

    claim: tree.Atom
    rule: tree.Rule | None = None


@frozen
class Reason:
    """Why an answer holds on one side alone: its strongest proof there, and what fails on the other side.

    `step` is the last step of that proof, its premises cut off where they are derived. `failing` are those of them
    that do not hold on the other side, `yields` is what it gives way to there, and `causes` are what is behind that.
    """

    step: Proof
    failing: tuple[Proof, ...]
    causes: tuple[Cause, ...]
    yields: tuple[Yielding, ...] = ()
    prove: Callable[[], Proof] = field(kw_only=True, repr=False, compare=False)

    @property
    def proof(self) -> Proof:
        """The whole proof, built when somebody looks at it: most readers do not."""
        return self.prove()


@frozen
class Weakest:
    """What a proof is no stronger than: a reported fact, or a rule that allows no more."""

    confidence: float | None
    claim: tree.Atom | None = None
    rule: tree.Rule | None = None


@frozen
class _Link:
    """What is behind a row under a choice: causes, rows of either side, and which literals that are shown fail."""

    chosen: Choice
    causes: tuple[Cause, ...]
    behind: tuple[tuple[Side, Node], ...] = ()
    fails: tuple[bool, ...] = ()


@mutable
class Causes:
    """Looks for the reasons of the changes between two evaluations."""

    before: Evaluation
    after: Evaluation
    limits: Limits = field(default_factory=Limits)
    _rules: tuple[frozenset[tree.Node], frozenset[tree.Node]] | None = None
    _links: dict[tuple[Side, Node, int], _Link] = field(default_factory=dict)
    _proofs: list[StrongestProofs | None] = field(default_factory=lambda: [None, None])

    def __post_init__(self) -> None:
        """Evidence is asked for by the rules of one side, and of the facts of both."""
        programs = (self.before.program, self.after.program)
        if programs[0] is not programs[1]:
            self._rules = (_written(self.before), _written(self.after))
            evidence = {**programs[0].evidence, **programs[1].evidence}
            self.before, self.after = (
                side.with_program(replace(side.program, evidence=evidence)) for side in (self.before, self.after)
            )

    def reason(self, side: Side, node: Node) -> Reason:
        """Why a row holds on a side and not on the other."""
        builder, choice = self._proved(side, node)
        instance = choice[node]
        if node[0] == GOAL and instance is not None and len(instance.premises) == 1:
            (node,) = instance.premises  # a goal of one atom is explained as that atom
            instance = choice[node]
        last = builder.last_step(node, choice, choice.is_reported)
        while instance is not None and instance.rule.made:
            instance = choice[instance.premises[0]]
        failing: list[Proof] = []
        if instance is not None:
            fails = self._link(side, instance.head, choice).fails
            failing = [part for part, gone in zip(premises(last), fails, strict=True) if gone]
        causes = tuple(dict.fromkeys(self._causes(side, node, choice)))
        yields = tuple(self._yields(side, node))
        return Reason(last, tuple(failing), causes, yields, prove=lambda: builder.proof(node, choice))

    def weakest(self, side: Side, node: Node) -> Weakest | None:
        """The weakest premise of a row's strongest proof; None where nothing in it is in doubt.

        A row is as strong as its weakest premise, so the way down goes over rows that are no stronger, as people read
        the proof, to a report or to a rule that allows no more.
        """
        builder, choice = self._proved(side, node)
        strength = self._strongest(side).instances.strength
        least = strength(node)
        todo, seen = [node] if least < CERTAIN else [], {node}
        while todo:
            row = todo.pop()
            instance = choice[row]
            if instance is None:
                return Weakest(confidence(strength(row)), builder.claim(row))
            cap, rule = instance.rule.cap, instance.rule.origin
            if cap is not None and cap <= least and isinstance(rule, tree.Rule):
                return Weakest(cap, rule=rule)
            parts = [one for one in instance.premises if one not in seen and strength(one) <= least]
            seen.update(parts)
            todo += reversed(parts)
        return None

    # What makes the difference -------------------------------------------------------------------

    def _causes(self, side: Side, root: Node, choice: Choice) -> Iterator[Cause]:
        """What is behind a row of a side; a row of the other side is followed with a choice of its own."""
        todo: list[tuple[Side, Node, Choice | None]] = [(side, root, choice)]
        seen: set[tuple[Side, Node]] = set()
        while todo:
            self.limits.check()
            at, node, chosen = todo.pop()
            if (at, node) in seen:
                continue
            seen.add((at, node))
            if chosen is None or node not in chosen:
                chosen = self._proved(at, node)[1]
            link = self._link(at, node, chosen)
            yield from link.causes
            todo += [(one, row, chosen if one == at else None) for one, row in link.behind]

    def _link(self, side: Side, node: Node, chosen: Choice) -> _Link:
        """What is behind a row of a side directly, looked for once for each choice."""
        key = (side, node, id(chosen))
        known = self._links.get(key)
        if known is None or known.chosen is not chosen:
            known = self._links[key] = self._linked(side, node, chosen)
        return known

    def _linked(self, side: Side, node: Node, chosen: Choice) -> _Link:
        instance = chosen[node]
        if instance is None:
            return _Link(chosen, (self._report(side, node),))
        behind, causes, fails = self._against(side, node), [*self._preferences(side, node)], list[bool]()
        if instance.rule.made:
            return _Link(chosen, tuple(causes), (*behind, (side, instance.premises[0])))
        rule = instance.rule.origin
        if self._rules and isinstance(rule, tree.Rule) and rule not in self._rules[_other(side)]:
            causes.append(Cause(side == 1, rule=rule))
        solution = instance.solution
        for step in reversed(solution.steps):
            turns = self._turns(side, step, instance.rule, solution.binding)
            rows = self._behind(side, step, solution.binding)
            causes += [Cause(appears=True)] if turns else []
            behind += rows
            if not is_hidden(step):
                fails.append(turns or bool(rows))
        return _Link(chosen, tuple(causes), tuple(behind), tuple(reversed(fails)))

    def _against(self, side: Side, node: Node) -> list[tuple[Side, Node]]:
        """What stands against a row on the other side, and what speaks for it on this side alone."""
        other = self._side(_other(side))
        if not other.program.defeasible.disputes:
            return []
        there = self._there(side, node)
        attacks = self._attacks(_other(side))
        unbeaten = self._unbeaten(_other(side), there)
        found = [*attacks.certain_against(there), *((one.rule.head, one.against[1]) for one in unbeaten)]
        dispute = self._side(side).program.defeasible.disputes.get(node[0])
        said = [(group, node[1]) for group in dispute.groups.values()] if dispute else []
        here = self._attacks(side)
        silenced = (here.certain_against(self._there(_other(side), one.against)) for one in unbeaten)
        said += [one for nodes in silenced for one in nodes]
        lost = [one for one in said if self._holds(side, one) and not self._holds(_other(side), self._there(side, one))]
        return [*((_other(side), one) for one in found), *((side, one) for one in lost)]

    def _unbeaten(self, side: Side, node: Node) -> list[Attack]:
        """The attacks on a row that nothing beats on a side."""
        attacks = self._attacks(side)
        return [one for one in attacks.on(node) if not one.possible and not attacks.winner(node, one)]

    def _yields(self, side: Side, node: Node) -> Iterator[Yielding]:
        """What a row of a side gives way to on the other side: what is certain, else what wins in the end, first."""
        other, there = self._side(_other(side)), self._there(side, node)
        if node[0] not in other.program.defeasible.disputes:
            return
        attacks = self._attacks(_other(side))
        builder = self._strongest(_other(side)).instances.builder
        certain = attacks.certain_against(there)
        yield from (Yielding(builder.claim(one)) for one in certain)
        if certain:
            return
        for one in attacks.by_strength(self._unbeaten(_other(side), there)):
            rule = one.rule.origin
            assert isinstance(rule, tree.Rule)
            yield Yielding(builder.claim(one.against), rule)

    def _preferences(self, side: Side, node: Node) -> Iterator[Cause]:
        """Preferences of one side alone by which a row beats there what it does not get past on the other side."""
        here, other = self._side(side), self._side(_other(side))
        if self._rules is None or here.program.defeasible.preferred == other.program.defeasible.preferred:
            return
        there = self._there(side, node)
        defence = self._attacks(_other(side))
        dispute = here.program.defeasible.disputes.get(node[0])
        for attack in self._unbeaten(_other(side), there):
            over = attack.rule.origin
            for label, group in dispute.groups.items() if dispute else ():
                preferred = attack.label in here.program.defeasible.preferred.get(label, ())
                applies = preferred and self._holds(side, (group, node[1]))
                if applies and not defence.is_preferred(label, attack.label) and isinstance(over, tree.Rule):
                    rule = next(one.origin for one in here.program.rules_of(group))
                    if isinstance(rule, tree.Rule):
                        yield Cause(side == 1, rule=rule, over=over)

    def _behind(self, side: Side, step: Step, binding: Binding) -> list[tuple[Side, Node]]:
        """The rows, each on its side, for which a premise fails on the other side."""
        literal, other = step.literal, _other(side)
        match literal:
            case Positive(relation=relation) if relation != NOW and step.row is not None:
                node = (relation, step.row)
                return [] if self._holds(other, self._there(side, node)) else [(side, node)]
            case Negative(relation=relation):
                solver = self._solver(other)
                rows = list(solver.counterexamples(literal, self._bound_there(side, binding)))
                return [(other, (relation, row)) for row in rows[:MOST_INSTEAD]]
            case Aggregation(relation=relation):
                rows = self._solver(side).counted_rows(literal, binding)
                here = {self._there(side, (relation, row))[1]: row for row in rows}
                there = set(self._solver(other).counted_rows(literal, self._bound_there(side, binding)))
                gone = [(side, (relation, here[key])) for key in here if key not in there]
                new = sorted(there.difference(here), key=self._solver(other).row_key)
                return [*gone, *((other, (relation, row)) for row in new)]
            case _:
                return []

    def _report(self, side: Side, node: Node) -> Cause:
        """The reports of a fact that are seen on one side alone."""
        builder = self._strongest(side).instances.builder
        return Cause(side == 1, builder.claim(node), builder.reports(node))

    def _turns(self, side: Side, step: Step, rule: Rule, binding: Binding) -> bool:
        """Whether a condition on the date in view does not hold on the date of the other side."""
        defined = {} if self.before.today == self.after.today else dated(rule)
        literal = step.literal
        if not defined or is_hidden(step):
            return False
        if isinstance(literal, Comparison):
            condition = replace(literal, left=put_in(literal.left, defined), right=put_in(literal.right, defined))
            day = self._side(_other(side)).today.toordinal()
            return not holds_on(self._side(side).dictionary, condition, binding, day)
        return isinstance(literal, Positive | Negative) and any(
            isinstance(arg, Var) and arg.name in defined for arg in literal.args
        )

    # The two sides -------------------------------------------------------------------------------

    def _side(self, side: Side) -> Evaluation:
        return self.after if side else self.before

    def _solver(self, side: Side) -> Solver:
        return self._strongest(side).instances.reader.solver

    def _attacks(self, side: Side) -> Attacks:
        return self._strongest(side).instances.builder.attacks

    def _holds(self, side: Side, node: Node) -> bool:
        return node[1] in self._side(side).relation(node[0], self.limits)

    def _there(self, side: Side, node: Node) -> Node:
        """A row of a side as the other one encodes it."""
        here, there = self._side(side).dictionary, self._side(_other(side)).dictionary
        return node[0], translated(node[1], here, there)

    def _bound_there(self, side: Side, binding: Binding) -> Binding:
        here, there = self._side(side).dictionary, self._side(_other(side)).dictionary
        return dict(zip(binding, translated(tuple(binding.values()), here, there), strict=True))

    def _proved(self, side: Side, node: Node) -> tuple[ProofBuilder, ShortestProofs]:
        """What builds the strongest proof of a row, and the choice that it stands for."""
        return self._strongest(side).proved(node)

    def _strongest(self, side: Side) -> StrongestProofs:
        proofs = self._proofs[side]
        if proofs is None:
            proofs = self._proofs[side] = StrongestProofs(self._side(side), self.limits)
        return proofs


def translated(row: Row, here: Dictionary, there: Dictionary) -> Row:
    """A row of one dictionary as another encodes it."""
    if here is there:
        return row
    return tuple(code if code == PADDING.id else there.constant(here.node(code)) for code in row)


def _other(side: Side) -> Side:
    return 0 if side else 1


def _written(evaluation: Evaluation) -> frozenset[tree.Node]:
    """The rules of a program as they were written."""
    return frozenset(rule.origin for stratum in evaluation.program.strata for rule in stratum.rules)
