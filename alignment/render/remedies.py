"""What would make an atom hold, in words: facts that would have to be reported, and facts that stand against it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from alignment.language import tree
from alignment.language.printer import format_node
from alignment.reasoning.abduction import Supposition
from alignment.reasoning.proofs import Reported
from alignment.reasoning.whynot import WhyNot
from alignment.render.branches import hanging
from alignment.render.data import constant_data
from alignment.render.reports import sources_named
from alignment.render.style import Style
from alignment.render.words import Words

MOST_SHOWN = 5
"""Sets of facts shown in text; data has all that were found."""

MOST_INSTEAD = 4
"""Constants named that could stand in place of another."""


def remedy_blocks(found: WhyNot, words: Words, width: int | None, style: Style) -> list[list[str]]:
    """The paragraphs under the rules of a why-not: a list for each kind of remedy."""
    supposed = [_supposed(one, words) for one in found.suppositions]
    against = [" + ".join(_named(fact, words) for fact in one) for one in found.against.sets]
    titled = (
        ("It would hold if it were also reported that", supposed),
        ("It would hold if it were not reported that", against),
    )
    return [_listed(title, texts, width, style) for title, texts in titled if texts]


def remedy_data(found: WhyNot, words: Words) -> dict[str, Any]:
    """The same for other programs: `suppositions` and `against`."""
    return {
        "suppositions": [
            {
                "facts": [{"atom": format_node(atom), "text": words.line(atom)} for atom in one.facts],
                "exchanged": None if one.exchanged is None else constant_data(one.exchanged),
                "instead": [constant_data(constant) for constant in one.instead],
            }
            for one in found.suppositions
        ],
        "against": [
            [{"atom": format_node(fact.claim), "text": words.line(fact.claim)} for fact in one]
            for one in found.against.sets
        ],
    }


def _listed(title: str, texts: Sequence[str], width: int | None, style: Style) -> list[str]:
    lines = [style("header", line) for line in hanging(title, width)]
    for text in texts[:MOST_SHOWN]:
        lines += [style("hint", line) for line in hanging(text, width, "  + ", "    ")]
    if len(texts) > MOST_SHOWN:
        lines.append(style("closing", f"  and {len(texts) - MOST_SHOWN} more ways (--format json lists them)"))
    return lines


def _supposed(one: Supposition, words: Words) -> str:
    text = " and ".join(words.sentence(_lettered(atom)) for atom in one.facts)
    if one.exchanged is None:
        return text
    named = [words.name(constant) for constant in one.instead[:MOST_INSTEAD]]
    more = ["…"] if len(one.instead) > MOST_INSTEAD else []
    return f"{text} (or, in place of {words.name(one.exchanged)}: {', '.join([*named, *more])})"


def _lettered(atom: tree.Atom) -> tree.Atom:
    """The atom with the letter of a variable that stands in several facts in place of `any country`."""
    args = tuple(
        tree.Text(arg.name) if isinstance(arg, tree.Variable) and not arg.is_anonymous else arg for arg in atom.args
    )
    return tree.Atom(atom.predicate, args, atom.negative)


def _named(fact: Reported, words: Words) -> str:
    who = sources_named(fact.reports)
    return f"{words.sentence(fact.claim)} [{who}]" if who else words.sentence(fact.claim)
