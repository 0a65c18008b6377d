"""The fast path gives what the grammar gives: the same tree, the same places, the same problems."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import Any

import pytest
from hypothesis import given

from alignment.language import bulk, tree
from alignment.language.parser import parse
from alignment.source import SourceText
from tests.language import strategies as some


def places(value: Any) -> Any:
    """A tree with all its places, for comparison."""
    if isinstance(value, tree.Node):
        span = value.span and (value.span.start, value.span.end)
        return type(value).__name__, span, *(places(getattr(value, f.name)) for f in fields(value) if f.name != "span")
    if isinstance(value, tuple):
        return tuple(places(one) for one in value)
    assert not is_dataclass(value)
    return value


def facts_of(chunk: bulk.Chunk) -> list[tree.Fact]:
    if isinstance(chunk, bulk.FactColumns):
        return [chunk.fact(i) for i in range(len(chunk))]
    return list(chunk.facts) if isinstance(chunk, tree.Block) else [chunk] if isinstance(chunk, tree.Fact) else []


@given(some.fact_files)
def test_bulk_is_the_grammar(text: str) -> None:
    """Statements, their places and the problems are those that the grammar finds without the fast path."""
    source = SourceText("t", text)
    quick, quick_problems = parse(source)
    slow, slow_problems = parse(source, fast=False)
    assert quick == slow
    assert [places(one) for one in quick.statements] == [places(one) for one in slow.statements]
    assert quick_problems == slow_problems


@given(some.fact_files)
def test_columns_are_the_facts(text: str) -> None:
    """What columns say of each fact (arguments, annotations, places) is what its node says."""
    quick, _ = parse(SourceText("t", text))
    assert isinstance(quick.statements, bulk.Statements)
    slow, _ = parse(SourceText("t", text), fast=False)
    wanted: list[tree.Fact] = []
    for statement in slow.statements:
        wanted += statement.facts if isinstance(statement, tree.Block) else [statement] if isinstance(statement, tree.Fact) else []
    found = [fact for chunk in quick.statements.chunks() for fact in facts_of(chunk)]
    assert sorted(map(repr, map(places, found))) == sorted(map(repr, map(places, wanted)))
    for chunk in quick.statements.chunks():
        if not isinstance(chunk, bulk.FactColumns):
            continue
        for i in range(len(chunk)):
            fact = chunk.fact(i)
            assert (fact.atom.predicate, fact.atom.negative) == (chunk.predicate, chunk.negative)
            assert fact.atom.args == tuple(chunk.constant(column[i]) for column in chunk.columns)
            assert fact.annotations == chunk.annotations_of(chunk.tails[i] if chunk.tails else "")
            assert fact.span == chunk.span(i)
            assert [arg.span for arg in fact.atom.args] == [chunk.argument_span(i, k) for k in range(chunk.arity)]


def columns_of(text: str) -> list[bulk.FactColumns]:
    file, problems = parse(SourceText("t", text))
    assert not problems
    assert isinstance(file.statements, bulk.Statements)
    return [chunk for chunk in file.statements.chunks() if isinstance(chunk, bulk.FactColumns)]


def test_a_run_becomes_columns_by_predicate() -> None:
    """Facts of several relations in turn are one group for each, in the order in which the relations appear."""
    groups = columns_of("p(a, 1). -q(b).\np(c, 2.5). -q('D e').\np(\"f, g\", 2024-07-03).\n")
    assert [(g.predicate, g.negative, g.columns) for g in groups] == [
        ("p", False, (["a", "c", '"f, g"'], ["1", "2.5", "2024-07-03"])),
        ("q", True, (["b", "'D e'"],)),
    ]


def test_numbers_of_arguments_keep_apart() -> None:
    """One name with different numbers of arguments makes one group for each number."""
    groups = columns_of("p(a).\np(b, c).\np(d).\np(e, f).\n")
    assert [g.columns for g in groups] == [(["a", "d"],), (["b", "e"], ["c", "f"])]


def test_tails_are_as_written_and_read_once() -> None:
    """Annotations stay text until asked for; equal texts give one and the same value."""
    (group,) = columns_of("p(a) since 2022-02-24 from kiel.\np(b).\np(c)  likely.\np(d) since 2022-02-24 from kiel.\n")
    assert group.tails == [" since 2022-02-24 from kiel", "", "  likely", " since 2022-02-24 from kiel"]
    assert group.annotations_of(group.tails[0]) is group.annotations_of(group.tails[3])
    assert group.annotations_of("") == ()
    assert columns_of("p(a). p(b). p(c). p(d).")[0].tails is None


def test_facts_of_a_block_know_what_it_says() -> None:
    """Columns inside `from … { … }` carry the annotations of the block; the block is one statement."""
    text = "from kiel, since 2022-02-24 {\n p(a). p(b).\n %! documented\n p(c).\n p(d). p(e). p(f). p(g) likely.\n}"
    file, _ = parse(SourceText("t", text))
    assert isinstance(file.statements, bulk.Statements)
    assert len(file.statements) == 1
    chunks = list(file.statements.chunks())
    assert [type(chunk).__name__ for chunk in chunks] == ["Block", "FactColumns"]
    assert all([type(one).__name__ for one in chunk.annotations] == ["From", "Since"] for chunk in chunks)
    assert sum(len(facts_of(chunk)) for chunk in chunks) == 7


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("p(X). " * 5, id="a variable"),
        pytest.param("p(1 + 2). " * 5, id="a calculation"),
        pytest.param('p("a\\"b"). ' * 5, id="an escape"),
        pytest.param("p(a)since 2024-07-03. " * 5, id="no space"),
        pytest.param("alarm. " * 5, id="no arguments"),
    ],
)
def test_what_is_not_plain_is_left_to_the_grammar(text: str) -> None:
    """Facts out of the ordinary become nodes at once."""
    assert columns_of(text) == []


def test_comments_between_facts_are_no_facts() -> None:
    """A fact in a comment is not read, wherever the comment stands."""
    (group,) = columns_of("p(a). % p(x).\np(b). /* p(y). */ p(c).\n% p(z).\np(d).\n")
    assert group.columns == (["a", "b", "c", "d"],)


@pytest.mark.parametrize(
    ("text", "may"),
    [
        ("p(a).", True),
        ("p( a , 'x y' ) since 2020-01-01.", True),
        ("p(a)", True),
        ("p(", True),
        ("-p(a).", True),
        ('p("a) :- b").', False),
        ("p(X) :- q(X).", False),
        ("p(X)\n    :- q(X).", False),
        ("p :- q.", False),
        ("country mali.", False),
        ('import p(A) from "p.tsv".', False),
    ],
)
def test_what_may_be_a_plain_fact(text: str, may: bool) -> None:  # noqa: FBT001
    assert bulk.may_begin(f"  {text}", 2) is may


def test_no_expressions_are_made_for_rules_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """They take a third of the time of reading a few rules. A fact that looks like a rule is read all the same."""
    made = []
    monkeypatch.setattr(bulk, "patterns_for", lambda source: made.append(source) or bulk.patterns())
    rules = 'country mali.\np(X) :- q(X).\nimport q(A) from "q.tsv".\nq("a) :- b").\n'
    assert len(parse(SourceText("rules", rules))[0].statements) == 4
    assert not made
    parse(SourceText("facts", rules + "q(a).\n"))
    assert len(made) == 1


def test_a_long_statement_without_arguments_is_looked_at_once() -> None:
    """Only its begin: a file of many such statements would else be looked through once for each."""
    assert not bulk.may_begin("country " + "a" * 10_000_000, 0)
