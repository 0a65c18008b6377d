"""How sure each node of a proof is: a report by its strongest source, all else by its weakest premise."""

from __future__ import annotations

from collections.abc import Sequence

from alignment.factbase.strengths import CERTAIN, confidence, report_strength
from alignment.language import tree
from alignment.reasoning.proofs import CutOff, Derived, Proof, Reported, premises


def sureness(proof: Proof) -> dict[int, float | None]:
    """The confidence of every node by its `id`, in 0..1 or None where it cannot be judged.

    What is cut off has that of the node which shows it; conditions and absences are certain. Walked with a
    stack, so that a proof may be as deep as its data.
    """
    nodes = _nodes(proof)
    shown: dict[tree.Atom, Proof] = {}
    for node in nodes:
        if isinstance(node, Derived | Reported):
            shown.setdefault(node.claim, node)
    found: dict[int, float] = {}
    todo = [proof]
    while todo:
        node = todo[-1]
        below = _below(node, shown)
        waiting = [part for part in below if id(part) not in found]
        todo += waiting
        if not waiting:
            found[id(node)] = min([_own(node), *(found[id(part)] for part in below)])
            todo.pop()
    return {key: confidence(strength) for key, strength in found.items()}


def _nodes(proof: Proof) -> list[Proof]:
    found: list[Proof] = []
    todo = [proof]
    while todo:
        found.append(todo.pop())
        todo += reversed(premises(found[-1]))
    return found


def _below(node: Proof, shown: dict[tree.Atom, Proof]) -> Sequence[Proof]:
    if isinstance(node, CutOff):
        return [shown[node.claim]] if node.claim in shown else []
    return premises(node)


def _own(node: Proof) -> float:
    """What bounds a node apart from its premises."""
    if isinstance(node, Reported):
        return report_strength(node.reports)
    cap = node.rule.cap if isinstance(node, Derived) else None
    return CERTAIN if cap is None else cap
