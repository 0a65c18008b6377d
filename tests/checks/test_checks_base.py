"""What a check looks at and hands on: statements sorted, blocks resolved, parts of a base, runs of facts."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from alignment.checks.check import CHECKS, ELSEWHERE, check
from alignment.language import tree
from alignment.language.bulk import FactColumns
from alignment.language.parser import parse
from alignment.problems import Severity
from alignment.source import SourceText

if TYPE_CHECKING:
    from conftest import Bases

SCHEMA = """\
type country, organisation.
country china "China". country russia "Russia". country turkey "Türkiye" aka "Ankara".
organisation sco "SCO".
source article "Article", 2024-07-03, reliability b.
relation member(country: country, group: organisation).
relation size(country: country, people: number, day: date, note: text).
event visits(a: country, b: country).
"""


def written(bases: Bases, text: str) -> list[str]:
    """The annotations of the one fact of a base, as written."""
    checked, problems = bases.run("source a. source b. source c.", text)
    assert checked is not None, problems
    (fact,) = (group.fact(0) if isinstance(group, FactColumns) else group for group in checked.facts)
    return [one.span.text for one in fact.annotations if one.span]


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("from a, since 2024-01-01 { p(x). }", ["from a", "since 2024-01-01"]),
        ("from a { p(x) since 2024-01-01. }", ["from a", "since 2024-01-01"]),
        ("since 2023-01-01, likely { p(x) since 2024-01-01. }", ["likely", "since 2024-01-01"]),
        ("since 2023-01-01 { p(x) until 2024-01-01. }", ["since 2023-01-01", "until 2024-01-01"]),
        ("since 2023-01-01 { p(x) during 2024-01-01 .. 2024-02-01. }", ["during 2024-01-01 .. 2024-02-01"]),
        ("during 2023-01-01 .. 2024-01-01 { p(x) since 2024-01-01. }", ["since 2024-01-01"]),
        ("confidence 0.5 { p(x) likely. }", ["likely"]),
        ("from a { p(x) from b. }", ["from a", "from b"]),
        ("from a, from b { p(x) from b, from c. }", ["from a", "from b", "from c"]),
    ],
)
def test_facts_of_a_block_have_its_annotations(bases: Bases, text: str, kept: list[str]) -> None:
    """What a fact says itself replaces what its block says of the same kind; sources add up."""
    assert written(bases, text) == kept


def test_a_fact_that_quotes_the_source_of_its_block_is_one_report(bases: Bases) -> None:
    """A `from` with a quote replaces the bare `from` of the same source."""
    checked, _ = bases.run('source a. from a { p(x) from a "words". }')
    assert checked is not None
    (fact,) = checked.facts
    assert isinstance(fact, tree.Fact)
    assert fact.annotations == (tree.From(tree.Symbol("a"), "words"),)


def test_statements_are_handed_on_by_what_they_do(bases: Bases) -> None:
    """Facts, rules, queries and tests of all files arrive in the order of the files."""
    checked, problems = bases.run(
        'p(a). q(X) :- p(X). ?- q(X). test "t" { expect q(a). }', "p(b). r(X) :- q(X)."
    )
    assert checked is not None
    assert problems == ()
    facts = [group for group in checked.facts if isinstance(group, tree.Fact)]
    assert [fact.atom.args for fact in facts] == [(tree.Symbol("a"),), (tree.Symbol("b"),)]
    assert [rule.head.predicate for rule in checked.rules] == ["q", "r"]
    assert (len(checked.queries), len(checked.tests)) == (1, 1)


def test_warnings_stop_nothing_and_go_both_ways(bases: Bases) -> None:
    """A base with warnings is checked; they are in it, and returned."""
    checked, problems = bases.run("p(a, b). q(X) :- p(X, Y).")
    assert checked is not None
    assert checked.warnings == problems
    assert [(one.code, one.severity) for one in problems] == [("singleton-variable", Severity.WARNING)]


def test_errors_stop_and_are_told_with_the_warnings(bases: Bases) -> None:
    """One error is enough for no base; everything else is told all the same, of all files."""
    checked, problems = bases.run("p(a, b). q(X) :- p(X, Y).", "q(X) :- zzz(X).", "source s. p(a, b) from t.")
    assert checked is None
    assert [problem.code for problem in problems] == [
        "singleton-variable",
        "unknown-relation",
        "unknown-source",
    ]


def test_the_order_of_statements_does_not_matter(bases: Bases) -> None:
    """Declarations may stand after what uses them."""
    statements = [
        *(f"{line}\n" for line in SCHEMA.splitlines()),
        "member(china, sco) from article.\n",
        "friend(X, Y) :- member(X, G), member(Y, G), not visits(X, Y).\n",
        "?- friend(china, X).\n",
        'visits(china, "Russia").\n',
        "member(rusia, sco).\n",
    ]
    wanted = sorted(bases.codes("".join(statements)))
    assert wanted == ["type", "undeclared-relation", "unknown-constant", "unused-relation"]
    rng = random.Random(1)
    for _ in range(10):
        rng.shuffle(statements)
        assert sorted(bases.codes("".join(statements))) == wanted


def test_a_part_of_a_base_is_not_blamed_for_what_others_declare(bases: Bases) -> None:
    """With `complete=False` what another file may declare, report or use is not told to be missing."""
    part = (
        "type country. country china. relation member(a: country, b: cuntry). relation idle(a: country).\n"
        "member(chna, sco) from article.\n"
        "import member(A, B) from table lists. friend(X, Y) :- membr(X, G), membr(Y, G)."
    )
    everything = set(bases.codes(part))
    assert everything == ELSEWHERE - {"unknown-label", "never-fires"}
    assert bases.codes(part, complete=False) == []
    assert bases.codes("p(a). q(X, Y) :- p(X).", complete=False) == ["unsafe"]


def plain(text: str) -> tree.File:
    """A file whose statements are all nodes."""
    file, problems = parse(SourceText("1.rules", text))
    assert not problems
    return tree.File(file.name, tuple(file.statements))


WRONG = (
    "member(chna, sco)", "member(china, russia)", "member('China', \"SCO\")", "member(china)", "-member(turky, sco)",
    'size(china, "3", 2024-01-01, "x")', "size(china, 3, 2024, x)", "size(china, 3.5, \"2024-01-01\", 2)",
    "visits(china, china) from artcle", "visits(china, russia) since 2024-02-01 until 2024-01-01",
    "visits(china, russia) on 2024-02-01 since 2024-01-01", "member(china, sco) likely, confidence 0.5",
    "member(china, sco) from article, since 2024-01-01, since 2024-01-02", "country(chna)",
)  # fmt: skip
RIGHT = (
    "member(china, sco)", "member(russia, sco) from article, likely", 'size(china, -3, 2024-01-01, "x")',
    "visits(china, russia) on 2024-02-01 from article", "-member(turkey, sco)", "country(china)",
    "member('china', sco) since 2024-01-01 until 2024-02-01", "size(china, 3.25, 2024-01-01, \"a, b\")",
)  # fmt: skip


@pytest.mark.parametrize("seed", range(8))
def test_runs_of_facts_have_the_problems_of_single_facts(seed: int) -> None:
    """The fast path over columns finds what the slow path over nodes finds, on the same lines."""
    rng = random.Random(seed)
    lines = [f"{fact}.\n" for fact in rng.choices((*WRONG, *RIGHT), k=40)]
    header = rng.choice(("", "from article, since 2023-01-01 {\n", "from artcle {\n", "until 2024-01-15 {\n"))
    text = SCHEMA + header + "".join(lines) + ("}\n" if header else "")
    file, problems = parse(SourceText("1.rules", text))
    assert not problems
    _, fast = check([file])
    _, slow = check([plain(text)])
    assert {(one.code, one.line, one.message) for one in fast} == {
        (one.code, one.line, one.message) for one in slow
    }
    assert any(not isinstance(group, tree.Fact) for group in file.statements.chunks())  # type: ignore[attr-defined]


def test_no_node_is_built_of_facts_that_are_right(monkeypatch: pytest.MonkeyPatch) -> None:
    """Twenty thousand plain facts are checked as columns, and their annotations as text."""

    def refuse(*_: object) -> None:
        raise AssertionError

    lines = [f"member({('china', 'russia')[i % 2]}, sco) from article, likely.\n" for i in range(20_000)]
    file, _ = parse(SourceText("1.facts", SCHEMA + "".join(lines)))
    monkeypatch.setattr(FactColumns, "fact", refuse)
    monkeypatch.setattr(FactColumns, "annotations_of", refuse)
    checked, problems = check([file])
    assert checked is not None
    assert {problem.code for problem in problems} <= {"unused-relation"}


def test_one_mistake_in_many_rows_is_told_a_hundred_times_and_counted(bases: Bases) -> None:
    """A name that is wrong in every row of a run does not flood the reader."""
    _, problems = bases.run(SCHEMA + "member(chna, sco).\n" * 250 + "member(rusia, sco).\n")
    assert [problem.message for problem in problems if "chna" in problem.message][-1] == (
        "'chna' is not a declared country (and so at 150 more places)"
    )
    assert len(problems) == 101


def test_very_many_different_mistakes_are_told_in_part(bases: Bases) -> None:
    """A file of names that are not declared at all is told by its first hundred, in little time."""
    names = [f"member('Country {i}', sco).\n" for i in range(3_000)]
    _, problems = bases.run(SCHEMA + "member('china', sco).\n" * 200 + "".join(names))
    unknown = [problem for problem in problems if problem.code == "unknown-constant"]
    assert len(unknown) == 100
    assert unknown[-1].hint == "there are more of this kind: look at these first, and check again"


def test_the_checks_stand_in_one_tuple() -> None:
    """Nothing can add to the checks; each is a function with a docstring."""
    assert isinstance(CHECKS, tuple)
    assert all(one.__doc__ for one in CHECKS)


def test_a_check_changes_nothing() -> None:
    """Checking the same files again finds the same, and the files are as they were."""
    text = SCHEMA + 'member(chna, sco). friend(X) :- member(X, Y). ?- friend("Ankara").'
    file, _ = parse(SourceText("1.rules", text))
    assert check([file]) == check([file])
    assert file == parse(SourceText("1.rules", text))[0]
