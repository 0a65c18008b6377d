"""Problems read as the surface promises, whatever the line they point at."""

from alignment.problems import AlignmentError, Note, Problem, ordered
from alignment.source import SourceText

TEXT = SourceText("facts/astana.facts", "% heading\nmember(kazakstan, sco).\n")


def test_a_problem_reads_as_promised() -> None:
    """Headline, the line, a caret under the place, and the hint."""
    span = TEXT.span(17, 26)
    message = "'kazakstan' is not a declared country"
    problem = Problem("unknown-constant", span, message, "did you mean 'kazakhstan'?")
    assert str(problem) == (
        "facts/astana.facts:2:8: error[unknown-constant]: 'kazakstan' is not a declared country\n"
        "    2 | member(kazakstan, sco).\n"
        "      |        ^^^^^^^^^\n"
        "      = did you mean 'kazakhstan'?"
    )


def test_a_conflict_shows_both_places() -> None:
    """A note adds its own line and carets."""
    problem = Problem("duplicate-label", TEXT.span(10, 16), "twice", notes=(Note(TEXT.span(0, 9), "first"),))
    assert "= first at facts/astana.facts:1:1\n    1 | % heading\n      | ^^^^^^^^^" in str(problem)


def test_a_very_long_line_is_cut_around_the_place() -> None:
    """A line of a million characters is shown as a hundred, with the caret where it belongs."""
    text = SourceText("long", "x" * 500_000 + "HERE" + "y" * 500_000)
    headline, line, caret = str(Problem("syntax", text.span(500_000, 500_004), "odd")).split("\n")
    assert headline == "long:1:500001: error[syntax]: odd"
    assert len(line) == 108
    assert line.index("HERE") == caret.index("^^^^")


def test_problems_are_ordered_and_told_once() -> None:
    """An error lists each problem once, by file and place."""
    late, early = Problem("b", TEXT.span(5, 6), "late"), Problem("a", TEXT.span(1, 2), "early")
    assert ordered([late, early, late]) == (early, late)
    assert AlignmentError([late, early]).problems == (early, late)
