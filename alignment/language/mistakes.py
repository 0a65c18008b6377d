"""Syntax errors in the reader's words: what is wrong, where, and how it is written right.

What has a shape of its own (brackets, quotes, notations from elsewhere, dates) is recognised here, from the
most particular to the most general; what depends on the place in a statement by its likeness to a sample
mistake (`samples`). An analyst reads this, not a programmer.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeAlias

from alignment.language import tree
from alignment.language.machine import DEEPEST, LONGEST, Failure
from alignment.language.phrases import WORDS
from alignment.language.tables import tables
from alignment.language.terms import MOST_OPERATORS
from alignment.problems import Problem
from alignment.source import Span

Finding: TypeAlias = tuple[Span, str, str | None] | None


def explain(failure: Failure) -> Problem:
    """What is wrong where reading failed."""
    for recognise in RECOGNISERS:
        finding = recognise(failure)
        if finding is not None:
            span, message, hint = finding
            return Problem("syntax", span, message, hint)
    return Problem("syntax", failure.span, f"{_shown(failure)} cannot stand here", _expected(failure))


# What is too much ----------------------------------------------------------------------------------


def _limit(failure: Failure) -> Finding:
    messages = {
        "deep": f"this is nested too deep: {DEEPEST} brackets, signs or other beginnings are still open here",
        "long": f"this statement has more than {LONGEST:,} parts",
        "operators": f"this has more than {MOST_OPERATORS} arithmetic operators",
    }
    if failure.limit is None:
        return None
    hint = "is a full stop missing?" if failure.limit == "long" else "divide it into several rules"
    return failure.span, messages[failure.limit], hint


# Quotes, comments, brackets ------------------------------------------------------------------------

_TYPOGRAPHIC = dict.fromkeys("“”„‟«»", '"') | dict.fromkeys("‘’‚‹›`´", "'")


def _quote(failure: Failure) -> Finding:
    written = failure.written
    if written in _TYPOGRAPHIC:
        straight = _TYPOGRAPHIC[written]
        kind = "texts stand in straight double quotes" if straight == '"' else "names stand in straight single quotes"
        return failure.span, f"'{written}' is no quotation mark here", f"{kind}: {straight}…{straight}"
    if written == '"':
        return failure.span, "this quotation mark is never closed", 'a text ends with " on the line on which it begins'
    if written == "'":
        hint = "a name in single quotes ends on its line; an apostrophe inside is doubled: 'Côte d''Ivoire'"
        return failure.span, "this single quote is never closed", hint
    return None


def _comment(failure: Failure) -> Finding:
    text = failure.source.text
    if text.startswith("/*", failure.start):
        span = failure.source.span(failure.start, failure.start + 2)
        return span, "this comment is never closed", "end it with */, or begin a comment of one line with %"
    if text.startswith("%", failure.before) and text[failure.before - 1 : failure.before].isdigit():
        span = failure.source.span(failure.before, failure.before + 1)
        return span, "`%` begins a comment, so the rest of this line is not read", "write 0.8 for 80 percent"
    return None


_NOTES = ("from", "on", "since", "until", "during", "confidence")
_PAIRS = {")": "(", "]": "[", "}": "{"}


def _bracket(failure: Failure) -> Finding:
    """A bracket without its partner: the opening one is what the reader has to look at."""
    values = zip(failure.values, failure.starts, strict=False)
    opened = [(value, at) for value, at in values if value in ("(", "[", "{")]
    written = failure.written
    if written in _PAIRS:
        if any(bracket == _PAIRS[written] for bracket, _ in opened):
            bracket, at = opened[-1]
            if bracket != _PAIRS[written]:
                return _unclosed(failure, at, bracket)
            return None
        if written == "}" and failure.brace is not None:
            return None
        return failure.span, f"there is no opening bracket to this `{written}`", "leave it out, or open one"
    ends = written in (".", ":-", "?-", "", *_NOTES) or (_begins_line(failure) and not _is_mark(written))
    if opened and ends and not (written == "." and _after(failure, ",")):
        return _unclosed(failure, opened[-1][1], opened[-1][0])
    return None


def _unclosed(failure: Failure, at: int, bracket: str) -> Finding:
    closing = {opening: closing for closing, opening in _PAIRS.items()}[bracket]
    return failure.source.span(at, at + 1), "this bracket is never closed", f"put a `{closing}` where it ends"


# Notations from elsewhere --------------------------------------------------------------------------

_RULE = "for example: opposes(X, Y) :- sanctions(X, Y), condemns(X, Y)."
_FOREIGN: tuple[tuple[re.Pattern[str], str, str], ...] = (
    (
        re.compile(r"=>|-->|->|<--|<-|⇒|→|←|⇐|:=|\b(?:if|IF)\b"),
        "'{}' does not make a rule: the conclusion comes first, then `:-`, then the conditions",
        _RULE,
    ),
    (
        re.compile(r"&&?|∧|\b(?:and|AND|und)\b"),
        "conditions are joined with a comma, not with '{}'",
        "for example: sanctions(X, Y), condemns(X, Y)",
    ),
    (
        re.compile(r";|\|\|?|∨|\b(?:or|OR)\b"),
        "there is no '{}' within a rule",
        "write one rule for each alternative, with the same conclusion",
    ),
    (re.compile(r"<>|≠|=\\=|/=|~=|!=="), "'{}' is no comparison of this language", "write X != Y for unequal"),
    (re.compile(r"≤|≥|=>"), "'{}' is no comparison of this language", "write X =< Y or X >= Y"),
    (re.compile(r"!(?!=)|~|¬"), "'{}' does not deny anything here", "write: not supports(X, Y)"),
    (re.compile(r"[?$@]\w+"), "'{}' is no variable here", "variables begin with a capital letter: Country"),
)
_DAY_FIRST = re.compile(r"([0-9]{1,2})[./]([0-9]{1,2})[./]([0-9]{4})")
_YEAR_FIRST = re.compile(r"(?![0-9]{4}-[0-9]{2}-[0-9]{2}\b)([0-9]{4})[-./]([0-9]{1,2})[-./]([0-9]{1,2})")
_MONTH = re.compile(
    r"(?:[0-9]{1,2}\.?\s+)?\b(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?(?:\s+[0-9]{1,4})?(?:,?\s+[0-9]{4})?",
    re.IGNORECASE,
)


def _date(failure: Failure) -> Finding:
    """Dates in another order, of which the failing token is a part."""
    text, start, stop = failure.source.text, max(0, failure.start - 12), failure.end + 12
    for pattern, order in ((_DAY_FIRST, (3, 2, 1)), (_YEAR_FIRST, (1, 2, 3))):
        for match in pattern.finditer(text, start, stop):
            if _covers(match, failure):
                year, month, day = (int(match[group]) for group in order)
                hint = f"write {year:04d}-{month:02d}-{day:02d}" if month <= 12 and day <= 31 else "as 2024-07-03"
                return failure.source.span(*match.span()), f"dates are written year-month-day, not '{match[0]}'", hint
    for match in _MONTH.finditer(text, start, stop):
        if _covers(match, failure) and any(char.isdigit() for char in match[0]):
            place = failure.source.span(*match.span())
            return place, f"dates are written in numbers, not '{match[0]}'", "year-month-day: 2024-07-03"
    return None


def _covers(match: re.Match[str], failure: Failure) -> bool:
    return match.start() < max(failure.end, failure.start + 1) and failure.start < match.end()


def _foreign(failure: Failure) -> Finding:
    """What other languages write; a rule's arrow only where no `:-` was seen."""
    ruled = ":-" in failure.values or "?-" in failure.values
    for pattern, message, hint in _FOREIGN[1:] if ruled else _FOREIGN:
        for match in pattern.finditer(failure.source.text, max(0, failure.start - 2), failure.end + 30):
            if _covers(match, failure):
                return failure.source.span(*match.span()), message.format(match[0]), hint
    return None


