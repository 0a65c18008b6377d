"""What a typed text is: a command, a question in words (`why …`), a goal, or statements.

Pure functions of the text; whether a text ends where a line ends is decided here too.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from enum import Enum, auto

from alignment.records import frozen


class Kind(Enum):
    """How a text is to be taken."""

    NOTHING = auto()
    COMMAND = auto()
    VERB = auto()
    GOAL = auto()
    STATEMENTS = auto()


@frozen
class Entry:
    """A typed text: its kind, the command or verb it names, what follows that, and options after it."""

    kind: Kind
    text: str = ""
    word: str = ""
    options: tuple[str, ...] = ()


DECLARING = (
    *("type", "relation", "event", "stance", "source", "load", "table", "import", "test"),
    *("from", "on", "since", "until", "during", "normally", "prefer", "exclusive"),
)
"""Words that begin a statement which is not an atom."""

_COMMAND = re.compile(r":([a-z?][a-z-]*)(?:\s+|$)")
_VERB = re.compile(r"([a-z]+)(?:\s+(?![:(]|-?\s*:-)|$)")
_OPTION = re.compile(r"(?:^|\s)(--[a-z][a-z-]*)(?:(?:=|\s+)([^\s()\"'?:-][^\s()\"']*))?(?=\s|$)")
_BLANKED = re.compile(r"\"(?:[^\"\\]|\\.)*\"?|'(?:[^']|'')*'?|%[^\n]*|/\*.*?(?:\*/|$)", re.DOTALL)
_SEVERAL = re.compile(r"\.\s+\S")
_TWO_WORDS = re.compile(r"\s*([a-z]\w*)\s+(?!(?:is|in|mod)\b)[a-z0-9\"]")
_UNFINISHED = re.compile(r"(?:[,:]|:-|[-+*/=<>]|\bnot|\bis|\bin|\bfrom|\bon|\bsince|\buntil)\s*$")


def read_entry(text: str, verbs: Collection[str], flags: Collection[str] = ()) -> Entry:
    """Take a typed text for what it is. `flags` are the options that take no value."""
    bare = text.strip()
    code = blanked(bare).strip()
    if not code:
        return Entry(Kind.NOTHING)
    if command := _COMMAND.match(bare):
        return Entry(Kind.COMMAND, bare[command.end() :].strip(), command[1])
    if (verb := _VERB.match(bare)) and verb[1] in verbs:
        argument, options = split_options(bare[verb.end() :], flags)
        return Entry(Kind.VERB, argument.removesuffix("."), verb[1], options)
    if code.startswith("?-") and not _SEVERAL.search(code):
        goal, options = split_options(bare.removeprefix("?-"), flags)
        return Entry(Kind.GOAL, goal.removesuffix(".").rstrip(), options=options)
    if code.endswith(".") or (code.endswith("}") and _states(code, ())):
        return Entry(Kind.STATEMENTS, bare)
    goal, options = split_options(bare, flags)
    return Entry(Kind.GOAL, goal, options=options)


def split_options(text: str, flags: Collection[str]) -> tuple[str, tuple[str, ...]]:
    """A question and the options written before or behind it, as on the command line."""
    words: list[str] = []
    hidden = blanked(text)

    def taken(match: re.Match[str]) -> str:
        words.append(match[1])
        if match[2] is None or match[1] in flags:
            return f" {match[2] or ''} "
        words.append(match[2])
        return " "

    if "--" not in hidden:
        return text.strip(), ()
    rest = _OPTION.sub(taken, text)
    return " ".join(rest.split()) if words else text.strip(), tuple(words)


def is_whole(text: str, types: Collection[str] = ()) -> bool:
    """Whether a text can be run as it stands, or goes on in the next line.

    A statement goes on until its full stop. A goal ends with its line, unless a bracket is open or its
    last word calls for another. `types` begin statements too, as in `country russia "Russia".`
    """
    bare = text.strip()
    if _COMMAND.match(bare):
        return True
    code = blanked(bare)
    if not code.strip():
        return not bare.startswith("/*") or bare.endswith("*/")
    if _open_quote(bare) or _depth(code) > 0:
        return False
    code = code.rstrip()
    if code.endswith((".", "}")):
        return True
    return not (_UNFINISHED.search(code) or _states(code, types))


class Lines:
    """Lines gathered until they are whole; inside brackets a line costs no more than its own length."""

    def __init__(self, types: Collection[str] = ()) -> None:
        self.types = types
        self.lines: list[str] = []
        self._depth = 0
        self._simple = True

    def add(self, line: str) -> bool:
        """Add a line; whether the lines are whole now."""
        self.lines.append(line)
        self._simple = self._simple and not _open_quote(line)
        self._depth += _depth(blanked(line))
        if len(self.lines) > 1 and self._simple and self._depth > 0:
            return False
        return is_whole(self.text, self.types)

    @property
    def text(self) -> str:
        """All lines."""
        return "".join(self.lines)


def first_of_two(text: str) -> str | None:
    """The first of two words that a text begins with, as `stance turkey` does."""
    two = _TWO_WORDS.match(blanked(text))
    return two[1] if two and two[1] != "not" else None


def _states(code: str, types: Collection[str]) -> bool:
    """Whether a text without a full stop is the beginning of a statement."""
    if ":-" in code:
        return True
    first = re.match(r"\s*(-?[a-z]\w*)\s*(:(?!-))?", code)
    if first is None:
        return False
    if first[2]:
        return True
    two = first_of_two(code)
    if two in ("relation", "event", "stance"):
        return "(" in code  # `stance turkey` was meant to be `stances turkey`
    return two in DECLARING or two in types


def blanked(text: str) -> str:
    """The text with comments gone and what is in quotes replaced, so that only its shape is left."""
    return _BLANKED.sub(lambda match: " " if match[0][0] in "%/" else f'"{"_" * (len(match[0]) - 2)}"', text)


def _open_quote(text: str) -> bool:
    """Whether the last double quote or block comment is not closed."""
    for match in _BLANKED.finditer(text):
        token = match[0]
        if token[0] == '"' and (len(token) == 1 or not token.endswith('"') or token.endswith('\\"')):
            return True
        if token.startswith("/*") and not token.endswith("*/"):
            return True
    return False


def _depth(code: str) -> int:
    return sum(code.count(bracket) for bracket in "([{") - sum(code.count(bracket) for bracket in ")]}")
