"""Why an atom does not hold: for each rule how far it gets, and where it stops."""

from __future__ import annotations

import pytest

from alignment import AlignmentError, KnowledgeBase
from alignment.language import tree
from alignment.language.printer import format_node
from alignment.reasoning.proofs import Absent, Aggregated, Compared, CutOff, Reported
from alignment.reasoning.whynot import Blocked, WhyNot, whynot
from tests.generators import program
from tests.reasoning.brute import match, rows_of, solve


def asked(text: str, atom: str) -> WhyNot:
    kb = KnowledgeBase()
    kb.add(text)
    return kb.whynot(atom).whynot


def written(atoms: tuple[tree.Atom, ...]) -> list[str]:
    return [format_node(atom) for atom in atoms]


def told(one: Blocked) -> tuple[str, list[str], str]:
    """The rule, what holds, what fails."""
    held = []
    for node in one.held:
        match node:
            case Reported(claim=claim) | CutOff(claim=claim):
                held.append(format_node(claim))
            case Absent(claim=claim):
                held.append(f"not {format_node(claim)}")
            case Compared(condition=condition):
                held.append(format_node(condition))
            case Aggregated(value=value):
                held.append(f"counted {format_node(value)}")
    return one.rule.label or "", held, format_node(one.failing)


def test_each_rule_tells_what_holds_and_the_first_premise_that_fails_the_furthest_first() -> None:
    found = asked("""
        e(a, b). f(b). s(a).
        one: r(X) :- s(X), t(X).
        two: r(X) :- e(X, Y), f(Y), Y != b, s(Y).
        three: r(X) :- t(X), s(X).
        t(c). u(c).
        other: u(X) :- r(X).""", "r(a)")
    assert [told(one) for one in found.blocked] == [
        ("two", ["e(a, b)", "f(b)"], "b != b"),
        ("one", ["s(a)"], "t(a)"),
        ("three", [], "t(a)"),
    ]
    assert not found.holds
    assert found.derived


def test_of_several_ways_through_a_rule_the_one_that_gets_furthest_is_shown() -> None:
    found = asked("e(a, b). e(a, c). e(a, d). f(c). g(x). r: r(X) :- e(X, Y), f(Y), g(Y).", "r(a)")
    assert told(found.blocked[0]) == ("r", ["e(a, c)", "f(c)"], "g(c)")


def test_a_failing_negation_names_what_it_meets_and_unbound_variables_stay() -> None:
    (one,) = asked("e(a). s(a, b). s(a, c). r(X) :- e(X), not s(X, _).", "r(a)").blocked
    assert told(one) == ("", ["e(a)"], "not s(a, _)")
    assert written(one.instead) == ["s(a, b)", "s(a, c)"]


def test_a_failing_premise_names_what_is_known_of_the_same_subject_and_not_more_than_three() -> None:
    facts = " ".join(f"s(a, {i})." for i in range(5))
    (one,) = asked(f"{facts} s(b, 9). e(a, 9). r(X) :- e(X, Y), s(X, Y).", "r(a)").blocked
    assert told(one) == ("", ["e(a, 9)"], "s(a, 9)")
    assert written(one.instead) == ["s(a, 0)", "s(a, 1)", "s(a, 2)"]


def test_aggregates_memberships_and_sums_that_fail_show_their_values() -> None:
    text = "p(a, 1). p(a, 2). c(a). one: r(X) :- c(X), N = #count{ Y : p(X, Y) }, N > 2. two: r(X) :- X in [b, c]."
    found = asked(text, "r(a)")
    assert [told(one) for one in found.blocked] == [("one", ["c(a)", "counted 2"], "2 > 2"), ("two", [], "a in [b, c]")]
    (one,) = asked("n(3). r(X) :- n(X), Y = X + 1, Y < X.", "r(3)").blocked
    assert told(one) == ("", ["n(3)", "4 = 3 + 1"], "4 < 3")
    (one,) = asked("p(a). m(X) :- p(X). n(N) :- N = #count{ X : m(X) }.", "n(2)").blocked
    assert told(one)[2].startswith("2 = #count")


def test_a_literal_that_needs_what_comes_later_waits_for_it() -> None:
    (one,) = asked("n(1). m(2). r(X) :- Y > X, n(X), m(Y), Y > 5.", "r(1)").blocked
    assert told(one) == ("", ["n(1)", "m(2)", "2 > 1"], "2 > 5")


def test_a_derived_premise_that_holds_is_named_without_its_proof() -> None:
    (one,) = asked("p(a). m(X) :- p(X). z(b). r(X) :- m(X), z(X).", "r(a)").blocked
    assert [type(node) for node in one.held] == [CutOff]
    assert told(one)[1] == ["m(a)"]


