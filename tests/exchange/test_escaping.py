"""No name breaks out of its quotes: any text as symbol, text, relation, label and remark, in every target."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from alignment import AlignmentError
from alignment.exchange.content import Content
from alignment.exchange.document import json_lines
from alignment.language.lexical import quoted_symbol, quoted_text
from tests.exchange.asp import clingo_rows
from tests.exchange.rows import content, differences, our_rows
from tests.exchange.swipl import SWIPL, prolog_rows
from tests.exchange.test_souffle import souffle_rows

NASTY = ["'", '"', "\\", "\\'", '").', "'). halt. %", "\n:- halt.\n", "*/", "/*", "%", "\t", "\r", "\0", "\x1b", "\u2028", "\x85",
         "é", "Ω", "ß", "😀", "not", "is", ":-", "[]", "{}", "|", ",", " ", "a b", "A", "_", "0", "`", "a\\", "${x}", "#show p/1."]  # fmt: skip
names = st.one_of(st.sampled_from(NASTY), st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8), st.lists(st.sampled_from(NASTY), min_size=2, max_size=4).map("".join))
FEW = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])


def base(found: list[str]) -> Content | None:
    """A base in which the names stand everywhere; None if the language itself refuses one of them."""
    lines = []
    for i, name in enumerate(found):
        symbol, text = quoted_symbol(name), quoted_text(name)
        lines.append(f"thing({symbol}, {text}). -{symbol}({i}). 'r{i} '(X) :- {symbol}(X), thing(_, X). {symbol}({i}).")
        lines.append(f"{quoted_symbol(f'{name}{i}')}: same(X) :- thing(X, Y), X != {symbol}, Y != {text}, X in [{symbol}, x], not {symbol}(X).")
        lines.append(f"late(X) :- thing(X, _), X > {symbol}. least(N) :- N = #min{{ X : thing(X, _); Y : thing(_, Y) }}.")
    try:
        return content("\n".join(lines))
    except AlignmentError:
        return None


@pytest.mark.skipif(SWIPL is None, reason="swipl is not installed: apt-get install swi-prolog-nox")
@given(st.lists(st.lists(names, min_size=1, max_size=5), min_size=20, max_size=20))
@settings(FEW, max_examples=4, phases=[Phase.explicit, Phase.reuse, Phase.generate])  # shrinking starts too many processes
def test_prolog(found: list[list[str]]) -> None:
    """SWI-Prolog derives the same, whatever the names."""
    contents = [one for group in found if (one := base(group)) is not None]
    with tempfile.TemporaryDirectory() as folder:
        theirs = prolog_rows(contents, Path(folder))
    assert [differences(our_rows(one), rows) for one, rows in zip(contents, theirs, strict=True)] == [""] * len(contents)


@pytest.mark.parametrize("rows_of", [clingo_rows, souffle_rows])
@given(found=st.lists(names, min_size=1, max_size=4))
@FEW
def test_clingo_and_souffle(rows_of: object, found: list[str]) -> None:
    """The same rows, or a refusal that names the character."""
    one = base(found)
    if one is None:
        return
    try:
        theirs = rows_of(one)  # type: ignore[operator]
    except AlignmentError as error:
        assert all("character" in problem.message for problem in error.problems), error
        return
    assert differences(our_rows(one), theirs) == ""


@given(st.lists(names, min_size=1, max_size=4))
@FEW
def test_json(found: list[str]) -> None:
    """The document is JSON and holds each name."""
    one = base(found)
    if one is not None:
        document = json.loads("\n".join(json_lines(one)))
        assert {row["values"][0] for row in document["relations"]["thing"]["rows"]} == set(found)


def test_most_names_are_allowed() -> None:
    """The language takes the odd names, so the tests above compare something."""
    assert sum(base([name]) is not None for name in NASTY) > len(NASTY) * 0.7
