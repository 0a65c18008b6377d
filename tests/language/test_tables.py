"""The tables and the loop over them read what lark reads, and are kept where they can do no harm."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import lark
import pytest
from hypothesis import given

from alignment.language import lexical, tables
from alignment.language.machine import Reading
from alignment.language.patterns import WORKS, re
from alignment.language.phrases import WORDS
from alignment.language.printer import format_node
from alignment.language.tree import LIKELIHOOD
from alignment.problems import Problem
from alignment.source import SourceText
from tests.language import strategies as some

ORACLE = tables.build_lark()
MARKS = set("( ) [ ] { } , . : ; .. - :- ?- = != \\= == =:= < =< <= > >=".split())


class Shape:
    """A builder that makes nested tuples of rule names and words, as lark's own trees have them."""

    def __init__(self, source: SourceText) -> None:
        self.problems: list[Problem] = []
        self.source = source


def _shape(name: str) -> Any:
    return lambda _self, children, _begin, _end: (name, *(c for c in children if c not in MARKS))


for _rule in tables.tables().rules:
    if _rule.build:
        setattr(Shape, _rule.build, _shape(_rule.build))


def ours(text: str) -> Any:
    source = SourceText("t", text)
    builder = Shape(source)
    value = Reading(source, builder, fast=False, patient=False).read("file", 0, len(text))
    return None if builder.problems else value


def larks(text: str) -> Any:
    def shape(node: Any) -> Any:
        if isinstance(node, lark.Tree):
            children = [child for child in node.children if child not in MARKS]
            return (str(node.data), *map(shape, children))
        return str(node)

    try:
        return shape(ORACLE.parse(text, start="file"))
    except lark.UnexpectedInput:
        return None


@given(some.files.map(format_node))
def test_the_loop_reads_what_lark_reads(text: str) -> None:
    """On whole files the shape of the tree is the one that lark's own parser gives."""
    assert ours(text) == larks(text) is not None


@given(some.damaged())
def test_the_loop_refuses_what_lark_refuses(text: str) -> None:
    """On damaged files both accept the same texts, with the same trees; doc comments inside statements apart."""
    if "%!" not in text:
        assert ours(text) == larks(text)


def test_conflicts_are_only_where_a_word_begins_a_declaration(caplog: pytest.LogCaptureFixture) -> None:
    """LALR(1) leaves nothing open but words that could be names, and there the word is meant."""
    lark.logger.setLevel(logging.DEBUG)
    try:
        with caplog.at_level(logging.DEBUG, logger=lark.logger.name):
            tables.build_lark()
    finally:
        lark.logger.setLevel(logging.CRITICAL)
    rules = {record.getMessage() for record in caplog.records if record.getMessage().startswith(" *")}
    assert {re.sub(r"[A-Z]+>$", "WORD>", rule) for rule in rules} <= {" * <name : WORD>"}


def test_the_words_are_those_of_the_grammar() -> None:
    """What the printer quotes and the shell colours as words are the words of the grammar."""
    assert {text for text in tables.tables().words if text.isalpha()} == WORDS
    pattern = next(t.pattern.value for t in ORACLE.terminals if t.name == "LIKELIHOOD")
    assert all(re.fullmatch(pattern, word) for word in LIKELIHOOD)
    assert pattern.count("|") + 1 == len(LIKELIHOOD)


@pytest.mark.skipif(not WORKS, reason="the package regex has tables of Unicode of its own, newer than Python's")
def test_names_and_variables_of_unicode() -> None:
    """A name and a variable begin with the letters that Unicode says, and go on with letters, digits and marks."""
    patterns = {t.name: re.compile(t.pattern.to_regexp()) for t in ORACLE.terminals if t.name in {"NAME", "VARIABLE"}}
    for code in (*range(0x3100), *range(0x3100, 0x110000, 13)):
        char = chr(code)
        name, variable = (bool(patterns[kind].fullmatch(char)) for kind in ("NAME", "VARIABLE"))
        assert name == lexical.is_name(char), hex(code)
        assert variable == lexical.is_variable(char), hex(code)
        assert not (name and variable)
        assert bool(patterns["NAME"].fullmatch("a" + char)) == lexical.is_name("a" + char), hex(code)


def tokens(expression: str, text: str) -> list[tuple[int | None, tuple[int, int]]]:
    return [(match.lastindex, match.span(match.lastindex or 0)) for match in re.finditer(expression, text)]


@given(some.damaged())
def test_a_text_of_ascii_has_the_same_tokens_by_the_shorter_expression(text: str) -> None:
    """What the shorter one leaves out are characters beyond ASCII alone."""
    plain = text.encode("ascii", "ignore").decode()
    table = tables.tables()
    assert tokens(table.ascii_token, plain) == tokens(table.token, plain)
    assert table.pattern(plain).pattern == table.ascii_token
    assert table.pattern(plain + "é").pattern == table.token


def test_a_text_of_ascii_may_hold_any_of_its_characters() -> None:
    """One by one, after a letter of either case and before one."""
    table = tables.tables()
    text = "".join(f"{a}{chr(code)}{b} . " for code in range(128) for a in ("", "a", "A", "1") for b in ("", "b", "B", "2"))
    assert tokens(table.ascii_token, text) == tokens(table.token, text)


SCRIPT = """
import sys
from alignment.language.parser import parse
from alignment.source import SourceText
file, problems = parse(SourceText("t", "p(a). q(X) :- p(X)."))
assert len(file.statements) == 2 and not problems
print("lark" in sys.modules)
"""


def run(cache: Path) -> bool:
    """Whether a fresh process that reads a text had to import lark."""
    environment = {**os.environ, "XDG_CACHE_HOME": str(cache)}
    done = subprocess.run([sys.executable, "-c", SCRIPT], env=environment, capture_output=True, text=True, check=True)
    return done.stdout.strip() == "True"


def test_a_warm_process_imports_no_lark(tmp_path: Path) -> None:
    """The first process computes the tables and keeps them as JSON; the next one only loads them."""
    assert run(tmp_path)
    (file,) = (tmp_path / "alignment").iterdir()
    assert isinstance(json.loads(file.read_bytes().partition(b"\n")[2]), dict)
    assert not run(tmp_path)


@pytest.mark.parametrize("damage", [b"", b"junk", b"\xff\x00", b"{}", None])
def test_a_damaged_cache_is_made_anew(tmp_path: Path, damage: bytes | None) -> None:
    """What is not what was written is not used."""
    assert run(tmp_path)
    (file,) = (tmp_path / "alignment").iterdir()
    whole = file.read_bytes()
    file.write_bytes(whole[:-100] + b"9" * 100 if damage is None else damage)
    assert run(tmp_path)
    assert not run(tmp_path)


def test_without_a_place_for_the_cache(tmp_path: Path) -> None:
    """A folder that cannot be written to costs time, and nothing else."""
    (tmp_path / "alignment").write_text("a file where the folder should be")
    assert run(tmp_path)
    assert run(tmp_path)
