"""Comparisons, arithmetic and aggregates mean what docs/language.md says."""

import datetime

import pytest

from alignment.factbase.arithmetic import NumberTooLarge, aggregate, apply, compare
from alignment.factbase.dictionary import Dictionary, Value

DAY = datetime.date(2024, 7, 3)


def encode(dictionary: Dictionary, value: Value) -> int:
    """A text is written with a leading quote in these tables, a symbol without."""
    if isinstance(value, str) and value.startswith('"'):
        return dictionary.value(value[1:], text=True)
    return dictionary.value(value)


@pytest.mark.parametrize(
    ("op", "left", "right", "result"),
    [
        ("+", 2, 3, 5),
        ("-", 2, 3.5, -1.5),
        ("*", 4, 0.5, 2.0),
        ("/", 6, 3, 2),
        ("/", 7, 2, 3.5),
        ("/", 7.0, 7, 1.0),
        ("//", 7, 2, 3),
        ("//", -7, 2, -3),
        ("//", 7.5, 2, 3.0),
        ("mod", -7, 3, 2),
        ("mod", 7, -3, -2),
        ("/", 1, 0, None),
        ("//", 1, 0, None),
        ("mod", 1, 0, None),
        ("+", DAY, 30, datetime.date(2024, 8, 2)),
        ("+", 30, DAY, datetime.date(2024, 8, 2)),
        ("-", DAY, 30, datetime.date(2024, 6, 3)),
        ("-", DAY, datetime.date(2024, 7, 1), 2),
        ("*", DAY, 2, None),
        ("-", 30, DAY, None),
        ("+", DAY, 10**12, None),
        ("+", "russia", 1, None),
        ("+", '"1', 1, None),
        ("*", 1e300, 1e300, None),
    ],
)
def test_arithmetic(op: str, left: Value, right: Value, result: Value | None) -> None:
    """Whole numbers stay whole, dates move by days, and what has no value is None."""
    dictionary = Dictionary()
    encoded = apply(dictionary, op, encode(dictionary, left), encode(dictionary, right))
    value = None if encoded is None else dictionary.decode(encoded)
    assert (type(value), value) == (type(result), result)


def test_a_number_beyond_64_bits_is_told() -> None:
    """Nothing wraps around in silence."""
    dictionary = Dictionary()
    largest = dictionary.value(2**63 - 1)
    with pytest.raises(NumberTooLarge):
        apply(dictionary, "+", largest, dictionary.value(1))


@pytest.mark.parametrize(
    ("op", "left", "right", "holds"),
    [
        ("=", 1, 1, True),
        ("=", 1, 1.0, False),
        ("!=", 1, 1.0, True),
        ("=:=", 1, 1.0, True),
        ("=<", 1, 1.0, True),
        ("<", 2, 10, True),
        ("<", "b", "a", False),
        ("<", "a", "b", True),
        ("<", "a", '"b', False),
        (">", "a", '"b', False),
        ("=", "a", '"a', False),
        ("<", DAY, datetime.date(2025, 1, 1), True),
        ("<", DAY, 5, False),
        (">=", DAY, 5, False),
        ("=:=", "a", "a", True),
    ],
)
def test_comparison(op: str, left: Value, right: Value, holds: bool) -> None:
    """Equality is of constants; order is of numbers, days, symbols or texts, never between them."""
    dictionary = Dictionary()
    assert compare(dictionary, op, encode(dictionary, left), encode(dictionary, right)) is holds


@pytest.mark.parametrize(
    ("function", "values", "result"),
    [
        ("count", [], 0),
        ("sum", [], 0),
        ("min", [], None),
        ("max", [], None),
        ("avg", [], None),
        ("count", [1, 2, "a"], 3),
        ("sum", [1, 2, "a"], 3),
        ("sum", [1, 0.5], 1.5),
        ("avg", [1, 2], 1.5),
        ("avg", [1, 3], 2),
        ("min", [3, 1.5, DAY], 1.5),
        ("max", [3, DAY, "b", "a"], "b"),
    ],
)
def test_aggregate(function: str, values: list[Value], result: Value | None) -> None:
    """Count and sum of nothing are 0; the others have no value then."""
    dictionary = Dictionary()
    rows = [(dictionary.value(value),) for value in values]
    encoded = aggregate(dictionary, function, rows)
    value = None if encoded is None else dictionary.decode(encoded)
    assert (type(value), value) == (type(result), result)


def test_a_sum_does_not_depend_on_the_order_of_its_rows() -> None:
    """Floating-point sums are rounded once, so every engine gives the same."""
    dictionary = Dictionary()
    rows = [(dictionary.value(value),) for value in (0.1, 1e16, 0.2, -1e16, 0.3)]
    assert aggregate(dictionary, "sum", rows) == aggregate(dictionary, "sum", rows[::-1])
