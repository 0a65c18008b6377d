"""A timeline says of every day what a question on that day says."""

from __future__ import annotations

import datetime
import random
from collections.abc import Iterator

import pytest

from alignment import AlignmentError, KnowledgeBase
from alignment.problems import LimitReached
from alignment.reasoning import timeline as timelines
from tests.dated import DAYS, dated, day

AROUND = range(-2, DAYS + 15)
"""The days that are asked one by one: a few before the first report, and long enough after the last."""

DECLARED = """
relation p(x: any). relation q(x: any, y: any). relation r(x: any). event met(x: any).
source a reliability b. source low reliability e.
"""

CASES = {
    "a state from its first day to the day before its end": (
        "p(one) since 2024-01-01 until 2024-02-01.",
        "p(X)",
        "one 2024-01-01 2024-02-01",
    ),
    "an event has happened ever after": ("met(one) on 2024-01-01.", "met(X)", "one 2024-01-01 -"),
    "what has no dates holds always": ("p(one). p(two) until 2024-01-01.", "p(X)", "one - - | two - 2024-01-01"),
    "periods that touch or overlap are one": (
        """p(one) since 2024-01-01 until 2024-02-01. p(one) since 2024-02-01 until 2024-03-01.
        p(one) since 2024-02-15 until 2024-04-01.""",
        "p(X)",
        "one 2024-01-01 2024-04-01",
    ),
    "a gap parts them": (
        "p(one) since 2024-01-01 until 2024-02-01. p(one) since 2024-02-02.",
        "p(X)",
        "one 2024-01-01 2024-02-01 | one 2024-02-02 -",
    ),
    "negation": (
        "p(one) since 2024-01-01. r(one) during 2024-02-01 .. 2024-03-01.",
        "p(X), not r(X)",
        "one 2024-01-01 2024-02-01 | one 2024-03-01 -",
    ),
    "an aggregate": (
        """q(one, a) since 2024-01-01. q(one, b) during 2024-01-10 .. 2024-01-20.
        many(X, N) :- q(X, _), N = #count{ Y : q(X, Y) }.""",
        "many(one, N)",
        "1 2024-01-01 2024-01-10 | 1 2024-01-20 - | 2 2024-01-10 2024-01-20",
    ),
    "several variables": (
        "q(one, a) since 2024-01-01. q(two, b) until 2024-01-01.",
        "q(X, Y)",
        "one a 2024-01-01 - | two b - 2024-01-01",
    ),
    "no variables": ("p(one) since 2024-01-01.", "p(one)", "2024-01-01 -"),
    "recursion": (
        """q(a, b) since 2024-01-01. q(b, c) during 2024-01-05 .. 2024-01-09.
        reach(X, Y) :- q(X, Y). reach(X, Z) :- reach(X, Y), q(Y, Z).""",
        "reach(a, c)",
        "2024-01-05 2024-01-09",
    ),
    "so many days ago": (
        "met(one) on 2024-01-01. recent(X) :- met(X) on D, D >= now - 90.",
        "recent(X)",
        "one 2024-01-01 2024-04-01",
    ),
    "a number of days, and whole weeks": (
        "met(one) on 2024-01-01. old(X) :- met(X) on D, N = (now - D) // 7, N >= 2, N < 4.",
        "old(X)",
        "one 2024-01-15 2024-01-29",
    ),
    "a date of the calendar": (
        "p(one). summer(X) :- p(X), now >= 2024-06-01, now < 2024-09-01.",
        "summer(X)",
        "one 2024-06-01 2024-09-01",
    ),
    "the day itself": ("met(one) on 2024-01-01. today(X) :- met(X) on now.", "today(X)", "one 2024-01-01 2024-01-02"),
    "a count of what is recent": (
        """p(x). met(one) on 2024-01-01. met(two) on 2024-01-03.
        active(N) :- p(x), N = #count{ X : met(X) on D, D > now - 5 }, N > 0.""",
        "active(N)",
        "1 2024-01-01 2024-01-03 | 1 2024-01-06 2024-01-08 | 2 2024-01-03 2024-01-06",
    ),
    "a count over a date set outside its braces": (
        """p(x). met(one) on 2024-01-01.
        active(N) :- p(x), S = now - 5, N = #count{ X : met(X) on D, D > S }, N > 0.""",
        "active(N)",
        "1 2024-01-01 2024-01-06",
    ),
    "never": ("p(one).", "r(X)", ""),
}


