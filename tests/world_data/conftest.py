"""The bundled base of the world, loaded once, its facts as they are written, and the tables to hold it against."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from alignment import KnowledgeBase
from alignment.language import tree
from alignment.language.parser import decode, parse
from alignment.language.printer import format_node

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared" / "data"
FILES = sorted((ROOT / "facts" / "world").glob("*.facts"))


@dataclass(frozen=True)
class Report:
    """A fact as it is written, with what its block adds."""

    file: str
    predicate: str
    args: tuple
    negative: bool
    annotations: tuple

    @property
    def text(self) -> str:
        return f"{'-' if self.negative else ''}{self.predicate}({', '.join(map(str, self.args))})"

    def day(self, kind):
        """The date after `since`, `until` or `on`, or None."""
        return next((str(one.date.value) for one in self.annotations if isinstance(one, kind)), None)

    @property
    def period(self):
        """The first day and the day after the last, either of them None where the fact does not say."""
        for one in self.annotations:
            if isinstance(one, tree.During):
                return str(one.start.value), str(one.end.value)
        return self.day(tree.Since), self.day(tree.Until)

    @property
    def since(self):
        return self.period[0]

    @property
    def until(self):
        return self.period[1]

    @property
    def sources(self):
        return [format_node(one.source) for one in self.annotations if isinstance(one, tree.From)]


def _reports(path: Path) -> Iterator[Report]:
    file, problems = parse(decode(path.name, path.read_bytes()))
    assert not problems
    for statement in file.statements:
        facts = statement.facts if isinstance(statement, tree.Block) else [statement]
        shared = statement.annotations if isinstance(statement, tree.Block) else ()
        for fact in facts:
            if isinstance(fact, tree.Fact):
                args = tuple(getattr(arg, "name", getattr(arg, "value", None)) for arg in fact.atom.args)
                yield Report(
                    path.stem, fact.atom.predicate, args, fact.atom.negative, (*shared, *fact.annotations)
                )


@cache
def reports(predicate: str | None = None) -> tuple[Report, ...]:
    """Every fact of the base as it is written, or those of one predicate."""
    if predicate is not None:
        return tuple(report for report in reports() if report.predicate == predicate)
    return tuple(report for path in FILES for report in _reports(path))


@pytest.fixture(scope="session")
def world() -> KnowledgeBase:
    """The whole base, without rules."""
    base = KnowledgeBase()
    base.load("@facts/world")
    return base


@cache
def codes() -> dict[str, str]:
    """Countries by their three-letter codes."""
    return {report.args[1]: report.args[0] for report in reports("iso3")}


def table(name: str) -> list[dict[str, str]]:
    """The rows of a shared table; the test is skipped where there is none."""
    path = SHARED / name
    if not path.exists():
        pytest.skip(f"{path} is not here")
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