def test_what_holds_is_said_to_hold() -> None:
    for atom in ("r(a)", "p(a)", "r(a)"):
        found = asked("p(a). r(X) :- p(X).", atom)
        assert found.holds
        assert not found.blocked


def test_a_relation_without_rules_can_only_be_reported() -> None:
    found = asked("p(a). r(X) :- p(X).", "p(b)")
    assert (found.holds, found.blocked, found.derived) == (False, (), False)


def test_rules_whose_head_is_another_are_counted_and_not_tried() -> None:
    found = asked("p(a). r(X, b) :- p(X). r(X, X) :- p(X). r(c, X) :- p(X).", "r(a, d)")
    assert (len(found.blocked), found.unmatched, found.derived) == (0, 3, True)


def test_a_strong_denial_is_proved() -> None:
    found = asked("-p(b). q(c). -r(X) :- -p(X). r(X) :- q(X).", "r(b)")
    assert format_node(found.denied.claim) == "-r(b)"
    assert asked("p(a). q(c). r(X) :- q(X), p(X).", "r(b)").denied is None
    assert format_node(asked("p(b). -p(a).", "-p(b)").denied.claim) == "p(b)"


def test_the_view_decides_what_fails() -> None:
    kb = KnowledgeBase()
    kb.add("source s. p(a) since 2024-01-01 from s, likely. q(a). r(X) :- q(X), p(X).")
    for view in (kb.view(as_of="2023-01-01"), kb.view(without=["s"]), kb.view(min_confidence=0.7)):
        (one,) = view.whynot("r(a)").whynot.blocked
        assert told(one) == ("", ["q(a)"], "p(a)")
    assert kb.view(as_of="2024-01-01").whynot("r(a)").holds


@pytest.mark.parametrize(
    ("atom", "code"), [("r(X)", "unsafe"), ("r(_)", "unsafe"), ("rr(a)", "unknown-relation"), ("r(a, b)", "arity")]
)
def test_an_atom_that_is_not_one_atom_of_the_base_is_a_problem(atom: str, code: str) -> None:
    with pytest.raises(AlignmentError) as caught:
        asked("p(a). r(X) :- p(X).", atom)
    assert [problem.code for problem in caught.value.problems] == [code]


def test_an_argument_is_calculated_and_one_without_a_value_fails() -> None:
    text = "p(2). r(X) :- p(X)."
    assert asked(text, "r(1 + 1)").holds
    assert told(asked(text, "r(1 + 2)").blocked[0]) == ("", [], "p(3)")
    assert not asked(text, "r(1 // 0)").holds


def test_rows_of_aggregates_with_elements_of_different_width_are_compared() -> None:
    (one,) = asked("p(1). q(1, 2). r(N) :- N = #count{ X : p(X); X, Y : q(X, Y) }, N > 2.", "r(2)").blocked
    assert told(one) == ("", ["counted 2"], "2 > 2")


def test_in_random_programs_every_rule_stops_at_a_premise_that_is_false() -> None:
    """What fails is false with what is known put in, and what holds is true; no rule is left out."""
    seen = 0
    for seed in range(200, 240):
        kb = KnowledgeBase("memory", time_limit=20)
        try:
            kb.add(program(seed).text)
        except AlignmentError:
            continue
        rows = rows_of(kb)
        for rule in kb.checked.rules:
            sorts = next(p.sorts for p in program(seed).predicates if p.name == rule.head.predicate)
            row = tuple(tree.Symbol("f") if sort == "s" else tree.Integer(5) for sort in sorts)
            if row in rows[rule.head.relation]:
                continue
            found = whynot(kb.evaluation(), tree.Atom(rule.head.predicate, row, rule.head.negative))
            of_relation = [other for other in kb.checked.rules if other.head.relation == rule.head.relation]
            assert len(found.blocked) + found.unmatched == len(of_relation)
            for one in found.blocked:
                seen += 1
                assert not list(solve([*one.rule.body], match(one.rule.head.args, row, {}) or {}, rows)), seed
                if isinstance(one.failing, tree.Literal):
                    hits = [r for r in rows.get(one.failing.atom.relation, ()) if match(one.failing.atom.args, r, {}) is not None]
                    assert bool(hits) is one.failing.negated, (seed, one)
                for node in one.held:
                    if isinstance(node, Reported | CutOff):
                        assert node.claim.args in rows[node.claim.relation], (seed, one)
    assert seen > 30
