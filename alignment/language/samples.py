"""Sample mistakes: each is read once, when somebody makes a mistake, and what then fails in the same state
of the automaton at the same kind of token is the same mistake (the idea of lark's `match_examples`).

Messages are for an analyst who does not program. In them and in hints, `{token}` is what was found.
"""

from __future__ import annotations

from functools import cache
from typing import TypeAlias

from alignment.language.builder import Builder
from alignment.language.machine import Failure, Reading
from alignment.language.phrases import WORDS
from alignment.problems import Problem
from alignment.records import frozen
from alignment.source import SourceText


@frozen
class Mistake:
    """What is said of a mistake, and texts that make it."""

    message: str
    hint: str | None
    samples: tuple[str, ...]


Signature: TypeAlias = tuple[int, int, tuple[str, ...], bool]


def _mistake(message: str, hint: str | None, *samples: str) -> Mistake:
    return Mistake(message, hint, samples)


_DAYS = "a date is written year-month-day: 2024-07-03"
_SEVERAL = "write a statement for each"

MISTAKES: tuple[Mistake, ...] = (
    # Declarations
    _mistake(
        "a parameter needs a name and a type",
        "for example: relation member(who: country, bloc: organisation)",
        "relation p(a).",
        "relation p(a, b).",
        "relation p(a: b, c).",
        "relation p(a: b, c, d: e).",
        "relation p(a b).",
        "relation p(a: b, c d).",
        "relation p(X).",
        "relation p(X, b).",
    ),
    _mistake("the type of the parameter is missing", "for example: who: country", "relation p(a:).", "relation p(a:, b: c)."),
    _mistake(
        "types begin with a small letter",
        "write it small, or in single quotes",
        "relation p(a: B).",
        "relation p(a: b, c: D).",
    ),
    _mistake(
        "a sentence template stands in double quotes",
        'for example: relation member(who: country, bloc: organisation) "{who} is a member of {bloc}".',
        "relation p(a: b) c.",
        "relation p(a: b) X.",
        "relation p(a: b) 'c'.",
        "relation p(a: b) {c}.",
    ),
    _mistake(
        "'{token}' begins with a capital letter, so it is a variable; names begin with a small letter",
        "write it small, or in single quotes",
        "type X.",
        "type a, X.",
        "country X.",
        "source X.",
        "relation X(a: b).",
        "event X(a: b).",
        "stance X(a: b).",
        "prefer X over b.",
        "prefer a over X.",
        'test "t" { without X. }',
        'test "t" { without a, X. }',
        "import p(X) source X.",
        "import X(a).",
    ),
    _mistake(
        "a display name stands in double quotes",
        'for example: country russia "Russia" aka "Russian Federation".',
        "country a b.",
        "country a X.",
        "country a 'b'.",
    ),
    _mistake(
        "an alias stands in double quotes",
        'for example: country russia "Russia" aka "Russian Federation", "Moscow".',
        "country a aka b.",
        "country a aka X.",
        "country a aka 'b'.",
        'country a "b" aka "c", d.',
        'country a "b" aka "c", X.',
        "country a aka.",
        'country a "b" aka "c", \'d\'.',
    ),
    _mistake(
        "aliases come after the word `aka`",
        'for example: country russia "Russia" aka "Russian Federation", "Moscow".',
        'country a "b" "c".',
        'country a "b", "c".',
    ),
    _mistake(
        "is a colon missing after the label?",
        "for example: hostility: opposes(X, Y) :- sanctions(X, Y).",
        "a b(X).",
        "a b :- c.",
    ),
    _mistake(
        "a source needs a short name of its own before its title",
        'for example: source briefing "Astana summit briefing", 2024-07-03, reliability b.',
        'source "a".',
        "source 2024-07-03.",
    ),
    _mistake(
        "after `reliability` comes a letter from a to f",
        "for example: reliability b",
        "source a reliability.",
        "source a reliability, text \"b\".",
        "source a reliability 1.",
        'source a reliability "b".',
    ),
    _mistake(
        "a title stands in double quotes",
        'for example: source briefing "Astana summit briefing".',
        "source a b.",
        "source a X.",
        "source a 'b'.",
    ),
    _mistake(
        "a file name stands in double quotes",
        'for example: load "blocs.rules".',
        "load a.",
        "load X.",
        "load 'a'.",
        'load "a", b.',
        'load "a", X.',
        "source a text b.",
        "source a url b.",
        "import p(X) from \"a\", b.",
        'test "t" { load a. }',
        'test "t" { load X. }',
    ),
    # Facts
    _mistake(
        "after `{word}` comes a date",
        _DAYS,
        "p(a) on.",
        "p(a) since.",
        "p(a) until.",
        "p(a) on, likely.",
        "p(a) since, likely.",
        "p(a) until, likely.",
        "on { a. }",
        "since { a. }",
        "until { a. }",
    ),
    _mistake(
        "`during` has two dates with `..` between them",
        "for example: during 2022-02-24 .. 2024-07-03",
        "p(a) during.",
        "p(a) during 2024-07-03.",
        "p(a) during 2024-07-03, 2024-07-04.",
        "p(a) during 2024-07-03 2024-07-04.",
        "p(a) during 2024-07-03 - 2024-07-04.",
        "p(a) during 2024-07-03 to 2024-07-04.",
        "p(a) during 2024-07-03 until 2024-07-04.",
        "p(a) during 2024-07-03 ...",
        "p(a) during 2024-07-03 .. .",
    ),
    _mistake(
        "after `from` comes the short name of a source",
        "declare the source (source briefing \"Astana summit briefing\".), then write: from briefing",
        "p(a) from.",
        'p(a) from "b".',
        "p(a) from 2024-07-03.",
        "from { a. }",
        "p(a) from, likely.",
    ),
    _mistake(
        "after `confidence` comes a number from 0 to 1 or a word of likelihood",
        "for example: confidence 0.8, or: likely",
        "p(a) confidence.",
        "p(a) confidence, on 2024-07-03.",
        "p(a) confidence - 1.",
        'test "t" { min confidence. }',
        'test "t" { min 0.5. }',
    ),
    _mistake(
        "a statement has one conclusion; facts and rules end with a full stop",
        _SEVERAL,
        "p(a), q(b).",
        "p, q.",
        "p(a), q(b) :- r.",
        "l: p(a), q(b).",
        "normally p(a), q(b).",
    ),
    _mistake(
        "a block of shared annotations holds facts in braces",
        "for example: from briefing, since 2022-02-24 { buys(china, russia, oil). }",
        "from a.",
        "from a p(b).",
        "since 2024-07-03.",
        "since 2024-07-03 p(b).",
        "on 2024-07-03 p(b).",
        "on 2024-07-03.",
    ),
    _mistake(
        "in a block of shared annotations stand facts only",
        "put the rule before or after the braces",
        "from a { p :- q. }",
        "from a { p(X) :- q. }",
        "from a { l: p. }",
        "from a { :- p. }",
        "from a { ?- p. }",
        "from a { normally p. }",
        "from a { from b { p. } }",
        "from a { country b. }",
        "from a { type b. }",
        'from a { load "b". }',
        "from a { relation b. }",
        'from a { test "b" {} }',
    ),
    # Rules
    _mistake(
        "`:` names a rule; between the conclusion and its conditions stands `:-`",
        "for example: opposes(X, Y) :- sanctions(X, Y).",
        "p(X) : q(X).",
        "normally p(X) : q(X).",
        "l: p(X) : q(X).",
    ),
    _mistake(
        "a conclusion cannot be denied with `not`",
        "a report that it is false is written with a minus: -supports(turkey, russia).",
        "not p.",
        "not p(a).",
        "not X.",
        "\\+ p(a).",
        "l: not p.",
        "normally not p.",
    ),
    _mistake(
        "a comparison cannot be a conclusion",
        "comparisons stand after `:-`, among the conditions",
        "p = a.",
        "p(X) = a.",
        "p(X) < a.",
        "p > a.",
        "p != a.",
        "p(X) != a.",
        "p(X) is a.",
    ),
    _mistake(
        "after `:-` conditions are expected",
        "for example: opposes(X, Y) :- sanctions(X, Y), condemns(X, Y).",
        "p :-.",
        "p(X) :-.",
        ":-.",
        "?-.",
    ),
    _mistake(
        "something is missing after the comma, or the comma is too much",
        None,
        "p :- q,.",
        "p :- q, , r.",
        "p(a,).",
        "p(a, , b).",
        "p :- X = #count{ Y, : q }.",
        "p :- X in [a,].",
        "type a,.",
        'load "a",.',
        'country a aka "b",.',
        "relation p(a: b,).",
        "p(a) on 2024-07-03,.",
        "source a \"b\",.",
        "exclusive p,.",
        'test "t" { without a,. }',
        'test "t" { because p uses q,. }',
        'test "t" { answers p(X) = { a, }. }',
        'test "t" { answers p(X) = { (a,), }. }',
        'test "t" { expect p,. }',
    ),
    _mistake("something is missing before the comma, or the comma is too much", None, "p(, a).", "p :- , q.", ", p."),
    _mistake(
        "two `:-` in one statement",
        "is a full stop missing before the second rule?",
        "p :- q :- r.",
        "p(X) :- q(X) :- r.",
        "p(X) :- q(X), r :- s.",
    ),
    _mistake(
        "an argument is a constant, a variable or a calculation",
        "for `not`, write: not supports(X, Y)",
        "p(q(a)).",
        "p(a, q(a)).",
        "p(b(a), c) :- d.",
        "p :- q(r(X)).",
        "p :- q(a, r(X)).",
        "p :- X = q(a).",
        "p :- X != q(a).",
        "p :- X = 1 + q(a).",
    ),
    _mistake(
        "`not` stands before an atom, not before a calculation or a comparison",
        "write the opposite comparison, as X != Y for X = Y",
        "p :- not X = Y.",
        "p :- not X.",
        "p :- not 1 = X.",
        "p :- not not q.",
        'p :- not "a" = X.',
    ),
    _mistake(
        "after `in` comes a list in square brackets",
        "for example: X in [china, russia]",
        "p :- X in a.",
        "p :- X in Y.",
        "p :- X in (a, b).",
        "p :- X in {a, b}.",
    ),
    _mistake(
        "only constants can stand here, and '{token}' is a variable",
        "constants begin with a small letter, or stand in quotes",
        "p :- X in [Y].",
        "p :- X in [a, Y].",
        'test "t" { answers p(X) = { X }. }',
        'test "t" { answers p(X) = { a, X }. }',
        'test "t" { answers p(X) = { (X) }. }',
    ),
    _mistake(
        "after an aggregate stand braces",
        "for example: N = #count{ G : supplies(X, Y, G) }",
        "p :- X = #count(Y).",
        "p :- X = #count Y.",
        "p :- X = #count.",
    ),
    _mistake(
        "aggregates begin with `#`: #count, #sum, #min, #max, #avg",
        "for example: N = #count{ G : supplies(X, Y, G) }",
        "p :- X = count{Y}.",
        "p :- count{Y} = X.",
        "p :- X > a{Y}.",
    ),
    _mistake(
        "an aggregate is compared with something",
        "for example: N = #count{ G : supplies(X, Y, G) }",
        "p :- #count{Y}.",
        "p :- #count{Y}, q.",
    ),
    _mistake(
        "a variable alone is no condition",
        "for example: supports(X, Y), or X != Y",
        "p :- X.",
        "p :- X, q.",
        "p :- q, X.",
        "?- X.",
        "p :- 1.",
        'p :- "a".',
        "p :- 2024-07-03.",
        "p :- X + 1.",
    ),
    _mistake("`prefer` has two labels with `over` between them", "for example: prefer arms_support over group_lean.",
        "prefer a.", "prefer a b.", "prefer a > b.", "prefer a, b.", "prefer a to b.", "prefer a over.", "prefer a over b, c."),
    _mistake("`exclusive` needs two atoms or more", "for example: exclusive supports(X, Y), opposes(X, Y).",
        "exclusive p.", "exclusive p(X).", "exclusive p(X) q(X)."),
    # Tests
    _mistake("the name of a test stands in double quotes", 'for example: test "Türkiye balances both sides" { … }',
        "test a { }", "test X { }", "test 'a' { }", "test { }"),
    _mistake("after the name of a test comes an opening brace", 'for example: test "Türkiye balances both sides" { … }',
        'test "t" expect p.', 'test "t" load "a".', 'test "t".', 'test "t": expect p.', 'test "t" p.'),
    _mistake(
        "`{word}` belongs inside the braces of a test",
        'for example: test "Türkiye balances both sides" { expect balances(turkey, russia, ukraine). }',
        "expect p.", "expect p(X).", "expect not p.", "refute p.", "refute not p.", "answers p(X) = { }.", "unknown p.", "contested p.",
        "because p uses q.", "timeline p(X) = { }.", "given { p. }", "without a.", "as of 2024-07-03.", "as of ever.",
        "expect X = 1.", "expect -p.", "refute -p.",
    ),
    _mistake(
        "in a test stand steps: load, as of, given, expect, refute, answers, unknown, because, …",
        "facts and rules of a test alone stand in given { … }",
        'test "t" { p. }', 'test "t" { p(a). }', 'test "t" { X. }', 'test "t" { :- p. }', 'test "t" { ?- p. }',
        'test "t" { type a. }', 'test "t" { from a { p. } }', 'test "t" { not p. }', 'test "t" { -p. }',
        'test "t" { relation p. }', 'test "t" { source p. }', 'test "t" { test "t" {} }', 'test "t" { normally p. }',
        'test "t" { exclusive p, q. }', 'test "t" { prefer p over q. }', 'test "t" { import p(X) from "q". }',
        "test \"t\" { 'a'. }",
    ),
    _mistake("expected answers stand in braces after `=`", "for example: answers supports(X, russia) = { belarus, china }.",
        'test "t" { answers p(X). }', 'test "t" { answers p(X) = a. }', 'test "t" { answers p(X) { a }. }',
        'test "t" { answers p(X) = (a). }', 'test "t" { answers p(X) = [a]. }', 'test "t" { answers p(X): a. }',
        'test "t" { timeline p(X). }', 'test "t" { timeline p(X) = a. }', 'test "t" { timeline p(X) { a }. }'),
    _mistake("a row of a timeline ends with a period", "for example: (china, 2022-02-24 .. 2024-07-04), with an open end (china, 2022-02-24 ..)",
        'test "t" { timeline p(X) = { (a) }. }', 'test "t" { timeline p(X) = { a }. }', 'test "t" { timeline p(X) = { (a, b) }. }',
        'test "t" { timeline p(X) = { (a, 2024-07-03) }. }', 'test "t" { timeline p(X) = { 2024-07-03 }. }'),
    _mistake("after `as of` comes a date, or `ever`", "for example: as of 2024-07-04.",
        'test "t" { as of a. }', 'test "t" { as of X. }', 'test "t" { as of. }', 'test "t" { as 2024-07-03. }', 'test "t" { as of now. }'),
    _mistake("after `uses` come the facts that a proof rests on",
        "for example: because supports(china, russia) uses supplies(china, russia, weapon_components).",
        'test "t" { because p. }', 'test "t" { because p(a). }', 'test "t" { because p, q. }', 'test "t" { because p(a), q. }', 'test "t" { because p uses. }'),
    _mistake("after `given` come statements in braces", "for example: given { supplies(india, russia, shells). }",
        'test "t" { given p. }', 'test "t" { given p(a). }', 'test "t" { given. }'),
    _mistake("`{word}` speaks of one atom", "for example: unknown sanctions(india, russia).",
        'test "t" { unknown p, q. }', 'test "t" { unknown p(a), q. }', 'test "t" { contested p, q. }', 'test "t" { unknown not p. }', 'test "t" { contested not p. }'),
    # Imports
    _mistake("an import says which columns fill which relation",
        "for example: import supplies(Supplier, Recipient, Weapon) from \"transfers.csv\".",
        "import p.", "import \"a.csv\".", "import p from \"a\"."),
    _mistake("a `table` statement says in which files a table is", "for example: table transfers from \"transfers.csv\".",
        "table t.", "table t from x.", "table t from.", "table \"a.csv\".", "table t \"a.csv\"."),
    _mistake("after `from table` comes the name of a `table` statement", "for example: from table transfers",
        "import p(X) from table.", "import p(X) from table \"t\"."),
    _mistake("the name of a table stands in double quotes", 'for example: table "transfers"', "import p(X) table a.", "import p(X) table X."),
)


