"""Proofs as trees of values, down to the reports they rest on.

Every premise has a node of its own kind: reported, derived, absent (nothing says so), compared,
aggregated (with what was counted), defeated (a rule for the contrary that was beaten), or cut off (stated
above, or beyond the limit).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeAlias

from alignment.factbase.report import Reports
from alignment.language import tree
from alignment.records import frozen


@frozen
class Reported:
    """A fact and the reports of it that are in view (only those asked for, where evidence was).

    `defeated` are the rules whose contrary conclusions yield to it.
    """

    claim: tree.Atom
    reports: Reports
    defeated: tuple[Defeated, ...] = ()


@frozen
class Derived:
    """A conclusion, the rule that gives it, and one node for each literal of its body, in order.

    An aggregate that is compared, `#count{ X : p(X) } > 2`, has its own node before the comparison's.
    `defeated` are the rules for contrary conclusions that apply and were beaten.
    """

    claim: tree.Atom
    rule: tree.Rule
    premises: tuple[Proof, ...]
    defeated: tuple[Defeated, ...] = ()


@frozen
class Defeated:
    """A rule that applies and whose conclusion, `claim`, does not hold, as it is contrary to another.

    `winner` is the rule for the other that is preferred; None where the other is known for certain. `premises`
    are what the rule goes by, without what they rest on.
    """

    claim: tree.Atom
    rule: tree.Rule
    winner: tree.Rule | None
    premises: tuple[Proof, ...]


@frozen
class Absent:
    """Nothing says so: no report and no proof of the claim; `_` stands for any value."""

    claim: tree.Atom
    evidence: tuple[tree.Annotation, ...] = ()


@frozen
class Compared:
    """A comparison or membership as written, with its variables replaced by their values."""

    condition: tree.Comparison | tree.Membership


@frozen
class Aggregated:
    """An aggregate, its value, and the rows it saw, each proved."""

    aggregate: tree.Aggregate
    value: tree.Constant
    rows: tuple[Proof, ...]


@frozen
class CutOff:
    """A claim that is proved elsewhere in the same tree, or beyond what is listed."""

    claim: tree.Atom


Proof: TypeAlias = Reported | Derived | Absent | Compared | Aggregated | Defeated | CutOff


@frozen
class Why:
    """The answer to `why`: the proofs of an atom, strongest first.

    `confidence` is that of the strongest proof, None if it cannot be judged. `complete` is False where
    not every proof is listed. `needed` are the sources without any one of which it would not hold.
    """

    claim: tree.Atom
    proofs: tuple[Proof, ...]
    confidence: float | None
    complete: bool = True
    needed: tuple[str, ...] = ()


def premises(proof: Proof) -> Sequence[Proof]:
    """What a node rests on directly."""
    match proof:
        case Derived(premises=parts) | Defeated(premises=parts) | Aggregated(rows=parts):
            return parts
        case _:
            return ()


def leaves(proof: Proof) -> Iterator[Reported]:
    """The reported facts a proof rests on, in reading order."""
    todo = [proof]
    while todo:
        node = todo.pop()
        match node:
            case Reported():
                yield node
            case Derived(premises=parts) | Aggregated(rows=parts):
                todo += reversed(parts)
            case _:
                pass
