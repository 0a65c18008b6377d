"""What is said of mistakes: where, in which words, with which hint; and what is read around them."""

from __future__ import annotations

import pytest

from alignment.language.parser import parse, parse_atom, parse_body
from alignment.language.samples import MISTAKES, first_failure, mistake_of
from alignment.problems import Problem
from alignment.source import SourceText


def problems(text: str) -> tuple[Problem, ...]:
    return parse(SourceText("t", text))[1]


CASES = [
    # text, line, column, in the message, in the hint
    ("member(a, b\nmember(c, d).", 1, 7, "this bracket is never closed", "`)`"),
    ("p(a, b :- q(X).", 1, 2, "this bracket is never closed", "`)`"),
    ("p(a since 2024-07-03.", 1, 2, "this bracket is never closed", "`)`"),
    ("p :- X in [a, b.", 1, 11, "this bracket is never closed", "`]`"),
    ("p :- X = #count{ Y : q(Y).", 1, 16, "this bracket is never closed", "`}`"),
    ("p(a)).", 1, 5, "no opening bracket to this `)`", "leave it out"),
    ("p(a). }", 1, 7, "no opening bracket to this `}`", "leave it out"),
    ("from a {\np(b).\nq(X) :- p(X).\n", 1, 8, "this brace is never closed", "`}`"),
    ('test "t" { expect p.\ntest "u" { expect q. }', 1, 10, "this brace is never closed", "`}`"),
    ("from a { p :- q. }", 1, 12, "stand facts only", "before or after"),
    ('p("abc, d).', 1, 3, "quotation mark is never closed", "on the line"),
    ("p('abc, d).", 1, 3, "single quote is never closed", "doubled"),
    ("p(“abc”).", 1, 3, "'“' is no quotation mark here", '"…"'),
    ("p(a). /* never", 1, 7, "comment is never closed", "*/"),
    ('p("C:\\data").', 1, 6, "'\\d' means nothing", "\\\\"),
    ("p(a)\nq(b).", 1, 5, "a full stop is missing", "ends with a full stop"),
    ("p(a) q(b).", 1, 5, "a full stop is missing", "ends with a full stop"),
    ("p(X) :- q(X)", 1, 13, "a full stop is missing", "ends with a full stop"),
    ('test "t" { expect p }', 1, 20, "a full stop is missing", "ends with a full stop"),
    ("p(a b).", 1, 4, "a comma is missing before 'b'", None),
    ("p :- q r.", 1, 7, "a comma is missing before 'r'", None),
    ("p(a,).", 1, 5, "something is missing after the comma", None),
    ("p :- q,.", 1, 8, "something is missing after the comma", None),
    ("..", 1, 1, "cannot stand here", None),
    (".", 1, 1, "nothing before this full stop", "leave it out"),
    ("from a { p. }.", 1, 14, "no full stop after a closing brace", "leave it out"),
    ("Russia supports ukraine.", 1, 1, "'Russia' begins with a capital letter", "did you mean 'russia'?"),
    ("p(X) :- Q(X).", 1, 9, "'Q' begins with a capital letter", "did you mean 'q'?"),
    ("__import__('os').", 1, 1, "'__import__' begins with an underscore", "did you mean 'import__'?"),
    ('country Russia "R".', 1, 9, "'Russia' begins with a capital letter", "single quotes"),
    ("country russia Russia.", 1, 16, "display name stands in double quotes", 'country russia "Russia"'),
    ('country russia "R" "S".', 1, 20, "`aka`", "aka"),
    ("type Country.", 1, 6, "'Country' begins with a capital letter", "small"),
    ("p(X) => q(X).", 1, 6, "'=>' does not make a rule", ":-"),
    ("p(X) <- q(X).", 1, 6, "'<-' does not make a rule", ":-"),
    ("p(X) if q(X).", 1, 6, "'if' does not make a rule", ":-"),
    ("p(X) := q(X).", 1, 6, "':=' does not make a rule", ":-"),
    ("p(X) : q(X).", 1, 6, "`:` names a rule", ":-"),
    ("p :- q && r.", 1, 8, "comma, not with '&&'", "for example"),
    ("p :- q and r.", 1, 8, "comma, not with 'and'", "for example"),
    ("p :- q; r.", 1, 7, "no ';' within a rule", "one rule for each"),
    ("p :- q or r.", 1, 8, "no 'or' within a rule", "one rule for each"),
    ("p :- !q.", 1, 6, "'!' does not deny", "not supports"),
    ("p :- ~q.", 1, 6, "'~' does not deny", "not supports"),
    ("p :- X <> Y.", 1, 8, "'<>' is no comparison", "!="),
    ("p :- X ≥ Y.", 1, 8, "'≥' is no comparison", ">="),
    ("p :- not(q(X)).", 1, 11, "an argument is", "not supports"),
    ("p :- not X = Y.", 1, 10, "`not` stands before an atom", "opposite"),
    ("not p(a).", 1, 5, "cannot be denied with `not`", "minus"),
    ("p, q :- r.", 1, 2, "one conclusion", "each"),
    ("p(a), from b.", 1, 5, "without a comma", "since 2001-06-15, from charter"),
    ("p = a.", 1, 3, "comparison cannot be a conclusion", ":-"),
    ("p :- .", 1, 6, "conditions are expected", "for example"),
    ("p :- q :- r.", 1, 8, "two `:-`", "full stop"),
    ("hostility opposes(X) :- p.", 1, 18, "colon missing after the label", "hostility:"),
    ("p :- X in a, b.", 1, 11, "list in square brackets", "[china, russia]"),
    ("p :- X in [Y].", 1, 12, "'Y' is a variable", "small"),
    ("p :- N = count{ X : q }.", 1, 15, "begin with `#`", "#count"),
    ("p :- N = #count(X).", 1, 16, "stand braces", "#count{"),
    ("p :- X.", 1, 7, "a variable alone", "supports(X, Y)"),
    ("relation p(country).", 1, 19, "needs a name and a type", "who: country"),
    ('source "T".', 1, 8, "short name", "source briefing"),
    ("source s reliability B.", 1, 22, "'B' is not a reliability", "reliability b"),
    ("source s reliability x.", 1, 22, "'x' is not a reliability", "cannot be judged"),
    ('source s "A", "B".', 1, 15, "second title", "leave one"),
    ("load blocs.rules.", 1, 6, "file name stands in double quotes", '"blocs.rules"'),
    ("import p(X).", 1, 1, "from where", "file.csv"),
    ("prefer a > b.", 1, 10, "`over`", "prefer arms_support over"),
    ("exclusive p.", 1, 12, "two atoms or more", "exclusive"),
    ("expect p(a).", 1, 8, "`expect` belongs inside", "test"),
    ('test "t" { p(a). }', 1, 12, "stand steps", "given"),
    ('test "t" { answers p(X) = a. }', 1, 27, "braces", "{ belarus, china }"),
    ('test "t" { as of now. }', 1, 18, "a date, or `ever`", "as of 2024-07-04"),
    ("p(a) since.", 1, 11, "after `since` comes a date", "2024-07-03"),
    ("p(a) during 2024-07-03.", 1, 23, "two dates", ".."),
    ('p(a) from "x".', 1, 11, "short name of a source", "briefing"),
    ("p(a) since 2024-13-45.", 1, 12, "2024-13-45 is not a day", "2024-07-03"),
    ("p(2023-02-29).", 1, 3, "2023-02-29 is not a day", "2024-07-03"),
    ("p(a) on 03.07.2024.", 1, 9, "year-month-day, not '03.07.2024'", "2024-07-03"),
    ("p(a) on 3/7/2024.", 1, 9, "year-month-day, not '3/7/2024'", "2024-07-03"),
    ("p(a) on 2024-7-3.", 1, 9, "year-month-day, not '2024-7-3'", "2024-07-03"),
    ("p(a) on 3 July 2024.", 1, 9, "in numbers, not '3 July 2024'", "2024-07-03"),
    ("p(a) confidence 80% from x.\nq.", 1, 19, "`%` begins a comment", "0.8"),
    ("p(a) likly.", 1, 6, "'likly' cannot stand here", "did you mean 'likely'?"),
    ("p(a) since 2024-07-03, form x.", 1, 24, "'form' cannot stand here", "did you mean 'from'?"),
    ("p(99999999999999999999).", 1, 3, "too large", "64 bits"),
    ("p(1e999).", 1, 3, "too large", None),
    ("normally 70 p.", 1, 10, "between 0 and 1", "0.7"),
    ("?x.", 1, 1, "'?x' is no variable", "capital"),
    ("p(" + "(" * 200 + "1" + ")" * 200 + ").", 1, 151, "nested too deep", "divide"),
    ("p :- X = 1" + " + 1" * 200 + ".", 1, 416, "more than 100 arithmetic operators", "divide"),
]


