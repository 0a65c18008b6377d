"""The meaning of comparisons, arithmetic and aggregates over encoded constants.

One definition for every engine and for proofs. Numbers compare by value, dates by day, symbols and
texts by code point; constants of different kinds have no order. Arithmetic is Prolog's: `/` of whole
numbers that divide is whole, `//` cuts towards zero, `mod` has the sign of the divisor. A date plus or
minus a whole number is a date, the difference of dates is a number of days. What has no value (a
symbol plus one, a division by zero) makes the literal false.
"""

from __future__ import annotations

import datetime
import math
import operator
from collections.abc import Callable, Collection, Mapping
from typing import Any

from alignment.factbase.dictionary import Dictionary, Sort, Value

LARGEST = 2**63 - 1
"""Whole numbers are 64 bits wide on every engine; a result beyond that is reported, never wrapped."""


class NumberTooLarge(ArithmeticError):
    """A whole number left the range of 64 bits; an engine turns this into a problem that names the rule."""


ORDER: Mapping[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "=<": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def compare(dictionary: Dictionary, op: str, left: int, right: int) -> bool:
    """Whether `left op right` holds for two encoded constants."""
    if op == "=":
        return left == right
    if op == "!=":
        return left != right
    if left == right:
        return op in ("=:=", "=<", ">=")
    if dictionary.sort(left) is not dictionary.sort(right):
        return False
    a, b = dictionary.decode(left), dictionary.decode(right)
    return a == b if op == "=:=" else ORDER[op](a, b)


def apply(dictionary: Dictionary, op: str, left: int, right: int) -> int | None:
    """The encoded result of `left op right`, or None where it has none.

    Raises NumberTooLarge for a whole number beyond 64 bits.
    """
    result = _calculate(op, dictionary.decode(left), dictionary.decode(right))
    return None if result is None else dictionary.value(result)


def _calculate(op: str, a: Value, b: Value) -> int | float | datetime.date | None:
    if isinstance(a, str) or isinstance(b, str):
        return None
    if isinstance(a, datetime.date) or isinstance(b, datetime.date):
        return _shift(op, a, b)
    try:
        result = _NUMERIC[op](a, b)
    except (ZeroDivisionError, OverflowError):
        return None
    return _in_range(result)


def _shift(op: str, a: int | float | datetime.date, b: int | float | datetime.date) -> int | datetime.date | None:
    try:
        if isinstance(a, datetime.date) and isinstance(b, datetime.date):
            return (a - b).days if op == "-" else None
        if isinstance(a, datetime.date) and isinstance(b, int) and op in "+-":
            return a + datetime.timedelta(days=b if op == "+" else -b)
        if isinstance(b, datetime.date) and isinstance(a, int) and op == "+":
            return b + datetime.timedelta(days=a)
    except OverflowError:
        return None
    return None


def _divide(a: int | float, b: int | float) -> int | float:
    if isinstance(a, int) and isinstance(b, int) and a % b == 0:
        return a // b
    return a / b


def _truncate(a: int | float, b: int | float) -> int | float:
    if isinstance(a, int) and isinstance(b, int):
        quotient = abs(a) // abs(b)
        return quotient if (a < 0) == (b < 0) else -quotient
    return float(math.trunc(a / b))


_NUMERIC: Mapping[str, Callable[[int | float, int | float], int | float]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": _divide,
    "//": _truncate,
    "mod": operator.mod,
}


def _in_range(number: int | float) -> int | float | None:
    if isinstance(number, float):
        return (number or 0.0) if math.isfinite(number) else None  # -0.0 and 0.0 are one constant
    if not -LARGEST - 1 <= number <= LARGEST:
        raise NumberTooLarge
    return number


def aggregate(dictionary: Dictionary, function: str, rows: Collection[tuple[int, ...]]) -> int | None:
    """The encoded value of an aggregate over distinct rows of terms, or None where it has none.

    `sum` and `avg` leave out rows whose first term is no number; `min` and `max` order by
    `Dictionary.sort_key`, so that they are defined for every mix of constants.
    """
    if function == "count":
        return dictionary.value(len(rows))
    if function in ("min", "max"):
        if not rows:
            return None
        chosen = (min if function == "min" else max)((row[0] for row in rows), key=dictionary.sort_key)
        return int(chosen)
    numbers = [
        value
        for row in rows
        if dictionary.sort(row[0]) is Sort.NUMBER and isinstance(value := dictionary.decode(row[0]), int | float)
    ]
    total = _total(numbers)
    if function == "sum":
        result = _in_range(total)
        return None if result is None else dictionary.value(result)
    return dictionary.value(_divide(total, len(numbers))) if numbers else None


def _total(numbers: list[int | float]) -> int | float:
    """The sum, whole if all are whole, else correctly rounded whatever the order of the rows."""
    if all(isinstance(number, int) for number in numbers):
        return sum(numbers)
    return math.fsum(numbers)
