"""What contradicts itself in a base: contrary atoms that both hold, and answers to constraints, all proved.

A contradiction stops nothing and proves nothing else: both sides stay, and here they are listed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Literal as OneOf
from typing import TypeAlias

from alignment.engines.base import Limits
from alignment.engines.evaluation import Evaluation
from alignment.language import tree
from alignment.program.lower import Lowered, lower_goal, variables
from alignment.program.model import Contrary, Positive, Rule, Var
from alignment.program.stratify import with_goal
from alignment.reasoning.answers import in_order
from alignment.reasoning.derivations import Node, derivations
from alignment.reasoning.proofs import CutOff, Derived, Proof, Reported
from alignment.reasoning.proving import ProofBuilder
from alignment.records import frozen

MOST_CONFLICTS = 1000
"""Conflicts proved at the most; the others are counted."""

Kind: TypeAlias = OneOf["denied", "exclusive", "constraint"]

CONFLICT = "?conflict.{}"
"""The relation of the conflicts of one kind."""


@frozen
class Conflict:
    """Claims that cannot all be true and hold all the same.

    `proofs` has a node for each side: two for contrary claims, for a constraint one for each literal of its
    body, so that it may hold an absence or a comparison. `confidence` is that of the weakest side, None if
    it cannot be judged. `statement` says why they exclude each other; None where one denies the other.
    """

    kind: Kind
    proofs: tuple[Proof, ...]
    confidence: float | None
    statement: tree.Exclusive | tree.Constraint | None = None

    @property
    def claims(self) -> tuple[tree.Atom, ...]:
        """What is claimed: the atoms among the sides."""
        return tuple(proof.claim for proof in self.proofs if isinstance(proof, Reported | Derived | CutOff))


@frozen
class Conflicts:
    """The conflicts found, those proved and, beyond `MOST_CONFLICTS`, the number of all."""

    found: tuple[Conflict, ...]
    total: int


@frozen
class _Question:
    """One kind of conflict as rules of a goal."""

    kind: Kind
    name: str
    goal: Lowered
    statement: tree.Exclusive | tree.Constraint | None


def conflicts(
    evaluation: Evaluation, constraints: Sequence[tree.Constraint], limits: Limits | None = None
) -> Conflicts:
    """Every conflict, denials first, then in the order of `exclusive` and constraints; rows by value."""
    questions = list(_questions(evaluation, constraints))
    goals = Lowered(
        [rule for question in questions for rule in question.goal.rules],
        {name: evidence for question in questions for name, evidence in question.goal.evidence.items()},
    )
    asked = evaluation.with_program(with_goal(evaluation.program, goals))
    relations = asked.relations([question.name for question in questions], limits)
    found: dict[frozenset[Node], tuple[_Question, Node]] = {}
    for question in questions:
        for row in in_order(relations[question.name], evaluation.dictionary):
            found.setdefault(_key(question, row), (question, (question.name, row)))
    proved = [_proved(asked, question, node, limits) for question, node in islice(found.values(), MOST_CONFLICTS)]
    return Conflicts(tuple(proved), len(found))


def _questions(evaluation: Evaluation, constraints: Iterable[tree.Constraint]) -> Iterator[_Question]:
    number = 0
    for contrary in evaluation.program.contraries:
        if evaluation.is_known(contrary.left.relation) and evaluation.is_known(contrary.right.relation):
            number += 1
            name = CONFLICT.format(number)
            kind: Kind = "exclusive" if contrary.origin else "denied"
            yield _Question(kind, name, Lowered([_both(contrary, name)]), contrary.origin)
    for constraint in constraints:
        number += 1
        name = CONFLICT.format(number)
        goal = lower_goal(constraint.body, variables(constraint.body), evaluation.dictionary.constant, name)
        yield _Question("constraint", name, goal, constraint)


def _both(contrary: Contrary, name: str) -> Rule:
    """The rule of the rows in which both of two contrary atoms hold."""
    args = (*contrary.left.args, *contrary.right.args)
    columns = dict.fromkeys(arg for arg in args if isinstance(arg, Var))
    span = contrary.origin.span if contrary.origin else None
    return Rule(name, tuple(columns), contrary.body, tree.Query((), span=span))


def _key(question: _Question, row: Sequence[int]) -> frozenset[Node]:
    """What a conflict is known by: its two sides, whichever is named first; a constraint's answer by itself."""
    if question.kind == "constraint":
        return frozenset(((question.name, tuple(row)),))
    rule = question.goal.rules[0]
    values = {arg.name: value for arg, value in zip(rule.args, row, strict=True) if isinstance(arg, Var)}
    return frozenset(_side(literal, values) for literal in rule.body if isinstance(literal, Positive))


def _side(literal: Positive, values: dict[str, int]) -> Node:
    codes = (values[arg.name] if isinstance(arg, Var) else getattr(arg, "id", 0) for arg in literal.args)
    return literal.relation, tuple(codes)


def _proved(evaluation: Evaluation, question: _Question, node: Node, limits: Limits | None) -> Conflict:
    builder = ProofBuilder(evaluation, derivations(evaluation, node, limits))
    proof = builder.strongest(node)
    assert isinstance(proof, Derived)
    return Conflict(question.kind, proof.premises, builder.confidence(node), question.statement)
