"""Coverage-guided fuzzing of the parser, by hand: `pip install atheris`, then

    python -m tests.language.fuzz_run -max_total_time=600 [a folder for the corpus]

A text gives a tree and problems, the problems can be shown, and a text without problems survives formatting.
"""

from __future__ import annotations

import sys

import atheris  # not in the lock file: it is run by hand, where its wheel fits the Python

with atheris.instrument_imports(include=["alignment"]):
    from alignment.language.parser import decode, parse, parse_atom, parse_body
    from alignment.language.printer import format_file
    from alignment.problems import Problem
    from alignment.source import SourceText


def one_input(data: bytes) -> None:
    """One text, as a file and as a goal."""
    source = decode("t", data)
    if isinstance(source, Problem):
        str(source)
        return
    file, problems = parse(source)
    for problem in problems:
        str(problem)
        assert problem.span is not None
        assert 0 <= problem.span.start <= problem.span.end <= len(source.text)
    if not problems:
        formatted, found = format_file(source)
        assert not found
        again, wrong = parse(SourceText("t", formatted))
        assert not wrong, formatted
        assert again == file, formatted
    for read in (parse_body, parse_atom):
        value, wrong = read(SourceText("g", source.text))
        assert (value is None) == bool(wrong)


if __name__ == "__main__":
    atheris.Setup(sys.argv, one_input)
    atheris.Fuzz()
