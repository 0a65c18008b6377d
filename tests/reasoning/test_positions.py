"""The bundled rules give exactly one position for every combination of reasons, and the one that the principles say.

The reasons are reported here, so that each combination occurs, those included that no country has shown.
"""

from __future__ import annotations

import itertools

from alignment import KnowledgeBase

REASONS = (
    "drawn",
    "firmly_drawn",
    "averse",
    "firmly_averse",
    "pulled_away",
    "firmly_pulled_away",
    "stays_out",
    "hedges",
    "rejects_aims",
)
POLICIES = {None: None, "supports": "supports", "opposes": "opposes", "balances": "neutral"}
"""Firm policies, with the position that each is."""


def position(policy: str | None, reasons: set[str]) -> str:
    """What the principles say: policy, then weighty reasons, then all others; what is of one weight cancels."""
    if policy:
        return str(POLICIES[policy])
    has = reasons.__contains__
    averse = has("averse") or has("firmly_averse") or has("rejects_aims")
    drawn = has("drawn") or has("firmly_drawn")
    if has("firmly_drawn") and not (has("firmly_averse") or has("firmly_pulled_away") or has("rejects_aims")):
        return "leans"
    if has("firmly_averse") and not has("firmly_drawn") and not has("hedges"):
        return "leans_against"
    if drawn and not averse and not has("pulled_away") and not has("stays_out") and not has("firmly_drawn"):
        return "leans"
    if averse and not drawn and not has("hedges"):
        return "leans_against"
    return "neutral"


def test_every_combination_of_reasons_has_the_position_that_the_principles_say() -> None:
    """2,048 countries, one for each combination of nine reasons and a firm policy, towards one side of a war."""
    expected: dict[str, str] = {}
    facts = ["attacks(a, b)."]
    for policy, chosen in itertools.product(POLICIES, itertools.product((False, True), repeat=len(REASONS))):
        country = f"c{len(expected)}"
        reasons = set(itertools.compress(REASONS, chosen))
        if "firmly_pulled_away" in reasons:
            reasons.add("pulled_away")  # it is a weighty reason to lean towards the enemy, so it is a reason
        expected[country] = position(policy, reasons)
        facts += [f"known({country}).", *(f"{one}({country}, a)." for one in sorted(reasons))]
        if policy:
            facts.append(f"{policy}({country}, a{', b' if policy == 'balances' else ''}).")
    kb = KnowledgeBase()
    kb.load("@rules")
    kb.add("\n".join(facts))
    found = sorted((str(x), str(label)) for x, y, label in kb.rows("position") if y == "a")
    assert found == sorted(expected.items())
    assert not kb.contradictions()
