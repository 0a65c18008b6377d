"""Defaults: what holds, what is told of it, and what other questions make of it, on both engines."""

from __future__ import annotations

import pytest

from alignment import AlignmentError, KnowledgeBase
from alignment.engines.base import Limits
from alignment.exchange.content import Content
from alignment.exchange.targets import TARGETS
from alignment.language.printer import format_node
from alignment.reasoning.proofs import Defeated, Derived, Reported

ENGINES = pytest.mark.parametrize("engine", ["memory", "duckdb"])


def base(text: str, engine: str = "auto") -> KnowledgeBase:
    kb = KnowledgeBase(engine)
    kb.add(text)
    return kb


def held(kb: KnowledgeBase, *atoms: str) -> list[str]:
    """Which of some atoms hold."""
    return [atom for atom in atoms if kb.holds(atom)]


BIRDS = """
bird(tweety). bird(opus). bird(freddie). penguin(opus). injured(freddie). plane(concorde).
flies(X) :- plane(X).
-flies(X) :- injured(X).
normally 0.9 usual: flies(X) :- bird(X).
normally wingless: -flies(X) :- penguin(X).
"""

CASES = {
    "a default holds where nothing speaks against it": (BIRDS, {"flies(tweety)", "flies(concorde)", "-flies(freddie)"}),
    "two undecided defaults block each other, a preference decides": (
        f"{BIRDS} prefer wingless over usual.",
        {"flies(tweety)", "flies(concorde)", "-flies(freddie)", "-flies(opus)"},
    ),
    "a report goes before a default, however unlikely it is": (
        f"{BIRDS} -flies(tweety) remote. flies(opus) unlikely. prefer wingless over usual.",
        {"flies(concorde)", "-flies(freddie)", "-flies(tweety)", "flies(opus)"},
    ),
    "two certain contraries both stay": (
        f"{BIRDS} flies(freddie).",
        {"flies(tweety)", "flies(concorde)", "-flies(freddie)", "flies(freddie)"},
    ),
    "a team beats what no rule of it beats alone": (
        """g. h. normally t1: p :- g. normally t2: p :- h. normally s1: -p :- g. normally s2: -p :- h.
        prefer t1 over s1. prefer t2 over s2.""",
        {"p"},
    ),
    "half a team does not": (
        "g. h. normally t1: p :- g. normally s1: -p :- g. normally s2: -p :- h. prefer t1 over s1.",
        set(),
    ),
    "preferences go on through those between": (
        "g. normally x: p :- g. normally y: q :- g. normally z: r :- g. exclusive p, q, r. prefer x over y. prefer y over z.",
        {"p"},
    ),
    "what is blocked blocks nothing else": (
        "normally x: a. normally y: -a. normally z: p. normally w: -p :- a. normally v: q :- p.",
        {"p", "q"},
    ),
    "a rule without `normally` that rests on a default can be attacked": (
        "e. normally d: q :- e. s: p :- q. normally t: -p :- e.",
        {"q"},
    ),
    "and yields to a report": ("e. normally d: q :- e. s: p :- q. -p.", {"q", "-p"}),
    "and wins if it is preferred": ("e. normally d: q :- e. s: p :- q. normally t: -p :- e. prefer s over t.", {"p", "q"}),
    "a certain conclusion cannot be attacked": ("e. s: p :- e. normally t: -p :- e. prefer t over s.", {"p"}),
    "what rests on the absence of a default is not certain": (
        "e. normally d: q :- e. -q. s: p :- e, not q. normally t: -p :- e.",
        {"-q"},
    ),
    "what rests on a count of defaults is not certain": (
        "e(1). normally d: q(X) :- e(X). s: p :- N = #count{ X : q(X) }, N > 0. -p.",
        {"-p", "q(1)"},
    ),
    "`exclusive` makes contraries for the values shared": (
        """e(a). e(b). f(b). normally p1: p(X, Y) :- e(X), e(Y). q(X) :- f(X). exclusive p(X, _), q(X).""",
        {"p(a, a)", "p(a, b)", "q(b)"},
    ),
    "`exclusive` of one relation sets its rows against each other": (
        "e(a). e(b). leads(a, c). normally d: leads(X, c) :- e(X). normally o: leads(X, d) :- e(X). exclusive leads(X, Y), leads(Z, Y).",
        {"leads(a, c)"},
    ),
    "a constant in `exclusive`": (
        "e(a). normally d: pos(X, yes) :- e(X). normally o: pos(X, abstain) :- e(X). pos(b, no). exclusive pos(X, yes), pos(X, no).",
        {"pos(a, yes)", "pos(a, abstain)", "pos(b, no)"},
    ),
    "a rule that is contradicted for certain attacks nothing": (
        "e. normally d: p :- e. normally o: q :- e. exclusive p, q. -p.",
        {"q", "-p"},
    ),
    "recursion through a default goes on": (
        """e(a, b). e(b, c). e(c, d). -r(a, d). normally s: r(X, Y) :- e(X, Y).
        normally t: r(X, Z) :- r(X, Y), e(Y, Z).""",
        {"r(a, b)", "r(a, c)", "r(b, c)", "r(b, d)", "r(c, d)", "-r(a, d)"},
    ),
    "defaults that attack what the other rests on stay undecided": (
        "e. normally p1: p :- e. normally q1: q :- e. normally p2: -p :- q. normally q2: -q :- p. r :- e, not p. s :- e, p.",
        set(),
    ),
    "an aggregate over what is undecided has no value": (
        """e(1). e(2). -q(2). normally p1: p(X) :- e(X). normally q1: q(X) :- e(X). normally p2: -p(X) :- q(X).
        normally q2: -q(X) :- p(X). all(N) :- N = #count{ X : p(X) }. two(N) :- N = #count{ X : p(X), X = 2 }.""",
        {"p(2)", "two(1)", "-q(2)"},
    ),
}
ATOMS = sorted(
    {atom for _, atoms in CASES.values() for atom in atoms}
    | {f"{sign}flies({x})" for x in ("tweety", "opus", "freddie", "concorde") for sign in ("", "-")}
    | {f"{sign}{name}" for sign in ("", "-") for name in "apqrs"}
    | {"leads(b, c)", "leads(a, d)", "leads(b, d)", "p(b, a)", "p(b, b)", "q(a)", "r(a, d)", "all(0)", "all(1)", "all(2)"}
    | {"p(1)", "q(1)", "q(2)", "two(0)", "-r(b, d)", "pos(b, yes)"}
)


