"""Random trees, and texts that say the same in many ways: what the properties of the language are tried on.

Trees are those that the grammar can give: a constant in a list is no variable, an entity has a type. Texts
are made from trees by writing them down and then spreading comments and white space between the tokens.
"""

from __future__ import annotations

import datetime

from hypothesis import strategies as st

from alignment.language import tree
from alignment.language.phrases import WORDS
from alignment.language.printer import format_node
from alignment.language.tables import tables

LIKELY = tuple(tree.LIKELIHOOD)
COMMON = st.sampled_from(["china", "russia", "a", "b", "supports", "türkiye", "x_1", "أردوغان", "北京", "now"])
ANY_WORD = st.sampled_from(sorted(WORDS) + list(LIKELY))
QUOTED = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")) | st.sampled_from("'\"\\\n\t"), max_size=8)
names = COMMON | ANY_WORD | QUOTED
variable_names = st.sampled_from(["X", "Y", "Country", "_", "_x", "Ünion", "Страна"])

symbols = st.builds(tree.Symbol, names)
texts = st.builds(tree.Text, QUOTED)
integers = st.builds(tree.Integer, st.integers(-(2**62), 2**62))
decimals = st.builds(tree.Decimal, st.floats(allow_nan=False, allow_infinity=False))
days = st.builds(tree.Date, st.dates(datetime.date(1, 1, 1), datetime.date(9999, 12, 31)))
variables = st.builds(tree.Variable, variable_names)
constants = symbols | texts | integers | decimals | days


def arithmetic(operands: st.SearchStrategy) -> st.SearchStrategy:
    """A calculation, two levels deep at most; what is calculated with is no bare `now` as a name."""
    one = st.builds(tree.Arithmetic, st.sampled_from(["+", "-", "*", "/", "//", "mod"]), operands, operands)
    return st.builds(tree.Arithmetic, st.sampled_from(["+", "-", "*", "/", "mod"]), one | operands, one | operands)


sides = symbols | texts | integers | decimals | days | variables | st.just(tree.Now())
terms = constants | variables | arithmetic(sides)
atoms = st.builds(tree.Atom, names, st.lists(terms, max_size=3).map(tuple), st.booleans())
ground_atoms = st.builds(tree.Atom, names, st.lists(constants, max_size=3).map(tuple), st.booleans())

date_terms = days | variables | st.just(tree.Now())
levels = st.builds(tree.Decimal, st.floats(0, 1)) | st.builds(tree.Symbol, st.sampled_from(LIKELY)) | variables
annotations = st.one_of(
    st.builds(tree.From, symbols | variables, st.none() | QUOTED),
    st.builds(tree.On, date_terms),
    st.builds(tree.Since, date_terms),
    st.builds(tree.Until, date_terms),
    st.builds(tree.During, date_terms, date_terms),
    st.builds(tree.Confidence, levels, st.just("=") | st.sampled_from(["=", ">=", "<"])),
).filter(lambda one: not isinstance(one, tree.Confidence) or one.operator == "=" or not isinstance(one.value, tree.Symbol))
noted = st.lists(annotations, max_size=3).map(tuple)

literals = st.builds(tree.Literal, atoms, st.booleans(), noted)
plain_bodies = st.lists(literals, min_size=1, max_size=2).map(tuple)
aggregates = st.builds(
    tree.Aggregate,
    st.sampled_from(["count", "sum", "min", "max", "avg"]),
    st.lists(
        st.builds(tree.AggregateElement, st.lists(terms, min_size=1, max_size=2).map(tuple), st.just(()) | plain_bodies),
        min_size=1,
        max_size=2,
    ).map(tuple),
)
comparisons = st.builds(
    tree.Comparison,
    st.sampled_from(["=", "!=", "<", "=<", ">", ">=", "=:="]),
    sides | arithmetic(sides) | aggregates,
    sides | arithmetic(sides) | aggregates,
)
memberships = st.builds(tree.Membership, sides, st.lists(constants, max_size=3).map(tuple))
bodies = st.lists(literals | comparisons | memberships, min_size=1, max_size=4).map(tuple)

