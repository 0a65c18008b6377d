"""What a person reads when a test fails: the place, what was expected, what was found, and why."""

from __future__ import annotations

from collections.abc import Callable

import pytest

TEXTS = {
    "expect shows whynot": (
        "expect supports(india, russia).",
        """\
case.test:3:1: supports(india, russia) does not hold
    3 | expect supports(india, russia).
      | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  Expected: supports(india, russia)
  Found:    no answer

  {whynot supports(india, russia)}""",
    ),
    "expect of several premises stops at one": (
        "expect supports(china, X), not buys(china, X, oil).",
        """\
case.test:3:1: supports(china, X), not buys(china, X, oil) does not hold
    3 | expect supports(china, X), not buys(china, X, oil).
      | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  Expected: supports(china, X), not buys(china, X, oil)
  Found:    no answer: with X = russia it stops at not buys(china, russia, oil)

  {why buys(china, russia, oil)}""",
    ),
    "expect of a condition": (
        "expect supports(china, X), X != russia.",
        """\
case.test:3:1: supports(china, X), X != russia does not hold
    3 | expect supports(china, X), X != russia.
      | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  Expected: supports(china, X), X != russia
  Found:    no answer: with X = russia it stops at russia != russia

  russia != russia is false.""",
    ),
    "expect with variables shows what there is": (
        "expect supports(india, X).",
        """\
case.test:3:1: supports(india, X) does not hold
    3 | expect supports(india, X).
      | ^^^^^^^^^^^^^^^^^^^^^^^^^^
  Expected: supports(india, X)
  Found:    no answer

  Known as supports: supports(china, russia), supports(turkey, india)""",
    ),
    "expect of a relation without rows": (
        "expect opposes(X, Y).",
        """\
case.test:3:1: opposes(X, Y) does not hold
    3 | expect opposes(X, Y).
      | ^^^^^^^^^^^^^^^^^^^^^
  Expected: opposes(X, Y)
  Found:    no answer

  Nothing at all is known as opposes.""",
    ),
    "expect of evidence that is another": (
        "expect buys(china, russia, oil) from rumour.",
        """\
case.test:3:1: buys(china, russia, oil) from rumour does not hold
    3 | expect buys(china, russia, oil) from rumour.
      | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  Expected: buys(china, russia, oil) from rumour
  Found:    no answer

  {why buys(china, russia, oil)}""",
    ),
    "expect of a conclusion that is weaker": (
        "expect supports(china, russia) confidence >= 0.9.",
        """\
case.test:3:1: supports(china, russia) confidence >= 0.9 does not hold
    3 | expect supports(china, russia) confidence >= 0.9.
      | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  Expected: supports(china, russia) confidence >= 0.9
  Found:    supports(china, russia) confidence 0.8

  {why supports(china, russia)}""",
    ),
    "refute of a conclusion that is as strong": (
        "refute supports(X, russia) confidence >= likely.",
        """\
case.test:3:1: supports(X, russia) confidence >= likely holds
    3 | refute supports(X, russia) confidence >= likely.
      | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  Expected: no answer to supports(X, russia) confidence >= likely
  Found:    supports(china, russia) confidence 0.8

  {why supports(china, russia)}""",
    ),
    "timeline shows the periods that differ": (
        "timeline supports(X, Y) = { (china, russia, ..), (turkey, india, 2024-01-01 .. 2025-01-01) }.",
        """\
case.test:3:1: timeline of supports(X, Y): 1 missing and 1 extra
    3 | timeline supports(X, Y) = { (china, russia, ..), (turkey, india, 2024-01-01 .. 2025-01-01) }.
      | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  Expected: 2 rows for (X, Y, from .. until)
  Found:    2 rows
  missing:  (turkey, india, 2024-01-01 .. 2025-01-01)
  extra:    (turkey, india, 2024-01-01 ..)""",
    ),
    "refute shows why": (
        "refute supports(turkey, india).",
        """\
case.test:3:1: supports(turkey, india) holds
    3 | refute supports(turkey, india).
      | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  Expected: no answer to supports(turkey, india)
  Found:    supports(turkey, india)

  {why supports(turkey, india)}""",
    ),
    "refute of several premises shows why for the first answer": (
        "refute supports(X, Y), buys(X, Y, G).",
        """\
case.test:3:1: supports(X, Y), buys(X, Y, G) holds
    3 | refute supports(X, Y), buys(X, Y, G).
      | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  Expected: no answer to supports(X, Y), buys(X, Y, G)
  Found:    supports(china, russia), buys(china, russia, gas), the first of 2 answers

  {why supports(china, russia)}

  {why buys(china, russia, gas)}""",
    ),
    "answers shows missing and extra rows": (
        "answers supports(X, Y) = { (china, turkey), (india, russia), (turkey, india) }.",
        """\
case.test:3:1: supports(X, Y): 2 missing and 1 extra
    3 | answers supports(X, Y) = { (china, turkey), (india, russia), (turkey, india) }.
      | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  Expected: 3 rows for (X, Y)
  Found:    2 rows
  missing:  (china, turkey)
  missing:  (india, russia)
  extra:    (china, russia)""",
    ),
    "unknown shows why": (
        "unknown sanctions(turkey, russia).",
        """\
case.test:3:1: sanctions(turkey, russia) is not unknown: -sanctions(turkey, russia) holds
    3 | unknown sanctions(turkey, russia).
      | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  Expected: no answer to -sanctions(turkey, russia)
  Found:    -sanctions(turkey, russia)

  {why -sanctions(turkey, russia)}""",
    ),
    "because shows the strongest proof": (
        "because supports(china, russia) uses military(drones).",
        """\
case.test:3:1: supports(china, russia) does not rest on military(drones)
    3 | because supports(china, russia) uses military(drones).
      | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  Expected: a proof of supports(china, russia) that uses military(drones)
  Found:    no proof uses military(drones)

  {why supports(china, russia)}""",
    ),
    "because of premises that no one proof has together": (
        "because supports(china, russia) uses buys(_, _, oil), buys(_, _, gas).",
        """\
case.test:3:1: supports(china, russia) does not rest on buys(_, _, oil) and buys(_, _, gas)
    3 | because supports(china, russia) uses buys(_, _, oil), buys(_, _, gas).
      | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  Expected: a proof of supports(china, russia) that uses buys(_, _, oil) and buys(_, _, gas)
  Found:    no one proof uses all of them

  {why supports(china, russia)}""",
    ),
    "a mistake is shown as a problem": (
        "expect suports(china, russia).",
        """\
case.test:3:8: error[unknown-relation]: 'suports' is neither declared, reported nor derived anywhere
    3 | expect suports(china, russia).
      |        ^^^^^^^
      = did you mean 'supports'?""",
    ),
}


@pytest.mark.parametrize(("steps", "expected"), TEXTS.values(), ids=TEXTS.keys())
def test_text(shown: Callable[[str], str], filled: Callable[[str], str], steps: str, expected: str) -> None:
    """A failing step reads as here, line by line; what `{why …}` and `{whynot …}` stand for is render's."""
    name, *lines, empty, summary = shown(steps).split("\n")
    assert name == "case (case.test:2)"
    assert [line.removeprefix("  ") for line in lines] == filled(expected).split("\n")
    assert (empty, summary.split(" in ")[0]) == ("", "1 failed")
