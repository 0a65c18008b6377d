"""Explanations as text: trees of sentences with rules, reports, what is absent, and the closing words."""

from __future__ import annotations

import dataclasses
import datetime
from typing import TYPE_CHECKING, Any

import pytest

from alignment.factbase.report import View
from alignment.reasoning.proofs import Derived, Reported, Why
from alignment.render.explanation import Explanation
from alignment.render.reports import report_text
from alignment.render.widths import display_width

if TYPE_CHECKING:
    from alignment.reasoning.proofs import Proof
    from tests.render.conftest import Base


def explained(
    base: Base, *proofs: Proof, confidence: float | None = 0.6, needed: tuple[str, ...] = ()
) -> Explanation:
    """An explanation of what the first of some proofs claims."""
    why = base.why(*proofs, confidence=confidence, needed=needed)
    return Explanation(why.claim, (why,), base.schema)


CHINA = """\
China supports Russia: likely (0.60)
│  by rule support (war.rules:6): Backing is support, unless it is contradicted.
├─ China backs Russia: likely (0.60)
│  │  by rule lifeline (war.rules:4): Purchases of several strategic goods pay for a war.
│  ├─ 2 goods counted: oil, natural gas
│  │  ├─ China buys oil from Russia: very likely (0.80)
│  │  │     [article, reliability b, 2024-07-03; since 2022-02-24; astana.facts:12]
│  │  │     [summary, reliability c, 2024-07-03; since 2022-02-24; astana.facts:12]
│  │  ├─ Strategic goods include oil
│  │  │     [stated in astana.facts:12, no source given]
│  │  ├─ China buys natural gas from Russia: likely (0.60)
│  │  │     [summary, reliability c, 2024-07-03; since 2022-02-24; astana.facts:12]
│  │  └─ Strategic goods include natural gas
│  │        [stated in astana.facts:12, no source given]
│  └─ 2 is at least 2
├─ China is not Russia
└─ No report that China sanctions Russia

Likely (0.60), no likelier than its weakest premise: China buys natural gas from Russia.
Would not hold without summary: it alone reports that China buys natural gas from Russia.

Sources
  article  The article, 2024-07-03, usually reliable (b), https://example.org/a
  summary  Summary of the article, 2024-07-03, fairly reliable (c)"""


def test_a_proof_is_a_tree_of_sentences_down_to_the_reports(base: Base) -> None:
    """Every premise is shown: derived with its rule, reported with its sources, absent, compared, counted."""
    explanation = explained(base, base.china(), needed=("summary",))
    assert explanation
    assert str(explanation) == CHINA


NARROW = """\
China supports Russia: likely (0.60)
│  by rule support (war.rules:6):
│    Backing is support, unless it is
│    contradicted.
├─ China backs Russia: likely (0.60)
│  │  by rule lifeline (war.rules:4):
│  │    Purchases of several strategic
│  │    goods pay for a war.
│  ├─ 2 goods counted: oil, natural gas
│  │  ├─ China buys oil from Russia:
│  │  │     very likely (0.80)
│  │  │     [article, reliability b,
│  │  │       2024-07-03; since
│  │  │       2022-02-24;
│  │  │       astana.facts:12]
"""


def test_a_narrow_terminal_wraps_under_the_branches(base: Base) -> None:
    """At 40 columns sentences wrap with a hanging indent, and no line is wider."""
    text = explained(base, base.china(), needed=("summary",)).render(40)
    assert text.startswith(NARROW)
    assert max(display_width(line) for line in text.split("\n")) <= 40
    assert " ".join(text.replace("│", "").split()) == " ".join(CHINA.replace("│", "").split())


def test_what_is_needed_twice_is_shown_once(base: Base) -> None:
    """A claim that stands above is only named again, whether it was cut off there or repeated."""
    backs = base.derived("backs(china, russia)", None, base.reported("supplies(china, russia, shells)"))
    proof = base.derived(
        "supports(china, russia)",
        "support",
        backs,
        base.cut_off("backs(china, russia)"),
        backs,
        *backs.premises,
    )
    assert (
        str(explained(base, proof, confidence=1.0))
        == """\
China supports Russia
│  by rule support (war.rules:6): Backing is support, unless it is contradicted.
├─ China backs Russia
│  │  by the rule at war.rules:8
│  └─ China supplies shells to Russia
│        [stated in astana.facts:12, no source given]
├─ China backs Russia (as shown above)
├─ China backs Russia (as shown above)
└─ China supplies shells to Russia (as shown above)

Certain: none of its premises is in doubt."""
    )


