"""Explanations as data, diagrams and pages; why-not; stances."""

from __future__ import annotations

import html.parser
import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from alignment.reasoning.stances import Stance
from alignment.reasoning.whynot import Blocked, WhyNot
from alignment.render.explanation import Explanation, StanceTable, WhyNotExplanation

if TYPE_CHECKING:
    from collections.abc import Sequence

    from alignment.reasoning.proofs import Proof
    from tests.render.conftest import Base


REPORT_KEYS = [
    "source",
    "title",
    "reliability",
    "quote",
    "confidence",
    "since",
    "until",
    "on",
    "file",
    "line",
]


def explained(
    base: Base, *proofs: Proof, confidence: float | None = 0.6, needed: tuple[str, ...] = ()
) -> Explanation:
    """An explanation of what the first of some proofs claims."""
    why = base.why(*proofs, confidence=confidence, needed=needed)
    return Explanation(why.claim, (why,), base.schema)


# Data ----------------------------------------------------------------------------------------------


def test_the_data_of_an_explanation_has_stable_keys(base: Base) -> None:
    """The dictionary survives JSON and has the promised keys in their order."""
    data = json.loads(json.dumps(explained(base, base.china(), needed=("summary",)).to_dict()))
    assert list(data) == ["claim", "text", "holds", "confidence", "complete", "proofs", "needed"]
    assert data["claim"] == "supports(china, russia)"
    assert data["text"] == "China supports Russia"
    assert (data["holds"], data["confidence"], data["needed"]) == (True, 0.6, ["summary"])
    proof = data["proofs"][0]
    assert list(proof) == ["kind", "atom", "text", "confidence", "rule", "premises"]
    assert proof["rule"] == {
        "label": "support",
        "doc": "Backing is support, unless it is contradicted.",
        "default": False,
        "file": "war.rules",
        "line": 6,
    }
    assert [part["kind"] for part in proof["premises"]] == ["derived", "compared", "absent"]
    assert [part["atom"] for part in proof["premises"]] == [
        "backs(china, russia)",
        "china != russia",
        "not sanctions(china, russia)",
    ]


def test_counted_rows_and_reports_are_in_the_data(base: Base) -> None:
    """An aggregate has its value and rows, a fact its reports with source, dates and place."""
    counted = explained(base, base.china()).to_dict()["proofs"][0]["premises"][0]["premises"][0]
    assert (counted["kind"], counted["value"], len(counted["rows"])) == ("aggregated", 2, 4)
    report = counted["rows"][0]["reports"][0]
    assert list(report) == REPORT_KEYS
    assert report == {
        "source": "article",
        "title": "The article",
        "reliability": "b",
        "quote": None,
        "confidence": 0.8,
        "since": "2022-02-24",
        "until": None,
        "on": None,
        "file": "astana.facts",
        "line": 12,
    }


def test_the_data_of_what_does_not_hold(base: Base) -> None:
    """The same keys, with nothing in them."""
    assert Explanation(base.atom("supports(turkey, russia)"), (), base.schema).to_dict() == {
        "claim": "supports(turkey, russia)",
        "text": "Türkiye supports Russia",
        "holds": False,
        "confidence": None,
        "complete": True,
        "proofs": [],
        "needed": [],
    }


def test_the_data_of_an_atom_with_variables_has_its_answers(base: Base) -> None:
    """Each answer is an explanation of its own."""
    why = base.why(base.reported("buys(china, russia, oil)"))
    data = Explanation(base.atom("buys(X, russia, oil)"), (why,), base.schema).to_dict()
    assert list(data) == ["claim", "text", "holds", "answers"]
    assert [answer["claim"] for answer in data["answers"]] == ["buys(china, russia, oil)"]


# Diagrams ------------------------------------------------------------------------------------------

NODE = re.compile(r"^ +(p\d+n\d+)(\(\[|\[\[|\[/|\[|\{\{)\"([^\"]*)\"(\]\)|\]\]|/\]|\]|\}\}):::(\w+)$")
ARROW = re.compile(r"^ +(p\d+n\d+) --> (p\d+n\d+)$")


def mermaid_parts(text: str) -> tuple[dict[str, str], list[tuple[str, str]]]:
    """The nodes and arrows of a flowchart; every line must be one of the few that we write."""
    head, *lines = text.rstrip("\n").split("\n")
    assert head == "flowchart BT"
    nodes: dict[str, str] = {}
    arrows: list[tuple[str, str]] = []
    for line in lines:
        if node := NODE.match(line):
            nodes[node[1]] = node[3]
        elif arrow := ARROW.match(line):
            arrows.append((arrow[1], arrow[2]))
        else:
            assert re.match(r'^ +(classDef \w+ [\w:#, -]+|subgraph p\d+\["[^"]*"\]|end)$', line), line
    assert {end for arrow in arrows for end in arrow} <= set(nodes)
    return nodes, arrows