@ENGINES
@pytest.mark.parametrize("name", CASES)
def test_what_holds(name: str, engine: str) -> None:
    """Of all atoms that the case speaks of, those named hold and no others."""
    text, expected = CASES[name]
    kb = base(text, engine)
    asked = [
        atom
        for atom in ATOMS
        if (one := kb.schema.relations.get(atom.lstrip("-").split("(")[0]))
        and one.arity == (atom.count(",") + 1 if "(" in atom else 0)
    ]
    assert set(held(kb, *asked)) == expected


def test_a_base_without_defaults_has_the_program_it_had() -> None:
    """`exclusive`, constraints, denials and preferences change no rule."""
    plain = "e(a). p(X) :- e(X). q(X) :- e(X), not p(X). r(X) :- p(X), not -q(X)."
    more = "-q(a). exclusive p(X), q(X). :- p(X), e(X)."
    assert base(plain).state.program.strata == base(plain + more).state.program.strata
    assert not base(plain + more).state.program.possible


# What is told ------------------------------------------------------------------------------------

WAR = """
type country. type good. country russia "Russia". country china "China". country turkey "Türkiye". country iran "Iran".
good drones.
source wire, reliability b.
source paper, reliability c.
relation supplies(x: country, y: country, g: good) "{x} supplies {g} to {y}".
relation sanctions(x: country, y: country) "{x} sanctions {y}".
stance supports(x: country, y: country) "{x} supports {y}".
stance opposes(x: country, y: country) "{x} opposes {y}".
supplies(iran, russia, drones) from wire. supplies(china, russia, drones) from paper.
supplies(turkey, russia, drones) from wire. sanctions(turkey, russia) from paper.
sanctions(china, russia) from wire. -supports(china, russia) from paper.
normally 0.7 arms: supports(X, Y) :- supplies(X, Y, _).
normally harm: opposes(X, Y) :- sanctions(X, Y).
exclusive supports(X, Y), opposes(X, Y).
"""


def beaten(kb: KnowledgeBase, atom: str) -> list[tuple[str, str | None, str | None]]:
    """What the strongest proof of an atom says was beaten: the claim, the rule, and what won."""
    (why,) = kb.why(atom).whys
    proof = why.proofs[0]
    assert isinstance(proof, Derived | Reported)
    assert all(isinstance(one, Defeated) for one in proof.defeated)
    return [(format_node(one.claim), one.rule.label, one.winner.label if one.winner else None) for one in proof.defeated]