def test_the_doc_of_a_rule_is_told_once(base: Base) -> None:
    """Where a rule is used again only its name and place are shown."""
    parts = [
        base.derived(f"backs({who}, russia)", "lifeline", base.reported(f"buys({who}, russia, oil)"))
        for who in ("china", "turkey")
    ]
    text = str(explained(base, base.derived("supports(china, russia)", "support", *parts)))
    assert text.count("by rule lifeline (war.rules:4)") == 2
    assert text.count("pay for a war") == 1


def test_other_reports_of_the_same_fact_are_shown(base: Base) -> None:
    """A fact that is needed with other evidence is not hidden as shown above."""
    parts = [base.reported("buys(china, russia, oil)", base.report(name)) for name in ("article", "summary")]
    text = str(explained(base, base.derived("backs(china, russia)", "lifeline", *parts)))
    assert "as shown above" not in text


def test_several_proofs_are_numbered(base: Base) -> None:
    """Each proof has its number and its own likelihood; what is left out is said."""
    first = base.derived("backs(china, russia)", "lifeline", base.reported("strategic(oil)"))
    second = base.reported("backs(china, russia)", base.report("summary"))
    why = dataclasses.replace(base.why(first, second, confidence=1.0), complete=False)
    assert (
        str(Explanation(why.claim, (why,), base.schema))
        == """\
Proof 1 of 2: certain
China backs Russia
│  by rule lifeline (war.rules:4): Purchases of several strategic goods pay for a war.
└─ Strategic goods include oil
      [stated in astana.facts:12, no source given]

Proof 2 of 2: likely (0.60)
China backs Russia: likely (0.60)
   [summary, reliability c, 2024-07-03; astana.facts:12]

Certain: none of its premises is in doubt.
Only the first 2 proofs are listed; there are more.

Sources
  summary  Summary of the article, 2024-07-03, fairly reliable (c)"""
    )


def test_a_later_proof_only_names_what_an_earlier_one_shows(base: Base) -> None:
    """Proofs after the first show what is different; a premise behind such a name is found there as well."""
    oil = base.reported("buys(china, russia, oil)", base.report("article"))
    backs = base.derived("backs(china, russia)", "lifeline", oil)
    first = base.derived("supports(china, russia)", "support", backs)
    second = base.derived("supports(china, russia)", "guess", backs, oil, base.reported("member(china, sco)"))
    text = str(explained(base, first, second, confidence=0.8))
    assert (
        text.split("\n\n")[1]
        == """\
Proof 2 of 2: likely (0.70)
China supports Russia: likely (0.70)
│  by default rule guess (war.rules:7)
├─ China backs Russia (as in proof 1)
├─ China buys oil from Russia (as in proof 1)
└─ China is a member of the Shanghai Cooperation Organisation
      [stated in astana.facts:12, no source given]"""
    )


def test_each_answer_of_an_atom_with_variables_is_explained(base: Base) -> None:
    """Answers are numbered, and the sources are listed once at the end."""
    whys = tuple(
        base.why(base.reported(f"buys({who}, russia, oil)", base.report("summary")))
        for who in ("china", "turkey")
    )
    text = str(Explanation(base.atom("buys(X, russia, oil)"), whys, base.schema))
    assert text.startswith("Answer 1 of 2\nChina buys oil from Russia: likely (0.60)\n")
    assert "\n\nAnswer 2 of 2\nTürkiye buys oil from Russia: likely (0.60)\n" in text
    assert text.count("Sources") == 1


@pytest.mark.parametrize(
    ("proof", "confidence", "needed", "said"),
    [
        (["summary"], 0.6, ["summary"], "Likely (0.60), as reported by summary.\nRests on summary alone."),
        (["summary", "article"], 0.8, [], "Very likely (0.80), by its strongest report, article."),
        (
            ["gossip"],
            None,
            ["gossip"],
            "Unjudged: the source gossip cannot be judged.\nRests on gossip alone.",
        ),
        ([None], 1.0, [], "Certain: none of its premises is in doubt."),
    ],
)
def test_a_report_alone_closes_with_who_says_so(
    base: Base, proof: list[str | None], confidence: float | None, needed: list[str], said: str
) -> None:
    """Where the claim is itself reported, the closing names the report that decides."""
    fact = base.reported("buys(china, russia, oil)", *(base.report(source) for source in proof))
    text = str(explained(base, fact, confidence=confidence, needed=tuple(needed)))
    assert text.split("\n\n")[1] == said


