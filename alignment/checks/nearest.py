"""The nearest known name to a mistyped one: the one place where suggestions are made."""

from __future__ import annotations

from collections.abc import Iterable

CLOSE = 70.0
"""Similarity in percent from which a name is worth suggesting."""


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name most like `name`, or None if none is close; ties go to the first in order."""
    from rapidfuzz import fuzz, process  # noqa: PLC0415  # only when there is something to suggest

    candidates = sorted(set(known) - {name})
    found = process.extractOne(name, candidates, scorer=fuzz.ratio, processor=str.casefold, score_cutoff=CLOSE)
    return found[0] if found else None


def suggestion(name: str, known: Iterable[str]) -> str | None:
    """The nearest name as a hint."""
    found = nearest(name, known)
    return f"did you mean '{found}'?" if found else None


def nearest_passage(quote: str, text: str) -> str | None:
    """The passage of a text most like a quote, to show where a quote was not copied word for word."""
    from rapidfuzz import fuzz  # noqa: PLC0415

    found = fuzz.partial_ratio_alignment(quote, text, score_cutoff=60.0)
    if found is None:
        return None
    start, end = found.dest_start, found.dest_end
    while start > 0 and not text[start - 1].isspace():
        start -= 1
    while end < len(text) and not text[end].isspace():
        end += 1
    return text[start:end]
