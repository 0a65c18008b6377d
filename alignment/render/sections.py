"""An explanation in parts: each proof with a title over it, and the closing words of each atom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from alignment.reasoning.proofs import Why
from alignment.render.closing import closing, strength
from alignment.render.likelihood import confidence_text
from alignment.render.outline import Outline, outline
from alignment.render.words import Words, capitalised


@dataclass(frozen=True, slots=True)
class Section:
    """One proof. `title` is empty where there is only one; `closing` are the sentences under it."""

    title: str
    items: Outline
    closing: tuple[str, ...] = ()


def sections(whys: Sequence[Why], words: Words) -> list[Section]:
    """The proofs of all explained atoms in their order."""
    found: list[Section] = []
    for number, why in enumerate(whys, 1):
        proofs = [outline(proof, words) for proof in why.proofs]
        answer = f"answer {number} of {len(whys)}" if len(whys) > 1 else ""
        for at, items in enumerate(proofs, 1):
            title = answer
            if len(proofs) > 1:
                proof = f"proof {at} of {len(proofs)}: {confidence_text(strength(items))}"
                title = f"{answer}, {proof}" if answer else proof
            said = tuple(closing(why, proofs, words)) if at == len(proofs) else ()
            found.append(Section(capitalised(title), items, said))
    return found