def closing_of(
    base: Base,
    *premises: Proof,
    label: str = "support",
    confidence: float | None = 0.6,
    needed: tuple[str, ...] = (),
) -> list[str]:
    """The closing lines of a conclusion from these premises."""
    proof = base.derived("supports(china, russia)", label, *premises)
    return str(explained(base, proof, confidence=confidence, needed=needed)).split("\n\n")[1].split("\n")


def test_the_closing_names_the_weakest_premise_and_how_many_are_as_weak(base: Base) -> None:
    """An explanation is as strong as its weakest premise, and says which that is."""
    facts = [base.reported(f"buys(china, russia, {good})", base.report("summary")) for good in ("oil", "gas")]
    assert closing_of(base, *facts) == [
        (
            "Likely (0.60), no likelier than its weakest premise: "
            "China buys oil from Russia (1 other is as weak)."
        )
    ]


def test_the_closing_says_that_a_default_allows_no_more(base: Base) -> None:
    """The cap of a default is told where it decides."""
    fact = base.reported("member(china, sco)")
    assert closing_of(base, fact, label="guess", confidence=0.7) == [
        "Likely (0.70): its default rule guess allows no more."
    ]


def test_the_closing_says_what_cannot_be_judged(base: Base) -> None:
    """A premise from a source of reliability f leaves the conclusion unjudged."""
    fact = base.reported("member(china, sco)", base.report("gossip"))
    assert closing_of(base, fact, confidence=None) == [
        (
            "Unjudged, as it rests on a source that cannot be judged: "
            "China is a member of the Shanghai Cooperation Organisation."
        )
    ]


def test_sources_without_a_report_of_their_own_are_needed_without_more(base: Base) -> None:
    """Each needed source is named; beside it what it alone reports, the first few of it."""
    alone = [
        base.reported(f"{name}(china, russia)", base.report("summary"))
        for name in ("sanctions", "backs", "untold")
    ]
    shared = base.reported("strategic(oil)", base.report("summary"), base.report("article"))
    assert closing_of(base, *alone, shared, needed=("article", "summary"))[1:] == [
        "Would not hold without article.",
        (
            "Would not hold without summary: it alone reports that China sanctions Russia "
            "and that China backs Russia, and 1 more."
        ),
    ]


def test_statements_without_a_source_do_not_count_as_a_second_source(base: Base) -> None:
    """What rests on one source and on plain statements rests on that source alone."""
    parts = [
        base.reported("buys(china, russia, oil)", base.report("summary")),
        base.reported("strategic(oil)"),
    ]
    assert closing_of(base, *parts, needed=("summary",))[1:] == ["Rests on summary alone."]


@pytest.mark.parametrize(
    ("report", "said"),
    [
        (
            {"source": "summary", "quote": "boosted purchases", "since": "2022-02-24"},
            '[summary, reliability c, 2024-07-03: "boosted purchases"; since 2022-02-24; astana.facts:12]',
        ),
        (
            {"source": "article", "since": "2022-02-24", "until": "2024-01-01"},
            "[article, reliability b, 2024-07-03; since 2022-02-24 until 2024-01-01; astana.facts:12]",
        ),
        ({"source": "wire", "on": "2024-07-03"}, "[wire; on 2024-07-03; astana.facts:12]"),
        (
            {"source": "summary", "confidence": 0.675},
            "[summary, reliability c, 2024-07-03; likely (0.68); astana.facts:12]",
        ),
        ({"source": "gossip"}, "[gossip, reliability f; unjudged; astana.facts:12]"),
        ({"source": "nobody"}, "[nobody; astana.facts:12]"),
        ({}, "[stated in astana.facts:12, no source given]"),
        ({"until": "2024-01-01"}, "[stated in astana.facts:12, no source given; until 2024-01-01]"),
        (
            {"source": "wire", "quote": 'he said "no"\nand left'},
            "[wire: \"he said 'no' and left\"; astana.facts:12]",
        ),
        ({"source": "wire", "quote": "قال لا"}, '[wire: \u2068"قال لا"\u2069; astana.facts:12]'),
    ],
)
def test_a_report_says_who_when_how_likely_and_where(base: Base, report: dict[str, Any], said: str) -> None:
    """The likelihood is left out where it is just what the source's reliability says."""
    assert report_text(base.report(**report), base.schema) == said