docs = st.none() | st.lists(st.sampled_from(["", "A rule.", "% odd", "Wörter /* hier"]), min_size=1, max_size=2).map("\n".join)
facts = st.builds(tree.Fact, ground_atoms | atoms, noted, doc=docs)
parameters = st.builds(tree.Parameter, names | variable_names, names)
optional = st.none() | QUOTED
rules = st.builds(
    tree.Rule, atoms, bodies, st.none() | names, st.booleans(), st.none(), doc=docs
) | st.builds(tree.Rule, atoms, st.just(()) | bodies, st.none() | names, st.just(True), st.none() | st.floats(0, 1), doc=docs)

simple_statements = st.one_of(
    st.builds(tree.TypeDeclaration, st.lists(symbols, min_size=1, max_size=3).map(tuple), doc=docs),
    st.builds(tree.EntityDeclaration, symbols, symbols, optional, st.lists(QUOTED, max_size=2).map(tuple), doc=docs),
    st.builds(
        tree.RelationDeclaration,
        st.sampled_from(["relation", "event", "stance"]),
        names,
        st.lists(parameters, max_size=2).map(tuple),
        optional,
        doc=docs,
    ),
    st.builds(
        tree.SourceDeclaration,
        symbols,
        optional,
        st.none() | days,
        st.none() | st.sampled_from("abcdef"),
        optional,
        optional,
        doc=docs,
    ),
    facts,
    facts,
    rules,
    st.builds(tree.Rule, atoms, st.just(()), names, doc=docs),
    st.builds(tree.Constraint, bodies, st.none() | names, doc=docs),
    st.builds(tree.Query, bodies, doc=docs),
    st.builds(tree.Prefer, symbols, symbols, doc=docs),
    st.builds(tree.Exclusive, st.lists(atoms, min_size=2, max_size=3).map(tuple), doc=docs),
    st.builds(tree.Load, st.lists(texts, min_size=1, max_size=2).map(tuple), doc=docs),
    st.builds(
        tree.Import,
        atoms,
        noted,
        st.lists(texts, min_size=1, max_size=2).map(tuple),
        optional,
        st.none() | symbols,
        st.just(()) | bodies,
        doc=docs,
    ),
    st.builds(tree.Import, atoms, noted, st.just(()), named=symbols, doc=docs),
    st.builds(tree.TableDeclaration, symbols, st.lists(texts, min_size=1, max_size=2).map(tuple), optional, doc=docs),
    st.builds(
        tree.Block, st.lists(annotations, min_size=1, max_size=2).map(tuple), st.lists(facts, max_size=6).map(tuple), doc=docs
    ),
)
rows = st.lists(constants, max_size=3).map(tuple)
periods = st.builds(tree.Period, st.none() | days, st.none() | days)
steps = st.one_of(
    st.builds(tree.Load, st.lists(texts, min_size=1, max_size=2).map(tuple)),
    st.builds(tree.AsOf, st.none() | days),
    st.builds(tree.MinConfidence, levels),
    st.builds(tree.Without, st.lists(symbols, min_size=1, max_size=2).map(tuple)),
    st.builds(tree.Given, st.lists(simple_statements, max_size=3).map(tuple)),
    st.builds(tree.Expect, bodies),
    st.builds(tree.Refute, bodies),
    st.builds(tree.Answers, bodies, st.lists(rows, max_size=3).map(tuple)),
    st.builds(tree.Unknown, atoms),
    st.builds(tree.Contested, atoms),
    st.builds(tree.Because, atoms, st.lists(atoms, min_size=1, max_size=2).map(tuple)),
    st.builds(tree.Timeline, bodies, st.lists(st.builds(tree.TimelineRow, rows, periods), max_size=2).map(tuple)),
)
tests = st.builds(tree.Test, QUOTED, st.lists(steps, max_size=4).map(tuple), doc=docs)
statements = simple_statements | tests
files = st.lists(statements, max_size=5).map(lambda several: tree.File("random", tuple(several)))

GAPS = st.sampled_from(
    [*[" "] * 6, "\n", "\n\n", "\n\n\n", "  ", "\t", " % a comment\n", "\n% alone\n", " /* in line */ ", "\n/* over\nlines */\n", "\r\n"]
)
"""What may stand between two tokens; a doc comment would belong to the next statement."""


@st.composite
def spread(draw: st.DrawFn, text: str, gaps: st.SearchStrategy = GAPS) -> str:
    """The same tokens with other white space between them, and comments."""
    pieces: list[str] = []
    doc = tables().symbol("DOC")
    for match in tables().pattern(text).finditer(text):
        group = match.lastindex or 0
        pieces += [match[group], "\n" if tables().kinds[group] == doc else draw(gaps)]
    return "".join(pieces)


