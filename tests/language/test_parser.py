"""Each form of the language, and the tree that it is read as."""

from __future__ import annotations

import datetime
from dataclasses import fields

import pytest

from alignment.language import tree as t
from alignment.language.parser import decode, parse, parse_atom, parse_body
from alignment.problems import Problem
from alignment.source import SourceText

DAY = t.Date(datetime.date(2024, 7, 3))
A, B, X, Y = t.Symbol("a"), t.Symbol("b"), t.Variable("X"), t.Variable("Y")
P, Q = t.Literal(t.Atom("p")), t.Literal(t.Atom("q", (X,)))


def read(text: str) -> list[t.Statement]:
    file, problems = parse(SourceText("t", text))
    assert not problems, "\n".join(map(str, problems))
    return list(file.statements)


def fact(name: str, *args: t.Term, **more: object) -> t.Fact:
    return t.Fact(t.Atom(name, args), **more)  # type: ignore[arg-type]


STATEMENTS = {
    # Declarations
    "type country, person.": t.TypeDeclaration((t.Symbol("country"), t.Symbol("person"))),
    'country russia "Russia" aka "Moscow", "the Kremlin".': t.EntityDeclaration(
        t.Symbol("country"), t.Symbol("russia"), "Russia", ("Moscow", "the Kremlin")
    ),
    "country russia.": t.EntityDeclaration(t.Symbol("country"), t.Symbol("russia")),
    'country is aka "Iceland".': t.EntityDeclaration(t.Symbol("country"), t.Symbol("is"), None, ("Iceland",)),
    'relation p(a: country, likely: number) "{a} is".': t.RelationDeclaration(
        "relation", "p", (t.Parameter("a", "country"), t.Parameter("likely", "number")), "{a} is"
    ),
    "event alarm.": t.RelationDeclaration("event", "alarm"),
    "stance alarm().": t.RelationDeclaration("stance", "alarm"),
    "relation on(a: b).": t.RelationDeclaration("relation", "on", (t.Parameter("a", "b"),)),
    'source s "T", 2024-07-03, reliability b, text "a.txt", url "u".': t.SourceDeclaration(
        t.Symbol("s"), "T", DAY, "b", "a.txt", "u"
    ),
    'source s reliability f url "u" "T".': t.SourceDeclaration(t.Symbol("s"), "T", None, "f", None, "u"),
    "source s.": t.SourceDeclaration(t.Symbol("s")),
    # Facts
    "p(a, X).": fact("p", A, X),
    "-p(a).": t.Fact(t.Atom("p", (A,), negative=True)),
    "alarm.": fact("alarm"),
    "alarm().": fact("alarm"),
    "p(-3, - 0.5, 12, 1e3).": fact("p", t.Integer(-3), t.Decimal(-0.5), t.Integer(12), t.Decimal(1000.0)),
    "p(2024-07-03, 'C d', \"t\").": fact("p", DAY, t.Symbol("C d"), t.Text("t")),
    "p(X + 1 * Y).": fact("p", t.Arithmetic("+", X, t.Arithmetic("*", t.Integer(1), Y))),
    "p((X + 1) // 2 - Y mod 3).": fact(
        "p",
        t.Arithmetic(
            "-",
            t.Arithmetic("//", t.Arithmetic("+", X, t.Integer(1)), t.Integer(2)),
            t.Arithmetic("mod", Y, t.Integer(3)),
        ),
    ),
    "p(-X, - -3).": fact(
        "p", t.Arithmetic("-", t.Integer(0), X), t.Arithmetic("-", t.Integer(0), t.Integer(-3))
    ),
    "p(now, now - 1).": fact("p", t.Symbol("now"), t.Arithmetic("-", t.Now(), t.Integer(1))),
    'p(a) on 2024-07-03 from s "q", from X, likely.': fact(
        "p", A, annotations=(t.On(DAY), t.From(t.Symbol("s"), "q"), t.From(X), t.Confidence(t.Symbol("likely")))
    ),
    "p since 2024-07-03, until D confidence 0.8.": fact(
        "p", annotations=(t.Since(DAY), t.Until(t.Variable("D")), t.Confidence(t.Decimal(0.8)))
    ),
    "p during 2024-07-03..now confidence likely.": fact(
        "p", annotations=(t.During(DAY, t.Now()), t.Confidence(t.Symbol("likely")))
    ),
    "from s, since 2024-07-03 { p(a). %! d\n q likely. }": t.Block(
        (t.From(t.Symbol("s")), t.Since(DAY)),
        (fact("p", A), fact("q", annotations=(t.Confidence(t.Symbol("likely")),), doc="d")),
    ),
    "likely { }": t.Block((t.Confidence(t.Symbol("likely")),), ()),
    "%! one\n%!  two\n% no\np.": fact("p", doc="one\ntwo"),
    # Rules
    "p :- q(X).": t.Rule(t.Atom("p"), (Q,)),
    "r: p :- q(X), not p, \\+ p.": t.Rule(
        t.Atom("p"), (Q, t.Literal(t.Atom("p"), negated=True), t.Literal(t.Atom("p"), negated=True)), "r"
    ),
    "r: p.": t.Rule(t.Atom("p"), label="r"),
    "normally p.": t.Rule(t.Atom("p"), default=True),
    "normally 0.7 r: -p :- q(X).": t.Rule(t.Atom("p", negative=True), (Q,), "r", default=True, cap=0.7),
    ":- p, q(X).": t.Constraint((P, Q)),
    "c: :- p.": t.Constraint((P,), "c"),
    "?- p.": t.Query((P,)),
    "prefer a over b.": t.Prefer(A, B),
    "exclusive p, q(X).": t.Exclusive((P.atom, Q.atom)),
    'load "a", "b".': t.Load((t.Text("a"), t.Text("b"))),
    'import p(X, a) on D, confidence C from "a.csv", "b.csv" table "t" source s where X = "y", q(X).': t.Import(
        t.Atom("p", (X, A)),
        (t.On(t.Variable("D")), t.Confidence(t.Variable("C"))),
        (t.Text("a.csv"), t.Text("b.csv")),
        "t",
        t.Symbol("s"),
        (t.Comparison("=", X, t.Text("y")), Q),
    ),
    'table t from "a.csv", "b.csv" table "u".': t.TableDeclaration(
        t.Symbol("t"), (t.Text("a.csv"), t.Text("b.csv")), "u"
    ),
    "import p(X) on D from table t where X = Y.": t.Import(
        t.Atom("p", (t.Variable("X"),)),
        (t.On(t.Variable("D")),),
        (),
        where=(t.Comparison("=", t.Variable("X"), t.Variable("Y")),),
        named=t.Symbol("t"),
    ),
    'import p(X) source s from "a" from b.': t.Import(
        t.Atom("p", (X,)), (t.From(B),), (t.Text("a"),), None, t.Symbol("s")
    ),
}