def test_an_entity_is_declared_not_reported(base: Base) -> None:
    """The type of an entity needs no report; the place of its declaration is shown."""
    proof = base.derived("supports(china, russia)", "support", Reported(base.atom("country(china)"), ()))
    text = str(explained(base, proof, confidence=1.0))
    assert "└─ China is a country\n      [declared in base.facts:3]" in text


@pytest.mark.parametrize(
    ("view", "said"),
    [
        (None, "No: it does not hold that Türkiye supports Russia."),
        (
            View(datetime.date(2024, 7, 4)),
            "No: it does not hold on 2024-07-04 that Türkiye supports Russia.",
        ),
        (
            View(datetime.date.today()),
            f"No: it does not hold today ({datetime.date.today()}) that Türkiye supports Russia.",
        ),
        (
            View(None, 0.5, frozenset({"summary", "article"})),
            (
                "No: it does not hold at any time, with a likelihood of at least 0.5, "
                "without article, summary, that Türkiye supports Russia."
            ),
        ),
    ],
)
def test_what_does_not_hold_is_denied_for_the_view_it_was_asked_in(
    base: Base, view: View | None, said: str
) -> None:
    """An explanation without a proof is false, says in which view, and names the next question."""
    explanation = Explanation(base.atom("supports(turkey, russia)"), (), base.schema, view)
    assert not explanation
    assert str(explanation) == f"{said}\nAsk: whynot supports(turkey, russia)"


def test_nothing_holds_for_any_value(base: Base) -> None:
    """An atom with variables that has no answer reads naturally."""
    text = str(Explanation(base.atom("supports(X, russia)"), (), base.schema))
    assert text == (
        "No: it does not hold that any country supports Russia.\n"
        "Ask whynot with a name in place of each variable."
    )


def test_a_proof_may_be_deep(base: Base) -> None:
    """A chain of thousands of conclusions is rendered without recursion."""
    proof: Proof = base.reported("sanctions(china, russia)")
    rule = base.rule("support")
    for i in range(2000):
        proof = Derived(base.atom(f"untold(china, n{i})"), rule, (proof,))
    explanation = explained(base, proof, confidence=1.0)
    assert str(explanation).count("by rule support") == 2000
    assert explanation.to_mermaid().count("-->") == 2000
    assert explanation.to_html().count("<details") == 2000


@pytest.mark.parametrize(
    ("depth", "last"), [(6, " " * 15 + "└─ "), (9, " " * 16 + "└ "), (15, " " * 14 + "└")]
)
def test_branches_get_narrower_where_a_proof_is_deep(base: Base, depth: int, last: str) -> None:
    """A deep proof leaves half of a terminal of 40 columns to its sentences."""
    proof: Proof = base.reported("sanctions(china, russia)", base.report("summary"))
    for i in range(depth):
        proof = base.derived(f"backs(china, n{i})", "lifeline", proof)
    lines = explained(base, proof).render(40).split("\n\n")[0].split("\n")
    assert any(line.startswith(last) for line in lines)


def test_colour_is_only_what_the_caller_adds(base: Base) -> None:
    """Without a style there is no escape sequence; with one, every kind of part passes through it."""
    explanation = explained(base, base.china(), needed=("summary",))
    assert "\x1b" not in str(explanation)
    kinds = set()

    def style(kind: str, text: str) -> str:
        kinds.add(kind)
        return text

    assert explanation.render(style=style) == str(explanation)
    assert kinds == {"claim", "absent", "rule", "report", "branch", "closing", "header"}


def test_an_explanation_that_may_be_beaten_says_so(base: Base) -> None:
    """Where not all derivations were compared, the closing admits it."""
    why = Why(
        base.atom("backs(china, russia)"), (base.reported("backs(china, russia)"),), 1.0, complete=False
    )
    text = str(Explanation(why.claim, (why,), base.schema))
    assert text.endswith("There are too many proofs to compare all of them: a stronger one may exist.")
