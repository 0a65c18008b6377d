"""Atoms, names, likelihoods and conditions in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from alignment.language import tree
from alignment.render.conditions import aggregated_text, condition_text, failing_text
from alignment.render.likelihood import confidence_text, likelihood_word
from alignment.render.words import Words, capitalised, plural, with_article

if TYPE_CHECKING:
    from tests.render.conftest import Base


@pytest.mark.parametrize(
    ("atom", "sentence"),
    [
        ("supports(turkey, russia)", "Türkiye supports Russia"),
        ("member(china, sco)", "China is a member of the Shanghai Cooperation Organisation"),
        ("-sanctions(turkey, russia)", "it is not the case that Türkiye sanctions Russia"),
        ("strategic(oil)", "strategic goods include oil"),
        ("country(russia)", "Russia is a country"),
        ("organisation(sco)", "the Shanghai Cooperation Organisation is an organisation"),
        ("alarm()", "the alarm is raised"),
        ("untold(china, russia)", "untold(china, russia)"),
        ("unheard(china, 3)", "unheard(china, 3)"),
        ("trade(china, nameless, 2.5)", "China trades for 2.5 with nameless"),
        ('votes(china, "A/ES-11/1", no)', "China votes 'no' on A/ES-11/1"),
        ("votes(china, 2022-03-02, no)", "China votes 'no' on 2022-03-02"),
        ("supports(lebanon, russia)", "\u2068لبنان\u2069 supports Russia"),
        ("supplies(turkey, russia, _)", "Türkiye supplies any good to Russia"),
        ("supplies(X, X, G)", "any country supplies any good to the same country"),
        ("votes(_, _, _)", "any country votes 'anything' on anything"),
    ],
)
def test_an_atom_reads_as_the_sentence_of_its_relation(base: Base, atom: str, sentence: str) -> None:
    """Templates are filled with display names; only what has no template is shown as written."""
    assert base.words.sentence(base.atom(atom)) == sentence


@pytest.mark.parametrize(
    ("atom", "line"),
    [
        ("strategic(oil)", "Strategic goods include oil"),
        ("-sanctions(turkey, russia)", "It is not the case that Türkiye sanctions Russia"),
        ("untold(china, russia)", "untold(china, russia)"),
        ("organisation(sco)", "The Shanghai Cooperation Organisation is an organisation"),
    ],
)
def test_a_line_begins_with_a_capital_unless_it_is_code(base: Base, atom: str, line: str) -> None:
    """A sentence that begins a line is capitalised; an atom as written is not changed."""
    assert base.words.line(base.atom(atom)) == line


@pytest.mark.parametrize(
    ("atom", "said"),
    [
        ("sanctions(turkey, russia)", "no report that Türkiye sanctions Russia"),
        ("supplies(turkey, russia, _)", "no report that Türkiye supplies any good to Russia"),
        ("supports(turkey, russia)", "nothing shows that Türkiye supports Russia"),
        ("backs(turkey, russia)", "nothing shows that Türkiye backs Russia"),
        ("-sanctions(turkey, russia)", "no report denies that Türkiye sanctions Russia"),
        ("-backs(turkey, russia)", "no report denies that Türkiye backs Russia"),
        ("-supports(turkey, russia)", "nothing denies that Türkiye supports Russia"),
    ],
)
def test_absence_tells_a_missing_report_from_a_missing_proof(base: Base, atom: str, said: str) -> None:
    """What rules conclude is not shown; what only sources can say is not reported."""
    assert Words(base.schema, {"backs"}).no_report(base.atom(atom)) == said


def test_what_was_asked_of_the_reports_stands_behind_the_sentence(base: Base) -> None:
    """Evidence asked for in a body is said in words; a variable in it says nothing."""
    literal = base.literal("buys(china, russia, oil) from summary since 2022-02-24 on D confidence likely")
    assert isinstance(literal, tree.Literal)
    assert base.words.evidence(literal.evidence) == " (from summary, since 2022-02-24, likely)"
    assert base.words.evidence(()) == ""


def test_a_name_cannot_steer_the_terminal(base: Base) -> None:
    """Control and direction-changing characters in names are taken out, and lines are folded."""
    hostile = "a\x1b[31m\nb\u202ec\u2068d"
    assert base.words.name(tree.Text(hostile)) == "a[31m bcd"


@pytest.mark.parametrize(
    ("number", "word"),
    [
        (1.0, "certain"),
        (0.99, "almost certain"),
        (0.95, "almost certain"),
        (0.949, "very likely"),
        (0.8, "very likely"),
        (0.799, "likely"),
        (0.55, "likely"),
        (0.5, "roughly even chance"),
        (0.45, "roughly even chance"),
        (0.4, "unlikely"),
        (0.2, "unlikely"),
        (0.19, "very unlikely"),
        (0.05, "very unlikely"),
        (0.03, "almost no chance"),
        (0.0, "ruled out"),
        (None, "unjudged"),
    ],
)
def test_numbers_have_the_words_of_icd_203(number: float | None, word: str) -> None:
    """Each number has the expression of its range; a bound belongs to the range above."""
    assert likelihood_word(number) == word


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0.675, "likely (0.68)"),
        (0.8, "very likely (0.80)"),
        (0.999, "almost certain (0.999)"),
        (0.001, "almost no chance (0.001)"),
        (1.0, "certain"),
        (None, "unjudged"),
    ],
)
def test_a_likelihood_is_a_word_and_a_number(number: float | None, text: str) -> None:
    """The number is never rounded to certainty, and never called confidence."""
    assert confidence_text(number) == text


@pytest.mark.parametrize(
    ("condition", "holds", "fails"),
    [
        ("turkey != russia", "Türkiye is not Russia", "Türkiye is Russia"),
        ("russia != russia", "Russia is not Russia", "Both are Russia, and must differ"),
        ("china = russia", "China is Russia", "China is not Russia"),
        ("2 >= 2", "2 is at least 2", "2 is not at least 2"),
        ("1 < 2", "1 is less than 2", "1 is not less than 2"),
        ("1 =< 2.5", "1 is at most 2.5", "1 is not at most 2.5"),
        ("3 > 2", "3 is more than 2", "3 is not more than 2"),
        ("1 =:= 1.0", "1 equals 1.0", "1 does not equal 1.0"),
        ("5 = 4 + 1", "5 is 4 + 1", "5 is not 4 + 1"),
        (
            "2024-07-03 >= 2024-07-04 - 90",
            "2024-07-03 is no earlier than 90 days before 2024-07-04",
            "2024-07-03 is earlier than 90 days before 2024-07-04",
        ),
        ("2024-07-03 < now", "2024-07-03 is earlier than now", "2024-07-03 is not earlier than now"),
        ("yes in [yes, abstain]", "yes is one of yes, abstain", "yes is none of yes, abstain"),
        ("lebanon != russia", "\u2068لبنان\u2069 is not Russia", "\u2068لبنان\u2069 is Russia"),
        (
            "#count{ G : buys(X, Y, G) } >= 2",
            "The number of goods is at least 2",
            "The number of goods is not at least 2",
        ),
        ("2 = #count{ G : buys(X, Y, G) }", "2 is the number of goods", "The number of goods is not 2"),
        (
            "N = #min{ A : trade(X, Y, A) }",
            "N is the smallest amount",
            "There is nothing to take the smallest amount of",
        ),
    ],
)
def test_conditions_read_as_they_hold_and_as_they_fail(
    base: Base, condition: str, holds: str, fails: str
) -> None:
    """Comparisons and memberships are said in words, dates as dates."""
    node = base.compared(condition).condition
    assert condition_text(base.words, node) == holds
    assert failing_text(base.words, node) == fails


@pytest.mark.parametrize(
    ("aggregate", "value", "rows", "said"),
    [
        ("#count{ G : buys(X, Y, G) }", 1, ["buys(china, russia, oil)"], "1 good counted: oil"),
        (
            "#count{ G : buys(X, Y, G), strategic(G) }",
            2,
            ["buys(china, russia, oil)", "strategic(oil)", "buys(china, russia, gas)", "strategic(gas)"],
            "2 goods counted: oil, natural gas",
        ),
        ("#count{ X : sanctions(X, Y) }", 0, [], "no countries counted"),
        ("#count{ X, G : buys(X, Y, G) }", 2, ["buys(china, russia, oil)"], "2 combinations counted"),
        ("#count{ Z : unheard(X, Z) }", 2, [], "2 things counted"),
        ("#sum{ A, Y : trade(X, Y, A) }", 12, [], "the sum of the amounts is 12"),
        ("#min{ A : trade(X, Y, A) }", 3, [], "the smallest amount is 3"),
        ("#max{ A : trade(X, Y, A) }", 9, [], "the largest amount is 9"),
        ("#avg{ A : trade(X, Y, A) }", 4, [], "the average amount is 4"),
    ],
)
def test_an_aggregate_says_what_it_counted(
    base: Base, aggregate: str, value: int, rows: list[str], said: str
) -> None:
    """A count names what it counted where its facts tell; others name the value they look at."""
    claims = [base.atom(row) for row in rows]
    assert aggregated_text(base.words, base.aggregate(aggregate), tree.Integer(value), claims) == said


def test_nouns_and_capitals() -> None:
    """Plurals and articles of type names are those of English; a capital never changes the length."""
    assert [plural(noun) for noun in ("country", "good", "person", "gas", "key")] == [
        "countries",
        "goods",
        "people",
        "gases",
        "keys",
    ]
    assert [with_article(noun) for noun in ("country", "organisation")] == ["a country", "an organisation"]
    assert [capitalised(text) for text in ("", "é", "ß a")] == ["", "É", "ß a"]
