"""Why an atom does not hold: for each rule that could give it, how far the rule gets and where it stops.

Of all ways to satisfy a rule's body from the left, the one that gets furthest is shown: the premises
that hold, the first that fails with what is bound by then, and what holds instead.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from alignment.checks.model import Checked
from alignment.engines.base import Limits
from alignment.engines.evaluation import Evaluation
from alignment.language import tree
from alignment.program.model import Aggregation, BodyLiteral, Negative, Positive, Rule
from alignment.reasoning.abduction import Supposition, suppositions
from alignment.reasoning.derivations import Derivations, Node
from alignment.reasoning.diagnosis import Turning, turning_facts
from alignment.reasoning.ground import ground
from alignment.reasoning.linchpins import named
from alignment.reasoning.proofs import CutOff, Proof, Reported
from alignment.reasoning.proving import ProofBuilder, ground_row, is_hidden
from alignment.reasoning.proving import why as prove
from alignment.reasoning.solving import Binding, Solver, Step, ready, value_of

MOST_STEPS = 20_000
"""Partial matches tried for one rule before the furthest so far is shown."""

MOST_INSTEAD = 3
"""Atoms named as standing in the way of, or instead of, a failing premise."""


@dataclass(frozen=True, slots=True)
class Blocked:
    """One rule that could give the atom, and where it stops.

    `held` are the premises that hold, in order. `failing` is the first that does not, with what is
    known by then put in. `instead` are facts that a failing `not` meets, or what is known of the same
    subject in the relation of a failing premise.
    """

    rule: tree.Rule
    held: tuple[Proof, ...]
    failing: tree.BodyLiteral
    instead: tuple[tree.Atom, ...] = ()


@dataclass(frozen=True, slots=True)
class WhyNot:
    """The answer to `whynot`; `holds` if the atom holds after all.

    `denied` proves its strong negation, where that holds. `unmatched` counts rules of its relation
    whose head cannot be this atom. `derived` is False where no rule gives the relation, so that only a
    report could establish it. `suppositions` are the smallest sets of facts that would make it hold, where
    they were asked for, and `against` the smallest sets of reported facts without which it would.
    """

    claim: tree.Atom
    holds: bool
    blocked: tuple[Blocked, ...] = ()
    denied: Proof | None = None
    unmatched: int = 0
    derived: bool = True
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
    rules = [rule for stratum in evaluation.program.strata for rule in stratum.rules if rule.head == atom.relation]
    if row is None:
        return WhyNot(atom, False, unmatched=len(rules), derived=bool(rules))
    blocked: list[Blocked] = []
    for rule in rules:
        attempt = _Attempt(evaluation, limits, (atom.relation, row))
        binding = attempt.solver.bind_head(rule, row)
        if binding is not None:
            attempt.search(rule.body, binding, [])
            blocked.append(attempt.report(rule))
    blocked.sort(key=lambda one: -len(one.held))
    denied = _denial(evaluation, atom, limits)
    return WhyNot(atom, False, tuple(blocked), denied, len(rules) - len(blocked), bool(rules))


def _denial(evaluation: Evaluation, atom: tree.Atom, limits: Limits) -> Proof | None:
    contrary = tree.Atom(atom.predicate, atom.args, negative=not atom.negative)
    explanation = prove(evaluation, contrary, limits=limits)
    return explanation.proofs[0] if explanation else None


@dataclass(slots=True)
class _Attempt:
    """Searches one rule's body, in the order as written, and remembers the furthest it got."""

    evaluation: Evaluation
    limits: Limits
    node: Node
    steps: int = 0
    best: tuple[list[Step], BodyLiteral, Binding] | None = None
    solver: Solver = field(init=False)
    builder: ProofBuilder = field(init=False)

    def __post_init__(self) -> None:
        relation = self.evaluation.relation
        self.solver = Solver(lambda name: relation(name, self.limits), self.evaluation.dictionary)
        self.builder = ProofBuilder(self.evaluation, Derivations(self.node))

    def search(self, body: Sequence[BodyLiteral], binding: Binding, held: list[Step]) -> None:
        """Depth first; a literal that cannot be evaluated yet waits for those after it."""
        self.steps += 1
        if self.steps % 256 == 0:
            self.limits.check()
        if not body or self.steps > MOST_STEPS:
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
        assert self.best is not None  # the atom does not hold, so each way through the body ends
        assert isinstance(rule.origin, tree.Rule)
        held, literal, binding = self.best
        shown = [self.builder.premise(step, binding, self.shallow) for step in held if not is_hidden(step)]
        failing = self._failing(literal, binding)
        return Blocked(rule.origin, tuple(shown), failing, tuple(self._instead(literal, binding)))

    def shallow(self, node: Node) -> Proof:
        """A premise that holds: its reports, or the bare claim where it is derived itself."""
        reports = self.builder.reports(node)
        claim = self.builder.claim(node)
        return Reported(claim, reports) if reports else CutOff(claim)

    def _failing(self, literal: BodyLiteral, binding: Binding) -> tree.BodyLiteral:
        origin = literal.origin
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
