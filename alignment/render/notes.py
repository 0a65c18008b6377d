"""What stands under a sentence of a proof: the rule that gives it and why, or the reports of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from alignment.language import tree
from alignment.reasoning.proofs import Reported
from alignment.render.reports import place, report_text, rule_name
from alignment.render.widths import clean

if TYPE_CHECKING:
    from alignment.checks.model import Schema
    from alignment.render.branches import Note
    from alignment.render.outline import Item


class NotesOf:
    """Gives each item its notes; the doc of a rule is told where the rule is first used."""

    def __init__(self, schema: Schema) -> None:
        self.schema = schema
        self.told: set[tree.Rule] = set()

    def __call__(self, item: Item) -> Sequence[Note]:
        """The notes of an item, in reading order."""
        if item.elsewhere is not None:
            return ()
        if isinstance(item.proof, Reported) and not item.proof.reports:
            return _declared(item.proof.claim, self.schema)
        reports: list[Note] = [("report", report_text(report, self.schema)) for report in item.reports]
        return [("rule", self._rule(item.rule))] if item.rule is not None else reports

    def _rule(self, rule: tree.Rule) -> str:
        told = rule in self.told
        self.told.add(rule)
        text = f"by {rule_name(rule)}"
        return text if told or not rule.doc else f"{text}: {clean(rule.doc)}"


def _declared(claim: tree.Atom, schema: Schema) -> Sequence[Note]:
    """Where an entity is declared, which nobody has to report."""
    arg = claim.args[0] if len(claim.args) == 1 else None
    entity = schema.entities.get(arg.name) if isinstance(arg, tree.Symbol) else None
    if entity is None:
        return ()
    return [("report", f"[declared in {place(entity.span)}]" if entity.span else "[declared]")]