@pytest.mark.parametrize("text", STATEMENTS)
def test_statement(text: str) -> None:
    """A statement is read as the tree that stands beside it."""
    assert read(text) == [STATEMENTS[text]]


BODIES: dict[str, t.BodyLiteral] = {
    "X = Y": t.Comparison("=", X, Y),
    "X == Y": t.Comparison("=", X, Y),
    "X is Y": t.Comparison("=", X, Y),
    "X \\= Y": t.Comparison("!=", X, Y),
    "X != Y": t.Comparison("!=", X, Y),
    "X <= Y": t.Comparison("=<", X, Y),
    "X =< Y": t.Comparison("=<", X, Y),
    "X =:= 1.0": t.Comparison("=:=", X, t.Decimal(1.0)),
    "a < b": t.Comparison("<", A, B),
    "now >= 'now'": t.Comparison(">=", t.Now(), t.Symbol("now")),
    "X = now": t.Comparison("=", X, t.Now()),
    "X in [a, -1, \"t\"]": t.Membership(X, (A, t.Integer(-1), t.Text("t"))),
    "X in []": t.Membership(X, ()),
    "2 < #count{ X : q(X), p; a }": t.Comparison(
        "<",
        t.Integer(2),
        t.Aggregate("count", (t.AggregateElement((X,), (Q, P)), t.AggregateElement((A,), ()))),
    ),
    "#sum{ X, Y : q(X) } = X": t.Comparison(
        "=", t.Aggregate("sum", (t.AggregateElement((X, Y), (Q,)),)), X
    ),
    "q(X) since D from s likely": t.Literal(
        Q.atom, evidence=(t.Since(t.Variable("D")), t.From(t.Symbol("s")), t.Confidence(t.Symbol("likely")))
    ),
    "not q(X) confidence >= 0.7": t.Literal(
        Q.atom, negated=True, evidence=(t.Confidence(t.Decimal(0.7), ">="),)
    ),
    "not -p": t.Literal(t.Atom("p", negative=True), negated=True),
    "not(a)": t.Literal(t.Atom("not", (A,))),
    "-X = Y": t.Comparison("=", t.Arithmetic("-", t.Integer(0), X), Y),
}


