"""Why an atom holds: the proofs of a row, built out of the graph of its derivations."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Hashable, Iterator, Sequence
from typing import TypeAlias

from alignment.engines.base import Limits
from alignment.engines.evaluation import Evaluation
from alignment.factbase.report import Reports
from alignment.factbase.strengths import confidence, report_strength
from alignment.language import tree
from alignment.program.lower import NOW
from alignment.program.model import (
    PADDING,
    Aggregation,
    Argument,
    Comparison,
    Const,
    Membership,
    Negative,
    Positive,
    Var,
)
from alignment.reasoning.asked import ground_row
from alignment.reasoning.choices import StrongestChoice, every_choice, in_order
from alignment.reasoning.defeat import Attacks
from alignment.reasoning.derivations import (
    Choice,
    Cost,
    Derivations,
    Instance,
    Node,
    Settled,
    derivations,
    settle,
    weakness,
)
from alignment.reasoning.proofs import (
    Absent,
    Aggregated,
    Compared,
    CutOff,
    Defeated,
    Derived,
    Proof,
    Reported,
    Why,
)
from alignment.reasoning.solving import Binding, Solver, Step
from alignment.reasoning.steps import Steps, known

MOST_PROOFS = 1000
"""Proofs listed by `--all` at the most; the explanation says when there are more."""

MOST_TRIED = 20 * MOST_PROOFS
"""Choices looked at for them: where many show the same, the list ends here."""

Prove: TypeAlias = Callable[[Node], Proof]
"""From a premise to its proof."""


def why(
    evaluation: Evaluation, atom: tree.Atom, *, every: bool = False, limits: Limits | None = None
) -> Why | None:
    """The strongest proof of a ground atom, or with `every` all of them; None if it does not hold."""
    row = ground_row(evaluation, atom)
    if row is None or row not in evaluation.relation(atom.relation, limits):
        return None
    node = (atom.relation, row)
    builder = ProofBuilder(evaluation, derivations(evaluation, node, limits))
    claim, confidence = builder.claim(node), builder.confidence(node)
    if not every:
        return Why(claim, (builder.strongest(node),), confidence, complete=builder.graph.whole)
    proofs: dict[int, tuple[Proof, tuple[float, float]]] = {}
    complete = builder.graph.whole
    for tried, choice in enumerate(builder.choices(node, limits)):
        if tried == MOST_TRIED:
            complete = False
            break
        proof = builder.proof(node, choice)
        if id(proof) not in proofs:  # two instances that differ in nothing shown give one proof
            if len(proofs) == MOST_PROOFS:
                complete = False
                break
            proofs[id(proof)] = (proof, builder.rank(node, choice))
    ranked = sorted(proofs.values(), key=lambda pair: pair[1])
    return Why(claim, tuple(proof for proof, _ in ranked), confidence, complete=complete)


class ProofBuilder:
    """Turns a graph of derivations into proofs."""

    def __init__(self, evaluation: Evaluation, graph: Derivations, solver: Solver | None = None) -> None:
        self.evaluation = evaluation
        self.graph = graph
        self.solver = solver or Solver(evaluation.relation, evaluation.dictionary)
        self.attacks = Attacks(evaluation, self.solver)
        self.reported: dict[Node, float] = {}
        self.best: Settled = {}
        self._choices: dict[float, StrongestChoice] = {}
        self._built: dict[Hashable, Proof] = {}
        self._claims: dict[Node, tree.Atom] = {}
        self._defeated: dict[tuple[Node, str], tuple[Defeated, ...]] = {}
        self.steps = Steps(evaluation, self.attacks)
        self._settle()

    def _settle(self) -> None:
        """Find the strongest proof of each row in the graph."""
        costs: dict[Node, Cost] = {}
        for node in self.graph.instances:
            if node[1] in self.evaluation.reported(node[0]):
                self.reported[node] = report_strength(self.reports(node))
                costs[node] = -self.reported[node]
        settle(self.best, itertools.chain.from_iterable(self.graph.instances.values()), costs, weakness)

    def confidence(self, node: Node) -> float | None:
        """The strength of a row's strongest proof; None where all that is known cannot be judged."""
        return confidence(-self.best[node][0])

    def strongest(self, node: Node) -> Proof:
        """The strongest proof of a row, among these the one with the best rules, then the shortest.

        A part needed twice is given once.
        """
        return self.proof(node, self.strongest_choice(node))

    def strongest_choice(self, node: Node) -> Choice:
        """Of the choices as strong as can be, one that takes the fewest steps to `node`."""
        least = -self.best[node][0]
        if least not in self._choices:
            self._choices[least] = StrongestChoice(self.graph, least, self.best, self.reported, self.steps)
        return self._choices[least]

    def choices(self, node: Node, limits: Limits | None = None) -> Iterator[Choice]:
        """Every acyclic choice for the rows that a row rests on, the strongest first."""
        return every_choice(self.graph, node, self.reported, self.strongest_choice(node), limits or Limits())

    def all_proofs(self, node: Node) -> Iterator[Proof]:
        """Every acyclic proof of a row: each way to choose an instance for each row it rests on."""
        return (self.proof(node, choice) for choice in self.choices(node))

    def rank(self, node: Node, chosen: Choice) -> tuple[Cost, Cost]:
        """The order of proofs: the strongest first, then the shortest."""
        costs: dict[Node, tuple[Cost, Cost]] = {}
        for row in in_order(node, chosen):
            instance = chosen[row]
            below = [costs[premise] for premise in instance.premises] if instance else []
            if instance is None:
                costs[row] = (-self.reported[row], 1)
            else:
                weakest = weakness(instance, [cost for cost, _ in below])
                costs[row] = (weakest, self.steps(instance, [cost for _, cost in below]))
        return costs[node]

    def proof(self, root: Node, chosen: Choice) -> Proof:
        """The proof that a choice stands for. A row already shown, from left to right, is cut off."""
        order: list[tuple[Node, Instance]] = []
        owner: dict[Node, Node | None] = {}
        todo: list[tuple[Node, Node | None]] = [(root, None)]
        while todo:
            node, parent = todo.pop()
            instance = chosen[node]
            if node not in owner and instance is not None:
                owner[node] = parent
                order.append((node, instance))
                todo += [(premise, node) for premise in reversed(instance.premises)]
        built: dict[Node, Proof] = {}

        def part(premise: Node, parent: Node | None) -> Proof:
            if chosen[premise] is None:
                return self.one(Reported(self.claim(premise), self.reports(premise), self.defeated(premise)))
            if owner[premise] == parent and premise in built:
                return built.pop(premise)
            return self.one(CutOff(self.claim(premise)))

        for node, instance in reversed(order):
            built[node] = self.derived(instance, lambda premise, node=node: part(premise, node))  # type: ignore[misc]
        return part(root, None)

    def last_step(self, root: Node, chosen: Choice, is_reported: Callable[[Node], bool]) -> Proof:
        """The last step of the proof that a choice stands for: premises that are derived are cut off.

        Of what an aggregate counts the step behind is there. `is_reported` tells which rows it takes from reports.
        """

        def cut(premise: Node) -> Proof:
            if is_reported(premise):
                return self.one(Reported(self.claim(premise), self.reports(premise), self.defeated(premise)))
            return self.one(CutOff(self.claim(premise)))

        def stepped(node: Node, prove: Prove, counted: Prove | None = None) -> Proof:
            instance = chosen[node]
            while instance is not None and instance.rule.made:
                node = instance.premises[0]
                instance = chosen[node]
            return cut(node) if instance is None else self.derived(instance, prove, counted)

        return stepped(root, cut, lambda row: stepped(row, cut))

    def one(self, proof: Proof) -> Proof:
        """The one object for equal proofs, found without walking down deep ones."""
        match proof:
            case Derived():
                key: Hashable = (Derived, proof.claim, proof.rule, tuple(map(id, proof.premises)), proof.defeated)
            case Aggregated():
                key = (Aggregated, proof.aggregate, proof.value, tuple(map(id, proof.rows)))
            case _:
                key = proof
        return self._built.setdefault(key, proof)

    def derived(self, instance: Instance, prove: Prove, counted: Prove | None = None) -> Proof:
        """The node of one rule instance; a made rule has none of its own. `counted` proves what aggregates see."""
        if instance.rule.made:
            return prove(instance.premises[0])
        claim = self.claim(instance.head)
        binding = instance.solution.binding
        premises = [
            self.premise(step, binding, counted if counted and isinstance(step.literal, Aggregation) else prove)
            for step in instance.solution.steps
            if not is_hidden(step)
        ]
        rule = instance.rule.origin
        if not isinstance(rule, tree.Rule):
            rule = tree.Rule(claim, span=rule.span)
        return self.one(Derived(claim, rule, tuple(premises), self.defeated(instance.head, instance.rule.label)))

    def defeated(self, node: Node, label: str = "") -> tuple[Defeated, ...]:
        """The rules for contraries of a row that apply and were beaten: where it can be, by the rule of a label."""
        if not self.evaluation.program.defeasible.disputes:
            return ()
        node = known(self.evaluation, node)
        if (node, label) not in self._defeated:
            self._defeated[node, label] = tuple(self._beaten(node, label))
        return self._defeated[node, label]

    def _beaten(self, node: Node, label: str) -> Iterator[Defeated]:
        certain = self.attacks.is_certain(node)
        for attack in self.attacks.on(node):
            winner = None if certain else self.attacks.winner(node, attack, label)
            if attack.possible or self.attacks.holds(attack.against) or not (certain or winner):
                continue  # undecided, a contradiction, or nothing that was beaten
            rule = attack.rule.origin
            assert isinstance(rule, tree.Rule)
            shown = [step for step in attack.solution.steps if not is_hidden(step)]
            premises = [self.premise(step, attack.solution.binding, self.bare) for step in shown]
            yield Defeated(self.claim(attack.against), rule, winner, tuple(premises))

    def bare(self, node: Node) -> Proof:
        """A row without what it rests on."""
        return CutOff(self.claim(node))

    def premise(self, step: Step, binding: Binding, prove: Prove) -> Proof:
        """The node of one literal of a body."""
        return self.one(self._premise(step, binding, prove))

    def _premise(self, step: Step, binding: Binding, prove: Prove) -> Proof:
        literal = step.literal
        match literal:
            case Positive():
                assert step.row is not None
                return prove((literal.relation, step.row))
            case Negative(origin=tree.Literal() as written):
                return Absent(self.atom(literal.relation, literal.args, binding), written.evidence)
            case Negative():
                return Absent(self.atom(literal.relation, literal.args, binding))
            case Aggregation():
                return self.aggregated(literal, binding, prove)
            case Comparison() | Membership():
                condition = literal.origin
                assert isinstance(condition, tree.Comparison | tree.Membership)
                return Compared(self.instantiate(condition, binding))

    def aggregated(self, literal: Aggregation, binding: Binding, prove: Prove) -> Proof:
        assert isinstance(literal.origin, tree.Aggregate)
        rows: list[Proof] = []
        for row in self.solver.counted_rows(literal, binding):
            proof = prove((literal.relation, row))
            # The auxiliary row is nobody's claim: what people want to see are the facts behind it.
            parts = proof.premises if isinstance(proof, Derived) else (proof,)
            rows += [part for part in parts if not isinstance(part, Compared)]
        value = self.evaluation.dictionary.node(binding[literal.result.name])
        distinct = {id(row): row for row in rows}
        return self.one(Aggregated(literal.origin, value, tuple(distinct.values())))

    def reports(self, node: Node) -> Reports:
        """The reports in view of a row; of an evidence relation's row, those with that evidence."""
        name, row = node
        evidence = self.evaluation.program.evidence.get(name)
        if evidence is None:
            return self.evaluation.reports(name, row)
        width = len(row) - len(evidence.columns)
        decode = self.evaluation.dictionary.decode
        wanted = dict(zip(evidence.columns, (decode(value) for value in row[width:]), strict=True))
        return tuple(
            report
            for report in self.evaluation.reports(evidence.base, row[:width])
            if (evidence.bound is None or evidence.bound.allows(report.confidence))
            and all(
                getattr(report, "source" if column == "from" else column) == value
                for column, value in wanted.items()
            )
        )

    def claim(self, node: Node) -> tree.Atom:
        """A row as an atom; an evidence relation's row as the fact that was reported."""
        claim = self._claims.get(node)
        if claim is not None:
            return claim
        name, row = known(self.evaluation, node)
        args = tuple(self.evaluation.dictionary.node(value) for value in row if value != PADDING.id)
        claim = self._claims[node] = tree.Atom(name.removeprefix("-"), args, negative=name.startswith("-"))
        return claim

    def atom(self, name: str, args: Sequence[Argument], binding: Binding) -> tree.Atom:
        """A literal's atom under a binding; `_` where nothing is bound."""
        evidence = self.evaluation.program.evidence.get(name)
        if evidence is not None:
            name, args = evidence.base, args[: len(args) - len(evidence.columns)]
        name = self.evaluation.program.written(name)
        node = self.evaluation.dictionary.node
        terms: list[tree.Term] = []
        for arg in args:
            if isinstance(arg, Const):
                terms.append(node(arg.id))
            elif isinstance(arg, Var) and arg.name in binding:
                terms.append(node(binding[arg.name]))
            else:
                terms.append(tree.Variable(arg.name if isinstance(arg, Var) else "_"))
        return tree.Atom(name.removeprefix("-"), tuple(terms), negative=name.startswith("-"))

    def instantiate(
        self, condition: tree.Comparison | tree.Membership, binding: Binding
    ) -> tree.Comparison | tree.Membership:
        """A condition as written, its variables replaced by their values."""
        if isinstance(condition, tree.Membership):
            return tree.Membership(self.substitute(condition.term, binding), condition.items)
        left, right = (
            side if isinstance(side, tree.Aggregate) else self.substitute(side, binding)
            for side in (condition.left, condition.right)
        )
        return tree.Comparison(condition.operator, left, right)

    def substitute(self, term: tree.Term, binding: Binding) -> tree.Term:
        match term:
            case tree.Variable(name=name) if name in binding:
                return self.evaluation.dictionary.node(binding[name])
            case tree.Arithmetic():
                left, right = self.substitute(term.left, binding), self.substitute(term.right, binding)
                return tree.Arithmetic(term.operator, left, right)
            case tree.Now():
                return tree.Date(self.evaluation.today)
            case _:
                return term


def is_hidden(step: Step) -> bool:
    """Whether a literal came in by lowering, so that nobody wrote it: the date in view, a named sum."""
    literal = step.literal
    if isinstance(literal, Negative):
        return isinstance(literal.origin, tree.Aggregate)  # that nothing it looks at is undecided
    if isinstance(literal, Positive):
        return literal.relation == NOW
    return isinstance(literal, Comparison | Membership) and not isinstance(
        literal.origin, tree.Comparison | tree.Membership
    )
