"""What stands in a proof: one kind of premise a test, and what the view leaves of it."""

from __future__ import annotations

import pytest

from alignment import AlignmentError, KnowledgeBase
from alignment.language import tree
from alignment.language.printer import format_node
from alignment.reasoning.proofs import Absent, Aggregated, Compared, CutOff, Derived, Proof, Reported


def base(text: str) -> KnowledgeBase:
    kb = KnowledgeBase()
    kb.add(text)
    return kb


def proof(kb: KnowledgeBase, atom: str) -> Proof:
    return kb.why(atom).whys[0].proofs[0]


def told(node: Proof) -> object:
    """A proof in short: its kind, what it says, and its parts."""
    match node:
        case Reported(claim=claim):
            return format_node(claim)
        case Derived(claim=claim, premises=parts):
            return (format_node(claim), *map(told, parts))
        case Absent(claim=claim):
            return f"absent {format_node(claim)}"
        case Compared(condition=condition):
            return f"so {format_node(condition)}"
        case Aggregated(value=value, rows=rows):
            return (f"counted {format_node(value)}", *map(told, rows))
        case CutOff(claim=claim):
            return f"above {format_node(claim)}"


def test_a_negated_premise_is_absent_with_the_values_known_and_any_for_the_rest() -> None:
    kb = base("e(a, b). -e(b, a). s(b, c). r(X, Y) :- e(X, Y), not s(X, _), not e(Y, X).")
    assert told(proof(kb, "r(a, b)")) == ("r(a, b)", "e(a, b)", "absent s(a, _)", "absent e(b, a)")


def test_strong_negation_is_proved_like_any_other_relation_and_apart_from_its_contrary() -> None:
    kb = base("-e(a, b). e(a, b). f(c). -g(X) :- -e(X, Y), e(X, Y). -g(X) :- f(X), not -e(X, _).")
    assert told(proof(kb, "-g(a)")) == ("-g(a)", "-e(a, b)", "e(a, b)")
    assert told(proof(kb, "-g(c)")) == ("-g(c)", "f(c)", "absent -e(c, _)")
    assert not kb.why("g(a)").whys


def test_conditions_stand_where_they_are_written_with_their_values() -> None:
    kb = base("n(3). r(X, Y, Z) :- Y = X * 2, n(X), X < 4, Z in [a, b], X != Y.")
    expected = ("r(3, 6, b)", "so 6 = 3 * 2", "n(3)", "so 3 < 4", "so b in [a, b]", "so 3 != 6")
    assert told(proof(kb, "r(3, 6, b)")) == expected


def test_an_aggregate_shows_its_value_and_the_rows_of_its_group_and_no_other() -> None:
    kb = base("""b(x, oil, 3). b(x, gas, 4). b(y, oil, 9). g(oil). g(gas). c(x). c(y). c(z).
        n(X, N) :- c(X), N = #count{ G : b(X, G, _) }.
        t(X, N) :- c(X), N = #sum{ V, G : b(X, G, V), g(G) }.
        m(N) :- N = #max{ V : b(_, _, V) }.""")
    rows = ("b(x, gas, 4)", "b(x, oil, 3)")
    assert told(proof(kb, "n(x, 2)")) == ("n(x, 2)", "c(x)", ("counted 2", *rows))
    assert told(proof(kb, "n(z, 0)")) == ("n(z, 0)", "c(z)", ("counted 0",))
    summed = ("counted 7", "b(x, oil, 3)", "g(oil)", "b(x, gas, 4)", "g(gas)")
    assert told(proof(kb, "t(x, 7)")) == ("t(x, 7)", "c(x)", summed)
    assert told(proof(kb, "m(9)")) == ("m(9)", ("counted 9", *reversed(rows), "b(y, oil, 9)"))


def test_rows_that_two_elements_of_an_aggregate_see_are_listed_once_and_widths_may_differ() -> None:
    kb = base("p(1). q(1, 2). q(1, 3). r(N) :- N = #count{ X : p(X); X : p(X); X, Y : q(X, Y) }.")
    assert told(proof(kb, "r(3)")) == ("r(3)", ("counted 3", "p(1)", "q(1, 2)", "q(1, 3)"))
    assert len(kb.why("r(3)", every=True).whys[0].proofs) == 1


def test_an_aggregate_is_as_strong_as_the_weakest_row_it_saw() -> None:
    kb = base("p(1) confidence 0.4. p(2) confidence 0.9. r(N) :- N = #count{ X : p(X) }.")
    assert kb.why("r(2)").whys[0].confidence == 0.4


def test_of_a_row_derived_and_reported_the_stronger_is_shown() -> None:
    kb = base("r(a) confidence 0.3. p(a) confidence 0.6. r(X) :- p(X). s(b) confidence 0.9. q(b) confidence 0.2. s(X) :- q(X).")
    assert told(proof(kb, "r(a)")) == ("r(a)", "p(a)")
    assert told(proof(kb, "s(b)")) == "s(b)"
    assert [told(one) for one in kb.why("s(b)", every=True).whys[0].proofs] == ["s(b)", ("s(b)", "q(b)")]


def test_a_part_needed_twice_is_shown_once() -> None:
    kb = base("e(a). m(X) :- e(X). l(X) :- m(X). r(X) :- m(X). t(X) :- l(X), r(X).")
    assert told(proof(kb, "t(a)")) == ("t(a)", ("l(a)", ("m(a)", "e(a)")), ("r(a)", "above m(a)"))