def test_mermaid_draws_each_claim_once(base: Base) -> None:
    """Arrows lead from premises to conclusions, and a claim that is needed twice is one node."""
    fact = base.reported("member(china, sco)", base.report("summary"))
    backs = base.derived("backs(china, russia)", "lifeline", fact)
    nodes, arrows = mermaid_parts(
        explained(base, base.derived("supports(china, russia)", "support", backs, fact)).to_mermaid()
    )
    assert nodes == {
        "p1n0": "China supports Russia<br/>rule support<br/>likely #40;0.60#41;",
        "p1n1": "China backs Russia<br/>rule lifeline<br/>likely #40;0.60#41;",
        "p1n2": "China is a member of the Shanghai Cooperation Organisation<br/>summary<br/>likely #40;0.60#41;",
    }
    assert arrows == [("p1n1", "p1n0"), ("p1n2", "p1n1"), ("p1n2", "p1n0")]


def test_mermaid_keeps_hostile_names_inside_their_quotes(base: Base) -> None:
    """Quotes, brackets, entities and right-to-left names cannot break out of a label."""
    proof = base.derived("supports(odd, lebanon)", "support", base.reported("untold(odd, lebanon)"))
    nodes, _ = mermaid_parts(explained(base, proof).to_mermaid())
    label = nodes["p1n0"].split("<br/>")[0]
    assert not re.search(r'["<>`\[\]{}|&]', label)
    shown = re.sub(r"#(\d+);", lambda found: chr(int(found[1])), label)
    assert shown == 'Say "hi" [x] {y} <b>&|#1;` supports \u2068لبنان\u2069'


def test_several_proofs_are_several_subgraphs(base: Base) -> None:
    """Ids differ between proofs, and each has its title."""
    proofs = [base.reported("backs(china, russia)", base.report(name)) for name in ("article", "summary")]
    nodes, _ = mermaid_parts(explained(base, *proofs).to_mermaid())
    assert set(nodes) == {"p1n0", "p2n0"}
    assert 'subgraph p2["Proof 2 of 2#58; likely #40;0.60#41;"]' in explained(base, *proofs).to_mermaid()
    assert 'label="Proof 2 of 2: likely (0.60)"' in explained(base, *proofs).to_dot()


def test_dot_quotes_what_graphviz_would_read(base: Base) -> None:
    """Quotes and backslashes are escaped, an ampersand is no entity, braces balance."""
    text = explained(
        base, base.derived("supports(odd, russia)", "support", base.absent("sanctions(_, odd)"))
    ).to_dot()
    assert 'label="Say \\"hi\\" [x] {y} <b>&amp;|#1;` supports Russia\\nrule support"' in text
    bare = re.sub(r'"(?:[^"\\]|\\.)*"', '""', text)
    assert bare.count("{") == bare.count("}") == 1
    assert "p1n1 -> p1n0;" in text


@pytest.mark.parametrize("form", ["to_mermaid", "to_dot", "to_html"])
def test_what_does_not_hold_can_be_drawn(base: Base, form: str) -> None:
    """An explanation without proofs gives an empty drawing, not an error."""
    assert getattr(Explanation(base.atom("supports(turkey, russia)"), (), base.schema), form)()