spread_files = files.map(format_node).flatmap(spread)

TOKENS = st.sampled_from(
    [*".,()[]{}:;-+*/=<>|!&#%'\"\\?@", ":-", "?-", "..", "!=", "=<", "p", "q(a)", "X", "12", "0.5", "2024-07-03", "2024-13-45",
     '"text"', "'Quoted'", "#count", "not", "likely", "%! doc\n", "% comment\n", "/*", "*/", "\n", "é", "\u0301", "\x00"]
) | ANY_WORD


@st.composite
def damaged(draw: st.DrawFn) -> str:
    """A file with some of its tokens taken out, doubled, or replaced by others."""
    text = format_node(draw(files))
    pieces = [match[match.lastindex or 0] for match in tables().pattern(text).finditer(text)]
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, max(0, len(pieces) - 1)))
        pieces[at : at + draw(st.integers(0, 2))] = draw(st.lists(TOKENS, max_size=2))
    return draw(st.sampled_from([" ", "\n"])).join(pieces)


PLAIN = st.sampled_from(
    ["a", "b_1", "türkiye", "北京", "now", "likely", "not", "12", "-3", "0.5", "-0.5", "2024-07-03", '"a, b"', "'C d'", "'it''s'", '""']
)
GOOD_TAILS = st.sampled_from(
    ["", "", "", " from x", " since 2024-07-03 from x", " on 2024-02-29", " from x, likely", " likely", " confidence 0.5",
     ' from x "a (b). c"', " during 2020-01-01 .. 2024-01-01", " from x since 2024-07-03 confidence likely", " confidence 1"]
)
ODD_TAILS = st.sampled_from(
    [" on 2024-02-30", " confidence 1.5", ", from x", " from since", " from likely likely", " since x", "from x", " confidence .5",
     " on 2024-07-031", " likelyx", ' from x"q"', " from X", " from x,", " on 2024-07-03.5", " confidence 0.5.1"]
)
GOOD_ENDS = st.sampled_from([*[".\n"] * 5, ". ", ".", " .\n", ".\n% p(a).\n", ". /* q(b). */\n", ".\r\n", ".\ufeff", ". % 'odd\n"])
ODD_ENDS = st.sampled_from([".\n%! doc\n", "..\n", "\n", ". .\n", "", ". /* never"])
PREDICATES = st.sampled_from(["p", "p", "p", "q", "-p", "not", "from", "türkiye", "-likely"])


def lines(predicates, arguments, fewest, tails, ends) -> st.SearchStrategy:
    """Facts, one after the other."""
    return st.builds(
        lambda name, args, tail, end: f"{name}({', '.join(args)}){tail}{end}",
        predicates,
        st.lists(arguments, min_size=fewest, max_size=3),
        tails,
        ends,
    )


good_lines = lines(PREDICATES, PLAIN, 1, GOOD_TAILS, GOOD_ENDS)
odd_lines = lines(
    PREDICATES | st.sampled_from(["P", "北", "p ", "- p"]), PLAIN | st.sampled_from(["X", "1e5", "1 + 2", '"\\n"', "a b", "é\u0301"]), 0,
    GOOD_TAILS | ODD_TAILS, GOOD_ENDS | ODD_ENDS,
)
other_lines = st.sampled_from(
    ["p(X) :- q(X).\n", "alarm.\n", "from x {\n", "from x, since 2020-01-01 {\n", "}\n", "}\n", "p(a, b\n", "p(a", "%! doc\n", "?- p(a).\n",
     "type a.\n", 'test "t" { expect p. }\n', "'\n", '"\n', "/*", "*/\n", "p(a)\n", ")", "junk\n", 'test "t" { given {\n', "."]
)
blocks = st.builds(
    lambda header, inside: f"{header} {{ {inside} }}\n",
    st.sampled_from(["from x", "from x, since 2020-01-01", "likely", "on 2024-07-03 from y"]),
    st.lists(good_lines, min_size=4, max_size=8).map("".join) | st.lists(good_lines | odd_lines, max_size=12).map("".join),
)
fact_files = st.lists(
    st.lists(good_lines, min_size=4, max_size=10).map("".join) | st.lists(odd_lines, max_size=3).map("".join) | other_lines | blocks,
    max_size=5,
).map("".join)
"""Long runs of facts, plain and not quite, with other things between."""
