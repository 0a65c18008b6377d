"""The schema: what declarations say, and what use shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Bases


def test_relations_by_declaration_and_by_use(bases: Bases) -> None:
    """A relation is declared, the type of an entity, or taken from its first use."""
    text = """\
    type country.
    %! Who backs whom.
    relation backs(a: country, b: country) "{a} backs {b}".
    event visits(a: country). stance leans(a: country).
    -denied(x, y). derived(X) :- backs(X, _), visits(X), leans(X).
    """
    relations = bases.sound(text).schema.relations
    kinds = {name: (relation.kind, relation.arity) for name, relation in relations.items()}
    assert kinds == {
        "backs": ("relation", 2), "visits": ("event", 1), "leans": ("stance", 1), "country": ("type", 1),
        "denied": ("undeclared", 2), "derived": ("undeclared", 1),
    }  # fmt: skip
    assert relations["backs"].doc == "Who backs whom."
    assert relations["country"].parameters[0].type == "country"
    assert [parameter.type for parameter in relations["denied"].parameters] == ["any", "any"]


def test_entities_and_aliases_add_up(bases: Bases) -> None:
    """An entity may be declared in several files: types, name and aliases are taken together."""
    schema = bases.sound(
        "type country, member_state. country turkey.",
        'country turkey "Türkiye" aka "Ankara". member_state turkey aka "Turkey", "ANKARA".',
    ).schema
    entity = schema.entities["turkey"]
    assert entity.types == ("country", "member_state")
    assert (entity.name, entity.aliases) == ("Türkiye", ("Ankara", "Turkey", "ANKARA"))
    assert {name for name, owners in schema.aliases.items() if owners == ("turkey",)} == {
        "turkey", "türkiye", "ankara",
    }  # fmt: skip


def test_an_alias_may_be_shared(bases: Bases) -> None:
    """Two entities may bear one alias; only its use is a problem."""
    schema = bases.sound('type country. country cod aka "Congo". country cog aka "Congo".').schema
    assert schema.aliases["congo"] == ("cod", "cog")


def test_a_repeated_declaration_may_leave_out_the_sentence(bases: Bases) -> None:
    """The sentence and the doc comment of whichever declaration has them are kept."""
    texts = ("relation p(a: any).", '%! Why.\nrelation p(a: any) "{a} it is".')
    for order in (texts, texts[::-1]):
        relation = bases.sound(*order).schema.relations["p"]
        assert (relation.template, relation.doc) == ("{a} it is", "Why.")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("type a. type a. a x. a x. source s. source s. relation p(x: a). relation p(x: a).", []),
        ('type a. a x "X". a x "Y".', ["conflicting-declaration"]),
        ("relation p(x: any). event p(x: any).", ["conflicting-declaration"]),
        ("relation p(x: any). relation p(y: any).", ["conflicting-declaration"]),
        ("relation p(x: any). relation p(x: text).", ["conflicting-declaration"]),
        ("relation p(x: any, x: any).", ["conflicting-declaration"]),
        ("source s, reliability a. source s, reliability b.", ["conflicting-declaration"]),
        ("type date.", ["conflicting-declaration"]),
        ("type p. relation p(x: any).", ["conflicting-declaration"]),
        ("p(a). p(a, b). q(X) :- p(X).", ["arity"]),
        ("relation p(x: any). p(a, b). -p(a, b).", ["arity", "arity"]),
        ("p(a, b) :- q. q. q(1).", ["arity"]),
    ],
)
def test_conflicts(bases: Bases, text: str, found: list[str]) -> None:
    """Declarations that say the same are one; others are named together."""
    assert bases.codes(text) == found


def test_both_places_of_a_conflict_are_shown(bases: Bases) -> None:
    """A conflict points at the second declaration, with a note at the first."""
    (problem,) = bases.run("relation p(x: any).", "relation p(x: text).")[1]
    assert problem.file == "2.rules"
    assert [note.span.file for note in problem.notes] == ["1.rules"]
    assert "x: text instead of x: any" in problem.message
