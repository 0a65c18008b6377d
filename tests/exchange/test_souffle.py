"""The Soufflé export: its text, and what it derives by a small evaluator of what it is written in."""

from __future__ import annotations

import datetime

import pytest

from alignment import AlignmentError, KnowledgeBase
from alignment.exchange import souffle
from alignment.exchange.content import Content
from alignment.exchange.kinds import ColumnKinds
from alignment.exchange.souffle_text import Form, form_of
from alignment.language import tree
from alignment.language.parser import parse_atom
from alignment.source import SourceText
from tests.exchange.cases import CONSTRUCTS, WHOLE
from tests.exchange.minisouffle import Souffle
from tests.exchange.rows import Rows, content, content_of, differences, our_rows
from tests.generators import program

SAME = ("recursion over every kind of constant", "names with anything in them")
CASES = {**WHOLE, **{name: CONSTRUCTS[name] for name in SAME}}


def files(one: Content) -> dict[str, str]:
    """The texts of the export."""
    return {part.name: b"".join(part.chunks()).decode() for part in souffle.parts(one)}


def souffle_rows(one: Content) -> Rows:
    """What the export derives."""
    solved = Souffle(files(one))
    names, kinds = souffle.names_of(one), ColumnKinds(one).columns
    assert solved.outputs == [names[name] for name in one.public]
    return {
        name: {
            tuple(meaning(cell, form_of(column)) for cell, column in zip(row, kinds[name], strict=True))
            for row in solved.rows[names[name]]
        }
        for name in one.public
    }


def meaning(cell: object, form: Form) -> tuple[str, object]:
    """What a value of the export stands for."""
    if form is Form.DAY:
        return ("d", datetime.date.fromordinal(cell))
    if form is not Form.SYMBOL:
        return ("i" if isinstance(cell, int) else "f", cell)
    atom, problems = parse_atom(SourceText("cell", f"p({cell})"))
    assert not problems
    (term,) = atom.args
    match term:
        case tree.Symbol(name=name):
            return ("s", name)
        case tree.Text(value=value):
            return ("t", value)
        case tree.Date(value=value):
            return ("d", value)
    return ("i" if isinstance(term, tree.Integer) else "f", term.value)


def test_the_bundled_base() -> None:
    """Every relation of the Astana base."""
    base = KnowledgeBase()
    base.load("@facts/astana", "@rules")
    one = content_of(base.view(as_of="2024-07-04"))
    assert differences(our_rows(one), souffle_rows(one)) == ""


@pytest.mark.parametrize("first", range(3000, 3090, 30))
def test_random_programs(first: int) -> None:
    """Ninety programs with every construct of the core derive the same; none of them is refused."""
    for seed in range(first, first + 30):
        try:
            one = content(program(seed).text)
        except AlignmentError:  # what we refuse ourselves
            continue
        assert not (found := differences(our_rows(one), souffle_rows(one))), f"{seed}: {found}"


@pytest.mark.parametrize("name", CASES)
def test_constructs(name: str) -> None:
    """Each is derived alike, or refused with a place."""
    one = content(CASES[name], "2024-06-01")
    try:
        theirs = souffle_rows(one)
    except AlignmentError as error:
        assert name in ("arithmetic of whole numbers", "dates", "aggregates of every kind", "evidence"), error
        assert all(problem.code == "not-exportable" and problem.line for problem in error.problems)
        return
    assert not (found := differences(our_rows(one), theirs)), found


def test_the_text() -> None:
    """Typed declarations, tables beside the program, evidence as relations, and the order of names."""
    text = """
        source wire. type country. country china. country 'Big one'.
        relation supplies(a: country, b: country, tons: number).
        supplies(china, 'Big one', 3) since 2024-01-02 from wire. -supplies(china, china, 1). note("a\\tb").
        %! Much.
        much: sends(X, N + 1) :- supplies(X, _, N) since D, D >= now - 10, not -supplies(X, X, N), X > china.
        total(X, N) :- country(X), N = #sum{ T, Y : supplies(X, Y, T) }. alarm :- note(_).
    """
    found = files(content(text, "2024-01-05"))
    lines = found["base.dl"].splitlines()
    assert ".decl supplies(c1: symbol, c2: symbol, c3: number)" in lines
    assert ".decl supplies_since(c1: symbol, c2: symbol, c3: number, c4: number)" in lines
    assert '.input neg_supplies(IO=file, filename="neg_supplies.facts", delimiter="\\t")' in lines
    rule = lines[lines.index("// much: Much.") + 1]
    assert rule == (
        "sends(X, V2) :- supplies_since(X, _, N, D), now(V1), 1 <= (V1 - 10), (V1 - 10) <= 3652059, D >= (V1 - 10), "
        '!neg_supplies(X, X, N), order_(X, V1_, V2_), order_("china", V1_, V3_), V2_ > V3_, V2 = (N + 1).'
    )
    assert "total(X, N) :- country(X), N = sum V1_ : { total_2_1(X, V1_, V2_) }." in lines
    assert "alarm() :- note(_)." in lines
    assert found["supplies.facts"] == "china\t'Big one'\t3\n"
    assert found["note.facts"] == '"a\\tb"\n'
    assert found["supplies_since.facts"] == "china\t'Big one'\t3\t738887\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("n(0.5).\nm(X + 1) :- n(X).", "arithmetic with decimals"),
        ("n(1).\nm(X / 2) :- n(X).", "a quotient that may be a decimal (`//` cuts it to a whole number)"),
        ("n(1). n(x).\nm(N) :- N = #sum{ X : n(X) }.", "#sum of what may be a whole number or a symbol"),
        ("n(1). n(x).\nm(X + 1) :- n(X).", "arithmetic with what may be a whole number or a symbol"),
        ("d(2024-01-01). e(2024-01-01). e(x).\nf(X) :- d(X), e(X).", "X as a day where a symbol stands"),
        ("n(50000).\nm(X * X) :- n(X).", "a number that may go beyond 32 bits"),
    ],
)
def test_what_souffle_cannot_say(text: str, message: str) -> None:
    """Each is refused by name with its place."""
    with pytest.raises(AlignmentError) as refused:
        files(content(text))
    (problem,) = refused.value.problems
    assert (problem.code, problem.line) == ("not-exportable", 2)
    assert problem.message == f"Soufflé cannot say this: {message}"
