"""A checked base to its program: every pass in its order.

Rules as written become plain ones (`lower`), those of defaults rules that nothing attacks (`defaults`), and all
of them strata (`stratify`). A pass changes and never reports.
"""

from __future__ import annotations

from dataclasses import replace

from alignment.checks.model import Checked
from alignment.language import tree
from alignment.program.contraries import contraries
from alignment.program.defaults import with_defaults
from alignment.program.lower import Encode, lower_rules
from alignment.program.model import Program
from alignment.program.stratify import stratify
from alignment.records import frozen


@frozen
class Meaning:
    """All of a base that its program depends on: two bases with the same have the same program.

    `denied` are the predicates of which something is strongly denied, by a report or a rule: `sanctions`
    if there is `-sanctions(turkey, russia).`
    """

    rules: tuple[tree.Rule, ...]
    preferences: tuple[tree.Prefer, ...]
    exclusions: tuple[tree.Exclusive, ...]
    denied: frozenset[str]

    @classmethod
    def of(cls, checked: Checked) -> Meaning:
        """The part of a checked base that the program is made from."""
        given = {*checked.reported, *(rule.head.relation for rule in checked.rules)}
        relations = checked.schema.relations
        denied = frozenset(name[1:] for name in given if name.startswith("-") and name[1:] in relations)
        return cls(checked.rules, checked.preferences, checked.exclusions, denied)


def compiled(checked: Checked, encode: Encode) -> Program:
    """The program of a checked base."""
    meaning = Meaning.of(checked)
    arities = {name: checked.schema.relations[name].arity for name in meaning.denied}
    contrary = contraries(arities, meaning.exclusions, encode)
    lowered, defeasible = with_defaults(lower_rules(meaning.rules, encode), contrary, meaning.preferences)
    return replace(stratify(lowered), contraries=contrary, defeasible=defeasible)
