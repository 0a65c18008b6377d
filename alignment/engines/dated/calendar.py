"""The days on which a condition on the date in view turns, for given values of its other variables.

`D >= now - 90` turns once for each D. Such a condition compares expressions that only rise or only fall as
the days go by, so halving the calendar finds the day, whatever arithmetic stands in them.
"""

from __future__ import annotations

import datetime
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from typing import TypeAlias

from alignment.engines.dated.days import EARLIEST, LATEST
from alignment.factbase.arithmetic import NumberTooLarge, apply, compare
from alignment.factbase.dictionary import DAY, Dictionary, Sort
from alignment.program.model import Comparison, Const, Expression, Operation
from alignment.program.turns import TODAY
from alignment.records import frozen

Values: TypeAlias = Mapping[str, int]

TESTS = {">=": (">=",), "<": (">=",), ">": (">",), "=<": (">",)}
"""The comparisons whose turning makes each one turn; what asks for equality turns with both."""


@frozen
class Calendar:
    """The days to look at, as ordinals, and the dictionary that values are encoded in."""

    dictionary: Dictionary
    first: int
    last: int

    def turning(self, condition: Comparison, values: Values) -> list[int] | None:
        """The days after the first from which on a condition may hold no more, or anew; None: any day may be one."""
        trend = self._trend(Operation("-", condition.left, condition.right), values)
        if trend is None:
            return None
        tests = TESTS.get(condition.operator, (">=", ">")) if trend else ()
        found = {self._turn(Comparison(test, condition.left, condition.right), values) for test in tests}
        return sorted(found - {self.first, self.last + 1})

    def _turn(self, condition: Comparison, values: Values) -> int:
        """The first day on which a condition that turns once is not as on the first; else the day after the last."""
        dictionary = self.dictionary
        before = holds_on(dictionary, condition, values, self.first)
        days = range(self.first, self.last + 1)
        return self.first + bisect_left(
            days, True, key=lambda day: holds_on(dictionary, condition, values, day) is not before
        )

    def _trend(self, expression: Expression, values: Values) -> int | None:
        """1 for what only rises as the days go by, -1 for what only falls, 0 for what stays, None for the rest."""
        if not isinstance(expression, Operation):
            return int(expression == TODAY)
        left, right = self._trend(expression.left, values), self._trend(expression.right, values)
        if left is None or right is None:
            return None
        match expression.operator:
            case "+" | "-" as sign:
                right = right if sign == "+" else -right
                return left or right if not left or not right or left == right else None
            case _ if not left and not right:
                return 0
            case "*" if not left or not right:
                return (left or right) * self._sign(expression.right if left else expression.left, values)
            case "/" | "//" if not right:
                return left * self._sign(expression.right, values)
            case _:
                return None

    def _sign(self, expression: Expression, values: Values) -> int:
        """The sign of a number that does not depend on the day; 0 where it is none, and makes nothing turn."""
        value = _value(self.dictionary, expression, values, self.first)
        if value is None or self.dictionary.sort(value) is not Sort.NUMBER:
            return 0
        number = self.dictionary.decode(value)
        assert isinstance(number, int | float)
        return (number > 0) - (number < 0)


def calendar_of(dictionary: Dictionary, days: Sequence[datetime.date]) -> Calendar:
    """The calendar for a base that names some days, sorted."""
    first = min([EARLIEST.toordinal(), *(max(1, day.toordinal() - 1) for day in days[:1])])
    last = max([LATEST.toordinal(), *(day.toordinal() for day in days[-1:])])
    return Calendar(dictionary, first, last)


def holds_on(dictionary: Dictionary, condition: Comparison, values: Values, day: int) -> bool:
    """Whether a condition holds on a day, given as its ordinal, for values of its other variables."""
    left, right = (_value(dictionary, side, values, day) for side in (condition.left, condition.right))
    return left is not None and right is not None and compare(dictionary, condition.operator, left, right)


def _value(dictionary: Dictionary, expression: Expression, values: Values, day: int) -> int | None:
    if isinstance(expression, Operation):
        left, right = (_value(dictionary, side, values, day) for side in (expression.left, expression.right))
        if left is None or right is None:
            return None
        try:
            return apply(dictionary, expression.operator, left, right)
        except NumberTooLarge:
            return None
    if expression == TODAY:
        return day << 2 | DAY
    return expression.id if isinstance(expression, Const) else values[expression.name]
