"""Evidence in goals and rules: what is said behind one atom is asked of one report of it."""

from __future__ import annotations

import pytest

from alignment import AlignmentError, KnowledgeBase

FACTS = """
source a reliability b. source f reliability f.
relation p(x: any). relation q(x: any). event e(x: any). relation d(x: any).
p(one) since 2024-01-01 until 2024-03-01 from a.
p(one) since 2024-02-01 from f.
p(two) confidence 0.95.
p(three) from f.
p(four) from a, likely.
p(five).
e(one) on 2024-01-05 from a.
-p(six) from a.
d(2024-02-01).
q(one). q(two). q(three). q(four). q(five).
"""

CASES = {
    "from, a variable": ("p(X) from S", "four a | one a | one f | three f"),
    "from, a constant": ("p(X) from a", "four | one"),
    "from, absent": ("q(X), not p(X) from a", "five | three | two"),
    "from, absent at all": ("q(X), not p(X) from _", "five | two"),
    "from, absent, of a source bound elsewhere": (
        "p(X) from S, not p(X) from S confidence likely",
        "one a | one f | three f",
    ),
    "since, a variable": ("p(X) since D", "one 2024-01-01 | one 2024-02-01"),
    "since, a constant": ("p(X) since 2024-02-01", "one"),
    "since, given by another atom": ("d(D), p(X) since D", "2024-02-01 one"),
    "since, absent at all": ("q(X), not p(X) since _", "five | four | three | two"),
    "since, compared": ("p(X) since D, D > 2024-01-15", "one 2024-02-01"),
    "since the day in view": ("p(X) since now", "one"),
    "until, a variable": ("p(X) until D", "one 2024-03-01"),
    "until, a constant, absent": ("q(X), not p(X) until 2024-03-01", "five | four | three | two"),
    "since and until of one report": ("p(X) since D until E", "one 2024-01-01 2024-03-01"),
    "during": ("p(X) during D .. E", "one 2024-01-01 2024-03-01"),
    "during, half of it known": ("p(X) during D .. 2024-03-01", "one 2024-01-01"),
    "on, a variable": ("e(X) on D", "one 2024-01-05"),
    "on, a constant, absent": ("q(X), not e(X) on 2024-01-05", "five | four | three | two"),
    "on, an expression": ("e(X) on D, d(E), D < E - 20", "one 2024-01-05 2024-02-01"),
    "confidence, a variable": ("p(X) confidence C", "five 1.0 | four 0.675 | one 0.8 | two 0.95"),
    "confidence, a number": ("p(X) confidence 0.8", "one"),
    "confidence, a whole number": ("p(X) confidence 1", "five"),
    "confidence, a word": ("p(X) likely", "four"),
    "confidence, compared with a number": ("p(X) confidence >= 0.8", "five | one | two"),
    "confidence, compared with a word": ("p(X) confidence < very_likely", "four | one"),
    "confidence, not that number": ("p(X) confidence != 0.8", "five | four | two"),
    "confidence, absent": ("q(X), not p(X) confidence likely", "five | one | three | two"),
    "confidence, absent at all": ("q(X), not p(X) confidence _", "three"),
    "confidence, compared, absent": ("q(X), not p(X) confidence > 0.8", "four | one | three"),
    "confidence, compared with what is bound elsewhere": (
        "p(X) confidence C, p(Y) confidence > C, C > 0.9",
        "two 0.95 five",
    ),
    "confidence, compared with what is bound elsewhere, absent": (
        "p(Y) confidence C, C < 0.9, q(X), not p(X) confidence >= C",
        "four 0.675 three | one 0.8 four | one 0.8 three",
    ),
    "two kinds of one report": ("p(X) from S since D", "one a 2024-01-01 | one f 2024-02-01"),
    "two kinds, absent": ("p(X) since D, not p(X) since D from f", "one 2024-01-01"),
    "source and a bound": ("p(X) from S confidence > 0.7", "one a"),
    "of a denial": ("-p(X) from S", "six a"),
    "in an aggregate": ("N = #count{ S, X : p(X) from S }", "4"),
    "in an aggregate, compared": ("N = #count{ X : p(X) confidence > 0.7 }", "3"),
}
@pytest.mark.parametrize("engine", ["memory", "duckdb"])
@pytest.mark.parametrize(("goal", "expected"), CASES.values(), ids=CASES.keys())
def test_evidence(goal: str, expected: str, engine: str) -> None:
    """As a goal, and as the body of a rule."""
    kb = KnowledgeBase(engine)
    kb.add(FACTS)
    seen = kb.view(as_of="2024-02-01")
    answers = seen.query(goal)
    assert " | ".join(" ".join(map(str, row)) for row in answers.rows) == expected
    if answers.columns:
        kb.add(f"found({', '.join(answers.columns)}) :- {goal}.")
        assert kb.view(as_of="2024-02-01").rows("found") == set(answers.rows)


WRONG = {
    "a source that nobody declared": ("p(X) from nosuch", "unknown-source"),
    "and under `not`, where it would always hold": ("q(X), not p(X) from nosuch", "unknown-source"),
    "a word that is none": ("p(X) confidence lickely", "bad-confidence"),
    "a confidence twice": ("p(X) confidence 0.8 confidence C", "duplicate-annotation"),
    "two sources of one report": ("p(X) from a from f", "duplicate-annotation"),
    "a beginning twice": ("p(X) during D .. E since D", "duplicate-annotation"),
    "a variable under `not` alone": ("q(X), not p(X) from S", "unsafe"),
    "a bound under `not` alone": ("q(X), not p(X) confidence > C", "unsafe"),
}


@pytest.mark.parametrize(("goal", "code"), WRONG.values(), ids=WRONG.keys())
def test_mistakes(goal: str, code: str) -> None:
    """Told of goals and of rules alike."""
    kb = KnowledgeBase()
    kb.add(FACTS)
    for ask in (lambda: kb.query(goal), lambda: kb.add(f"found(1) :- {goal}.")):
        with pytest.raises(AlignmentError) as caught:
            ask()
        assert [problem.code for problem in caught.value.problems] == [code]


def test_what_is_told_of_a_bound() -> None:
    """`why` and `whynot` say of a compared confidence how it is compared."""
    kb = KnowledgeBase()
    kb.add(FACTS + "sure(X) :- q(X), not p(X) confidence < 0.9. good(X) :- p(X) confidence >= likely.")
    view = kb.view(as_of="2024-02-01")
    assert "No report that p(two) (of a likelihood below 0.9)" in str(view.why("sure(two)"))
    assert "p(one) (of a likelihood below 0.9), which the rule excludes" in str(view.whynot("sure(one)"))
    assert str(view.why("good(one)")).count("[") == 1, "the report that cannot be judged is none of them"
    assert "No report that p(three) (of a likelihood of at least likely)" in str(view.whynot("good(three)"))