def _capital(failure: Failure) -> Finding:
    """A relation or a name that begins with a capital letter."""
    kind = tables().names[failure.kind]
    last = failure.values[-1] if failure.values else None
    if kind == "LPAR" and isinstance(last, tree.Variable | str) and _is_variable(last):
        name = last if isinstance(last, str) else last.name
        span = failure.source.span(failure.starts[-1], failure.starts[-1] + len(name))
    elif kind == "VARIABLE" and not failure.values:
        name, span = failure.written, failure.span
    else:
        return None
    begins = "an underscore" if name[0] == "_" else "a capital letter"
    small = name.lstrip("_")
    hint = f"did you mean '{small[:1].lower()}{small[1:]}'?" if small else None
    return span, f"'{_cut(name)}' begins with {begins}, so it is a variable; relations begin with a small letter", hint


def _is_variable(value: tree.Variable | str) -> bool:
    return isinstance(value, tree.Variable) or value[0] == "_" or value[0].isupper()


# Likeness to a sample ------------------------------------------------------------------------------


def _sampled(failure: Failure) -> Finding:
    from alignment.language.samples import mistake_of  # noqa: PLC0415  # they use this machinery themselves

    mistake = mistake_of(failure)
    if mistake is None:
        return None
    last = failure.values[-1] if failure.values else ""
    fill = {"{token}": _cut(failure.written), "{word}": last if isinstance(last, str) else ""}
    message, hint = mistake.message, mistake.hint
    for key, value in fill.items():
        message, hint = message.replace(key, value), hint and hint.replace(key, value)
    return failure.span, message, hint