@pytest.fixture(params=["at once", "memory", "duckdb"])
def engine(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """All days evaluated at once, or one after the other on an engine."""
    if request.param == "at once":
        return "auto"
    monkeypatch.setattr(timelines, "can_be_dated", lambda _strata: False)
    return str(request.param)


@pytest.mark.parametrize(("text", "goal", "expected"), CASES.values(), ids=CASES.keys())
def test_periods(text: str, goal: str, expected: str, engine: str) -> None:
    """The periods of each answer, sorted; `-` is an open end."""
    kb = KnowledgeBase(engine)
    kb.add(DECLARED + text)
    shown = [" ".join("-" if value is None else str(value) for value in row.values()) for row in kb.timeline(goal)]
    assert " | ".join(shown) == expected


def test_what_changes_daily_is_refused_with_the_rule() -> None:
    """Answers that are others on every day have no timeline; the problem names the rule that brings the day in."""
    kb = KnowledgeBase()
    kb.add(DECLARED + "met(one) on 2024-01-01.\nage: since(X, N) :- met(X) on D, N = now - D.")
    with pytest.raises(AlignmentError, match="'age' gives other rows with every day"):
        kb.timeline("since(X, N)")


def test_the_view_without_its_date() -> None:
    """A timeline leaves out what its view does not trust, and looks at all days whatever the view's own."""
    kb = KnowledgeBase()
    kb.add(DECLARED + "p(one) since 2024-01-01 from a. p(one) since 2023-01-01 from low.")
    for as_of in ("ever", "1990-01-01", None):
        found = kb.view(as_of=as_of, min_confidence=0.5).timeline("p(X)")
        assert list(found) == list(kb.view(as_of=as_of, without=["low"]).timeline("p(X)"))
        assert [row["from"] for row in found] == [datetime.date(2024, 1, 1)]


def test_progress_ends_when_all_is_done(engine: str) -> None:
    """Whoever draws a bar is told how much there is to do, and at last that all is done."""
    kb, told = KnowledgeBase(engine), list[tuple[int, int]]()
    kb.add(DECLARED + "p(one) during 2024-01-01 .. 2024-02-01. r(one) since 2020-01-01.")
    kb.timeline("p(X)", progress=lambda done, of: told.append((done, of)))
    assert told == ([(0, 1), (1, 1)] if engine == "auto" else [(0, 2), (1, 2), (2, 2)])


def test_a_timeline_can_be_stopped(engine: str) -> None:
    """The limit of time holds, and names the rule at work where there is one."""
    kb = KnowledgeBase(engine, time_limit=1e-9)
    kb.add(DECLARED + "p(one) since 2024-01-01. s(X) :- p(X).")
    with pytest.raises(LimitReached, match="time limit"):
        kb.timeline("s(X)")


def wrong_days(kb: KnowledgeBase, goal: str) -> list[str]:
    """The days on which the timeline of a goal and its answers differ."""
    timeline = kb.timeline(goal)
    wrong = []
    for number in AROUND:
        today = day(number)
        held = {tuple(row[name] for name in timeline.columns[:-2]) for row in timeline if covers(row, today)}
        asked = set(kb.view(as_of=today).query(goal).rows)
        if held != asked:
            wrong.append(f"{today}: the timeline of {goal} has {held}, the answers are {asked}")
    return wrong


def covers(row: dict[str, object], today: datetime.date) -> bool:
    """Whether a period covers a day."""
    start, end = row["from"], row["until"]
    begun = start is None or (isinstance(start, datetime.date) and start <= today)
    return begun and (end is None or (isinstance(end, datetime.date) and today < end))


def random_goals(engine: str, seeds: range, goals: int) -> Iterator[tuple[KnowledgeBase, str, str]]:
    """Some goals of random programs, each with its base and the program's text."""
    for seed in seeds:
        program = dated(seed)
        kb = KnowledgeBase(engine)
        try:
            kb.add(program.text)
        except AlignmentError:
            continue  # an aggregate that needs another's value in its braces
        for goal in random.Random(seed).sample(program.goals, min(goals, len(program.goals))):
            yield kb, goal, program.text


def test_random_timelines_agree_with_every_day() -> None:
    """Negation, aggregates, recursion, evidence and conditions on the date: each day is as asked on that day."""
    asked = 0
    for kb, goal, text in random_goals("memory", range(30), 4):
        assert wrong_days(kb, goal) == [], text
        asked += 1
    assert asked > 60


@pytest.mark.parametrize(("engine", "seeds"), [("memory", range(100, 140)), ("duckdb", range(250, 252))], indirect=["engine"])
def test_random_timelines_agree_day_after_day(engine: str, seeds: range, monkeypatch: pytest.MonkeyPatch) -> None:
    """All days at once give what one day after the other gives on the engines."""
    asked = 0
    for kb, goal, text in random_goals(engine, seeds, 6):
        one_by_one = list(kb.timeline(goal))
        with monkeypatch.context() as patched:
            patched.setattr(timelines, "can_be_dated", lambda _strata: True)
            assert list(kb.timeline(goal)) == one_by_one, (goal, text)
        asked += 1
    assert asked > 3 * len(seeds)