@pytest.mark.parametrize("text", BODIES)
def test_body(text: str) -> None:
    """A literal of a body is read as the tree beside it, with and without `?-` and full stop."""
    for goal in (text, f"?- {text}", f"{text}.", f"?- p, {text}."):
        body, problems = parse_body(SourceText("g", goal))
        assert problems == ()
        assert body is not None
        assert body[-1] == BODIES[text]


STEPS: dict[str, t.TestStep] = {
    'load "a".': t.Load((t.Text("a"),)),
    "as of 2024-07-03.": t.AsOf(DAY),
    "as of ever.": t.AsOf(None),
    "min confidence 0.5.": t.MinConfidence(t.Decimal(0.5)),
    "min confidence even.": t.MinConfidence(t.Symbol("even")),
    "without a, b.": t.Without((A, B)),
    "given { p(a). from a { q. } }": t.Given((fact("p", A), t.Block((t.From(A),), (fact("q"),)))),
    "expect p, q(X).": t.Expect((P, Q)),
    "refute p.": t.Refute((P,)),
    "answers q(X) = { a, (b), (a, -1), () }.": t.Answers((Q,), ((A,), (B,), (A, t.Integer(-1)), ())),
    "answers p = {}.": t.Answers((P,), ()),
    "answers q(X), not p, p, X = a = { a }.": t.Answers(
        (Q, t.Literal(P.atom, negated=True), P, t.Comparison("=", X, A)), ((A,),)
    ),
    "unknown p.": t.Unknown(P.atom),
    "contested -p.": t.Contested(t.Atom("p", negative=True)),
    "because p uses q(X), p.": t.Because(P.atom, (Q.atom, P.atom)),
    "timeline q(X) = { (a, 2024-07-03 .. ), (b, 2024-07-03 .. 2024-07-03), .. 2024-07-03 }.": t.Timeline(
        (Q,),
        (
            t.TimelineRow((A,), t.Period(DAY, None)),
            t.TimelineRow((B,), t.Period(DAY, DAY)),
            t.TimelineRow((), t.Period(None, DAY)),
        ),
    ),
}


@pytest.mark.parametrize("text", STEPS)
def test_step(text: str) -> None:
    """A step of a test is read as the tree beside it."""
    assert read(f'test "n" {{ {text} }}') == [t.Test("n", (STEPS[text],))]


WORDS = "type source relation event from on since during likely even confidence not is in mod test as of min now".split()


@pytest.mark.parametrize("word", WORDS)
def test_words_are_not_reserved(word: str) -> None:
    """A word of the language is an ordinary name before and between parentheses, as fact and in a body."""
    assert read(f"{word}({word}).") == [fact(word, t.Symbol(word))]
    assert read(f"p :- {word}({word}), not {word}(X).")
    body, problems = parse_body(SourceText("g", f"{word}(X), {word}({word})"))
    assert problems == ()
    assert body is not None
    assert body[1] == t.Literal(t.Atom(word, (t.Symbol(word),)))


@pytest.mark.parametrize("name", ["türkiye", "россия", "中国", "لبنان", "ישראל", "საქართველო", "भारत", "a\u0301b", "می\u200cخواهم"])
def test_names_of_all_scripts(name: str) -> None:
    """A name is a letter that is no capital and then letters, digits, marks; right-to-left ones too."""
    assert read(f"{name}({name}, {name}).") == [fact(name, t.Symbol(name), t.Symbol(name))]


