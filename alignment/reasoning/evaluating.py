"""How a goal is judged against an answer key: what it asks, on which scale, and what to explain of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from alignment.checks.inference import variable_types
from alignment.checks.model import Checked, Schema
from alignment.engines.base import Limits
from alignment.engines.evaluation import Evaluation
from alignment.language import tree
from alignment.language.atoms import atom_with
from alignment.reasoning.ablation import Ablation, Progress, ablations
from alignment.reasoning.comparison import Case, Comparison, Scale, compared, entity_columns, labelled
from alignment.records import frozen


@frozen
class Judge:
    """A checked goal and the scale of its labels. `entity_type` is what its entities are, if the goal says so."""

    body: tuple[tree.BodyLiteral, ...]
    entity: str
    label: str | None
    scale: Scale
    entity_type: str | None

    @classmethod
    def of(cls, body: Sequence[tree.BodyLiteral], scale: Scale | None, schema: Schema) -> Judge:
        """The judge of a goal; stances are ordered as they are declared. Raises AlignmentError for other goals."""
        entity, label = entity_columns(body)
        stances = tuple(one.name for one in schema.relations.values() if one.kind == "stance")
        uses = variable_types(schema, body).get(entity, ())
        type_ = next((use.type for use in uses if use.type in schema.types), None)
        return cls(tuple(body), entity, label, replace(scale or Scale(), stances=stances), type_)

    def comparison(self, evaluation: Evaluation, key: Mapping[str, str], limits: Limits) -> Comparison:
        """The answers in a view against the key, with intervals."""
        return self._compared(labelled(evaluation, self.body, limits), key, self.scale)

    def ablations(
        self,
        evaluation: Evaluation,
        checked: Checked,
        key: Mapping[str, str],
        limits: Limits,
        progress: Progress | None,
    ) -> tuple[Ablation, ...]:
        """The same without each source and rule, without intervals."""
        scale = replace(self.scale, resamples=0)
        return ablations(
            evaluation, checked, self.body, lambda answers: self._compared(answers, key, scale), limits, progress
        )

    def atoms(self, case: Case) -> list[tree.Atom]:
        """What to explain of a case: the goal's positive atoms about its entity."""
        value = {self.entity: tree.Symbol(case.entity)}
        return [
            atom_with(literal.atom, value)
            for literal in self.body
            if isinstance(literal, tree.Literal) and not literal.negated
        ]

    def _compared(
        self, answers: dict[str, tuple[str, ...]], key: Mapping[str, str], scale: Scale
    ) -> Comparison:
        return compared(key, answers, scale, yes_or_no=self.label is None)
