"""Why an atom holds: proofs as trees of values, down to the reports they rest on.

Every premise has a node of its own kind: reported, derived, absent (nothing says so), compared,
aggregated (with what was counted), or cut off (stated above, or beyond the limit).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from alignment.engines.base import Limits
from alignment.engines.evaluation import Evaluation
from alignment.factbase.report import Reports
from alignment.language import tree
from alignment.program.lower import NOW
from alignment.program.model import Aggregation, Argument, Comparison, Const, Membership, Negative, Positive, Var
from alignment.reasoning.derivations import Derivations, Instance, Node, best_choices, derivations
from alignment.reasoning.solving import Binding, Solver, Step

MOST_PROOFS = 1000
"""Proofs listed by `--all` at the most; the explanation says when there are more."""


@dataclass(frozen=True, slots=True)
class Reported:
    """A fact and the reports of it that are in view (only those asked for, where evidence was)."""

    claim: tree.Atom
    reports: Reports


@dataclass(frozen=True, slots=True)
class Derived:
    """A conclusion, the rule that gives it, and one node for each literal of its body, in order."""

    claim: tree.Atom
    rule: tree.Rule
    premises: tuple[Proof, ...]


@dataclass(frozen=True, slots=True)
class Absent:
    """Nothing says so: no report and no proof of the claim; `_` stands for any value."""

    claim: tree.Atom
    evidence: tuple[tree.Annotation, ...] = ()


@dataclass(frozen=True, slots=True)
class Compared:
    """A comparison or membership as written, with its variables replaced by their values."""

    condition: tree.Comparison | tree.Membership


@dataclass(frozen=True, slots=True)
class Aggregated:
    """An aggregate, its value, and the rows it saw, each proved."""

    aggregate: tree.Aggregate
    value: tree.Constant
    rows: tuple[Proof, ...]


@dataclass(frozen=True, slots=True)
class CutOff:
    """A claim that is proved elsewhere in the same tree, or beyond what is listed."""

    claim: tree.Atom


Proof: TypeAlias = Reported | Derived | Absent | Compared | Aggregated | CutOff


@dataclass(frozen=True, slots=True)
class Why:
    """The answer to `why`: the proofs of an atom, strongest first.

    `confidence` is that of the strongest proof, None if it cannot be judged. `complete` is False where
    not every proof is listed. `needed` are the sources without any one of which it would not hold.
    """

    claim: tree.Atom
    proofs: tuple[Proof, ...]
    confidence: float | None
    complete: bool = True
    needed: tuple[str, ...] = ()


def why(
    evaluation: Evaluation, atom: tree.Atom, *, every: bool = False, limits: Limits | None = None
) -> Why | None:
    """The strongest proof of a ground atom, or with `every` all of them; None if it does not hold."""
    row = tuple(evaluation.dictionary.constant(arg) for arg in atom.args)  # type: ignore[arg-type]
    node = (atom.relation, row)
    if row not in evaluation.relation(atom.relation, limits):
        return None
    builder = ProofBuilder(evaluation, derivations(evaluation, node, limits))
    confidence = builder.confidence(node)
    if not every:
        return Why(atom, (builder.strongest(node),), confidence, complete=builder.graph.whole)
    proofs: list[Proof] = []
    for proof in builder.all_proofs(node):
        if limits:
            limits.check()
        if len(proofs) == MOST_PROOFS:
            return Why(atom, tuple(proofs), confidence, complete=False)
        proofs.append(proof)
    ranked = sorted(proofs, key=lambda proof: (-weakest(proof), size(proof)))
    return Why(atom, tuple(ranked), confidence, complete=builder.graph.whole)


class ProofBuilder:
    """Turns a graph of derivations into proofs."""

    def __init__(self, evaluation: Evaluation, graph: Derivations) -> None:
        self.evaluation = evaluation
        self.graph = graph
        self.solver = Solver(evaluation.relation, evaluation.dictionary)
        reported = {
            node: report_strength(self.reports(node))
            for node in graph.instances
            if node[1] in evaluation.reported(node[0])
        }
        self.reported = reported
        self.choices = best_choices(graph, reported)

    def confidence(self, node: Node) -> float | None:
        """The strength of a row's strongest proof; None where all that is known cannot be judged."""
        strength = self.choices[node][0][0]
        return None if strength == UNJUDGED else strength

    def strongest(self, node: Node) -> Proof:
        """The strongest proof of a row, among these the shortest; a part needed twice is given once."""
        return self._tree(node, {}, shown=set())

    def _tree(self, node: Node, chosen: Mapping[Node, Instance | None], shown: set[Node]) -> Proof:
        claim = self.claim(node)
        instance = chosen[node] if node in chosen else self.choices[node][1]
        if instance is None:
            return Reported(claim, self.reports(node))
        if node in shown:
            return CutOff(claim)
        shown.add(node)
        return self.derived(instance, lambda premise: self._tree(premise, chosen, shown))

    def derived(self, instance: Instance, prove: Prove) -> Proof:
        """The node of one rule instance."""
        claim = self.claim(instance.head)
        binding = instance.solution.binding
        premises = [
            self.premise(step, binding, prove)
            for step in instance.solution.steps
            if not is_hidden(step)
        ]
        rule = instance.rule.origin
        if not isinstance(rule, tree.Rule):
            rule = tree.Rule(claim, span=rule.span)
        return Derived(claim, rule, tuple(premises))

    def premise(self, step: Step, binding: Binding, prove: Prove) -> Proof:
        """The node of one literal of a body."""
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
        return Aggregated(literal.origin, value, tuple(dict.fromkeys(rows)))

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
            if all(
                getattr(report, "source" if column == "from" else column) == value
                for column, value in wanted.items()
            )
        )

    def claim(self, node: Node) -> tree.Atom:
        """A row as an atom; an evidence relation's row as the fact that was reported."""
        name, row = node
        evidence = self.evaluation.program.evidence.get(name)
        if evidence is not None:
            name, row = evidence.base, row[: len(row) - len(evidence.columns)]
        args = tuple(self.evaluation.dictionary.node(value) for value in row)
        return tree.Atom(name.removeprefix("-"), args, negative=name.startswith("-"))

    def atom(self, name: str, args: Sequence[Argument], binding: Binding) -> tree.Atom:
        """A literal's atom under a binding; `_` where nothing is bound."""
        evidence = self.evaluation.program.evidence.get(name)
        if evidence is not None:
            name, args = evidence.base, args[: len(args) - len(evidence.columns)]
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

    def all_proofs(self, node: Node) -> Iterator[Proof]:
        """Every acyclic proof of a row: each way to choose an instance for each row it rests on."""
        for chosen in self._choices([node], {}):
            yield self._tree(node, chosen, shown=set())

    def _choices(
        self, todo: list[Node], chosen: dict[Node, Instance | None]
    ) -> Iterator[dict[Node, Instance | None]]:
        """Choices for all rows reachable from `todo` that leave no cycle."""
        todo = [node for node in todo if node not in chosen]
        if not todo:
            yield chosen
            return
        node, rest = todo[0], todo[1:]
        options: list[Instance | None] = [None] if node in self.reported else []
        options += self.graph.instances.get(node, [])
        for option in options:
            extended = {**chosen, node: option}
            premises = list(option.premises) if option else []
            if not _reaches(extended, premises, node):
                yield from self._choices([*premises, *rest], extended)


