"""A proof as a list of items in reading order, each part once: what every written form is made from.

Walked with a stack, so that a proof may be as deep as its data.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal as OneOf
from typing import TypeAlias

from alignment.factbase.report import Reports
from alignment.factbase.strengths import CERTAIN
from alignment.language import tree
from alignment.reasoning.proofs import (
    Absent,
    Aggregated,
    Compared,
    CutOff,
    Defeated,
    Derived,
    Proof,
    Reported,
    premises,
)
from alignment.reasoning.sureness import sureness
from alignment.records import frozen
from alignment.render.conditions import aggregated_text, condition_text
from alignment.render.reports import short_name
from alignment.render.words import Words, capitalised

Kind: TypeAlias = OneOf["reported", "derived", "absent", "compared", "aggregated", "defeated", "cut_off"]

ABOVE = "as shown above"

ROOT = -1
"""The parent of what stands at the top."""


@frozen
class Item:
    """One node of a proof. `parent` is the place of its parent in the list, or `ROOT`.

    `text` is its sentence, to begin a line with. Where another item shows the same claim with all it
    rests on, `elsewhere` says so, and `shown_at` is its place in the same list. `confidence` is that of what
    stands below it here, None where it cannot be judged; what nobody reports or derives has 1.
    """

    parent: int
    depth: int
    kind: Kind
    text: str
    proof: Proof
    shown_at: int | None = None
    elsewhere: str | None = None
    confidence: float | None = CERTAIN

    @property
    def reports(self) -> Reports:
        """The reports to show under it."""
        return self.proof.reports if isinstance(self.proof, Reported) and self.elsewhere is None else ()

    @property
    def rule(self) -> tree.Rule | None:
        """The rule to show under it."""
        return self.proof.rule if isinstance(self.proof, Derived) and self.elsewhere is None else None


Outline: TypeAlias = tuple[Item, ...]


def outline(proof: Proof, words: Words) -> Outline:
    """The items of a proof, parents before their premises."""
    return outline_of_all((proof,), words)


def outline_of_all(proofs: Sequence[Proof], words: Words) -> Outline:
    """The items of several proofs one after the other, what an earlier one shows not again."""
    items: list[Item] = []
    shown: dict[tree.Atom, int] = {}
    todo: list[tuple[Proof, int, int]] = [(proof, ROOT, 0) for proof in reversed(proofs)]
    sure = {key: one for proof in proofs for key, one in sureness(proof).items()}
    while todo:
        node, parent, depth = todo.pop()
        shown_at = _shown_at(node, items, shown)
        if shown_at is None and isinstance(node, Derived | Reported):
            shown[node.claim] = len(items)
        if shown_at is None:
            todo += [(part, len(items), depth + 1) for part in reversed(_under(node))]
        items.append(
            Item(
                parent,
                depth,
                kind_of(node),
                text_of(node, words),
                node,
                shown_at,
                None if shown_at is None else ABOVE,
                sure.get(id(node), CERTAIN),
            )
        )
    return tuple(items)


def _under(proof: Proof) -> Sequence[Proof]:
    """What stands under a node: what it rests on directly, and what yields to it."""
    defeated = proof.defeated if isinstance(proof, Derived | Reported) else ()
    return (*premises(proof), *defeated)


def kind_of(proof: Proof) -> Kind:
    """The kind of a node, by the name that machine formats give it."""
    match proof:
        case Reported():
            return "reported"
        case Derived():
            return "derived"
        case Absent():
            return "absent"
        case Compared():
            return "compared"
        case Aggregated():
            return "aggregated"
        case Defeated():
            return "defeated"
        case CutOff():
            return "cut_off"


def text_of(proof: Proof, words: Words) -> str:
    """The sentence of a node, to begin a line with."""
    match proof:
        case CutOff(claim=claim) if "." in claim.predicate and words.relation(claim) is None:
            return "The same rows"  # of an aggregate, under the name that lowering gave them
        case Reported(claim=claim) | Derived(claim=claim) | CutOff(claim=claim):
            return words.line(claim)
        case Absent(claim=claim, evidence=evidence):
            return capitalised(words.no_report(claim) + words.evidence(evidence))
        case Compared(condition=condition):
            return condition_text(words, condition)
        case Aggregated(aggregate=aggregate, value=value, rows=rows):
            claims = [row.claim for row in rows if isinstance(row, Reported | Derived | CutOff)]
            return capitalised(aggregated_text(words, aggregate, value, claims))
        case Defeated():
            return defeated_text(proof, words)


def defeated_text(proof: Defeated, words: Words) -> str:
    """What a rule would say, and why it does not count."""
    why = f"{short_name(proof.winner)} is preferred" if proof.winner else "it yields to what rests on no default"
    return f"Although {short_name(proof.rule)} would say that {words.sentence(proof.claim)}, {why}"


def _shown_at(node: Proof, items: Sequence[Item], shown: dict[tree.Atom, int]) -> int | None:
    """Where the same claim is shown already; other reports of the same fact are worth showing."""
    if not isinstance(node, Derived | Reported | CutOff):
        return None
    at = shown.get(node.claim)
    if at is None or isinstance(node, CutOff):
        return at
    before = items[at].proof
    if isinstance(node, Reported):
        return at if isinstance(before, Reported) and before.reports == node.reports else None
    return at if isinstance(before, Derived) else None