def test_a_proof_shows_the_attack_that_a_preferred_rule_beats() -> None:
    kb = base(WAR + "prefer arms over harm.")
    assert beaten(kb, "supports(turkey, russia)") == [("opposes(turkey, russia)", "harm", "arms")]
    assert beaten(kb, "supports(iran, russia)") == []
    text = str(kb.why("supports(turkey, russia)"))
    assert "Although default rule harm would say that Türkiye opposes Russia, default rule arms is preferred" in text
    assert "   └─ Türkiye sanctions Russia" in text


TEAM = """
actor(c).
exclusive leans(X), neutral(X), averse(X).
normally deed: leans(X) :- actor(X).
normally vote: averse(X) :- actor(X).
normally a_mixed: neutral(X) :- actor(X).
normally hedged: neutral(X) :- hedges(X).
hedges(X) :- actor(X).
prefer a_mixed over vote.
prefer deed over a_mixed.
prefer hedged over deed.
"""
"""Two rules for `neutral`: the shorter argument, a_mixed, is beaten by `deed`, and only holds because hedged beats that."""


def test_of_equal_proofs_the_one_by_a_rule_that_nothing_beats_is_shown() -> None:
    """A proof by a rule that another one had to save would be no argument; it comes last among all proofs."""
    kb = base(TEAM)
    (proof,) = kb.why("neutral(c)").whys[0].proofs
    assert proof.rule.label == "hedged"
    assert {one.winner.label for one in proof.defeated} == {"hedged"}
    every = kb.why("neutral(c)", every=True).whys[0].proofs
    assert [one.rule.label for one in every] == ["hedged", "a_mixed"]
    assert {one.rule.label: one.winner.label for one in every[1].defeated} == {"deed": "hedged", "vote": "a_mixed"}


def test_whynot_tells_first_what_holds_in_the_end() -> None:
    """Of the rules that a default does not get past, those of what holds, and of these the one preferred to others."""
    (blocked,) = base(TEAM).whynot("averse(c)").whynot.blocked
    assert [one.rule.label for one in blocked.against] == ["hedged", "a_mixed", "deed"]


def test_a_report_shows_the_default_that_yields_to_it() -> None:
    kb = base(WAR)
    assert beaten(kb, "-supports(china, russia)") == [("supports(china, russia)", "arms", None)]
    assert "it yields to what rests on no default" in str(kb.why("-supports(china, russia)"))


def test_a_contradiction_is_no_defeat() -> None:
    kb = base(BIRDS + "flies(freddie).")
    assert beaten(kb, "flies(freddie)") == []
    assert [one.kind for one in kb.contradictions()] == ["denied"]
    assert kb.query("flies(freddie)").contested == {0}


def test_a_cap_bounds_the_proofs_through_a_default_and_no_others() -> None:
    kb = base(WAR + "supports(iran, russia) confidence 0.75.")
    strengths = {format_node(one.claim): one.confidence for one in kb.stances()}
    assert strengths == {"opposes(china, russia)": 0.8, "supports(iran, russia)": 0.75}
    weaker = base(WAR + "-sanctions(iran, russia). supports(iran, russia) confidence 0.6.")
    (why,) = weaker.why("supports(iran, russia)", every=True).whys
    assert why.confidence == 0.7
    assert [type(proof) for proof in why.proofs] == [Derived, Reported]
    assert "its default rule arms allows no more" in str(weaker.why("supports(iran, russia)"))


def test_the_proof_that_is_shown_is_as_strong_as_is_said() -> None:
    """The shortest proof goes through a capped rule, and the strongest takes one step more."""
    kb = base("e(a). normally 0.2 short: p(X) :- e(X). f(X) :- e(X). normally long: p(X) :- f(X).")
    (why,) = kb.why("p(a)").whys
    assert why.confidence == 1.0
    assert isinstance(why.proofs[0], Derived)
    assert why.proofs[0].rule.label == "long"


