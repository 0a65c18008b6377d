"""Comparisons and arithmetic over encoded constants as SQL expressions.

The code of a whole number or a date carries its value (`factbase.dictionary`), so the common cases are
plain arithmetic on codes. Everything else (decimals, symbols, very large numbers) calls a function of
ours by name, which applies the one definition in `factbase.arithmetic`; `CASE` sees to it that it is
called for those rows only. Before: `D >= N - 90`.  After: `CASE WHEN d & 3 = (n - 360) & 3 THEN d >= …`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from sqlglot import exp

from alignment.factbase.dictionary import DAY, INTEGER, KEPT
from alignment.program.model import Comparison, Const, Expression, Operation, Var

Bound = Mapping[str, exp.Expr]
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
_ORDER: Mapping[str, type[exp.Binary]] = {"<": exp.LT, "=<": exp.LTE, ">": exp.GT, ">=": exp.GTE}
_SAFE_SUM, _SAFE_FACTOR = 2**58, 2**30
_FIRST_DAY, _LAST_DAY = 1, 3652059  # 0001-01-01 and 9999-12-31


def number(value: int) -> exp.Expr:
    """A whole number in SQL, as wide as a code."""
    literal: exp.Expr = exp.Literal.number(abs(value))
    literal = exp.Neg(this=literal) if value < 0 else literal
    return exp.cast(literal, "BIGINT")


def call(function: str, *args: exp.Expr) -> exp.Expr:
    """A call of one of our functions."""
    return exp.Anonymous(this=function, expressions=[arg.copy() for arg in args])


def tag(code: exp.Expr) -> exp.Expr:
    """The kind of a code: its two lowest bits."""
    return exp.paren(exp.BitwiseAnd(this=_inner(code), expression=exp.Literal.number(3)))


def value(expression: Expression, bound: Bound) -> exp.Expr:
    """The code of an expression, NULL where it has no value."""
    match expression:
        case Const(id=code):
            return number(code)
        case Var(name=name):
            return bound[name].copy()
        case Operation(operator=operator, left=left, right=right):
            return _operation(operator, value(left, bound), value(right, bound))


def comparison(literal: Comparison, bound: Bound, spelled: Sequence[exp.Expr] | None = None) -> exp.Expr:
    """The condition that a comparison makes; NULL, so not true, where a side has no value.

    `spelled` are the letters of both sides where they are names, each with its kind before it.
    """
    left, right = value(literal.left, bound), value(literal.right, bound)
    if literal.operator == "=":
        return exp.EQ(this=left, expression=right)
    if literal.operator == "!=":
        return exp.NEQ(this=left, expression=right)
    otherwise = call(COMPARE[literal.operator], left, right)
    if literal.operator == "=:=":
        cases = exp.Case().when(exp.EQ(this=left.copy(), expression=right.copy()), exp.true())
        plain = exp.and_(_is_plain(left), _is_plain(right))
        return cases.when(plain, exp.false()).else_(otherwise)
    both = exp.and_(_is_plain(left), exp.EQ(this=tag(left), expression=tag(right)))
    order = _ORDER[literal.operator](this=left.copy(), expression=right.copy())
    cases = exp.Case().when(both, order)
    if spelled:
        first, second = spelled
        named = exp.and_(*(exp.Not(this=exp.Is(this=one.copy(), expression=exp.null())) for one in spelled))
        kinds = exp.EQ(this=_kind(first), expression=_kind(second))
        letters = _ORDER[literal.operator](this=first.copy(), expression=second.copy())
        cases = cases.when(named, exp.and_(kinds, letters))
    return cases.else_(otherwise)


def _kind(spelled: exp.Expr) -> exp.Expr:
    return exp.func("LEFT", spelled.copy(), exp.Literal.number(1))


def _is_plain(code: exp.Expr) -> exp.Expr:
    return exp.NEQ(this=tag(code), expression=exp.Literal.number(KEPT))


def _operation(operator: str, left: exp.Expr, right: exp.Expr) -> exp.Expr:
    cases = exp.Case()
    for condition, result in _FAST[operator](left, right):
        cases = cases.when(condition, result)
    return cases.else_(call(APPLY[operator], left, right))


_Cases = list[tuple[exp.Expr, exp.Expr]]


def _plus(left: exp.Expr, right: exp.Expr) -> _Cases:
    # (4a + 1) + (4b + 1) - 1 = 4(a + b) + 1, and (4d + 2) + (4b + 1) - 1 = 4(d + b) + 2
    result = exp.Sub(this=_sum(left, right), expression=exp.Literal.number(1))
    numbers = exp.and_(_tags(left, INTEGER, right, INTEGER), _within(left, _SAFE_SUM), _within(right, _SAFE_SUM))
    days = exp.and_(
        exp.or_(_tags(left, DAY, right, INTEGER), _tags(left, INTEGER, right, DAY)), _is_day(_sum(left, right))
    )
    return [(numbers, result), (days, result.copy())]


def _minus(left: exp.Expr, right: exp.Expr) -> _Cases:
    difference = exp.Sub(this=_inner(left), expression=_inner(right))
    plus_one = exp.Add(this=difference, expression=exp.Literal.number(1))
    numbers = exp.and_(_tags(left, INTEGER, right, INTEGER), _within(left, _SAFE_SUM), _within(right, _SAFE_SUM))
    apart = _tags(left, DAY, right, DAY)
    shifted = exp.and_(_tags(left, DAY, right, INTEGER), _is_day(difference))
    return [(numbers, plus_one), (apart, plus_one.copy()), (shifted, plus_one.copy())]


def _times(left: exp.Expr, right: exp.Expr) -> _Cases:
    # a * 4b + 1
    product = exp.Mul(this=exp.paren(_decoded(left)), expression=exp.paren(_less_one(right)))
    numbers = exp.and_(_tags(left, INTEGER, right, INTEGER), _within(left, _SAFE_FACTOR), _within(right, _SAFE_FACTOR))
    return [(numbers, exp.Add(this=product, expression=exp.Literal.number(1)))]


def _positive(left: exp.Expr, right: exp.Expr) -> exp.Expr:
    """Both are whole numbers, the first not negative, the second above 0: there all systems divide alike."""
    return exp.and_(
        _tags(left, INTEGER, right, INTEGER),
        exp.GTE(this=_inner(left), expression=exp.Literal.number(1)),
        exp.GTE(this=_inner(right), expression=exp.Literal.number(5)),
    )


def _quotient(left: exp.Expr, right: exp.Expr) -> exp.Expr:
    whole = exp.IntDiv(this=exp.paren(_less_one(left)), expression=exp.paren(_less_one(right)))
    scaled = exp.Mul(this=exp.paren(whole), expression=exp.Literal.number(4))
    return exp.Add(this=scaled, expression=exp.Literal.number(1))


def _remainder(left: exp.Expr, right: exp.Expr) -> exp.Expr:
    return exp.Mod(this=exp.paren(_less_one(left)), expression=exp.paren(_less_one(right)))


def _over(left: exp.Expr, right: exp.Expr) -> _Cases:
    divides = exp.EQ(this=_remainder(left, right), expression=exp.Literal.number(0))
    # the divisor is looked at before the remainder is taken: a CASE inside, since AND has no order in SQL
    safe = exp.Case().when(_positive(left, right), divides).else_(exp.false())
    return [(safe, _quotient(left, right))]


def _cut(left: exp.Expr, right: exp.Expr) -> _Cases:
    return [(_positive(left, right), _quotient(left, right))]


def _modulo(left: exp.Expr, right: exp.Expr) -> _Cases:
    rest = exp.Add(this=exp.paren(_remainder(left, right)), expression=exp.Literal.number(1))
    return [(_positive(left, right), rest)]


_FAST: Mapping[str, Callable[[exp.Expr, exp.Expr], _Cases]] = {
    "+": _plus, "-": _minus, "*": _times, "/": _over, "//": _cut, "mod": _modulo,
}


def _inner(code: exp.Expr) -> exp.Expr:
    return code.copy() if isinstance(code, exp.Column | exp.Cast) else exp.paren(code.copy())


def _sum(left: exp.Expr, right: exp.Expr) -> exp.Expr:
    return exp.Add(this=_inner(left), expression=_inner(right))


def _less_one(code: exp.Expr) -> exp.Expr:
    return exp.Sub(this=_inner(code), expression=exp.Literal.number(1))


def _decoded(code: exp.Expr) -> exp.Expr:
    return exp.IntDiv(this=exp.paren(_less_one(code)), expression=exp.Literal.number(4))


def _tags(left: exp.Expr, first: int, right: exp.Expr, second: int) -> exp.Expr:
    return exp.and_(
        exp.EQ(this=tag(left), expression=exp.Literal.number(first)),
        exp.EQ(this=tag(right), expression=exp.Literal.number(second)),
    )


def _within(code: exp.Expr, most: int) -> exp.Expr:
    return exp.Between(this=_inner(code), low=number(-most), high=number(most))


def _is_day(code: exp.Expr) -> exp.Expr:
    return exp.Between(this=exp.paren(code.copy()), low=number(4 * _FIRST_DAY + 3), high=number(4 * _LAST_DAY))
