"""The nearest known name to a mistyped one: the one place that compares spellings."""

from __future__ import annotations

from collections.abc import Iterable

CLOSE = 70.0
"""Similarity in percent from which a name is worth suggesting."""

CLOSE_PASSAGE = 60.0
"""The same for a passage of a text: quotes are longer, and people shorten them."""


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name most like `name`, or None if none is close; ties go to the first in the alphabet."""
    from rapidfuzz import fuzz, process  # noqa: PLC0415  # only when there is something to suggest

    candidates = sorted(set(known) - {name})
    found = process.extractOne(
        name, candidates, scorer=fuzz.ratio, processor=str.casefold, score_cutoff=CLOSE
    )
    return found[0] if found else None


def suggestion(name: str, known: Iterable[str]) -> str | None:
    """The nearest name as a hint."""
    found = nearest(name, known)
    return f"did you mean '{found}'?" if found else None


def nearest_passage(quote: str, text: str) -> str | None:
    """The passage of a text most like a quote, in whole words, or None if none is close."""
    from rapidfuzz import fuzz  # noqa: PLC0415

    if len(quote) > len(text):
        return text if text and fuzz.partial_ratio(text, quote) >= CLOSE_PASSAGE else None
    found = fuzz.partial_ratio_alignment(quote, text, score_cutoff=CLOSE_PASSAGE)
    if found is None:
        return None
    start, end = found.dest_start, found.dest_end
    while start > 0 and not text[start - 1].isspace():
        start -= 1
    while end < len(text) and not text[end].isspace():
        end += 1
    return text[start:end].strip()