@pytest.mark.parametrize(
    ("atom", "expected"),
    [
        ("supports(turkey, russia)", [("arms", [("blocked", "opposes(turkey, russia)", "harm")])]),
        ("opposes(turkey, russia)", [("harm", [("blocked", "supports(turkey, russia)", "arms")])]),
        (
            "supports(china, russia)",
            [("arms", [("certain", "-supports(china, russia)", None), ("holds", "opposes(china, russia)", "harm")])],
        ),
        ("opposes(iran, russia)", [("harm", [])]),
    ],
)
def test_whynot_names_what_blocks(
    atom: str, expected: list[tuple[str, list[tuple[str, str, str | None]]]]
) -> None:
    found = base(WAR).whynot(atom).whynot
    told = [
        (one.rule.label, [(it.stands, format_node(it.claim), it.rule.label if it.rule else None) for it in one.against])
        for one in found.blocked
    ]
    assert told == expected
    assert all((one.failing is None) is bool(one.against) for one in found.blocked)


def test_whynot_names_the_rule_that_is_preferred() -> None:
    text = str(base(WAR + "prefer harm over arms.").whynot("supports(turkey, russia)"))
    assert "✗ Default rule harm (<input>:" in text
    assert "is preferred, and says that Türkiye opposes Russia" in text
    assert "Blocked by" in str(base(WAR).whynot("supports(turkey, russia)"))


CIRCLE = "e. normally p1: p :- e. normally q1: q :- e. normally p2: -p :- q. normally q2: -q :- p. r :- e, not p. s :- e, p."


def test_whynot_says_what_is_undecided() -> None:
    """The atoms of the circle, what rests on one, and what rests on the absence of one."""
    kb = base(CIRCLE)
    for atom in ("p", "q", "r", "s"):
        assert kb.whynot(atom).whynot.undecided
        assert f"It is undecided whether {atom}" in str(kb.whynot(atom))
    assert not kb.whynot("-p").whynot.undecided
    assert "✗ It is undecided whether p" in str(kb.whynot("s"))
    assert "✗ It is undecided whether p" in str(kb.whynot("r"))
    (blocked,) = kb.whynot("p").whynot.blocked
    assert [one.stands for one in blocked.against] == ["undecided"]


def test_machine_formats_have_the_defeated() -> None:
    kb = base(WAR + "prefer arms over harm.")
    (proof,) = kb.why("supports(turkey, russia)").to_dict()["proofs"]
    (defeated,) = proof["defeated"]
    assert (defeated["kind"], defeated["atom"], defeated["rule"]["label"]) == ("defeated", "opposes(turkey, russia)", "harm")
    assert defeated["winner"]["label"] == "arms"
    assert [one["atom"] for one in defeated["premises"]] == ["sanctions(turkey, russia)"]
    assert "classDef defeated" in kb.why("supports(turkey, russia)").to_mermaid()
    assert "style=dashed, arrowhead=none" in kb.why("supports(turkey, russia)").to_dot()
    assert 'class="defeated"' in kb.why("supports(turkey, russia)").to_html()
    (rule,) = base(WAR).whynot("supports(turkey, russia)").to_dict()["rules"]
    assert (rule["failing"], [one["stands"] for one in rule["against"]]) == (None, ["blocked"])


# Other questions ---------------------------------------------------------------------------------


def test_the_view_decides_what_is_certain() -> None:
    kb = base(WAR)
    assert held(kb, "supports(china, russia)", "opposes(china, russia)") == ["opposes(china, russia)"]
    assert held(kb.view(without=["paper"]), "supports(china, russia)", "opposes(china, russia)") == ["opposes(china, russia)"]
    assert kb.view(without=["paper"]).rows("supports") == {("iran", "russia"), ("turkey", "russia")}


def test_a_timeline_follows_reports_that_stop_a_default() -> None:
    kb = base("x(a) since 2020-01-01. -p(a) during 2021-01-01 .. 2022-01-01. normally d: p(X) :- x(X).")
    periods = [(str(row["from"]), str(row["until"])) for row in kb.timeline("p(a)").timeline]
    assert periods == [("2020-01-01", "2021-01-01"), ("2022-01-01", "None")]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"add": "-supports(iran, russia)."}, {"- supports(iran, russia)": ["-supports(iran, russia)"]}),
        (
            {"remove": "-supports(china, russia)."},
            {"- opposes(china, russia)": ["-supports(china, russia)"]},
        ),
        ({"add": "sanctions(iran, russia)."}, {"- supports(iran, russia)": ["sanctions(iran, russia)"]}),
        (
            {"remove": "sanctions(turkey, russia)."},
            {"+ supports(turkey, russia)": ["sanctions(turkey, russia)"]},
        ),
    ],
)
def test_what_if_names_the_report_behind_a_defeat(change: dict[str, str], expected: dict[str, list[str]]) -> None:
    changes = base(WAR).what_if(**change)
    told = {}
    for sign, found in (("-", changes.vanished), ("+", changes.appeared)):
        for one in found:
            causes = one.reason.causes if one.reason else ()
            told[f"{sign} {format_node(one.claim)}"] = [format_node(cause.claim) for cause in causes if cause.claim]
    assert told == expected