@pytest.mark.parametrize(("text", "line", "column", "message", "hint"), CASES, ids=[case[0][:40] for case in CASES])
def test_mistake(text: str, line: int, column: int, message: str, hint: str | None) -> None:
    """A mistake is one problem, at the place where the reader has to look, with the right form beside it."""
    first = problems(text)[0]
    assert (first.line, first.column) == (line, column), str(first)
    assert message in first.message
    assert (hint or "") in (first.hint or "")
    assert first.code == ("bad-confidence" if "normally 70" in text else "syntax")
    assert len(problems(text)) == 1 or text in {"..", "p(a) on 03.07.2024.", "load blocs.rules."}


def test_all_problems_of_a_file_are_found_at_once() -> None:
    """After a mistake reading goes on behind the next full stop that ends a statement."""
    text = """
        p(a b).
        % a comment. with a stop
        q(1.5 "x. y" 2024-07-03).
        r(2024-01-01 .. 2024-02-01).
        good(a).
        s(a, .
        from x { t(a). t(b c). t(d). u(e }
        test "t" { expect p(X. expect good(a). refute q r. }
        last(a).
    """
    file, found = parse(SourceText("t", text))
    assert [problem.line for problem in found] == [2, 4, 5, 7, 8, 8, 9, 9]
    kept = [statement.span.text for statement in file.statements if statement.span]
    assert kept[0] == "good(a)."
    assert [len(getattr(one, "facts", getattr(one, "steps", ()))) for one in file.statements] == [0, 2, 1, 0]
    assert kept[-1] == "last(a)."


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("p(a. q(b). r(c).", ["q(b).", "r(c)."]),
        ("p(a b, 1.5, c). q.", ["q."]),
        ("p(a 'x. y'). q.", ["q."]),
        ('p("never. ends\nq(b). r(c).', ["r(c)."]),
        ("p(a % not. here\n). q.", ["p(a % not. here\n).", "q."]),
        ("p(a b /* . */). q.", ["q."]),
        ("p(X) :- N = #count{ X | q(X) }, r. q.", ["q."]),
        ("p } q. r.", ["q.", "r."]),
        ('tst "a" { expect p. expect q. } r.', ["r."]),
        ("p(a) on 2024-01-01 ... 2024-02-01. q.", ["q."]),
        ("p(2024-01-32). q.", ["q."]),
    ],
)
def test_where_reading_goes_on(text: str, kept: list[str]) -> None:
    """Full stops in numbers, dates, quotes, comments and braces do not end a broken statement."""
    file, found = parse(SourceText("t", text))
    assert (len(found) > 0) == (kept[0] != "p(a % not. here\n).")
    assert [one.span.text for one in file.statements if one.span] == kept