@pytest.mark.parametrize("name", ["X", "_", "_x", "Österreich", "Россия", "ǅ", "Ա"])
def test_variables_of_all_scripts(name: str) -> None:
    """What begins with a capital or title-case letter or `_` is a variable."""
    assert read(f"p({name}).") == [fact("p", t.Variable(name))]


@pytest.mark.parametrize(
    ("written", "value"),
    [
        (r'"a\"b\\c\n\td"', t.Text('a"b\\c\n\td')),
        ("\"it's\"", t.Text("it's")),
        ("'Côte d''Ivoire'", t.Symbol("Côte d'Ivoire")),
        (r"'it\'s \\ \n'", t.Symbol("it's \\ \n")),
        ("''", t.Symbol("")),
        ("'china'", t.Symbol("china")),
        ("007", t.Integer(7)),
        ("9223372036854775807", t.Integer(2**63 - 1)),
    ],
)
def test_escapes(written: str, value: t.Constant) -> None:
    """Quotes, backslashes, line ends and tabs can stand in texts and names."""
    assert read(f"p({written}).") == [fact("p", value)]


def test_comments_and_white_space_are_nothing() -> None:
    """Comments, byte order mark, direction marks and odd spaces stand between any two tokens."""
    assert read("\ufeffp\u200e(/* ** / */a\u00a0,% x ) .\n\u200fb\r\n)\f./**/") == [fact("p", A, B)]


def test_a_doc_comment_inside_a_statement_is_a_comment() -> None:
    """Only before a statement does `%!` document it."""
    assert read("p :- %! no\n q(X). q.") == [t.Rule(t.Atom("p"), (Q,)), fact("q")]


def test_every_node_knows_its_place() -> None:
    """File, line and column of statements, literals and terms are those of the text."""
    source = SourceText("f.rules", "p(a).\nr: q(X) :-\n  s(X, 'b c') since 2024-07-03, X != a.\n")
    file, _ = parse(source)
    rule = file.statements[1]
    assert isinstance(rule, t.Rule)
    assert (rule.file, rule.line, rule.column) == ("f.rules", 2, 1)
    assert rule.span is not None
    assert rule.span.text == source.text[6:-1]
    literal, comparison = rule.body
    assert isinstance(literal, t.Literal)
    assert [node.span.text for node in (literal, literal.atom, literal.atom.args[1], literal.evidence[0], comparison) if node.span] == [
        "s(X, 'b c') since 2024-07-03",
        "s(X, 'b c')",
        "'b c'",
        "since 2024-07-03",
        "X != a",
    ]


def test_equality_ignores_places() -> None:
    """Trees compare as the written text does."""
    assert read("p(a).") == read("\n\n  p( a ) .")
    assert all(not f.compare for f in fields(t.Atom) if f.name == "span")


def test_an_atom_alone() -> None:
    """`parse_atom` reads one atom, and nothing more."""
    assert parse_atom(SourceText("g", "-p(X).")) == (t.Atom("p", (X,), negative=True), ())
    assert parse_atom(SourceText("g", "p, q"))[0] is None
    assert len(parse_atom(SourceText("g", "p, q"))[1]) == 1


@pytest.mark.parametrize(
    ("data", "place", "words"),
    [
        (b"p(a).\np(\xff).\n", (2, 3), "not UTF-8"),
        ("p(ä).".encode("latin-1"), (1, 3), "not UTF-8"),
        (b"p(\0).", (1, 3), "zero byte"),
    ],
)
def test_what_is_no_text(data: bytes, place: tuple[int, int], words: str) -> None:
    """Bytes that are no UTF-8 text are one problem, at their place."""
    problem = decode("f", data)
    assert isinstance(problem, Problem)
    assert (problem.code, problem.line, problem.column) == ("syntax", *place)
    assert words in problem.message


def test_a_byte_order_mark_is_left_out() -> None:
    """A text that begins with a byte order mark is read without it."""
    source = decode("f", b"\xef\xbb\xbfp(a).")
    assert isinstance(source, SourceText)
    assert source.text == "p(a)."
