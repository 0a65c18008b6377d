"""A checked base to its program: every pass in its order.

Rules as written become plain ones (`lower`), then strata (`stratify`). A pass changes and never reports.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from alignment.checks.model import Checked
from alignment.language import tree
from alignment.program.contraries import contraries
from alignment.program.lower import Encode, lower_rules
from alignment.program.model import Program
from alignment.program.stratify import stratify


@dataclass(frozen=True, slots=True)
class Meaning:
    """All of a base that its program depends on: two bases with the same have the same program.

    `denied` are the predicates of which something is strongly denied, by a report or a rule: `sanctions`
    if there is `-sanctions(turkey, russia).`
    """

    rules: tuple[tree.Rule, ...]
    exclusions: tuple[tree.Exclusive, ...]
    denied: frozenset[str]

    @classmethod
    def of(cls, checked: Checked) -> Meaning:
        """The part of a checked base that the program is made from."""
        given = {*checked.reported, *(rule.head.relation for rule in checked.rules)}
        denied = frozenset(name[1:] for name in given if name.startswith("-"))
        return cls(checked.rules, checked.exclusions, denied)


def compiled(checked: Checked, encode: Encode) -> Program:
    """The program of a checked base."""
    meaning = Meaning.of(checked)
    program = stratify(lower_rules(meaning.rules, encode))
    arities = {name: checked.schema.relations[name].arity for name in meaning.denied}
    return replace(program, contraries=contraries(arities, meaning.exclusions, encode))
