"""On which days a condition on the date in view holds, for given values of its other variables."""

from __future__ import annotations

from alignment.engines.dated.calendar import Calendar, holds_on
from alignment.engines.dated.days import END, FIRST, Days, either
from alignment.factbase.relation import Row
from alignment.program.lower import NOW
from alignment.program.model import Comparison, Rule
from alignment.program.turns import names_in


class ChangesDaily(Exception):  # no error of its own: whoever asked tells it
    """A condition may turn on any day, so no days can be given."""

    def __init__(self, rule: Rule) -> None:
        self.rule = rule


class Truth:
    """Finds the days of conditions, each for the same values once."""

    def __init__(self, calendar: Calendar) -> None:
        self.calendar = calendar
        self._known: dict[tuple[int, Row], Days] = {}
        self._conditions: dict[int, tuple[Comparison, list[str]]] = {}

    def days(self, condition: Comparison, values: Row, rule: Rule) -> Days:
        """The days on which a condition holds for values of its variables in their order. Raises ChangesDaily."""
        key = (id(condition), values)
        found = self._known.get(key)
        if found is None:
            names = self._names(condition)
            found = self._known[key] = self._days(condition, dict(zip(names, values, strict=True)), rule)
        return found

    def _names(self, condition: Comparison) -> list[str]:
        if id(condition) not in self._conditions:
            names = dict.fromkeys((*names_in(condition.left), *names_in(condition.right)))
            self._conditions[id(condition)] = (condition, [name for name in names if name != NOW])
        return self._conditions[id(condition)][1]

    def _days(self, condition: Comparison, values: dict[str, int], rule: Rule) -> Days:
        turns = self.calendar.turning(condition, values)
        if turns is None:
            raise ChangesDaily(rule)
        found: Days = ()
        for begin, end in zip([FIRST, *turns], [*turns, END], strict=True):
            if holds_on(self.calendar.dictionary, condition, values, max(begin, self.calendar.first)):
                found = either(found, (begin, end))
        return found