@cache
def known() -> dict[Signature, Mistake]:
    """The mistakes by what fails in their samples."""
    found: dict[Signature, Mistake] = {}
    for mistake in MISTAKES:
        for sample in mistake.samples:
            failure = first_failure(sample)
            if failure is not None:
                found.setdefault(signature(failure), mistake)
    return found


def signature(failure: Failure) -> Signature:
    """State, kind of token, the words of the language right before it, and whether it is in braces.

    State and token alone are not enough: some states stand for many places.
    """
    last = [value for value in failure.values[-2:] if isinstance(value, str) and value in WORDS]
    return failure.state, failure.kind, tuple(last), failure.brace is not None


def mistake_of(failure: Failure) -> Mistake | None:
    """The mistake whose samples fail in the same way; what samples show outside of braces may be made inside."""
    state, kind, words, _ = exactly = signature(failure)
    return known().get(exactly) or known().get((state, kind, words, False))


def first_failure(text: str) -> Failure | None:
    """Where a text first stops making sense, if it does."""
    failures: list[Failure] = []

    def note(failure: Failure) -> Problem:
        failures.append(failure)
        return Problem("syntax", None, "")

    source = SourceText("", text)
    Reading(source, Builder(source), fast=False, explain=note).read("file", 0, len(text))
    return failures[0] if failures else None
