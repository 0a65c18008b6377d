"""The nearest known name to a mistyped one: the one place that compares spellings."""

from __future__ import annotations

import re
from collections.abc import Iterable

CLOSE = 70.0
"""Similarity in percent from which a name is worth suggesting."""

CLOSE_PASSAGE = 60.0
"""The same for a passage of a text: quotes are longer, and people shorten them."""

LONGEST_WORD = 60
"""Characters around a passage that are looked at besides as many as it has."""

SAME_END = 10.0
"""What it counts, in percent, that a passage begins or ends with the same word."""

MOST_WORDS = 12
"""Words by which an end of a passage is moved at most."""


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
    """The passage of a text most like a quote, in whole words, or None if none is close.

    A window as long as the quote is found first; where the quote left words out or put some in, the passage
    is longer or shorter, so its ends are moved by words to where it is most like the quote.
    """
    from rapidfuzz import fuzz  # noqa: PLC0415

    if len(quote) > len(text):
        return text if text and fuzz.partial_ratio(text, quote) >= CLOSE_PASSAGE else None
    found = fuzz.partial_ratio_alignment(quote, text, score_cutoff=CLOSE_PASSAGE)
    if found is None:
        return None
    room = len(quote) + LONGEST_WORD
    around = _words(text, found.dest_start - room, found.dest_end + room)
    inside = [i for i, (start, end) in enumerate(around) if end > found.dest_start and start < found.dest_end]
    if not inside:
        return None
    reach = min(MOST_WORDS, len(inside) // 2 + 2)
    firsts = range(max(0, inside[0] - reach), min(inside[-1], inside[0] + reach) + 1)
    lasts = range(max(inside[0], inside[-1] - reach), min(len(around) - 1, inside[-1] + reach) + 1)
    passages = (text[around[first][0] : around[last][1]] for first in firsts for last in lasts if first <= last)
    ends = _ends(quote)

    def likeness(passage: str) -> tuple[float, int]:
        same = sum(own == one for own, one in zip(ends, _ends(passage), strict=True))
        return fuzz.ratio(quote, passage) + SAME_END * same, -len(passage)

    return max(passages, key=likeness)


def _ends(passage: str) -> tuple[str, str]:
    """The first and the last word, without the punctuation around them."""
    words = re.findall(r"\w+", passage) or [passage]
    return words[0], words[-1]


def _words(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Where the words of a part of a text begin and end; words that are cut at its ends are left out."""
    start, end = max(0, start), min(len(text), end)
    found = ((match.start() + start, match.end() + start) for match in re.finditer(r"\S+", text[start:end]))
    return [
        (first, last)
        for first, last in found
        if (first == 0 or text[first - 1].isspace()) and (last == len(text) or text[last].isspace())
    ]
