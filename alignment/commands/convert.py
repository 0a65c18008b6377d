"""From the words of a call to values: dates, confidences, limits, choices. A wrong word is a Problem."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Literal, TypeAlias

from alignment.problems import AlignmentError, Problem

if TYPE_CHECKING:
    import datetime

Day: TypeAlias = "datetime.date | str"
"""A date, or the word `ever`."""

OnBadRow: TypeAlias = Literal["skip", "stop"]
"""What is done about imported rows that do not fit."""

COLUMNS = ("confidence", "sources", "round", "contested")
"""What `--with` adds to an answer."""


def usage(message: str, hint: str | None = None) -> AlignmentError:
    """A call that is wrong in itself, whatever the files say."""
    return AlignmentError(Problem("usage", None, message, hint))


def not_yet(what: str, hint: str | None = None) -> AlignmentError:
    """Something that the surface promises and this release does not have."""
    return AlignmentError(Problem("not-yet", None, f"{what} is not part of this release yet", hint))


def nearest(word: str, known: Iterable[str], mark: str = "'") -> str | None:
    """The hint that names the known word closest to a mistyped one."""
    from difflib import get_close_matches  # noqa: PLC0415  # only when something is wrong

    near = get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f"did you mean {mark}{near[0]}{mark}?" if near else None


def day(text: str) -> Day:
    """`2024-07-03`, `today` or `ever`."""
    import datetime  # noqa: PLC0415  # a plain query has no date to read

    if text == "ever":
        return text
    if text == "today":
        return datetime.date.today()  # noqa: DTZ011  # the reader's own day
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        raise usage(f"'{text}' is not a date", "write it as 2024-07-03, or 'ever' for no date") from None


def confidence(text: str) -> float:
    """A number from 0 to 1, or a word of likelihood."""
    from alignment.language.tree import LIKELIHOOD  # noqa: PLC0415  # shared with the language

    if text in LIKELIHOOD:
        return LIKELIHOOD[text]
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0.0 <= value <= 1.0:
        words = ", ".join(LIKELIHOOD)
        hint = nearest(text, LIKELIHOOD) or f"a number from 0 to 1, or one of {words}"
        raise usage(f"'{text}' is not a confidence", hint)
    return value


def bad_row(text: str) -> OnBadRow:
    """What is done about imported rows that do not fit."""
    if text in ("stop", "skip"):
        return "stop" if text == "stop" else "skip"
    raise usage(f"'{text}' is neither stop nor skip", "--on-bad-row stop refuses a table with a bad row")


def seconds(text: str) -> float:
    """A positive number of seconds."""
    try:
        value = float(text.removesuffix("s"))
    except ValueError:
        value = math.nan
    if not 0 < value < math.inf:
        raise usage(f"'{text}' is not a time limit", "give it in seconds: 10, or 0.5")
    return value


def megabytes(text: str) -> int:
    """A positive whole number of megabytes."""
    if not text.isascii() or not text.isdigit() or int(text) == 0:
        raise usage(f"'{text}' is not a memory limit", "give it in megabytes: 2000")
    return int(text)


def statements(text: str) -> str:
    """Statements as typed; the last full stop may be left out."""
    bare = text.strip()
    return bare if not bare or bare.endswith((".", "}")) else f"{bare}."


def columns(text: str) -> tuple[str, ...]:
    """Some of confidence, sources, round and contested, separated by commas."""
    names = tuple(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))
    for name in names:
        choice(name, COLUMNS, "something that --with can add")
    return names


def choice(text: str, allowed: Sequence[str], what: str) -> str:
    """One word out of several."""
    if text not in allowed:
        hint = nearest(text, allowed) or f"one of {', '.join(allowed)}"
        raise usage(f"'{text}' is not {what}", hint)
    return text


def whole_number(text: str) -> int:
    """A whole number, 0 or more."""
    if not text.isascii() or not text.isdigit():
        raise usage(f"'{text}' is not a whole number", "for example: 2000")
    return int(text)


def labels(text: str) -> tuple[str, ...]:
    """Labels separated by commas, each once."""
    from alignment.reasoning.answer_key import label_name  # noqa: PLC0415  # only where labels are judged

    names = [label_name(part) for part in text.split(",") if part.strip()]
    twice = next((name for i, name in enumerate(names) if name in names[:i]), None)
    if twice is not None:
        raise usage(f"'{twice}' stands twice in the order of labels")
    return tuple(names)


def two_columns(text: str) -> tuple[str, str]:
    """The names of two columns."""
    names = [part.strip() for part in text.split(",")]
    if len(names) != 2 or not all(names):
        raise usage(f"'{text}' does not name two columns", "for example: --columns iso3,label")
    return names[0], names[1]


def classes(text: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """`for=supports+leans,against=opposes`: classes of labels, none in two of them."""
    found: dict[str, tuple[str, ...]] = {}
    for part in text.split(","):
        name, equals, members = (piece.strip() for piece in part.partition("="))
        if not (name and equals and members):
            raise usage(f"'{part.strip()}' is not a class of labels", "for example: for=supports+leans")
        found[name] = labels(members.replace("+", ","))
    labels(",".join(label for members in found.values() for label in members))
    return tuple(found.items())
