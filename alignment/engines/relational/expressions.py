"""Comparisons and arithmetic over encoded constants as SQL expressions.

The code of a whole number, a date or a short name carries its value (`factbase.dictionary`), so the common cases are
plain arithmetic on codes. Everything else (decimals, longer names, very large numbers) calls a function of
ours by name, which applies the one definition in `factbase.arithmetic`; `CASE` sees to it that it is
called for those rows only. Before: `D >= N - 90`.  After: `CASE WHEN (d & 3) = ((n - 360) & 3) THEN d >= …`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from alignment.engines.relational.queries import both, call, case, is_known, number
from alignment.factbase.dictionary import DAY, INTEGER, KEPT, LETTERS, SHORT, Sort
from alignment.program.model import Comparison, Const, Expression, Operation, Var

Bound = Mapping[str, str]
"""The SQL expression of each variable that has a value."""

APPLY: Mapping[str, str] = {
    "+": "al_add", "-": "al_subtract", "*": "al_multiply", "/": "al_divide", "//": "al_truncate", "mod": "al_modulo",
}
"""The functions of arithmetic: two codes to a code, or NULL where there is no value."""

COMPARE: Mapping[str, str] = {
    "<": "al_less", "=<": "al_at_most", ">": "al_more", ">=": "al_at_least", "=:=": "al_equal",
}
"""The functions of comparison: two codes to a truth value."""

ORDERS = ("<", "=<", ">", ">=")
_ORDER: Mapping[str, str] = {"<": "<", "=<": "<=", ">": ">", ">=": ">="}
_SAFE_SUM, _SAFE_FACTOR = 2**58, 2**30
_FIRST_DAY, _LAST_DAY = 1, 3652059  # 0001-01-01 and 9999-12-31


def tag(code: str) -> str:
    """The kind of a code: its two lowest bits."""
    return f"({code} & 3)"


def value(expression: Expression, bound: Bound) -> str:
    """The code of an expression, NULL where it has no value."""
    match expression:
        case Const(id=code):
            return number(code)
        case Var(name=name):
            return bound[name]
        case Operation(operator=operator, left=left, right=right):
            return _operation(operator, value(left, bound), value(right, bound))


def comparison(literal: Comparison, bound: Bound, spelled: Sequence[str] | None = None) -> str:
    """The condition that a comparison makes; NULL, so not true, where a side has no value.

    `spelled` are the letters of both sides where they are names, each with its kind before it.
    """
    left, right = value(literal.left, bound), value(literal.right, bound)
    if literal.operator == "=":
        return f"{left} = {right}"
    if literal.operator == "!=":
        return f"{left} <> {right}"
    otherwise = call(COMPARE[literal.operator], left, right)
    if literal.operator == "=:=":
        return case([(f"{left} = {right}", "TRUE"), (both([_is_plain(left), _is_plain(right)]), "FALSE")], otherwise)
    order = _ORDER[literal.operator]
    cases = [(both([_is_plain(left), f"{tag(left)} = {tag(right)}"]), f"{left} {order} {right}")]
    if spelled:
        first, second = spelled
        kinds = f"{_kind(first)} = {_kind(second)}"
        cases.append((both(map(is_known, spelled)), both([kinds, f"{first} {order} {second}"])))
    return case(cases, otherwise)


def short_or(code: str, otherwise: str) -> str:
    """The letters of a name whose code carries them, with its kind before it; else what stands for others.

    They are filled up with zero bytes, which come before all that a name can have there.
    """
    shifts = [8 * (LETTERS - 1 - i) + 2 for i in range(LETTERS)]
    letters = [call("CHR", f"CAST(({code} >> {shift}) & 255 AS INTEGER)") for shift in shifts]
    return case([(f"{tag(code)} = {SHORT}", call("CONCAT", f"'{int(Sort.SYMBOL)}'", *letters))], otherwise)


def _kind(spelled: str) -> str:
    return call("LEFT", spelled, "1")


def _is_plain(code: str) -> str:
    return f"{tag(code)} <> {KEPT}"


def _operation(operator: str, left: str, right: str) -> str:
    return case(_FAST[operator](left, right), call(APPLY[operator], left, right))


_Cases = list[tuple[str, str]]


def _plus(left: str, right: str) -> _Cases:
    # (4a + 1) + (4b + 1) - 1 = 4(a + b) + 1, and (4d + 2) + (4b + 1) - 1 = 4(d + b) + 2
    total = f"{left} + {right}"
    numbers = both([_tags(left, INTEGER, right, INTEGER), _within(left, _SAFE_SUM), _within(right, _SAFE_SUM)])
    dated = f"({_tags(left, DAY, right, INTEGER)} OR {_tags(left, INTEGER, right, DAY)})"
    return [(numbers, f"{total} - 1"), (both([dated, _is_day(total)]), f"{total} - 1")]


def _minus(left: str, right: str) -> _Cases:
    difference = f"{left} - {right}"
    numbers = both([_tags(left, INTEGER, right, INTEGER), _within(left, _SAFE_SUM), _within(right, _SAFE_SUM)])
    apart = _tags(left, DAY, right, DAY)
    shifted = both([_tags(left, DAY, right, INTEGER), _is_day(difference)])
    return [(condition, f"{difference} + 1") for condition in (numbers, apart, shifted)]


def _times(left: str, right: str) -> _Cases:
    # a * 4b + 1
    numbers = both([_tags(left, INTEGER, right, INTEGER), _within(left, _SAFE_FACTOR), _within(right, _SAFE_FACTOR)])
    return [(numbers, f"(({left} - 1) // 4) * ({right} - 1) + 1")]


def _positive(left: str, right: str) -> str:
    """Both are whole numbers, the first not negative, the second above 0: there all systems divide alike."""
    return both([_tags(left, INTEGER, right, INTEGER), f"{left} >= 1", f"{right} >= 5"])


def _quotient(left: str, right: str) -> str:
    return f"(({left} - 1) // ({right} - 1)) * 4 + 1"


def _remainder(left: str, right: str) -> str:
    return f"({left} - 1) % ({right} - 1)"


def _over(left: str, right: str) -> _Cases:
    # the divisor is looked at before the remainder is taken: a CASE inside, since AND has no order in SQL
    safe = case([(_positive(left, right), f"{_remainder(left, right)} = 0")], "FALSE")
    return [(safe, _quotient(left, right))]


def _cut(left: str, right: str) -> _Cases:
    return [(_positive(left, right), _quotient(left, right))]


def _modulo(left: str, right: str) -> _Cases:
    return [(_positive(left, right), f"({_remainder(left, right)}) + 1")]


_FAST: Mapping[str, Callable[[str, str], _Cases]] = {
    "+": _plus, "-": _minus, "*": _times, "/": _over, "//": _cut, "mod": _modulo,
}


def _tags(left: str, first: int, right: str, second: int) -> str:
    return f"{tag(left)} = {first} AND {tag(right)} = {second}"


def _within(code: str, most: int) -> str:
    return f"{code} BETWEEN {number(-most)} AND {number(most)}"


def _is_day(code: str) -> str:
    return f"({code}) BETWEEN {number(4 * _FIRST_DAY + 3)} AND {number(4 * _LAST_DAY)}"