def test_mutual_recursion_gives_no_proof_of_a_row_from_itself() -> None:
    kb = base("p(X) :- q(X). q(X) :- p(X). p(a). q(b). e(c).")
    assert told(proof(kb, "q(a)")) == ("q(a)", "p(a)")
    assert len(kb.why("q(a)", every=True).whys[0].proofs) == 1
    assert not kb.why("p(c)")


def test_evidence_asked_for_shows_only_the_reports_that_have_it() -> None:
    kb = base("source s. source t. p(a) from s, likely. p(a) from t. r(X) :- p(X) from t. w(X, S) :- p(X) from S.")
    (premise,) = proof(kb, "r(a)").premises
    assert [report.source for report in premise.reports] == ["t"]
    (premise,) = proof(kb, "w(a, s)").premises
    assert [(report.source, report.confidence) for report in premise.reports] == [("s", 0.675)]
    assert len(proof(kb, "p(a)").reports) == 2


def test_a_view_explains_by_what_it_sees() -> None:
    kb = base("""source s. source t.
        p(a) since 2024-01-01 until 2024-06-01 from s, confidence 0.9. p(a) since 2024-03-01 from t, confidence 0.5.
        q(b). r(X) :- p(X). u(X) :- q(X), not p(a).""")
    sources = {
        day: [report.source for report in proof(kb.view(as_of=day), "r(a)").premises[0].reports]
        for day in ("2024-02-01", "2024-04-01", "2024-06-01", "ever")
    }
    assert sources == {"2024-02-01": ["s"], "2024-04-01": ["s", "t"], "2024-06-01": ["t"], "ever": ["s", "t"]}
    assert told(proof(kb.view(as_of="2023-01-01"), "u(b)")) == ("u(b)", "q(b)", "absent p(a)")
    spring = kb.view(as_of="2024-04-01")
    assert spring.why("r(a)").whys[0].confidence == 0.9
    assert spring.view(without=["s"]).why("r(a)").whys[0].confidence == 0.5
    assert not spring.view(without=["s"], min_confidence=0.6).why("r(a)")
    assert spring.view(without=["s"], min_confidence=0.6).holds("u(b)")


def test_the_date_in_view_is_put_in_for_now_and_is_no_premise() -> None:
    kb = base("event m(a: any). m(x) on 2024-07-03. late(X) :- m(X) on D, D >= now - 90.").view(as_of="2024-08-01")
    assert told(proof(kb, "late(x)")) == ("late(x)", "m(x)", "so 2024-07-03 >= 2024-08-01 - 90")


def test_reports_that_cannot_be_judged_are_below_every_number_and_have_none() -> None:
    kb = base("source f1, reliability f. p(a) from f1. q(a) confidence 0.1. r(X) :- p(X). r(X) :- q(X). s(X) :- p(X).")
    assert kb.why("r(a)").whys[0].confidence == 0.1
    assert kb.why("s(a)").whys[0].confidence is None


def test_needed_are_the_sources_without_any_one_of_which_it_does_not_hold() -> None:
    kb = base("source s. source t. source u. p(a) from s. p(a) from t. q(a) from u. r(X) :- p(X), q(X).")
    assert kb.why("r(a)").whys[0].needed == ("u",)


def test_an_argument_that_is_calculated_is_explained_by_its_value() -> None:
    kb = base("p(2). q(X) :- p(X).")
    assert told(proof(kb, "q(1 + 1)")) == ("q(2)", "p(2)")
    assert not kb.why("q(1 // 0)")
    assert not kb.why("q(a + 1)")


def test_an_atom_with_variables_gives_a_proof_of_each_answer_in_their_order() -> None:
    kb = base("e(b, 1). e(a, 2). e(a, 1). r(X, Y) :- e(X, Y).")
    assert [format_node(why.claim) for why in kb.why("r(X, Y)").whys] == ["r(a, 1)", "r(a, 2)", "r(b, 1)"]
    assert [format_node(why.claim) for why in kb.why("r(a, _)").whys] == ["r(a, 1)", "r(a, 2)"]


def test_one_and_one_point_nought_have_proofs_of_their_own() -> None:
    kb = base('p(1). q(1.0). r("one"). s(one). all(X) :- p(X). all(X) :- q(X). all(X) :- r(X). all(X) :- s(X).')
    claims = {atom: told(proof(kb, f"all({atom})"))[1] for atom in ("1", "1.0", '"one"', "one")}
    assert claims == {"1": "p(1)", "1.0": "q(1.0)", '"one"': 'r("one")', "one": "s(one)"}


@pytest.mark.parametrize(("atom", "code"), [("nope(a)", "unknown-relation"), ("p(a, b)", "arity"), ("p(", "syntax")])
def test_what_cannot_be_asked_is_a_problem(atom: str, code: str) -> None:
    kb = base("p(a).")
    for ask in (kb.why, kb.whynot, kb.query):
        with pytest.raises(AlignmentError) as caught:
            ask(atom)
        assert code in {problem.code for problem in caught.value.problems}


def test_every_rule_instance_is_one_proof_and_names_its_rule() -> None:
    kb = base("one: r(X) :- p(X). two: r(X) :- q(X, Y). p(a). q(a, 1). q(a, 2).")
    found = kb.why("r(a)", every=True).whys[0].proofs
    assert sorted((one.rule.label, told(one)[1]) for one in found) == [("one", "p(a)"), ("two", "q(a, 1)"), ("two", "q(a, 2)")]
    assert all(isinstance(one.rule, tree.Rule) for one in found)
