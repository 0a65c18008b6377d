"""What would have to be reported for an atom to hold: the smallest sets of facts, each tried out.

Hypotheses are proposed backward from the atom and then held against all that bears on it, without the base
being evaluated again for each: they are supposed all at once, and the ground program of the atom tells what
holds with some of them alone. None contradicts what the base holds.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

from alignment.checks.model import Checked
from alignment.engines.base import Limits
from alignment.engines.evaluation import Evaluation
from alignment.factbase.dictionary import Sort
from alignment.language import tree
from alignment.program.contraries import standing_against
from alignment.program.model import Const, Var
from alignment.reasoning.conflicts import conflicts
from alignment.reasoning.ground import Node, ground
from alignment.reasoning.grounded import Grounded
from alignment.reasoning.hypothesising import Hypothesis, Hypothesising, Supposed, Term, is_supposable
from alignment.reasoning.solving import Solver
from alignment.records import frozen

LARGEST = 3
"""Facts in a set at the most."""

MOST_SETS = 20
"""Sets that are given; the least demanding come first."""

MOST_PROPOSED = 400
"""Hypotheses of each size that are tried out."""

_SORTS = {"number": Sort.NUMBER, "date": Sort.DATE, "text": Sort.TEXT}


@frozen
class Supposition:
    """Facts under which an atom would hold. A variable stands for anything of its type.

    `instead` are constants that could stand in place of `exchanged`, all else being the same.
    """

    facts: tuple[tree.Atom, ...]
    exchanged: tree.Constant | None = None
    instead: tuple[tree.Constant, ...] = ()


def suppositions(
    evaluation: Evaluation, checked: Checked, root: Node, limits: Limits | None = None
) -> tuple[Supposition, ...]:
    """The smallest sets of facts that would make an atom hold which does not, the least demanding first."""
    limits = limits or Limits()
    search = _Search(evaluation, checked, root, limits)
    grouped = _grouped(sorted(search.smallest(), key=search.place))
    ordered = sorted(grouped, key=lambda group: _demand(group[0], root))
    found: list[Supposition] = []
    for group in ordered:
        kept = [one for one in group if len(found) < MOST_SETS and search.is_consistent(one)]
        if kept:
            found.append(search.told(kept))
    return tuple(found)


class _Search:
    def __init__(self, evaluation: Evaluation, checked: Checked, root: Node, limits: Limits) -> None:
        self.evaluation, self.checked, self.schema, self.root, self.limits = (
            evaluation, checked, checked.schema, root, limits,
        )  # fmt: skip
        self.relation = lru_cache(maxsize=None)(lambda name: evaluation.relation(name, limits))
        self.solver = Solver(self.relation, evaluation.dictionary, limits)
        self._declared = {name: place for place, name in enumerate(self.schema.entities)}
        self._conflicts: int | None = None

    def place(self, hypothesis: Hypothesis) -> list[tuple[str, list[int]]]:
        """A key that lists hypotheses by what is supposed, entities as they are declared, and others as they come."""
        return [(one.relation, [self._place(arg) for arg in one.args]) for one in hypothesis]

    def _place(self, arg: Term) -> int:
        if not isinstance(arg, Const):
            return -1
        return self._declared.get(str(self.evaluation.dictionary.decode(arg.id)), len(self._declared))

    def smallest(self) -> list[Hypothesis]:
        """The hypotheses under which the atom holds, none of which holds another."""
        finder = Hypothesising(self.evaluation, self.relation, self._supposable(), self.limits)
        proposed: dict[frozenset[Supposed], Hypothesis] = {}
        found: list[Hypothesis] = []
        for size in range(1, LARGEST + 1):
            some = itertools.islice(finder.proposals(*self.root, size), 10 * MOST_PROPOSED)
            named = (_renamed(one) for one in some)
            new = dict.fromkeys(one for one in named if frozenset(one) not in proposed and self.is_possible(one))
            before = len(proposed)
            proposed.update((frozenset(one), one) for one in itertools.islice(new, MOST_PROPOSED))
            if len(proposed) > before:
                found = self.holding(list(proposed.values()))
            if len(found) >= MOST_SETS:
                break
        return found

    def _supposable(self) -> frozenset[str]:
        """The relations that sources report and nothing concludes; types of entities are declared."""
        names = set()
        for relation in self.schema.relations.values():
            if relation.kind in ("relation", "event", "undeclared") and relation.name not in self.schema.types:
                names |= {relation.name, f"-{relation.name}"}
        read = {name for stratum in self.evaluation.program.strata for name in stratum.reads}
        derived = self.evaluation.program.stratum_of
        return frozenset(name for name in names & read if name not in derived and is_supposable(name))

    def is_possible(self, hypothesis: Hypothesis) -> bool:
        """Whether every fact has constants of the right types, is new, and is not denied."""
        return all(self._fits(one) and not self._is_known(one) and not self._is_denied(one) for one in hypothesis)

    def _is_known(self, one: Supposed) -> bool:
        row = tuple(arg.id for arg in one.args if isinstance(arg, Const))
        return len(row) == len(one.args) and row in self.solver.relation(one.relation)

    def _fits(self, one: Supposed) -> bool:
        parameters = self.schema.relations[one.relation.removeprefix("-")].parameters
        return all(
            isinstance(arg, Var) or self._is_of(arg.id, parameter.type)
            for arg, parameter in zip(one.args, parameters, strict=True)
        )

    def _is_of(self, code: int, type_: str) -> bool:
        dictionary = self.evaluation.dictionary
        if type_ in _SORTS:
            return dictionary.sort(code) is _SORTS[type_]
        if type_ not in self.schema.types:
            return True
        entity = self.schema.entities.get(str(dictionary.decode(code)))
        return entity is not None and type_ in entity.types

    def _is_denied(self, one: Supposed) -> bool:
        """Whether a contrary of a fact holds."""
        opposite = one.relation[1:] if one.relation.startswith("-") else f"-{one.relation}"
        pattern = [arg.id if isinstance(arg, Const) else None for arg in one.args]
        if None not in pattern and next(iter(self.solver.relation(opposite).match(pattern)), None) is not None:
            return True
        for contrary in self.evaluation.contraries(one.relation):
            against = standing_against(one.args, contrary)
            if against and next(self.solver.solutions(against, {}), None) is not None:
                return True
        return False

    def holding(self, proposed: Sequence[Hypothesis]) -> list[Hypothesis]:
        """Those under which the atom holds, and would not with a fact less."""
        nodes = {one: self._nodes(one) for one in proposed}
        everything = {node for some in nodes.values() for node in some}
        rows: dict[str, list[tuple[int, ...]]] = {}
        for name, row in everything:
            rows.setdefault(name, []).append(row)
        supposing = self.evaluation.supposing(rows)
        grounded = Grounded(ground(supposing, self.root, self.limits))

        def holds(some: frozenset[Node]) -> bool:
            self.limits.check()
            return self.root in grounded.without(everything - some)

        return [
            one
            for one, own in nodes.items()
            if holds(own) and not any(holds(own - {needless}) for needless in own)
        ]

    def _nodes(self, hypothesis: Hypothesis) -> frozenset[Node]:
        """The facts of a hypothesis as rows; a variable becomes a constant that stands nowhere else."""
        symbol = self.evaluation.dictionary.symbol

        def code(term: Term) -> int:
            return term.id if isinstance(term, Const) else symbol(f"any {term.name}")

        return frozenset((one.relation, tuple(map(code, one.args))) for one in hypothesis)

    def is_consistent(self, hypothesis: Hypothesis) -> bool:
        """Whether nothing contradicts itself under a hypothesis that did not before."""
        derived = self.evaluation.program.stratum_of
        both = self.evaluation.program.contraries
        concluded = [*(one.left for one in both), *(one.right for one in both)]
        if not self.checked.constraints and not any(one.relation in derived for one in concluded):
            return True  # contraries are all reported, and those of the hypothesis have been looked at
        rows: dict[str, list[tuple[int, ...]]] = {}
        for name, row in self._nodes(hypothesis):
            rows.setdefault(name, []).append(row)
        if self._conflicts is None:
            self._conflicts = self._contradictions(self.evaluation)
        return self._contradictions(self.evaluation.supposing(rows)) <= self._conflicts

    def _contradictions(self, evaluation: Evaluation) -> int:
        return conflicts(evaluation, self.checked.constraints, self.limits).total

    def told(self, group: Sequence[Hypothesis]) -> Supposition:
        """Hypotheses that differ in one constant, as one."""
        first = group[0]
        at = None if len(group) == 1 else _difference(first, group[1])
        node = self.evaluation.dictionary.node
        instead = []
        for other in group[1:]:
            term = None if at is None else other[at[0]].args[at[1]]
            if isinstance(term, Const):
                instead.append(node(term.id))
        exchanged = None if at is None else first[at[0]].args[at[1]]
        names = self._variables(first)
        return Supposition(
            tuple(self._atom(one, names) for one in first),
            node(exchanged.id) if isinstance(exchanged, Const) else None,
            tuple(instead),
        )

    def _variables(self, hypothesis: Hypothesis) -> dict[str, str]:
        """Names for the variables: `_` for one that stands once."""
        uses = Counter(arg.name for one in hypothesis for arg in one.args if isinstance(arg, Var))
        letters = (f"X{number}" if number else "X" for number in itertools.count())
        return {name: next(letters) if count > 1 else "_" for name, count in uses.items()}

    def _atom(self, one: Supposed, names: Mapping[str, str]) -> tree.Atom:
        node = self.evaluation.dictionary.node
        args = tuple(
            node(arg.id) if isinstance(arg, Const) else tree.Variable(names[arg.name]) for arg in one.args
        )
        return tree.Atom(one.relation.removeprefix("-"), args, one.relation.startswith("-"))


def _renamed(hypothesis: Hypothesis) -> Hypothesis:
    """The facts in order, the variables numbered as they come: equal hypotheses become the same."""
    shape = sorted(hypothesis, key=lambda one: (one.relation, [getattr(arg, "id", -1) for arg in one.args]))
    names: dict[str, str] = {}
    for one in shape:
        for arg in one.args:
            if isinstance(arg, Var):
                names.setdefault(arg.name, f"#{len(names)}")
    return tuple(
        Supposed(one.relation, tuple(Var(names[arg.name]) if isinstance(arg, Var) else arg for arg in one.args))
        for one in shape
    )


def _grouped(hypotheses: Iterable[Hypothesis]) -> list[list[Hypothesis]]:
    """Hypotheses that are alike but for one constant, together; each in one group."""
    left = [tuple(sorted(one, key=repr)) for one in hypotheses]
    keys: dict[tuple[object, ...], list[Hypothesis]] = {}
    for one in left:
        for key in _holes(one):
            keys.setdefault(key, []).append(one)
    groups: list[list[Hypothesis]] = []
    placed: set[Hypothesis] = set()
    for _, some in sorted(keys.items(), key=lambda item: -len(item[1])):
        group = [one for one in some if one not in placed]
        if len(group) > 1:
            groups.append(group)
            placed.update(group)
    return groups + [[one] for one in left if one not in placed]


def _holes(hypothesis: Hypothesis) -> Iterator[tuple[object, ...]]:
    """The hypothesis with each of its constants left out in turn."""
    for i, one in enumerate(hypothesis):
        for j, arg in enumerate(one.args):
            if isinstance(arg, Const):
                hole = (one.relation, *one.args[:j], None, *one.args[j + 1 :])
                yield (i, j, *hypothesis[:i], hole, *hypothesis[i + 1 :])


def _difference(one: Hypothesis, other: Hypothesis) -> tuple[int, int] | None:
    """The fact and the argument in which two hypotheses differ."""
    for i, (fact, another) in enumerate(zip(one, other, strict=True)):
        for j, (arg, instead) in enumerate(zip(fact.args, another.args, strict=True)):
            if arg != instead:
                return i, j
    return None


def _demand(hypothesis: Hypothesis, root: Node) -> tuple[object, ...]:
    """How much a hypothesis supposes: facts, then constants that are not the atom's own."""
    _, row = root
    foreign = sum(isinstance(arg, Var) or arg.id not in row for one in hypothesis for arg in one.args)
    return len(hypothesis), foreign, sum(len(one.args) for one in hypothesis), repr(hypothesis)


