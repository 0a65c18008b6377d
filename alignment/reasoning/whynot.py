"""Why an atom does not hold: for each rule that could give it, how far the rule gets and where it stops.

Of all ways to satisfy a rule's body from the left, the one that gets furthest is shown: the premises
that hold, the first that fails with what is bound by then, and what holds instead. A rule that applies and
still concludes nothing is a default: then what stands against it is shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import field, replace
from typing import Literal as OneOf

from alignment.checks.model import Checked
from alignment.engines.base import Limits
from alignment.engines.evaluation import Evaluation
from alignment.language import tree
from alignment.program.model import POSSIBLE, Aggregation, BodyLiteral, Negative, Positive, Rule
from alignment.reasoning.abduction import Supposition, suppositions
from alignment.reasoning.asked import ground_row
from alignment.reasoning.defeat import Attack
from alignment.reasoning.derivations import Derivations, Node
from alignment.reasoning.diagnosis import Turning, turning_facts
from alignment.reasoning.ground import ground
from alignment.reasoning.linchpins import named
from alignment.reasoning.ordering import ready
from alignment.reasoning.proofs import CutOff, Proof, Reported
from alignment.reasoning.proving import ProofBuilder, is_hidden
from alignment.reasoning.proving import why as prove
from alignment.reasoning.solving import Binding, Solver, Step, value_of
from alignment.records import frozen, mutable

MOST_STEPS = 20_000
"""Partial matches tried for one rule before the furthest so far is shown."""

MOST_INSTEAD = 3
"""Atoms named as standing in the way of, or instead of, a failing premise."""


@frozen
class Opposition:
    """What a rule that applies does not get past: a contrary `claim`.

    It is `certain`: reported, or concluded without defaults; or a `rule` for it applies, too. That rule is
    `preferred`, or what it says `holds` all the same; `blocked` are both, where neither is preferred; and it
    may be `undecided` whether the other rule applies.
    """

    claim: tree.Atom
    stands: OneOf["certain", "preferred", "holds", "blocked", "undecided"]
    rule: tree.Rule | None = None


@frozen
class Blocked:
    """One rule that could give the atom, and where it stops.

    `held` are the premises that hold, in order. `failing` is the first that does not, with what is
    known by then put in; it is `undecided` where defaults go round in a circle. `instead` are facts that a
    failing `not` meets, or what is known of the same subject in the relation of a failing premise. Where all
    premises hold, `failing` is None, and `against` is what stands against the rule.
    """

    rule: tree.Rule
    held: tuple[Proof, ...]
    failing: tree.BodyLiteral | None
    instead: tuple[tree.Atom, ...] = ()
    against: tuple[Opposition, ...] = ()
    undecided: bool = False


@frozen
class WhyNot:
    """The answer to `whynot`; `holds` if the atom holds after all.

    `denied` proves its strong negation, where that holds. `unmatched` counts rules of its relation
    whose head cannot be this atom. `derived` is False where no rule gives the relation, so that only a
    report could establish it. `suppositions` are the smallest sets of facts that would make it hold, where
    they were asked for, and `against` the smallest sets of reported facts without which it would. It is
    `undecided` if it is neither true nor false: its defaults go round in a circle.
    """

    claim: tree.Atom
    holds: bool
    blocked: tuple[Blocked, ...] = ()
    denied: Proof | None = None
    unmatched: int = 0
    derived: bool = True
    undecided: bool = False
    suppositions: tuple[Supposition, ...] = ()
    against: Turning[Reported] = field(default_factory=Turning)


def remedies(evaluation: Evaluation, checked: Checked, found: WhyNot, limits: Limits) -> WhyNot:
    """The answer with what would make the atom hold: facts to be added, and facts that stand against it."""
    row = ground_row(evaluation, found.claim)
    if found.holds or row is None:
        return found
    root = (found.claim.relation, row)
    against = named(evaluation, turning_facts(ground(evaluation, root, limits), limits))
    return replace(found, suppositions=suppositions(evaluation, checked, root, limits), against=against)


def whynot(evaluation: Evaluation, atom: tree.Atom, limits: Limits | None = None) -> WhyNot:
    """Where each rule for a ground atom stops, the rule that gets furthest first."""
    limits = limits or Limits()
    row = ground_row(evaluation, atom)
    if row is not None and row in evaluation.relation(atom.relation, limits):
        return WhyNot(atom, holds=True)
    rules = _rules(evaluation, atom.relation)
    if row is None:
        return WhyNot(atom, False, unmatched=len(rules), derived=bool(rules))
    blocked: list[Blocked] = []
    for rule in rules:
        attempt = _Attempt(evaluation, limits, (atom.relation, row))
        binding = attempt.solver.bind_head(rule, row)
        if binding is not None:
            attempt.search(rule.body, binding, [])
            blocked.append(attempt.report(rule))
    blocked.sort(key=lambda one: (one.failing is not None, -len(one.held)))
    denied = _denial(evaluation, atom, limits)
    possible = evaluation.program.possible.get(atom.relation)
    undecided = possible is not None and row in evaluation.relation(possible, limits)
    return WhyNot(atom, False, tuple(blocked), denied, len(rules) - len(blocked), bool(rules), undecided)


def _rules(evaluation: Evaluation, relation: str) -> list[Rule]:
    """The rules as written that conclude a relation; of one in dispute those that may be attacked first."""
    program = evaluation.program
    dispute = program.defeasible.disputes.get(relation)
    if dispute is None:
        return list(program.rules_of(relation))
    said = [rule for group in dispute.groups.values() for rule in program.rules_of(group)]
    certain = program.rules_of(dispute.certain)
    return [*said, *(rule for rule in certain if not rule.made and all(rule.origin is not one.origin for one in said))]


def _denial(evaluation: Evaluation, atom: tree.Atom, limits: Limits) -> Proof | None:
    contrary = tree.Atom(atom.predicate, atom.args, negative=not atom.negative)
    explanation = prove(evaluation, contrary, limits=limits)
    return explanation.proofs[0] if explanation else None


@mutable
class _Attempt:
    """Searches one rule's body, in the order as written, and remembers the furthest it got."""

    evaluation: Evaluation
    limits: Limits
    node: Node
    steps: int = 0
    best: tuple[list[Step], BodyLiteral, Binding] | None = None
    applies: tuple[list[Step], Binding] | None = None
    solver: Solver = field(init=False)
    builder: ProofBuilder = field(init=False)

    def __post_init__(self) -> None:
        relation = self.evaluation.relation
        self.solver = Solver(lambda name: relation(name, self.limits), self.evaluation.dictionary, self.limits)
        self.builder = ProofBuilder(self.evaluation, Derivations(self.node))

    def search(self, body: Sequence[BodyLiteral], binding: Binding, held: list[Step]) -> None:
        """Depth first; a literal that cannot be evaluated yet waits for those after it."""
        self.steps += 1
        if self.steps % 256 == 0:
            self.limits.check()
        if not body:
            self.applies = self.applies or (held, binding)
        if not body or self.applies or self.steps > MOST_STEPS:
            return
        position = next((i for i, literal in enumerate(body) if ready(literal, binding)), 0)
        literal, rest = body[position], [*body[:position], *body[position + 1 :]]
        failed = True
        for extended, step in self.solver.extensions(literal, binding):
            failed = False
            self.search(rest, extended, [*held, step])
        if failed and (self.best is None or len(held) > len(self.best[0])):
            self.best = (held, literal, binding)

    def report(self, rule: Rule) -> Blocked:
        """What the search found, in the words of the rule as written."""
        assert isinstance(rule.origin, tree.Rule)
        if self.applies is not None:
            held, binding = self.applies
            against = tuple(self._against(rule.label))
            return Blocked(rule.origin, self._shown(held, binding), None, against=against)
        assert self.best is not None  # the rule does not apply, so each way through the body ends
        held, literal, binding = self.best
        instead = tuple(self._instead(literal, binding))
        undecided = self._is_undecided(literal, binding)
        return Blocked(rule.origin, self._shown(held, binding), self._failing(literal, binding), instead, (), undecided)

    def _shown(self, held: Sequence[Step], binding: Binding) -> tuple[Proof, ...]:
        return tuple(self.builder.premise(step, binding, self.shallow) for step in held if not is_hidden(step))

    def _against(self, label: str) -> Iterator[Opposition]:
        """What a rule of that label that applies does not get past, what wins in the end first."""
        attacks = self.builder.attacks
        certain = list(attacks.certain_against(self.node))
        yield from (Opposition(self.builder.claim(node), "certain") for node in certain)
        for attack in attacks.by_strength(attacks.on(self.node)):
            rule = attack.rule.origin
            if attack.against not in certain and not attacks.winner(self.node, attack) and isinstance(rule, tree.Rule):
                yield Opposition(self.builder.claim(attack.against), self._stand(attack, label), rule)

    def _stand(self, attack: Attack, label: str) -> OneOf["preferred", "holds", "blocked", "undecided"]:
        if attack.possible:
            return "undecided"
        if self.builder.attacks.is_preferred(attack.label, label):
            return "preferred"
        return "holds" if self.builder.attacks.holds(attack.against) else "blocked"

    def _is_undecided(self, literal: BodyLiteral, binding: Binding) -> bool:
        """Whether a premise that fails could still be true: some row of it is possible, or none holds under `not`."""
        program = self.evaluation.program
        match literal:
            case Negative(origin=tree.Aggregate()):
                return True
            case Positive(relation=name) if name in program.possible:
                possible = Negative(program.possible[name], literal.args)
                return next(self.solver.counterexamples(possible, binding), None) is not None
            case Negative(relation=name) if name.endswith(POSSIBLE):
                true = Negative(name.removesuffix(POSSIBLE), literal.args)
                return next(self.solver.counterexamples(true, binding), None) is None
            case _:
                return False

    def shallow(self, node: Node) -> Proof:
        """A premise that holds: its reports, or the bare claim where it is derived itself."""
        reports = self.builder.reports(node)
        claim = self.builder.claim(node)
        return Reported(claim, reports) if reports else CutOff(claim)

    def _failing(self, literal: BodyLiteral, binding: Binding) -> tree.BodyLiteral:
        origin = literal.origin
        if isinstance(literal, Negative) and isinstance(origin, tree.Aggregate):
            return tree.Comparison("=", tree.Variable("_"), origin)
        if isinstance(literal, Positive | Negative):
            evidence = origin.evidence if isinstance(origin, tree.Literal) else ()
            atom = self.builder.atom(literal.relation, literal.args, binding)
            return tree.Literal(atom, isinstance(literal, Negative), evidence)
        if isinstance(literal, Aggregation):
            assert isinstance(origin, tree.Aggregate)
            known = binding.get(literal.result.name)
            result = tree.Variable(literal.result.name) if known is None else self.evaluation.dictionary.node(known)
            return tree.Comparison("=", result, origin)
        assert isinstance(origin, tree.Comparison | tree.Membership)
        return self.builder.instantiate(origin, binding)

    def _instead(self, literal: BodyLiteral, binding: Binding) -> list[tree.Atom]:
        if isinstance(literal, Negative):
            rows = list(self.solver.counterexamples(literal, binding))
        elif isinstance(literal, Positive) and literal.args and value_of(literal.args[0], binding) is not None:
            pattern = [value_of(literal.args[0], binding), *[None] * (len(literal.args) - 1)]
            rows = sorted(self.solver.relation(literal.relation).match(pattern), key=self.solver.row_key)
        else:
            return []
        return [self.builder.claim((literal.relation, row)) for row in rows[:MOST_INSTEAD]]
