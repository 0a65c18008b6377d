"""clingo derives from the export what we derive; what it cannot say is refused with its place."""

from __future__ import annotations

import pytest

from alignment import AlignmentError, KnowledgeBase
from tests.exchange.asp import clingo_rows
from tests.exchange.cases import CONSTRUCTS, WHOLE
from tests.exchange.rows import content, content_of, differences, our_rows
from tests.generators import program

SAME = ("recursion over every kind of constant", "names with anything in them")
CASES = {**WHOLE, **{name: CONSTRUCTS[name] for name in SAME}}


def test_the_bundled_base() -> None:
    """Every relation of the Astana base."""
    base = KnowledgeBase()
    base.load("@facts/astana", "@rules")
    one = content_of(base.view(as_of="2024-07-04"))
    assert differences(our_rows(one), clingo_rows(one)) == ""


@pytest.mark.parametrize("first", range(3000, 3120, 40))
def test_random_programs(first: int) -> None:
    """A hundred and twenty programs with every construct of the core, none of them refused."""
    for seed in range(first, first + 40):
        try:
            one = content(program(seed).text)
        except AlignmentError:  # what we refuse ourselves
            continue
        assert not (found := differences(our_rows(one), clingo_rows(one))), f"{seed}: {found}"


@pytest.mark.parametrize("name", CASES)
def test_constructs(name: str) -> None:
    """Kinds of constants, arithmetic, dates, evidence, odd names."""
    one = content(CASES[name], "2024-06-01")
    assert not (found := differences(our_rows(one), clingo_rows(one))), found


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("n(1).\nn(3000000000).", 2, "the whole number 3000000000, as clingo's have 32 bits, in 'n'"),
        ("n(1).\nm(X) :- n(X), X < 3000000000.", 2, "the whole number 3000000000, as clingo's have 32 bits"),
        ("n(50000). n(x).\nm(X * X) :- n(X).", 2, "a number that may go beyond 32 bits"),
        ("n(2000000000). n(200000001).\nm(N) :- N = #sum{ X : n(X) }.", 2, "a number that may go beyond 32 bits"),
        ("n(0.5).\nm(X + 1) :- n(X).", 2, "arithmetic with decimals"),
        ("n(1).\nm(X / 2) :- n(X).", 2, "a quotient that may be a decimal (`//` cuts it to a whole number)"),
        ("n(0.5).\nm(N) :- N = #sum{ X : n(X) }.", 2, "#sum of decimals"),
        ("n(1).\nm(N) :- N = #avg{ X : n(X) }.", 2, "the value of #avg, which may be a decimal"),
        ("n(1).\nm(X) :- n(X), N = #avg{ Y : n(Y) }, N > 0.5.", 2, "an average compared with a decimal"),
        ("n(1). n(2024-01-01).\nm(X + 1) :- n(X).", 2, "arithmetic with what may be a whole number or a date"),
    ],
)
def test_what_clingo_cannot_say(text: str, line: int, message: str) -> None:
    """Each is refused by name with its place."""
    with pytest.raises(AlignmentError) as refused:
        clingo_rows(content(text))
    (problem,) = refused.value.problems
    assert (problem.code, problem.line) == ("not-exportable", line)
    assert problem.message == f"clingo cannot say this: {message}"
