"""A view sees a state while its period covers the date, and an event from its day on."""

import datetime

import pytest

from alignment.factbase.report import Report, View


def day(text: str) -> datetime.date:
    """A date from its ISO form."""
    return datetime.date.fromisoformat(text)


STATE = Report(source="kiel", confidence=0.6, since=day("2022-02-24"), until=day("2024-01-01"))
EVENT = Report(source="kremlin", confidence=None, on=day("2024-07-03"))


@pytest.mark.parametrize(
    ("report", "view", "seen"),
    [
        (STATE, View(day("2022-02-23")), False),
        (STATE, View(day("2022-02-24")), True),
        (STATE, View(day("2023-12-31")), True),
        (STATE, View(day("2024-01-01")), False),
        (STATE, View(None), True),
        (EVENT, View(day("2024-07-02")), False),
        (EVENT, View(day("2024-07-03")), True),
        (EVENT, View(day("2030-01-01")), True),
        (STATE, View(None, min_confidence=0.6), True),
        (STATE, View(None, min_confidence=0.61), False),
        (EVENT, View(None, min_confidence=0.01), False),
        (STATE, View(None, without=frozenset({"kiel"})), False),
        (Report(), View(day("1900-01-01"), 1.0, frozenset({"kiel"})), True),
    ],
)
def test_what_a_view_sees(report: Report, view: View, seen: bool) -> None:
    """Dates, thresholds and left-out sources, at their borders."""
    assert view.sees(report) is seen
