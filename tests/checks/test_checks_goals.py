"""Goals as people type them: names and aliases become entities, and everything wrong is told at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from alignment.checks.aliases import (
    check_goal,
    find_entity,
    prepare_atom,
    prepare_goal,
    resolve_atom,
    resolve_body,
)
from alignment.checks.model import Checked, Schema, fold
from alignment.language import tree
from alignment.language.parser import parse_atom, parse_body
from alignment.source import SourceText

if TYPE_CHECKING:
    from conftest import Bases

BASE = """\
type country, person, organisation.
country turkey "Türkiye" aka "Turkey", "Ankara".
country russia "Russia" aka "Moscow", "the Kremlin".
country cod "DR Congo" aka "Congo". country cog "Congo Republic" aka "Congo".
country china "People's Republic of China" aka "İpek".
person mayor "The Mayor" aka "Moscow".
relation supports(actor: country, side: country).
relation leads(leader: person, country: country).
relation notes(country: country, note: text, other: any).
supports(turkey, russia). leads(mayor, russia). notes(turkey, "Ankara", ankara). loose(turkey, ankara).
"""


@pytest.fixture(scope="module")
def base(bases: Bases) -> Checked:
    """A base with names, aliases, and one alias of two countries."""
    return bases.sound(BASE)


def body(text: str) -> tuple[tree.BodyLiteral, ...]:
    """A parsed goal."""
    parsed, problems = parse_body(SourceText("<goal>", text))
    assert parsed is not None, problems
    return parsed


RESOLVED = [
    ('supports("Ankara", X)', "supports(turkey, X)"),
    ('supports("ANKARA", "the   kremlin")', "supports(turkey, russia)"),
    ('supports("Türkiye", X)', "supports(turkey, X)"),
    ('supports("Tu\u0308rkiye", X)', "supports(turkey, X)"),
    ('supports("People\u2019s Republic of China", X)', "supports(china, X)"),
    ('supports("ipek", "china")', "supports(china, china)"),
    ('leads("Moscow", "Moscow")', "leads(mayor, russia)"),
    ('not supports("Ankara", _), supports(_, "Moscow")', "not supports(turkey, _), supports(_, russia)"),
    ('-supports("Ankara", X)', "-supports(turkey, X)"),
    ('country("Ankara")', "country(turkey)"),
    ('supports(X, Y), X != "Ankara"', "supports(X, Y), X != turkey"),
    ('supports(X, Y), "Moscow" = Y', "supports(X, Y), russia = Y"),
    ('supports(X, Y), X in ["Ankara", russia]', "supports(X, Y), X in [turkey, russia]"),
    ('N = #count{ X : supports(X, "Moscow") }', "N = #count{ X : supports(X, russia) }"),
    ('supports(X, _), 1 = #count{ Y : leads(Y, X), X != "Ankara" }', "supports(X, _), 1 = #count{ Y : leads(Y, X), X != turkey }"),
    ('notes("Ankara", "Ankara", "Ankara")', 'notes(turkey, "Ankara", "Ankara")'),
    ('loose("Ankara", X)', 'loose("Ankara", X)'),
    ('notes(_, X, _), X = "Ankara"', 'notes(_, X, _), X = "Ankara"'),
    ("supports(turkey, X)", "supports(turkey, X)"),
]  # fmt: skip


@pytest.mark.parametrize(("goal", "resolved"), RESOLVED)
def test_names_become_entities_where_entities_are_expected(base: Checked, goal: str, resolved: str) -> None:
    """A name or alias, in any capitals and way of writing its letters, stands for the entity of the type."""
    found, problems = prepare_goal(base, body(goal))
    assert problems == ()
    assert found == body(resolved)


REFUSED = [
    ('supports("Congo", X)', ["ambiguous-alias"], "cod (\"DR Congo\") or cog (\"Congo Republic\")", "cod or cog"),
    ('supports("Ankra", X)', ["unknown-constant"], "'Ankra' is not a declared country", 'did you mean \'turkey\' ("Ankara")?'),
    ("supports(ankara, X)", ["unknown-constant"], "'ankara' is not", 'did you mean \'turkey\' ("Ankara")?'),
    ("supports(the_kremlin, X)", ["unknown-constant"], "'the_kremlin' is not", 'did you mean \'russia\' ("the Kremlin")?'),
    ("supports(congo, X)", ["unknown-constant"], "'congo' is not", "did you mean one of these: cod, cog?"),
    ("supports(atlantis, X)", ["unknown-constant"], "'atlantis' is not", "declare it: country atlantis."),
    ("supports(mayor, X)", ["type"], "'mayor' is a person, but supports(…) expects a country here", "its arguments are"),
    ("suports(turkey, X)", ["unknown-relation"], "'suports' is neither", "did you mean 'supports'?"),
    ("not suports(turkey, russia)", ["unknown-relation"], "`not` would always be true", "did you mean 'supports'?"),
    ("supports(turkey)", ["arity"], "'supports' takes 2 arguments, but 1 is given", "its arguments are: actor, side"),
    ("supports(turkey, Moscow), not supports(X, _)", ["unsafe"], "X stands only under `not`", "none at all"),
    ("supports(X, _), N > 1", ["unsafe"], "N is compared", "add a premise with N"),
    ("supports(X, _), Russia != X", ["unsafe"], "Russia is compared", "did you mean 'russia'?"),
    ('suports("Congo", X), supports(Y, 1, 2), N < 3, leads(russia, rusia)',
     ["unknown-relation", "arity", "unsafe", "type", "unknown-constant"], "neither", "did you mean"),
]  # fmt: skip


@pytest.mark.parametrize(("goal", "codes", "message", "hint"), REFUSED)
def test_everything_wrong_with_a_goal_is_told(
    base: Checked, goal: str, codes: list[str], message: str, hint: str
) -> None:
    """A goal with mistakes is not prepared; each mistake has a code, a sentence and a hint."""
    found, problems = prepare_goal(base.schema, body(goal))
    assert found is None
    assert [problem.code for problem in problems] == codes
    assert message in problems[0].message
    assert hint in str(problems[0].hint)
    assert check_goal(base, body(goal)) == problems


def test_an_atom_is_prepared_as_a_goal_is(base: Checked) -> None:
    """`why supports("Ankara", …)` resolves names as a query does."""
    atom, _ = parse_atom(SourceText("<goal>", 'supports("Ankara", "Moscow")'))
    assert atom is not None
    wanted = tree.Atom("supports", (tree.Symbol("turkey"), tree.Symbol("russia")))
    assert prepare_atom(base, atom) == (wanted, ())
    assert resolve_atom(base.schema, atom) == (wanted, ())


def test_resolving_keeps_places(base: Checked) -> None:
    """A resolved name stands where the text stood, so that messages about it point there."""
    (literal,), _ = resolve_body(base.schema, body('supports("Ankara", X)'))
    assert isinstance(literal, tree.Literal)
    assert literal.atom.args[0].span is not None
    assert literal.atom.args[0].span.text == '"Ankara"'


@pytest.mark.parametrize(
    ("name", "type_", "found"),
    [
        ("turkey", None, "turkey"),
        ("Ankara", None, "turkey"),
        ("Moscow", "person", "mayor"),
        ("Moscow", None, None),
    ],
)
def test_find_entity(base: Checked, name: str, type_: str | None, found: str | None) -> None:
    """An id or a name that one entity of the type bears is that entity; else there is a problem."""
    entity, problems = find_entity(base.schema, name, type_)
    assert entity == found
    assert [problem.code for problem in problems] == ([] if found else ["ambiguous-alias"])


def test_an_id_is_its_own_entity_whoever_else_bears_it_as_a_name(bases: Bases) -> None:
    """`georgia` the country is not ambiguous because a state has the alias "Georgia"."""
    schema = bases.sound('type place. place georgia. place us_state aka "georgia". near(georgia).').schema
    assert find_entity(schema, "georgia") == ("georgia", ())
    assert find_entity(schema, "Georgia")[1][0].code == "ambiguous-alias"


def test_no_name_is_resolved_in_an_empty_schema() -> None:
    """Without declarations a text is a text."""
    goal = body('p("Ankara")')
    assert resolve_body(Schema(), goal) == (goal, ())


@pytest.mark.parametrize(
    ("one", "other"),
    [("The  Kremlin", "the kremlin"), ("İRAN", "iran"), ("STRASSE", "straße"), ("A\u00a0B", "a b")],
)
def test_folding(one: str, other: str) -> None:
    """Names are compared without regard to capitals, blanks and ways to write a letter."""
    assert fold(one) == fold(other)
