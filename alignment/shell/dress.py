"""The parts of a typed text by kind, for the colours of the prompt. A pure function of the text.

It never fails: what it cannot read it leaves plain, and a quote that is still open runs to the end.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from alignment.shell.entry import DECLARING

_PARTS = re.compile(
    r"""
      (?P<comment> %[^\n]* | /\*.*?(?:\*/|\Z) )
    | (?P<text> "(?:[^"\\]|\\.)*(?:"|\Z) )
    | (?P<quoted> '(?:[^']|'')*(?:'|\Z) )
    | (?P<command> \A\s*:[a-z?][a-z-]* )
    | (?P<date> \b\d{4}-\d\d-\d\d\b )
    | (?P<number> \b\d+(?:\.\d+)?\b | \#(?:count|sum|min|max|avg)\b )
    | (?P<variable> \b[A-Z_]\w* )
    | (?P<relation> \b[a-z]\w*(?=\() )
    | (?P<word> \b[a-z]\w* )
    """,
    re.VERBOSE | re.DOTALL,
)
KEYWORDS = frozenset((*DECLARING, "not", "over", "aka", "confidence", "reliability", "now", "is", "in", "mod"))
"""Words of the language. They are not reserved, so only their colour depends on this."""


def parts(text: str, verbs: Collection[str] = ()) -> list[tuple[str, str]]:
    """Kind and text of each part, in order; together they are the text. A plain part has the kind ``."""
    found: list[tuple[str, str]] = []
    at = 0
    for match in _PARTS.finditer(text):
        kind = match.lastgroup or ""
        if kind == "word":
            begins = match[0] in verbs and not text[: match.start()].strip()
            kind = "command" if begins else "keyword" if match[0] in KEYWORDS else ""
        if not kind or kind == "quoted":
            continue
        if match.start() > at:
            found.append(("", text[at : match.start()]))
        found.append((kind, match[0]))
        at = match.end()
    if at < len(text):
        found.append(("", text[at:]))
    return found


def lines(text: str, verbs: Collection[str] = ()) -> list[list[tuple[str, str]]]:
    """The same, one list a line, without the ends of the lines."""
    found: list[list[tuple[str, str]]] = [[]]
    for kind, part in parts(text, verbs):
        first, *others = part.split("\n")
        found[-1].append((kind, first))
        found += [[(kind, line)] for line in others]
    return found
