"""`timeline goal = { rows }`: the periods expected and those found, compared as sets."""

from __future__ import annotations

from alignment.knowledge import KnowledgeBase
from alignment.language import tree
from alignment.language.printer import format_node
from alignment.problems import AlignmentError, Problem
from alignment.reasoning.timeline import Period
from alignment.scripted.explain import text_of
from alignment.scripted.results import Failure
from alignment.scripted.rows import Row, counted_rows, listed, resolved_rows

Held = tuple[Row, Period]


def check_timeline(kb: KnowledgeBase, step: tree.Timeline) -> Failure | None:
    """The failure of a `timeline` step, with the periods that are missing and those that are too many."""
    found = kb.timeline(step.body).timeline
    held = [
        (row, period) for row, periods in zip(found.constants, found.periods, strict=True) for period in periods
    ]
    expected = _expected(kb, step, found.columns)
    missing = [one for one in expected if one not in set(held)]
    extra = [one for one in held if one not in expected]
    if not missing and not extra:
        return None
    parts = [f"{len(rows)} {word}" for rows, word in ((missing, "missing"), (extra, "extra")) if rows]
    columns = ", ".join([*found.columns, "from .. until"])
    lines = [
        f"Expected: {counted_rows(len(expected))} for ({columns})",
        f"Found:    {counted_rows(len(held))}",
        *listed("missing", list(map(held_text, missing))),
        *listed("extra", list(map(held_text, extra))),
    ]
    return Failure(step.span, f"timeline of {text_of(step.body)}: {' and '.join(parts)}", "\n".join(lines))


def held_text(held: Held) -> str:
    """A row and its period as the language writes them."""
    row, period = held
    ends = [None if day is None else tree.Date(day) for day in (period.start, period.end)]
    return format_node(tree.TimelineRow(row, tree.Period(*ends)))


def _expected(kb: KnowledgeBase, step: tree.Timeline, columns: tuple[str, ...]) -> dict[Held, None]:
    """The rows as written, names and aliases resolved. Raises AlignmentError for what cannot be one."""
    problems = [problem for row in step.rows for problem in _empty(row.period)]
    if problems:
        raise AlignmentError(problems)
    rows = resolved_rows(kb, step, [row.values for row in step.rows], columns)
    periods = [Period(*(None if end is None else end.value for end in (one.start, one.end))) for one in _periods(step)]
    return dict.fromkeys(zip(rows, periods, strict=True))


def _periods(step: tree.Timeline) -> list[tree.Period]:
    return [row.period for row in step.rows]


def _empty(period: tree.Period) -> list[Problem]:
    start, end = period.start, period.end
    if start is None or end is None or start.value < end.value:
        return []
    message = f"this period ends before it begins, or on that day: {start.value} .. {end.value}"
    hint = "the second date is the first day on which the answer holds no more"
    return [Problem("bad-interval", period.span, message, hint)]
