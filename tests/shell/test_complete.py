"""Completion as a pure function: `|` marks the cursor."""

from __future__ import annotations

import pytest

from alignment.checks.model import Entity, Relation, Schema, Source
from alignment.language.tree import Parameter
from alignment.shell.complete import Words, complete
from alignment.shell.place import place_of


def _relation(name: str, *parameters: tuple[str, str]) -> Relation:
    return Relation(name, "relation", tuple(Parameter(*parameter) for parameter in parameters))


SCHEMA = Schema(
    types={"country": None, "good": None},
    relations={
        "supports": _relation("supports", ("actor", "country"), ("side", "country")),
        "supplies": _relation("supplies", ("a", "country"), ("b", "country"), ("good", "good")),
        "alarm": _relation("alarm"),
        "votes": _relation("votes", ("who", "country"), ("how", "any")),
    },
    entities={
        "russia": Entity("russia", ("country",), "Russia", ("Moscow", "the Kremlin")),
        "turkey": Entity("turkey", ("country",), "Türkiye", ("Ankara",)),
        "ivory_coast": Entity("Côte d'Ivoire", ("country",), "Ivory Coast"),
        "oil": Entity("oil", ("good",), "oil"),
    },
    sources={"kremlin": Source("kremlin", "Kremlin announcements"), "article": Source("article")},
)
WORDS = Words(
    commands={
        "load": ("file", "read"),
        "as-of": ("date", ""),
        "assume": ("statement", ""),
        "without": ("source", ""),
        "schema": ("relation", ""),
        "min-confidence": ("confidence", ""),
    },
    verbs={"why": ("goal", ""), "stances": ("entity", "")},
    lists={"date": ("today", "ever")},
    files=lambda begun: [name for name in ("my.facts", "more/", "@rules") if name.startswith(begun)],
)

CASES = [
    # where an atom begins
    ("sup|", ["supplies(", "supports("]),
    ("sup|(X, Y)", ["supplies", "supports"]),
    ("al|", ["alarm"]),
    ("wh|", ["why "]),
    ("why sup|", ["supplies(", "supports("]),
    ("why wh|", []),
    ("supports(X, Y), no|", ["not "]),
    ("supports(X, Y), not sup|", ["supplies(", "supports("]),
    ("?- sup|", ["supplies(", "supports("]),
    ("p(X) :- sup|", ["supplies(", "supports("]),
    ("-supp|", ["supplies(", "supports("]),
    ("alarm. sup|", ["supplies(", "supports("]),
    # defaults, and steps of a test
    ("norm|", ["normally "]),
    ("normally r: sup|", ["supplies(", "supports("]),
    ("prefer arms |", ["over "]),
    ("prefer arms o|", ["over "]),
    ('test "t" { un|', ["unknown "]),
    ('test "t" { given { supports(russia, turkey). } expect supports(turkey, russia). cont|', ["contested "]),
    ('test "t" { given { sup|', ["supplies(", "supports("]),
    ('test "t" { contested sup|', ["supplies(", "supports("]),
    # arguments by their type
    ("supports(r|", ["russia"]),
    ("supplies(X, Y, |", ["oil", "X", "Y"]),
    ("supplies(turkey, |", ["'Côte d''Ivoire'", "russia", "turkey"]),
    ("supports(ank|", ["turkey"]),
    ("supports(Mos|", ["russia"]),
    ("supports(tür|", ["turkey"]),
    ("votes(X, o|", ["oil"]),
    ("supports(X, Y, |", []),
    ("supplies(Seller, S|", ["Seller"]),
    ("N = #count{ X : supports(X, r|", ["russia"]),
    # names in quotes
    ('supports("An|', ['Ankara"']),
    ('supports("An|")', ["Ankara"]),
    ('supports("the k|', ['the Kremlin"']),
    ('supplies(X, Y, "|', ['oil"']),
    # annotations
    ("alarm() f|", ["from"]),
    ("supports(a, b) |", ["from", "since", "until", "on", "during", "confidence"]),
    ("supports(a, b) from k|", ["kremlin"]),
    ("supports(a, b) confidence very|", ["very_likely", "very_unlikely"]),
    ("supports(a, b) from kremlin, lik|", ["likely"]),
    # commands and what they take
    (":lo|", ["load"]),
    (":load m|", ["my.facts", "more/"]),
    (":load @|", ["@rules"]),
    ('load "my|', ['my.facts"']),
    ('load "mo|', ["more/"]),
    (":as-of e|", ["ever"]),
    (":assume supports(tur|", ["turkey"]),
    (":without k|", ["kremlin"]),
    (":without article, k|", ["kremlin"]),
    (":schema al|", ["alarm"]),
    (":min-confidence re|", ["remote"]),
    ("stances tu|", ["turkey"]),
    ("stances turkey, ru|", ["russia"]),
    # nothing in comments, in quoted atoms, in texts that are no names
    ("% sup|", []),
    ("supports('r|", []),
    ('country x "Ru|', []),
]


@pytest.mark.parametrize(("marked", "expected"), CASES)
def test_completion(marked: str, expected: list[str]) -> None:
    """What is offered fits the place: relations, constants of the type, names, sources, files."""
    cursor = marked.index("|")
    text = marked.replace("|", "")
    assert [one.text for one in complete(text, cursor, SCHEMA, WORDS)] == expected


def test_completion_replaces_the_word_before_the_cursor() -> None:
    """A completion says how many characters before the cursor it takes the place of."""
    (found,) = complete("supports(ank", 12, SCHEMA, WORDS)
    assert (found.text, found.length) == ("turkey", 3)


def test_place_inside_nested_brackets() -> None:
    """The innermost atom and its argument are found through brackets, quotes and comments."""
    place = place_of('p("a(b", X) :- % c(\n q(X, [r, s], Y')
    assert (place.relation, place.argument, place.word) == ("q", 2, "Y")
