"""Who stands where: every stance that holds, in one table."""

from __future__ import annotations

from collections.abc import Collection

from alignment.checks.model import Schema
from alignment.engines.base import Limits
from alignment.engines.evaluation import Evaluation
from alignment.factbase.relation import Row
from alignment.language import tree
from alignment.program.lower import lower_goal
from alignment.reasoning.answers import GOAL
from alignment.reasoning.confidences import confidences
from alignment.reasoning.contested import contested_rows
from alignment.records import frozen


@frozen
class Stance:
    """One stance that holds, with the confidence of its strongest proof (None: cannot be judged).

    It is `contested` where its contrary holds as well.
    """

    claim: tree.Atom
    confidence: float | None
    contested: bool = False

    @property
    def actor(self) -> tree.Constant | None:
        """Whose stance it is: the first argument."""
        first = self.claim.args[0] if self.claim.args else None
        return None if isinstance(first, tree.Variable | tree.Now | tree.Arithmetic) else first


def stances(
    evaluation: Evaluation, schema: Schema, entities: Collection[str] = (), limits: Limits | None = None
) -> tuple[Stance, ...]:
    """The stances of the given entities as actors, or of all; by actor, then in the schema's order."""
    names = [relation.name for relation in schema.relations.values() if relation.kind == "stance"]
    found: list[tuple[tuple[object, ...], Stance]] = []
    wanted = {evaluation.dictionary.symbol(entity) for entity in entities}
    sure = confidences(evaluation, names, limits)  # rows come out with their strengths
    relations = evaluation.relations(names, limits)
    key = evaluation.dictionary.sort_key
    for order, name in enumerate(names):
        rows = [row for row in relations[name] if row and (not wanted or row[0] in wanted)]
        contested = _contested(evaluation, name, len(rows[0]), limits) if rows else frozenset()
        for row, confidence in sure[name].of_all(rows).items():
            claim = tree.Atom(name, tuple(map(evaluation.dictionary.node, row)))
            stance = Stance(claim, confidence, row in contested)
            found.append(((key(row[0]), order, [key(value) for value in row]), stance))
    return tuple(stance for _, stance in sorted(found, key=lambda pair: pair[0]))


def _contested(evaluation: Evaluation, name: str, arity: int, limits: Limits | None) -> frozenset[Row]:
    """The rows of a relation whose contrary holds as well."""
    columns = [f"X{i}" for i in range(arity)]
    asked = tree.Literal(tree.Atom(name, tuple(map(tree.Variable, columns))))
    return contested_rows(evaluation, lower_goal((asked,), columns, evaluation.dictionary.constant, GOAL), limits)
