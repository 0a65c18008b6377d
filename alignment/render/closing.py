"""The last lines of an explanation: how likely it is and why not more, and what it hangs on."""

from __future__ import annotations

from collections.abc import Sequence

from alignment.factbase.strengths import UNJUDGED, report_strength
from alignment.reasoning.proofs import Reported, Why
from alignment.records import frozen
from alignment.render.likelihood import confidence_text
from alignment.render.outline import Outline
from alignment.render.reports import source_text
from alignment.render.widths import clean
from alignment.render.words import Words, capitalised

MOST_NAMED = 2
"""Premises named as resting on one source."""


@frozen
class _Leaf:
    proof: Reported
    strength: float


def closing(why: Why, proofs: Sequence[Outline], words: Words) -> list[str]:
    """The sentences under the proofs of one atom."""
    leaves = [_leaves(items) for items in proofs]
    said = [_strength(why, leaves[0], proofs[0], words)] if leaves else []
    said += _needed(why, [leaf for found in leaves for leaf in found], words)
    if not why.complete and len(proofs) > 1:
        said.append(f"Only the first {len(proofs)} proofs are listed; there are more.")
    elif not why.complete:
        said.append("There are too many proofs to compare all of them: a stronger one may exist.")
    return said


def strength(items: Outline) -> float | None:
    """The likelihood of a proof: that of its weakest report, capped by its defaults; None if unjudged."""
    least = min([leaf.strength for leaf in _leaves(items)] + [cap for cap, _ in _caps(items)], default=1.0)
    return None if least == UNJUDGED else least


def sources_of(proofs: Sequence[Outline], words: Words) -> list[tuple[str, str]]:
    """The declared sources that the reports name, with what is known of each."""
    named = {report.source for items in proofs for item in items for report in item.reports}
    known = words.schema.sources
    return [(name, source_text(known[name])) for name in sorted(filter(None, named)) if name in known]


def _leaves(items: Outline) -> list[_Leaf]:
    return [
        _Leaf(item.proof, report_strength(item.proof.reports))
        for item in items
        if isinstance(item.proof, Reported) and item.elsewhere is None
    ]


def _caps(items: Outline) -> list[tuple[float, str]]:
    rules = [item.rule for item in items if item.rule is not None]
    return [(rule.cap, rule.label or "without a label") for rule in rules if rule.cap is not None]


def _strength(why: Why, leaves: Sequence[_Leaf], items: Outline, words: Words) -> str:
    """How likely, and the premise that keeps it from being more likely."""
    word = capitalised(confidence_text(why.confidence))
    least = min((leaf.strength for leaf in leaves), default=1.0)
    cap, label = min(_caps(items), default=(2.0, ""))
    if cap <= least and cap == why.confidence:
        return f"{word}: its default rule {label} allows no more."
    if why.confidence is not None and why.confidence != least:
        return f"{word}."
    if least == 1.0:
        return f"{word}: none of its premises is in doubt."
    weakest = [leaf.proof for leaf in leaves if leaf.strength == least]
    if isinstance(items[0].proof, Reported):
        return f"{word}{_by(weakest[0])}."
    others = len(weakest) - 1
    more = f" ({others} {'other is' if others == 1 else 'others are'} as weak)" if others else ""
    told = f"{words.sentence(weakest[0].claim)}{more}"
    if why.confidence is None:
        return f"{word}, as it rests on a source that cannot be judged: {words.sentence(weakest[0].claim)}."
    return f"{word}, no likelier than its weakest premise: {told}."


def _by(proof: Reported) -> str:
    """Whose report decides."""
    decides = max(
        proof.reports, key=lambda report: UNJUDGED if report.confidence is None else report.confidence
    )
    if decides.source is None:
        return ""
    source = clean(decides.source)
    if decides.confidence is None:
        return f": the source {source} cannot be judged"
    return f", by its strongest report, {source}" if len(proof.reports) > 1 else f", as reported by {source}"


def _needed(why: Why, leaves: Sequence[_Leaf], words: Words) -> list[str]:
    """The sources without any one of which it would not hold, and what each alone reports."""
    if not why.needed:
        return []
    named = {report.source for leaf in leaves for report in leaf.proof.reports} - {None}
    if len(why.needed) == 1 and named == set(why.needed):
        return [f"Rests on {clean(why.needed[0])} alone."]
    return [
        f"Would not hold without {clean(source)}{_alone(source, leaves, words)}." for source in why.needed
    ]


def _alone(source: str, leaves: Sequence[_Leaf], words: Words) -> str:
    """What no other source reports."""
    claims = dict.fromkeys(
        leaf.proof.claim for leaf in leaves if {report.source for report in leaf.proof.reports} == {source}
    )
    if not claims:
        return ""
    told = " and that ".join(words.sentence(claim) for claim in list(claims)[:MOST_NAMED])
    more = f", and {len(claims) - MOST_NAMED} more" if len(claims) > MOST_NAMED else ""
    return f": it alone reports that {told}{more}"