def test_a_difference_names_what_a_default_gives_way_to() -> None:
    """A premise may hold as before: then the rule that wins is told, or that the contrary is certain, and no more once it is over."""
    kb = base("x(a). normally d: p(X) :- x(X). normally e: -p(X) :- y(X). prefer e over d. y(none).")
    attacked, denied = kb.supposing(add="y(a)."), kb.supposing(add="-p(a).")
    found = kb.diff(attacked, "p(X)")
    assert [(format_node(one.claim), one.rule.label) for one in found.vanished[0].reason.yields] == [("-p(a)", "e")]
    assert "rule d (<input>:1) gives way to rule e (<input>:1): it is not the case that p(a)" in str(found)
    (gone,) = kb.diff(denied, "p(X)").vanished
    assert [(format_node(one.claim), one.rule) for one in gone.reason.yields] == [("-p(a)", None)]
    back = attacked.diff(kb, "p(X)")
    assert "it no longer gives way to rule e" in str(back)
    assert back.to_dict()["appeared"][0]["yields"][0]["rule"] == "e"


def test_a_preference_that_one_side_has_is_the_cause_of_a_difference() -> None:
    """Of two rule sets that differ by a preference alone, the preference is told, and the rules are not."""
    text = "x(a). normally d: p(X) :- x(X). normally e: -p(X) :- x(X)."
    found = base(text + " prefer d over m. normally m: q(X) :- x(X). prefer m over e.").diff(
        base(text + " normally m: q(X) :- x(X). prefer m over e."), "p(X)"
    )
    (cause,) = found.vanished[0].reason.causes
    assert (cause.appears, cause.rule.label, cause.over.label) == (False, "d", "e")
    assert "gone: a preference of rule d (<input>:1) over rule e (<input>:1)" in str(found)


def test_facts_told_later_count_at_once() -> None:
    """The first denial of a relation sets the default against it, and goes with `undo`."""
    kb = base("e(a). e(b). normally d: p(X) :- e(X).")
    kb.add("-p(a).")
    assert kb.rows("p") == {("b",)}
    kb.add("-p(b).")
    assert kb.rows("p") == set()
    kb.undo()
    assert kb.rows("p") == {("b",)}
    kb.remove("-p(a).")
    assert kb.rows("p") == {("a",), ("b",)}


@ENGINES
def test_goals_on_a_large_base_ask_for_their_part(engine: str) -> None:
    """Recursion above a default, in a base in which only what a goal asks for is derived."""
    facts = "".join(f"e({i}, {i + 1}).\n" for i in range(21_000)) + "-near(5, 6). -near(900, 901).\n"
    rules = "normally n: near(X, Y) :- e(X, Y). far(X, Y) :- near(X, Y). far(X, Z) :- far(X, Y), near(Y, Z)."
    kb = base(facts + rules, engine)
    assert [row["X"] for row in kb.query("far(1, X)")] == [2, 3, 4, 5]
    assert not kb.query("far(5, X)")
    assert len(kb.query("far(890, X)")) == 10


@pytest.mark.parametrize("name", ["prolog", "clingo", "souffle"])
def test_a_circle_of_defaults_is_not_exported_as_rules(name: str) -> None:
    """Other systems have no well-founded pairs of strata; defaults without a circle are exported as they are compiled."""
    kb = base(CIRCLE)
    with pytest.raises(AlignmentError) as refused:
        TARGETS[name].parts(Content(kb.evaluation(), kb.schema, Limits()))
    assert [problem.code for problem in refused.value.problems] == ["not-exportable"]
    assert TARGETS["json"].parts(Content(kb.evaluation(), kb.schema, Limits()))
    assert TARGETS[name].parts(Content(base(WAR).evaluation(), base(WAR).schema, Limits()))
