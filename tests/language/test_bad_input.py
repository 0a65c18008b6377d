"""Whatever stands in a file: a tree and problems, soon, and nothing is executed."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alignment.language.parser import decode, parse, parse_atom, parse_body
from alignment.language.printer import format_file
from alignment.problems import Problem
from alignment.source import SourceText
from tests.language import strategies as some


def survives(text: str) -> None:
    """A text is read, its problems have places in it and can be shown, and it is formatted or left alone."""
    source = SourceText("t", text)
    file, problems = parse(source)
    for problem in problems:
        assert problem.span is not None
        assert 0 <= problem.span.start <= problem.span.end <= len(text)
        assert problem.message
        assert str(problem)
    assert problems or not text.strip() or len(file.statements) >= 0
    formatted, found = format_file(source)
    assert found == problems
    assert formatted == text if problems else not parse(SourceText("t", formatted))[1]


@given(st.text() | st.text(st.sampled_from("pX_(){}[].,:-?\\+'\"%/*#0123456789 \n\u202e")))
def test_any_text(text: str) -> None:
    """Any characters at all."""
    survives(text)
    for read in (parse_body, parse_atom):
        value, problems = read(SourceText("g", text))
        assert (value is None) == bool(problems)


@given(some.damaged())
def test_a_damaged_file(text: str) -> None:
    """A file with tokens lost, doubled and replaced."""
    survives(text)


@given(some.fact_files)
def test_facts_and_junk(text: str) -> None:
    """Runs of facts with other things between them."""
    survives(text)


@given(st.binary())
def test_any_bytes(data: bytes) -> None:
    """Binary files."""
    source = decode("t", data)
    if isinstance(source, Problem):
        assert str(source)
    else:
        survives(source.text)


@given(some.files.map(some.format_node), st.data())
def test_half_a_file(text: str, data: st.DataObject) -> None:
    """A file cut anywhere."""
    survives(text[: data.draw(st.integers(0, len(text)))])


SCRIPT = r"""
import re, sys, time
from alignment.language.parser import parse
from alignment.source import SourceText
source = SourceText("t", eval(sys.argv[1]))
before = time.process_time()
problems = parse(source)[1]
shown = "".join(map(str, problems))
took = time.process_time() - before  # of the processor: the machine may be busy with other tests
# not ru_maxrss: that begins with what the process was forked from
peak = int(re.search(r"VmHWM:\s*(\d+)", open("/proc/self/status").read())[1]) // 1024
print(len(problems), problems[0].code, round(took, 2), peak)
"""

HUGE = {
    "100,000 nested parentheses": '"p(" + "(" * 100_000 + "1" + ")" * 100_000 + ")."',
    "a line of 50 MB in brackets": '"(" * 50_000_000',
    "an argument list of 50 MB": '"p(a" + ",a" * 25_000_000',
    "a quote of 50 MB without an end": '\'"\' + "x" * 50_000_000',
    "a comment of 50 MB without an end": '"/*" + "*" * 50_000_000',
    "50 MB of braces": '"{" * 50_000_000',
    "a sum of 50 MB": '"p :- X = 1" + "+1" * 25_000_000 + "."',
    "a name of 50 MB": '"a" * 50_000_000',
    "50 MB of addresses of servers": '"postgres://a:" * 4_000_000',
}


@pytest.mark.parametrize("name", HUGE)
def test_huge_input(name: str) -> None:
    """A problem within 2 seconds and 500 MB, Python and the text included."""
    done = subprocess.run([sys.executable, "-c", SCRIPT, HUGE[name]], capture_output=True, text=True, check=True)
    count, code, took, peak = done.stdout.split()
    assert (int(count), code) == (1, "syntax")
    assert float(took) < 2
    assert int(peak) < 500


@pytest.mark.parametrize("text", ["__import__('os').", "p(__import__).", "p :- X = __import__('os').", "eval('1')."])
def test_nothing_is_executed(text: str) -> None:
    """Names of Python are names like others."""
    survives(text)


def test_many_mistakes_are_found_quickly() -> None:
    """A long file of which every line is wrong takes no longer than one that is right."""
    before = time.perf_counter()
    _, problems = parse(SourceText("t", "p(a b).\n" * 100_000))
    assert len(problems) == 100
    assert time.perf_counter() - before < 1