@pytest.mark.parametrize(
    ("text", "column", "message"),
    [
        ("supports(X, russia", 9, "never closed"),
        ("supports(X russia)", 11, "a comma is missing"),
        ("Supports(X, russia)", 1, "capital"),
        ("supports(X, russia) and p(X)", 21, "comma, not with 'and'"),
        ("X =", 4, "ends in the middle"),
        ("", 1, "ends in the middle"),
        ("p(X). q(X).", 7, "cannot stand here"),
    ],
)
def test_mistakes_in_a_goal(text: str, column: int, message: str) -> None:
    """A goal is no value and one problem."""
    body, found = parse_body(SourceText("g", text))
    assert body is None
    assert [problem.column for problem in found] == [column]
    assert message in found[0].message


def test_mistakes_in_an_atom() -> None:
    """A conjunction is no atom."""
    assert parse_atom(SourceText("g", "p(X), q(X)"))[1][0].column == 5


def test_reading_stops_after_a_hundred_mistakes() -> None:
    """A file that is something else altogether is given up, with what was read before."""
    file, found = parse(SourceText("t", "good(a).\n" + "p(a b).\n" * 500))
    assert len(found) == 100
    assert len(file.statements) == 1


@pytest.mark.parametrize("sample", [sample for mistake in MISTAKES for sample in mistake.samples])
def test_each_sample_is_its_own_mistake(sample: str) -> None:
    """A sample fails, and is recognised as the mistake that it is a sample of and no other."""
    failure = first_failure(sample)
    assert failure is not None
    mistake = mistake_of(failure)
    assert mistake is not None
    assert sample in mistake.samples
