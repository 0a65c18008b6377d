"""All that bears on one atom, as a program without variables: which facts hold it up, and what falls without some.

An atom's ground program has every instance of a rule that could ever support it or stand against one of its
premises, whatever reports are taken back. Without some facts it is evaluated anew (`reasoning.grounded`), in
microseconds and not in a new evaluation of the base.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import field
from functools import lru_cache
from typing import TypeAlias

from alignment.engines.base import Limits
from alignment.engines.evaluation import Evaluation
from alignment.factbase.arithmetic import aggregate
from alignment.factbase.relation import Row
from alignment.language import tree
from alignment.program.lower import NOW
from alignment.program.model import Aggregation, BodyLiteral, Comparison, Negative, Positive, Rule, Var
from alignment.program.possible import Possible, names, possible, reported, uncertain
from alignment.reasoning.solving import Binding, Solver, value_of
from alignment.records import frozen, mutable

MOST_INSTANCES = 20_000
"""Instances beyond which a ground program is no longer built whole."""

Node: TypeAlias = tuple[str, Row]


@frozen
class Counted:
    """An aggregate: rows that it may see, and the test of its value by the conditions that read it."""

    nodes: tuple[Node, ...]
    holds: Callable[[Sequence[Node]], bool]


@frozen
class GroundRule:
    """An instance: `head` holds where all `premises` hold, none of `absent` does, and each count fits."""

    head: Node
    rule: Rule
    premises: tuple[Node, ...]
    absent: tuple[Node, ...]
    counted: tuple[Counted, ...]


@mutable
class GroundProgram:
    """The ground program of `root`. `facts` are the reported rows in it that the view sees.

    `exact` is False where it was cut, or where a count that is no mere condition is taken as it is now.
    """

    root: Node
    facts: set[Node] = field(default_factory=set)
    rules: dict[Node, list[GroundRule]] = field(default_factory=dict)
    exact: bool = True


def ground(evaluation: Evaluation, root: Node, limits: Limits) -> GroundProgram:
    """The ground program of an atom. Raises LimitReached."""
    return _Grounding(evaluation, possible(evaluation.program, root[0]), limits).program(root)


class _Grounding:
    def __init__(self, evaluation: Evaluation, may: Possible, limits: Limits) -> None:
        self.evaluation = evaluation
        self.may = may
        self.limits = limits
        wide = evaluation.with_program(may.program)
        self.relation = lru_cache(maxsize=None)(lambda name: wide.relation(may.name(name), limits))
        self.solver = Solver(self.relation, evaluation.dictionary, limits)
        self.rules: dict[str, list[Rule]] = {}
        for stratum in evaluation.program.strata:
            for rule in stratum.rules:
                self.rules.setdefault(rule.head, []).append(rule)

    def program(self, root: Node) -> GroundProgram:
        made = GroundProgram(root)
        todo, count = [root], 0
        while todo:
            node = todo.pop()
            if node in made.rules:
                continue
            made.rules[node] = []
            if node[0] in self.may.fixed:
                made.exact = False
            if node[1] in self.evaluation.reported(node[0]):
                once = self.reported_as(node)
                if once is None:
                    made.facts.add(node)
                else:
                    made.rules[node].append(once)
                    todo += once.premises
            for instance in self.instances(node):
                self.limits.check(instance.rule)
                made.rules[node].append(instance)
                todo += (*instance.premises, *instance.absent)
                todo += [one for counted in instance.counted for one in counted.nodes]
                count += 1
            if count > MOST_INSTANCES:
                made.exact = False
                break
        return made

    def reported_as(self, node: Node) -> GroundRule | None:
        """How a reported row follows from its reports, where rules read these apart from what is derived, too."""
        name, row = node
        own = reported(name)
        if own not in self.evaluation.program.evidence:
            return None
        args = tuple(Var(f"#{i}") for i in range(len(row)))
        rule = Rule(name, args, (Positive(own, args),), tree.Query(()), made=True)
        return GroundRule(node, rule, ((own, row),), (), ())

    def instances(self, node: Node) -> Iterator[GroundRule]:
        """Every way in which a node could follow."""
        name, row = node
        if row not in self.relation(name):
            return
        for rule in self.rules.get(name, ()):
            binding = self.solver.bind_head(rule, row)
            if binding is None:
                continue
            counted = uncertain(rule.body)
            sure = [literal for literal in rule.body if not _turns(literal, counted)]
            for solution in self.solver.solutions(sure, binding):
                premises = [
                    (step.literal.relation, step.row)
                    for step in solution.steps
                    if isinstance(step.literal, Positive) and step.row is not None and step.literal.relation != NOW
                ]
                yield self.instance(node, rule, dict.fromkeys(premises), solution.binding, counted)

    def instance(
        self, node: Node, rule: Rule, premises: Iterable[Node], binding: Binding, counted: Collection[str]
    ) -> GroundRule:
        absent: list[Node] = []
        aggregates: list[Counted] = []
        for literal in rule.body:
            if isinstance(literal, Negative):
                absent += [(literal.relation, row) for row in self.solver.counterexamples(literal, binding)]
            elif isinstance(literal, Aggregation):
                aggregates.append(self.counted(literal, rule.body, binding, counted))
        return GroundRule(node, rule, tuple(premises), tuple(dict.fromkeys(absent)), tuple(aggregates))

    def counted(
        self, literal: Aggregation, body: Sequence[BodyLiteral], binding: Binding, uncertain: Collection[str]
    ) -> Counted:
        width = len(literal.group)
        nodes = tuple((literal.relation, row) for row in self.solver.counted_rows(literal, binding))
        tests = [
            one
            for one in body
            if isinstance(one, Comparison) and (names(one.left) | names(one.right)) & set(uncertain)
        ]
        dictionary, solver = self.evaluation.dictionary, self.solver

        def holds(held: Sequence[Node]) -> bool:
            value = aggregate(dictionary, literal.function, [row[width:] for _, row in held])
            if value is None:
                return False
            known = value_of(literal.result, binding)
            if known is not None and known != value:
                return False
            return _all_hold(solver, tests, {**binding, literal.result.name: value})

        return Counted(nodes, holds)


def _turns(literal: BodyLiteral, counted: Collection[str]) -> bool:
    """Whether a report less could turn a literal from false to true: absences, counts and what reads them."""
    if isinstance(literal, Negative | Aggregation):
        return True
    return isinstance(literal, Comparison) and bool((names(literal.left) | names(literal.right)) & set(counted))


def _all_hold(solver: Solver, tests: Sequence[Comparison], binding: Binding) -> bool:
    """Whether conditions hold of a value; one that waits for another count's value is left to that one."""
    waiting = list(tests)
    progress = True
    while waiting and progress:
        progress = False
        for test in waiting:
            free = [name for name in names(test.left) | names(test.right) if name not in binding]
            defines = test.operator == "=" and any(
                isinstance(side, Var) and side.name in free for side in (test.left, test.right)
            )
            if free and not (defines and len(free) == 1):
                continue
            extended = next((one for one, _ in solver.extensions(test, binding)), None)
            if extended is None:
                return False
            binding, progress = extended, True
            waiting.remove(test)
            break
    return True
