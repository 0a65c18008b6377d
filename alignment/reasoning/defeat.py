"""Which rules for a contrary apply to an atom, and what beats them: the attacks of defeasible logic.

Engines derive what holds; here the attacks on one row are looked up again, for proofs and for why not.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import field, replace
from itertools import islice

from alignment.engines.conditions import picker
from alignment.engines.evaluation import Evaluation
from alignment.factbase.relation import Row
from alignment.language import tree
from alignment.program.model import Const, Contrary, Rule, Var
from alignment.reasoning.derivations import Node
from alignment.reasoning.search import Head, Solution
from alignment.reasoning.solving import Solver
from alignment.records import frozen

MOST_ATTACKS = 8
"""Attacks on one row that are looked at."""


@frozen
class Attack:
    """A rule that applies and whose conclusion, `against`, is contrary to the atom that is asked about.

    With `possible` it is undecided whether it applies.
    """

    against: Node
    rule: Rule
    solution: Solution
    possible: bool = False

    @property
    def label(self) -> str:
        """The label of the rule, by which preferences know it."""
        return self.rule.label


@frozen
class Attacks:
    """Looks up the attacks on rows of one evaluation, those on a row once."""

    evaluation: Evaluation
    solver: Solver
    _known: dict[Node, list[Attack]] = field(default_factory=dict, repr=False, compare=False)
    _certainly: dict[Node, list[Node]] = field(default_factory=dict, repr=False, compare=False)
    _ready: dict[str, _Contraries] = field(default_factory=dict, repr=False, compare=False)

    def on(self, node: Node) -> list[Attack]:
        """The rules for contraries of a row that apply, in the order of contraries, rules and values."""
        if node not in self._known:
            self._known[node] = list(islice(self._on(node), MOST_ATTACKS))
        return self._known[node]

    def _on(self, node: Node) -> Iterator[Attack]:
        """A rule whose own conclusion is contradicted for certain attacks nothing else."""
        for relation, group, contrary in self._contraries(node[0]).concluded:
            for row in contrary.rows(node[1]):
                if all(other == node for other in self.certain_against((relation, row))):
                    yield from self._speaking(relation, group, row)

    def _contraries(self, name: str) -> _Contraries:
        """The contraries of a relation, made ready."""
        found = self._ready.get(name)
        if found is None:
            program = self.evaluation.program
            concluded, certain = [], []
            for contrary in self.evaluation.contraries(name):
                right = contrary.right.relation
                certain.append((right, _ContraryRows(contrary, self._certain(right), self.solver)))
                dispute = program.defeasible.disputes.get(right)
                for group in dispute.groups.values() if dispute else ():
                    rows = _ContraryRows(contrary, program.possible.get(group, group), self.solver)
                    concluded.append((right, group, rows))
            found = self._ready[name] = _Contraries(concluded, certain)
        return found

    def _speaking(self, relation: str, group: str, row: Row) -> Iterator[Attack]:
        """The rules of a group that conclude a row; where none does for sure, those that possibly do."""
        program = self.evaluation.program
        found = False
        for name in dict.fromkeys((group, program.possible.get(group, group))):
            for rule in program.rules_of(name) if not found else ():
                binding = self.solver.bind_head(rule, row)
                solution = None if binding is None else next(self.solver.solutions(rule.body, binding), None)
                if solution is not None:
                    found = True
                    yield Attack((relation, row), rule, solution, possible=name != group)

    def by_strength(self, attacks: Sequence[Attack]) -> list[Attack]:
        """Attacks, those whose conclusion holds in the end first, and of these the ones preferred to others."""

        def place(attack: Attack) -> tuple[bool, int]:
            better = sum(self.is_preferred(other.label, attack.label) for other in attacks)
            return not self.holds(attack.against), better

        return sorted(attacks, key=place)

    def certain_against(self, node: Node) -> list[Node]:
        """The contraries of a row that are known for certain."""
        if node not in self._certainly:
            self._certainly[node] = list(self._certain_against(node))
        return self._certainly[node]

    def _certain_against(self, node: Node) -> Iterator[Node]:
        for relation, contrary in self._contraries(node[0]).certain:
            for row in contrary.rows(node[1]):
                yield relation, row

    def is_certain(self, node: Node) -> bool:
        """Whether a row is known for certain."""
        return node[1] in self.solver.relation(self._certain(node[0]))

    def holds(self, node: Node) -> bool:
        """Whether a row is concluded."""
        return node[1] in self.solver.relation(node[0])

    def winner(self, node: Node, attack: Attack, first: str = "") -> tree.Rule | None:
        """A rule for a row that applies and is preferred to the one that attacks it: that of a label, if it is."""
        program = self.evaluation.program
        dispute = program.defeasible.disputes.get(node[0])
        groups = dispute.groups if dispute else {}
        for label, group in sorted(groups.items(), key=lambda one: one[0] != first):
            if self.is_preferred(label, attack.label) and node[1] in self.solver.relation(group):
                origins = (rule.origin for rule in program.rules_of(group))
                return next(origin for origin in origins if isinstance(origin, tree.Rule))
        return None

    def is_preferred(self, label: str, to: str) -> bool:
        """Whether one label is preferred to another."""
        return to in self.evaluation.program.defeasible.preferred.get(label, ())

    def _certain(self, name: str) -> str:
        dispute = self.evaluation.program.defeasible.disputes.get(name)
        return dispute.certain if dispute else name


@frozen
class _Contraries:
    """What stands against rows of a relation: what rules of a group would conclude, and what is certain."""

    concluded: Sequence[tuple[str, str, _ContraryRows]]
    certain: Sequence[tuple[str, _ContraryRows]]


class _ContraryRows:
    """Finds the rows of one relation that stand against a row, by one contrary; `name` has rows of its right side's."""

    def __init__(self, contrary: Contrary, name: str, solver: Solver) -> None:
        self._head = Head(contrary.left.args)
        self._relation = solver.relation(name)
        self._search = self._whole = None
        right, differs = contrary.right, [] if contrary.unequal is None else [contrary.unequal]
        columns = {variable: i for i, variable in enumerate(self._head.names)}
        if not len(self._relation):
            return
        known = [isinstance(arg, Const) or (isinstance(arg, Var) and arg.name in columns) for arg in right.args]
        if all(known) and not differs:
            self._whole = picker(right.args, columns)
        else:
            self._search = solver.search((replace(right, relation=name), *differs), self._head.names)

    def rows(self, row: Row) -> Iterator[Row]:
        """The rows, each once."""
        values = self._head.values(row)
        if values is not None and self._whole is not None:
            only = self._whole(values)
            if only in self._relation:
                yield only
        if values is None or self._search is None:
            return
        seen = set[Row]()
        for one in self._search.found(values):
            ((_, found),) = self._search.premises(one)
            if found not in seen:
                seen.add(found)
                yield found