Prove: TypeAlias = Callable[[Node], Proof]


def _reaches(chosen: Mapping[Node, Instance | None], start: Iterable[Node], goal: Node) -> bool:
    todo, seen = list(start), set[Node]()
    while todo:
        node = todo.pop()
        if node == goal:
            return True
        if node in seen:
            continue
        seen.add(node)
        instance = chosen.get(node)
        if instance is not None:
            todo += instance.premises
    return False


def is_hidden(step: Step) -> bool:
    """Whether a literal came in by lowering, so that nobody wrote it: the date in view, a named sum."""
    literal = step.literal
    if isinstance(literal, Positive):
        return literal.relation == NOW
    return isinstance(literal, Comparison | Membership) and not isinstance(
        literal.origin, tree.Comparison | tree.Membership
    )


UNJUDGED = -1.0
"""Stands for `cannot be judged`, which is below every number."""


def report_strength(reports: Reports) -> float:
    """The strongest of independent reports; `UNJUDGED` if none has a number. No report is an entity's type."""
    return max((UNJUDGED if r.confidence is None else r.confidence for r in reports), default=1.0)


def weakest(proof: Proof) -> float:
    """The strength of a proof's weakest premise."""
    match proof:
        case Reported(reports=reports):
            return report_strength(reports)
        case Derived(premises=parts) | Aggregated(rows=parts):
            return min(map(weakest, parts), default=1.0)
        case _:
            return 1.0


def size(proof: Proof) -> int:
    """The number of nodes of a proof."""
    match proof:
        case Derived(premises=parts) | Aggregated(rows=parts):
            return 1 + sum(map(size, parts))
        case _:
            return 1


def leaves(proof: Proof) -> Iterator[Reported]:
    """The reported facts a proof rests on, in reading order."""
    todo = [proof]
    while todo:
        node = todo.pop()
        match node:
            case Reported():
                yield node
            case Derived(premises=parts) | Aggregated(rows=parts):
                todo += reversed(parts)
            case _:
                pass
