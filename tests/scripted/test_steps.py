"""What each step of a test means, and which of them come out."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from alignment.scripted.results import Results, Status

PASSING = {
    "expect: the goal has an answer": "expect supports(china, russia).",
    "expect: a goal with variables": "expect supports(X, russia), not supports(X, india).",
    "expect: names and aliases": 'expect supports("Beijing", "russia").',
    "expect: evidence": "expect buys(china, russia, oil) from article.",
    "expect: the strength of a conclusion": """
        expect supports(china, russia) confidence >= 0.8. refute supports(china, russia) confidence > 0.8.
        expect supports(X, india) confidence >= 0.5, X != china.
        refute supports(X, india) confidence likely.""",
    "expect: no such strength": """
        expect not supports(china, russia) confidence > 0.8, not supports(india, russia) confidence >= 0.1.
        refute not supports(china, russia) confidence >= 0.8.
        answers supports(X, _), not supports(X, russia) confidence >= likely = { turkey }.""",
    "expect: the confidence of a report": "expect buys(china, X, gas) confidence < even.",
    "answers: the strength of conclusions": "answers supports(X, russia) confidence >= likely = { china }.",
    "refute: the goal has no answer": "refute supports(turkey, russia).",
    "refute: a denied fact": "refute sanctions(turkey, russia).",
    "answers: order does not matter": "answers supports(X, Y) = { (turkey, india), (china, russia) }.",
    "answers: repetition does not matter": "answers supports(X, russia) = { china, china }.",
    "answers: aliases in rows": 'answers supports(X, russia) = { "PRC" }.',
    "answers: the empty set": "answers opposes(X, Y) = {}.",
    "answers: a variable with an underscore is no column": "answers buys(X, _, _Good) = { china }.",
    "unknown: neither reported nor denied": "unknown sanctions(india, russia).",
    "contested: reported and denied": """
        given { sanctions(turkey, russia). }
        contested sanctions(turkey, russia). contested -sanctions(turkey, russia).""",
    "contested: excluded by another": """
        given { exclusive supports(X, Y), buys(X, Y, _). }
        contested supports(china, russia). refute -supports(china, russia).""",
    "because: a reported premise": "because supports(china, russia) uses buys(china, russia, gas).",
    "because: a pattern": "because supports(turkey, india) uses supplies(turkey, _, G), military(G).",
    "because: a conclusion on the way": """
        given { step: close(X, Y) :- supports(X, Y). }
        because close(china, russia) uses supports(china, russia), buys(china, russia, oil).""",
    "because: a denial": """
        given { kind: mild(X) :- -sanctions(X, _). }
        because mild(turkey) uses -sanctions(turkey, russia).""",
    "because: something a count saw": """
        given { rich(X) :- buys(X, _, oil), N = #count{ G : buys(X, _, G) }, N >= 2. }
        because rich(china) uses buys(china, russia, gas).""",
    "given: facts of this test": "given { sanctions(china, russia). } refute supports(china, russia).",
    "given: after a question": """
        expect supports(china, russia).
        given { sanctions(china, russia). }
        refute supports(china, russia).
        expect opposes(china, russia).""",
    "given: twice": """
        given { sanctions(india, russia). } given { sanctions(china, russia). }
        answers opposes(X, Y) = { (india, russia), (china, russia) }.""",
    "as of: the steps after it": """
        as of 2023-12-31. refute supports(turkey, india).
        as of 2024-01-01. expect supports(turkey, india).
        as of ever. expect supports(turkey, india).""",
    "min confidence: hides what is below": """
        expect buys(china, russia, gas).
        min confidence 0.5. refute buys(china, russia, gas). expect buys(china, russia, oil).
        min confidence unlikely. refute buys(china, russia, gas).""",
    "without: leaves sources out, one after the other": """
        without rumour. refute buys(china, russia, gas). expect supports(china, russia).
        without article. refute supports(china, russia).""",
    "timeline: open ends": "timeline supports(X, Y) = { (china, russia, ..), (turkey, india, 2024-01-01 ..) }.",
    "timeline: no variables": "timeline supports(turkey, india) = { 2024-01-01 .. }.",
    "timeline: several periods of one answer": """
        given { sanctions(china, russia) during 2020-01-01 .. 2021-01-01. }
        timeline supports("PRC", russia) = { .. 2020-01-01, 2021-01-01 .. }.""",
    "timeline: never": "timeline opposes(X, Y) = {}.",
    "timeline: in a view, whose date does not matter": """
        as of 2000-01-01. without article. timeline supports(X, Y) = { (china, russia, ..) }.""",
    "no steps": "",
}


@pytest.mark.parametrize("steps", PASSING.values(), ids=PASSING.keys())
def test_passes(run_steps: Callable[[str], Results], steps: str) -> None:
    """A step that states what follows comes out."""
    (test,) = run_steps(steps).tests
    assert (test.status, test.failures) == (Status.PASSED, ())


FAILING = {
    "expect": ("expect opposes(X, Y).", "opposes(X, Y) does not hold"),
    "refute": ("refute supports(X, russia).", "supports(X, russia) holds"),
    "unknown, but denied": (
        "unknown sanctions(turkey, russia).",
        "sanctions(turkey, russia) is not unknown: -sanctions(turkey, russia) holds",
    ),
    "unknown, but reported": (
        "unknown military(drones).",
        "military(drones) is not unknown: military(drones) holds",
    ),
    "because, of what does not hold": (
        "because supports(india, russia) uses military(drones).",
        "supports(india, russia) does not hold",
    ),
    "a given that leads elsewhere": (
        "given { sanctions(china, russia). } expect supports(china, russia).",
        "supports(china, russia) does not hold",
    ),
    "a relation that nobody knows": ("expect suports(china, russia).", "suports"),
    "a country that nobody knows": ("expect supports(chna, russia).", "chna"),
    "a country that nobody knows, in a row": ("answers supports(X, russia) = { chna }.", "chna"),
    "a row that is too wide": (
        "answers supports(X, russia) = { (china, india) }.",
        "a row of 2 values, but the goal has (X)",
    ),
    "a source that nobody knows": ("without gossip.", "there is no source 'gossip'"),
    "a confidence that is none": ("min confidence maybe.", "maybe is not a confidence"),
    "given with a mistake": ("given { suports(X, Y) :- supprts(X, Y). }", "supprts"),
    "contested, but only denied": ("contested sanctions(turkey, russia).", "sanctions(turkey, russia) does not hold"),
    "contested, but not denied": (
        "contested supports(china, russia).",
        "supports(china, russia) is not contested",
    ),
    "a period that is another": (
        "timeline supports(turkey, X) = { (india, 2024-01-02 ..) }.",
        "timeline of supports(turkey, X): 1 missing and 1 extra",
    ),
    "a period that is not there": ("timeline supports(X, russia) = { }.", "timeline of supports(X, russia): 1 extra"),
    "a period that covers no day": (
        "timeline supports(turkey, india) = { 2024-01-01 .. 2024-01-01 }.",
        "this period ends before it begins",
    ),
    "a row of a timeline that is too wide": (
        "timeline supports(X, russia) = { (china, india, ..) }.",
        "a row of 2 values, but the goal has (X)",
    ),
}


@pytest.mark.parametrize(("steps", "sentence"), FAILING.values(), ids=FAILING.keys())
def test_fails(run_steps: Callable[[str], Results], steps: str, sentence: str) -> None:
    """A step that states what does not follow fails with a sentence, and so does one with a mistake."""
    results = run_steps(steps)
    (test,) = results.tests
    assert test.status is Status.FAILED
    assert sentence in test.failures[0].sentence
    assert len(test.failures) == 1
    assert test.failures[0].span is not None
    assert results.exit_status == 1


def test_every_failing_step_is_told(run_steps: Callable[[str], Results]) -> None:
    """A failing step does not stop the test: the steps after it are run and told as well."""
    (test,) = run_steps("refute supports(china, russia).\nexpect oposes(X, Y).\nexpect opposes(X, Y).").tests
    assert [failure.span.line for failure in test.failures if failure.span] == [3, 4, 5]


def test_tests_do_not_see_each_other(run_text: Callable[[str], Results]) -> None:
    """What one test is given, and the view it chooses, is gone in the next."""
    results = run_text("""
        test "one" { as of 2020-01-01. given { sanctions(china, russia). } expect opposes(china, russia). }
        test "two" { refute opposes(china, russia). expect supports(turkey, india). }
    """)
    assert [test.status for test in results.tests] == [Status.PASSED, Status.PASSED]


def test_statements_outside_tests_belong_to_every_test(run_text: Callable[[str], Results]) -> None:
    """Facts and rules of the file itself hold in each of its tests; its queries are not asked."""
    results = run_text("""
        sanctions(india, russia).
        cool(X, Y) :- opposes(X, Y).
        ?- cool(X, Y).
        test "one" { expect cool(india, russia). }
        test "two" { answers cool(X, Y) = { (india, russia) }. }
    """)
    assert [test.name for test in results.tests] == ["one", "two"]
    assert results.exit_status == 0
