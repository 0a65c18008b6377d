"""What a typed text is taken for, and where it ends."""

from __future__ import annotations

import pytest

from alignment.shell.entry import Kind, Lines, is_whole, read_entry

VERBS = {"why", "whynot", "stances", "query", "timeline"}
FLAGS = {"--all"}
TYPES = {"country", "person"}

TAKEN = [
    ("", Kind.NOTHING, "", ""),
    ("   % only a comment", Kind.NOTHING, "", ""),
    ("supports(X, russia)", Kind.GOAL, "", "supports(X, russia)"),
    ("?- supports(X, russia).", Kind.GOAL, "", "supports(X, russia)"),
    ("?-supports(X, russia)", Kind.GOAL, "", "supports(X, russia)"),
    ("N = #count{ X : supports(X, russia) }", Kind.GOAL, "", "N = #count{ X : supports(X, russia) }"),
    ("?- a(X). b(c).", Kind.STATEMENTS, "", "?- a(X). b(c)."),
    ("member(serbia, sco).", Kind.STATEMENTS, "", "member(serbia, sco)."),
    (":- supports(X, Y), sanctions(X, Y).", Kind.STATEMENTS, "", ":- supports(X, Y), sanctions(X, Y)."),
    ("from article { a(b). }", Kind.STATEMENTS, "", "from article { a(b). }"),
    ("why supports(china, russia)", Kind.VERB, "why", "supports(china, russia)"),
    ("why supports(china, russia).", Kind.VERB, "why", "supports(china, russia)"),
    ("why -sanctions(turkey, russia)", Kind.VERB, "why", "-sanctions(turkey, russia)"),
    ("why(X) :- a(X).", Kind.STATEMENTS, "", "why(X) :- a(X)."),
    ("why(X)", Kind.GOAL, "", "why(X)"),
    ("why :- a.", Kind.STATEMENTS, "", "why :- a."),
    ("stances", Kind.VERB, "stances", ""),
    ("timeline supports(X, Y)", Kind.VERB, "timeline", "supports(X, Y)"),
    (":load my.facts", Kind.COMMAND, "load", "my.facts"),
    (":as-of 2024-07-04", Kind.COMMAND, "as-of", "2024-07-04"),
    (":help", Kind.COMMAND, "help", ""),
    (":?", Kind.COMMAND, "?", ""),
]


@pytest.mark.parametrize(("text", "kind", "word", "rest"), TAKEN)
def test_kind_of_entry(text: str, kind: Kind, word: str, rest: str) -> None:
    """A text is a command, a verb with its argument, a goal, or statements; a full stop makes statements."""
    entry = read_entry(text, VERBS, FLAGS)
    assert (entry.kind, entry.word, entry.text) == (kind, word, rest)


OPTIONS = [
    ("why supports(a, b) --all", "supports(a, b)", ("--all",)),
    ("why --all supports(a, b)", "supports(a, b)", ("--all",)),
    ("supports(X, b) --with confidence,sources", "supports(X, b)", ("--with", "confidence,sources")),
    ("supports(X, b) --format=csv --as-of ever", "supports(X, b)", ("--format", "csv", "--as-of", "ever")),
    ('said(X, "war --all")', 'said(X, "war --all")', ()),
]


@pytest.mark.parametrize(("text", "rest", "options"), OPTIONS)
def test_options_of_a_question(text: str, rest: str, options: tuple[str, ...]) -> None:
    """Options may stand before or behind a question, and never inside quotes."""
    entry = read_entry(text, VERBS, FLAGS)
    assert (entry.text, entry.options) == (rest, options)


WHOLE = [
    "supports(X, Y)",
    "supports(X, Y), not member(X, sco)",
    "supplies(X, Y, G) since D",
    "why supports(a, b)",
    "stances turkey",
    "stance turkey",
    "wyh supports(a, b)",
    "not a(X)",
    "N is 3",
    "X in [a, b]",
    "N = #count{ X : a(X) }",
    "'Côte d''Ivoire'(X)",
    "a. % ends before the comment",
    'test "x" { expect a. }',
    ":load anything at all (",
    "",
    "/* x */",
    'said("one :- two")',
]

GOES_ON = [
    "supports(X,",
    "supports(X, Y),",
    "supports(X, Y) :-",
    "supports(X, Y) :- a(X)",
    "hostility: opposes(X, Y)",
    ":- a",
    "normally a",
    "country russia",
    'country russia "Russia"',
    "type country",
    "prefer a over b",
    'test "x" {',
    "from article {",
    'said("abc',
    "supplies(X, Y, G) since",
    "/* x",
    "a(X) :- b(X) % not the end.",
]


@pytest.mark.parametrize("text", WHOLE)
def test_an_entry_that_ends_with_its_line(text: str) -> None:
    """A goal ends with its line where brackets balance; a statement at its full stop."""
    assert is_whole(text, TYPES)


@pytest.mark.parametrize("text", GOES_ON)
def test_an_entry_that_goes_on(text: str) -> None:
    """A statement without its full stop goes on, and so does what has an open bracket or quote."""
    assert not is_whole(text, TYPES)


@pytest.mark.parametrize("text", [*WHOLE, *GOES_ON, "from s {\n a(b).\n}", 'p("a\nb(")', "p(\n/* ) */\na)"])
def test_lines_gathered_one_by_one(text: str) -> None:
    """Lines added one at a time are whole where the whole text is."""
    lines = Lines(TYPES)
    whole = [lines.add(line) for line in text.splitlines(keepends=True)] or [True]
    assert whole[-1] == is_whole(text, TYPES)


def test_a_long_block_is_read_in_time_of_its_length() -> None:
    """Fifty thousand lines in one bracket are gathered in a second or two, not in hours."""
    lines = Lines(TYPES)
    assert not any(lines.add(line) for line in ["from s {\n", *["  a(b, c).\n"] * 50_000])
    assert lines.add("}\n")
