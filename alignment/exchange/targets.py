"""The systems that a base can be written for, loaded when asked for, and the files that each gets."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from importlib import import_module
from typing import TypeAlias

from alignment.exchange.content import Content
from alignment.problems import AlignmentError, Problem
from alignment.records import frozen

CODE = "not-exportable"
"""The code of what a target cannot say."""


@frozen
class Part:
    """One file: its name below the folder, and what is in it, as lines of text or as bytes."""

    name: str
    lines: Iterable[str | bytes]

    def chunks(self) -> Iterator[bytes]:
        """The bytes of the file, piece by piece."""
        for line in self.lines:
            yield line if isinstance(line, bytes) else _encoded(line)


Parts: TypeAlias = Iterator[Part]


@frozen
class Target:
    """A system: its name, the ending of its one file or None where it has several, and who writes them.

    One that `has_rules` gets them, with the facts; the others get the rows that rules give.
    """

    name: str
    ending: str | None
    handler: str
    has_rules: bool = False

    def parts(self, content: Content) -> list[Part]:
        """The files. Raises AlignmentError with everything that the target cannot say."""
        circle = next((stratum for stratum in content.program.strata if stratum.alternating), None)
        if circle is not None and self.has_rules:
            through = circle.rules[0].name
            message = f"{self.name} cannot say this: defaults that go round in a circle, through '{through}'"
            hint = "export the rows that they give: --to csv, parquet or json"
            raise AlignmentError(Problem(CODE, circle.rules[0].origin.span, message, hint))
        module, _, name = self.handler.partition(":")
        found: Callable[[Content], Parts] = getattr(import_module(f"alignment.exchange.{module}"), name)
        return list(found(content))


TARGETS: dict[str, Target] = {
    target.name: target
    for target in (
        Target("prolog", ".pl", "prolog:parts", has_rules=True),
        Target("clingo", ".lp", "clingo:parts", has_rules=True),
        Target("souffle", None, "souffle:parts", has_rules=True),
        Target("csv", None, "tabular:csv_parts"),
        Target("parquet", None, "parquet:parquet_parts"),
        Target("json", ".json", "document:parts"),
    )
}


def parts_of(content: Content, targets: Sequence[Target]) -> dict[str, list[Part]]:
    """The files of several targets. Raises AlignmentError with what any of them cannot say."""
    found: dict[str, list[Part]] = {}
    problems: list[Problem] = []
    for target in targets:
        try:
            found[target.name] = target.parts(content)
        except AlignmentError as error:
            problems += error.problems
    if problems:
        raise AlignmentError(problems)
    return found


def _encoded(line: str) -> bytes:
    try:
        return f"{line}\n".encode()
    except UnicodeEncodeError:
        message = f"a name holds half a character, which no file can hold: {line!a}"
        raise AlignmentError(Problem(CODE, None, message)) from None