def _stop(failure: Failure) -> Finding:
    """A full stop with nothing before it."""
    if failure.written != "." or failure.values:
        return None
    if failure.source.text[: failure.before].endswith("}"):
        return failure.span, "there is no full stop after a closing brace", "leave it out"
    return failure.span, "there is nothing before this full stop", "leave it out"


def _noted_after_comma(failure: Failure) -> Finding:
    """`p(a), from b.`: the comma stands between annotations, not before the first."""
    following = re.compile(r",\s*(?:from|on|since|until|during|confidence)\b").match(failure.source.text, failure.start)
    if not following or not failure.values or not isinstance(failure.values[-1], tree.Atom | str):
        return None
    hint = "for example: member(kazakhstan, sco) since 2001-06-15, from charter."
    return failure.span, "what is noted of a fact follows it without a comma", hint


# What is missing -----------------------------------------------------------------------------------


def _near_word(failure: Failure) -> Finding:
    """A word that is nearly one of those that could stand here."""
    table = tables()
    if not failure.written.isidentifier() or failure.takes(table.symbol("NAME")):
        return None
    from rapidfuzz import process  # noqa: PLC0415  # only for a mistake
    from rapidfuzz.distance import OSA  # noqa: PLC0415

    words = [word for word in WORDS if failure.takes(table.words[word])]
    words += tree.LIKELIHOOD if failure.takes(table.symbol("LIKELIHOOD")) else ()
    found = process.extractOne(failure.written, words, scorer=OSA.distance, score_cutoff=len(failure.written) // 3)
    return (failure.span, f"{_shown(failure)} cannot stand here", f"did you mean '{found[0]}'?") if found else None


def _comma(failure: Failure) -> Finding:
    """A list that could go on, and something that could be its next member."""
    if not failure.written or not failure.takes(tables().words[","], failure.kind):
        return None
    if _begins_line(failure) and failure.takes(tables().words["."], failure.kind):
        return None
    place = failure.source.span(failure.before, failure.before)
    return place, f"a comma is missing before {_shown(failure)}", None


def _full_stop(failure: Failure) -> Finding:
    """A statement that could end here."""
    if not failure.values or not failure.takes(tables().words["."]):
        return None
    if failure.written and not _begins_line(failure) and not failure.takes(tables().words["."], failure.kind):
        return None
    place = failure.source.span(failure.before, failure.before)
    return place, "a full stop is missing here", "every statement ends with a full stop"


def _end(failure: Failure) -> Finding:
    if failure.written:
        return None
    last = failure.source.span(failure.before, failure.before)
    return last, "the text ends in the middle of a statement", _expected(failure)


Recogniser: TypeAlias = Callable[[Failure], Finding]
RECOGNISERS: tuple[Recogniser, ...] = (
    _limit,
    _quote,
    _comment,
    _date,
    _stop,
    _bracket,
    _capital,
    _noted_after_comma,
    _foreign,
    _sampled,
    _near_word,
    _comma,
    _full_stop,
    _end,
)
"""From the particular to the general; the first that knows what is wrong says so."""


# Help ----------------------------------------------------------------------------------------------


def _begins_line(failure: Failure) -> bool:
    return "\n" in failure.source.text[failure.before : failure.start]


def _after(failure: Failure, mark: str) -> bool:
    return failure.source.text[: failure.before].endswith(mark)


def _is_mark(written: str) -> bool:
    return not (written[:1].isalnum() or written[:1] in "_'\"#")


def _cut(written: str) -> str:
    return written if len(written) <= 40 else f"{written[:40]}…"


def _shown(failure: Failure) -> str:
    """The token as a reader would name it."""
    if not failure.written:
        return "the end of the text"
    if failure.written in WORDS:
        return f"the word `{failure.written}`"
    return f"'{_cut(failure.written)}'"


_KINDS = {
    "NAME": "a name",
    "VARIABLE": "a variable",
    "TEXT": "a text in double quotes",
    "DATE": "a date",
    "NUMBER": "a number",
}
_MOST_EXPECTED = 5


def _expected(failure: Failure) -> str | None:
    """What could stand there, if that is a short list."""
    table = tables()
    texts = {kind: text for text, kind in table.words.items()}
    found = [shown for name, shown in _KINDS.items() if failure.takes(table.symbol(name))]
    if not failure.takes(table.symbol("NAME")):
        found += [f"`{text}`" for kind, text in texts.items() if failure.takes(kind)]
    return f"expected here: {', '.join(found)}" if 0 < len(found) <= _MOST_EXPECTED else None
