"""Numbers in words: the likelihood expressions of Intelligence Community Directive 203 (2015).

Only a word of likelihood and its number are ever shown together, never a degree of confidence: the
directive forbids both in one sentence, as readers mix them up.
"""

from __future__ import annotations

UNJUDGED = "unjudged"
"""What is said of a report that carries no number, since its source cannot be judged."""

_FROM = (
    (0.95, "almost certain"),
    (0.80, "very likely"),
    (0.55, "likely"),
    (0.45, "roughly even chance"),
    (0.20, "unlikely"),
    (0.05, "very unlikely"),
)


def likelihood_word(confidence: float | None) -> str:
    """The directive's word for a number in 0..1; a bound belongs to the range above it.

    1 is `certain` and 0 is `ruled out`, which the directive has no words for; None is `unjudged`.
    """
    if confidence is None:
        return UNJUDGED
    if confidence >= 1.0:
        return "certain"
    if confidence <= 0.0:
        return "ruled out"
    return next((word for least, word in _FROM if confidence >= least), "almost no chance")


def confidence_text(confidence: float | None) -> str:
    """The word and the number: `likely (0.68)`; the word alone where there is no doubt or no number."""
    word = likelihood_word(confidence)
    if confidence is None or not 0.0 < confidence < 1.0:
        return word
    number = f"{confidence:.2f}"
    return f"{word} ({confidence:g})" if number in {"0.00", "1.00"} else f"{word} ({number})"
