"""An explanation in parts: each proof with a title over it, and the closing words of each atom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from alignment.reasoning.proofs import Why
from alignment.records import frozen
from alignment.render.abridge import abridged
from alignment.render.closing import closing, strength
from alignment.render.likelihood import confidence_text
from alignment.render.outline import Outline, outline
from alignment.render.words import Words, capitalised


@frozen
class Section:
    """One proof. `title` is empty where there is only one; `closing` are the sentences under it."""

    title: str
    items: Outline
    closing: tuple[str, ...] = ()


def sections(whys: Sequence[Why], words: Words, *, whole: bool = False) -> list[Section]:
    """The proofs of all explained atoms in their order.

    What an earlier proof shows is only named in a later one, unless each is to be `whole`.
    """
    found: list[Section] = []
    names: list[str] = []
    for number, why in enumerate(whys, 1):
        proofs = [outline(proof, words) for proof in why.proofs]
        for at, items in enumerate(proofs, 1):
            parts = [f"answer {number}"] if len(whys) > 1 else []
            totals = [f"answer {number} of {len(whys)}"] if len(whys) > 1 else []
            if len(proofs) > 1:
                parts.append(f"proof {at}")
                totals.append(f"proof {at} of {len(proofs)}: {confidence_text(strength(items))}")
            said = tuple(closing(why, proofs, words)) if at == len(proofs) else ()
            found.append(Section(capitalised(", ".join(totals)), items, said))
            names.append(", ".join(parts))
    if whole:
        return found
    shown = abridged([(name, section.items) for name, section in zip(names, found, strict=True)])
    return [replace(section, items=items) for section, items in zip(found, shown, strict=True)]