class Checker(html.parser.HTMLParser):
    """Collects the tags that are not closed, and all text."""

    VOID = frozenset({"meta"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.text: list[str] = []
        self.tags: set[str] = set()

    def handle_starttag(self, tag: str, attrs: object) -> None:
        """Remember what is open."""
        del attrs
        self.tags.add(tag)
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Only what was opened last may be closed."""
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        """Keep the text."""
        self.text.append(data)


def test_the_page_is_whole_nested_and_escaped(base: Base) -> None:
    """Every tag is closed where it should be, hostile names are text, nothing is loaded."""
    proof = base.derived(
        "supports(odd, lebanon)", "support", base.china(), base.china(), base.absent("sanctions(odd, russia)")
    )
    text = explained(base, proof, needed=("summary",)).to_html()
    checker = Checker()
    checker.feed(text)
    assert checker.open == []
    assert not checker.tags & {"b", "script", "link", "img"}
    shown = "".join(checker.text)
    assert 'Say "hi" [x] {y} <b>&|#1;` supports \u2068لبنان\u2069' in shown
    assert "by rule lifeline (war.rules:4): Purchases of several strategic goods pay for a war." in shown
    assert "Would not hold without summary" in shown
    assert "(as shown above)" in shown
    assert text.count("<details open>") == 4


def test_a_large_proof_opens_at_the_top_only(base: Base) -> None:
    """Beyond 40 items only the first two levels are open."""
    facts = [base.reported(f"backs(china, n{i})") for i in range(50)]
    inner = base.derived(
        "backs(china, russia)", "lifeline", base.counted("#count{ X : backs(X, Y) }", 50, *facts)
    )
    text = explained(base, base.derived("supports(china, russia)", "support", inner)).to_html()
    assert (text.count("<details open>"), text.count("<details>")) == (2, 1)


# Why not -------------------------------------------------------------------------------------------

WHYNOT = """\
Nothing shows that Türkiye supports Russia.

Rule support (war.rules:6): Backing is support, unless it is contradicted.
  ✓ Türkiye backs Russia
  ✓ Türkiye is not Russia
  ✗ Türkiye sanctions Russia, which the rule excludes

Rule lifeline (war.rules:4): Purchases of several strategic goods pay for a war.
  ✓ Türkiye buys oil from Russia [article, summary]
  ✗ No report that Türkiye supplies any good to Russia
    instead: Türkiye supplies shells to China

Default rule guess (war.rules:7)
  ✗ The rule excludes that Türkiye sanctions any country
    but: Türkiye sanctions China

The rule at war.rules:8
  ✗ 1 is not at least 2

2 other rules cannot conclude it, whatever is known."""


def blocked(
    base: Base, label: str | None, failing: str, *held: Proof, instead: Sequence[str] = ()
) -> Blocked:
    """One rule and the literal at which it stops."""
    return Blocked(base.rule(label), held, base.literal(failing), tuple(map(base.atom, instead)))


def turkey(base: Base) -> WhyNot:
    """Why Türkiye does not support Russia: a rule for each way to stop."""
    oil = base.reported("buys(turkey, russia, oil)", base.report("article"), base.report("summary"))
    return WhyNot(
        base.atom("supports(turkey, russia)"),
        holds=False,
        blocked=(
            blocked(
                base,
                "support",
                "not sanctions(turkey, russia)",
                base.cut_off("backs(turkey, russia)"),
                base.compared("turkey != russia"),
                instead=["sanctions(turkey, russia)"],
            ),
            blocked(
                base,
                "lifeline",
                "supplies(turkey, russia, G)",
                oil,
                instead=["supplies(turkey, china, shells)"],
            ),
            blocked(base, "guess", "not sanctions(turkey, _)", instead=["sanctions(turkey, china)"]),
            blocked(base, None, "1 >= 2"),
        ),
        unmatched=2,
    )


def test_why_not_shows_for_each_rule_where_it_stops(base: Base) -> None:
    """Premises that hold, the first that fails, and what is known instead of it."""
    explanation = WhyNotExplanation(turkey(base), base.schema)
    assert not explanation
    assert not explanation.holds
    assert str(explanation) == WHYNOT


def test_why_not_wraps_under_its_marks(base: Base) -> None:
    """On a narrow terminal what follows a mark stays under it."""
    text = WhyNotExplanation(turkey(base), base.schema).render(40)
    assert "  ✗ Türkiye sanctions Russia, which the\n    rule excludes\n" in text
    assert max(map(len, text.split("\n"))) <= 40


def test_why_not_leads_one_step_further_where_rules_decide(base: Base) -> None:
    """A missing conclusion names the next question, and so does one in the way."""
    found = WhyNot(
        base.atom("supports(turkey, russia)"),
        holds=False,
        blocked=(
            blocked(base, "support", "backs(turkey, russia)"),
            blocked(base, "guess", "not backs(turkey, china)", instead=["backs(turkey, china)"]),
        ),
    )
    text = str(WhyNotExplanation(found, base.schema, derived={"backs"}))
    assert "  ✗ Nothing shows that Türkiye backs Russia\n    ask: whynot backs(turkey, russia)\n" in text
    assert "  ✗ Türkiye backs China, which the rule excludes\n    ask: why backs(turkey, china)" in text


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (
            {"derived": False},
            (
                "There is no report that Türkiye sanctions Russia.\n\n"
                "Only a report could establish it; there is none in view."
            ),
        ),
        (
            {"unmatched": 1},
            "Nothing shows that Türkiye sanctions Russia.\n\nNo rule for it concludes anything of this form.",
        ),
        ({}, "Nothing shows that Türkiye sanctions Russia."),
    ],
)
def test_why_not_without_a_rule_says_what_could_establish_it(
    base: Base, found: dict[str, Any], said: str
) -> None:
    """Of what no rule concludes, only a report could speak."""
    whynot = WhyNot(base.atom("sanctions(turkey, russia)"), holds=False, **found)
    assert str(WhyNotExplanation(whynot, base.schema)) == said


def test_why_not_shows_that_the_contrary_is_known(base: Base) -> None:
    """Where the strong negation holds, its proof is shown."""
    denied = base.reported("-sanctions(turkey, russia)", base.report("summary"))
    whynot = WhyNot(base.atom("sanctions(turkey, russia)"), holds=False, denied=denied, derived=False)
    assert (
        str(WhyNotExplanation(whynot, base.schema))
        == """\
There is no report that Türkiye sanctions Russia.

What is known is the contrary:
It is not the case that Türkiye sanctions Russia: likely (0.60)
   [summary, reliability c, 2024-07-03; astana.facts:12]

Only a report could establish it; there is none in view."""
    )


def test_why_not_of_what_holds_points_to_why(base: Base) -> None:
    """An atom that holds after all is said to hold."""
    explanation = WhyNotExplanation(WhyNot(base.atom("supports(china, russia)"), holds=True), base.schema)
    assert explanation
    assert str(explanation) == "It holds: China supports Russia.\nAsk: why supports(china, russia)"


def test_the_data_of_why_not(base: Base) -> None:
    """Rules in the order of the text, each with what held, what failed, and what is known instead."""
    data = json.loads(json.dumps(WhyNotExplanation(turkey(base), base.schema).to_dict()))
    assert list(data) == [
        "claim", "text", "holds", "derived", "denied", "rules", "unmatched", "undecided", "suppositions", "against",
    ]  # fmt: skip
    second = data["rules"][1]
    assert list(second) == ["rule", "held", "failing", "instead", "undecided", "against"]
    assert second["rule"]["label"] == "lifeline"
    assert second["held"][0]["atom"] == "buys(turkey, russia, oil)"
    assert second["failing"] == {
        "atom": "supplies(turkey, russia, G)",
        "text": "No report that Türkiye supplies any good to Russia",
    }
    assert second["instead"] == [
        {"atom": "supplies(turkey, china, shells)", "text": "Türkiye supplies shells to China"}
    ]


# Stances -------------------------------------------------------------------------------------------


def stances(base: Base) -> StanceTable:
    """Three stances of two actors."""
    claims = {
        "supports(china, russia)": 0.8,
        "supports(china, turkey)": None,
        "supports(lebanon, russia)": 1.0,
    }
    return StanceTable(
        tuple(Stance(base.atom(claim), number) for claim, number in claims.items()), base.schema
    )


def test_stances_are_a_table_that_names_each_actor_once(base: Base) -> None:
    """Who, the stance as a sentence, and its likelihood in words."""
    table = stances(base)
    assert (len(table), bool(table), len(list(table))) == (3, True, 3)
    assert (
        str(table)
        == """\
Who    Stance                  Likelihood
─────  ──────────────────────  ──────────────────
China  China supports Russia   very likely (0.80)
       China supports Türkiye  unjudged
\u2068لبنان\u2069  \u2068لبنان\u2069 supports Russia   certain"""
    )


def test_stances_for_programs_have_identifiers(base: Base) -> None:
    """Rows carry the identifiers, the atom, the sentence and the number."""
    assert stances(base).to_dict()["stances"][1] == {
        "actor": "china",
        "stance": "supports",
        "atom": "supports(china, turkey)",
        "text": "China supports Türkiye",
        "confidence": None,
    }
    assert stances(base).format("csv") == (
        "actor,stance,atom,text,confidence\n"
        'china,supports,"supports(china, russia)",China supports Russia,0.8\n'
        'china,supports,"supports(china, turkey)",China supports Türkiye,\n'
        'lebanon,supports,"supports(lebanon, russia)",\u2068لبنان\u2069 supports Russia,1.0\n'
    )


def test_no_stances(base: Base) -> None:
    """An empty table is false and says so; programs get an empty list."""
    table = StanceTable((), base.schema)
    assert not table
    assert str(table) == "no stances"
    assert table.format("json") == "[]"
    with pytest.raises(ValueError, match="there is no format 'xml'"):
        table.format("xml")
