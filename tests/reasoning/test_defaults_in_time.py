"""Defaults in time: timelines and differences between two days, against a base of its own for each day.

The facts of random theories of defeasible logic get periods; the base of a day has only those that the day sees,
without a date, so that nothing of what is tested here has a part in it.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from alignment import AlignmentError, KnowledgeBase
from alignment.language.printer import format_node
from tests.dated import day
from tests.theories import ARITIES, CONCLUDED, theory

LAST = 6
"""Days are 0 to this one; all facts begin and end on some of them."""


@dataclass(frozen=True)
class Told:
    """A theory whose facts hold in periods."""

    lines: tuple[tuple[str, int | None, int | None], ...]

    @property
    def text(self) -> str:
        """The theory with its dates."""
        return "\n".join(_dated(*one) for one in self.lines)

    def on(self, today: int) -> str:
        """The theory as a day sees it, without dates."""
        seen = (line for line, since, until in self.lines if (since or 0) <= today and (until is None or today < until))
        return "\n".join(seen)


def _dated(line: str, since: int | None, until: int | None) -> str:
    dates = [f"since {day(since)}"] if since is not None else []
    dates += [f"until {day(until)}"] if until is not None else []
    return f"{line.removesuffix('.')} {', '.join(dates)}." if dates else line


def told(seed: int) -> Told:
    """The theory of a seed, some of its facts with periods."""
    chance, lines = random.Random(seed), []
    declared, statements = theory(seed).text.splitlines(), theory(seed).statements
    for line in [*(one for one in declared if one.startswith("relation")), *statements]:
        is_fact = not any(mark in line for mark in (":-", ": ", "prefer", "exclusive", "relation", "normally"))
        first, last = sorted(chance.sample(range(1, LAST + 1), 2))
        periods = [(None, None), (first, None), (None, last), (first, last)]
        lines.append((line.replace("()", ""), *(chance.choice(periods) if is_fact else (None, None))))
    return Told(tuple(lines))


def bases(seeds: range, engine: str = "memory") -> Iterator[tuple[Told, KnowledgeBase]]:
    """The theories of some seeds that can be loaded, each with its base."""
    for seed in seeds:
        kb = KnowledgeBase(engine)
        try:
            kb.add(told(seed).text)
        except AlignmentError:
            continue  # refused where rules are written, such as an aggregate inside a circle
        yield told(seed), kb


def goals() -> Iterator[tuple[str, str]]:
    """Each relation that rules conclude, and what is denied of it, as goals."""
    for name in CONCLUDED:
        arguments = f"({', '.join(f'X{i}' for i in range(ARITIES[name]))})" if ARITIES[name] else ""
        yield name, f"{name}{arguments}"
        yield f"-{name}", f"-{name}{arguments}"


@pytest.mark.parametrize(("engine", "seeds"), [("memory", range(60)), ("duckdb", range(60, 66))])
def test_each_day_of_a_timeline_is_as_in_a_base_of_that_day(engine: str, seeds: range) -> None:
    """Beaten and undecided rules, preferences and what is certain change from day to day, and the periods follow."""
    compared = held = 0
    for program, kb in bases(seeds, engine):
        days = {}
        for today in range(LAST + 1):
            days[today] = KnowledgeBase("memory")
            days[today].add(program.on(today))
        for name, goal in goals():
            timeline = list(kb.timeline(goal))
            for today, alone in days.items():
                rows = {
                    tuple(value for column, value in row.items() if column not in ("from", "until"))
                    for row in timeline
                    if (row["from"] is None or row["from"] <= day(today)) and (row["until"] is None or day(today) < row["until"])
                }
                assert rows == alone.rows(name), f"{goal} on {day(today)}\n{program.text}"
                compared, held = compared + 1, held + len(rows)
    assert compared > 60 * len(seeds)
    assert held > 4 * len(seeds)


def test_the_difference_between_two_days_is_that_of_their_bases() -> None:
    """What appears and vanishes between two days is what one base of a day has and the other has not, each with a cause."""
    appeared = vanished = 0
    for program, kb in bases(range(100, 160)):
        before, after = KnowledgeBase("memory"), KnowledgeBase("memory")
        before.add(program.on(1))
        after.add(program.on(4))
        for name, goal in goals():
            changes = kb.view(as_of=day(1)).diff(kb.view(as_of=day(4)), goal)
            new, gone = (
                {tuple(format_node(arg) for arg in one.claim.args) for one in some}
                for some in (changes.appeared, changes.vanished)
            )
            was, now = (
                {tuple(str(value) for value in row) for row in base.rows(name)} for base in (before, after)
            )
            assert (new, gone) == (now - was, was - now), f"{goal}\n{program.text}"
            assert all(one.reason and one.reason.causes for one in (*changes.appeared, *changes.vanished)), program.text
            appeared, vanished = appeared + len(new), vanished + len(gone)
    assert min(appeared, vanished) > 20
