"""Our functions in SQL: what codes alone cannot compute, by the one definition in `factbase.arithmetic`.

Each takes codes and gives a code, or None where there is no value. They are called for the few rows that
hold decimals, symbols or very large numbers (see `expressions`).
"""

from __future__ import annotations

import weakref
from collections.abc import Mapping, Sequence
from functools import partial

from alignment.engines.relational.aggregates import AGGREGATE, WHOLE
from alignment.engines.relational.expressions import APPLY, COMPARE
from alignment.factbase.arithmetic import LARGEST, NumberTooLarge, aggregate, apply, compare
from alignment.factbase.database import Signature
from alignment.factbase.dictionary import Dictionary


def functions(dictionary: Dictionary) -> Mapping[str, Signature]:
    """The functions over one dictionary, by their name in SQL. They do not keep it alive."""
    dictionary = weakref.proxy(dictionary)
    two = ("BIGINT", "BIGINT")
    found: dict[str, Signature] = {}
    for operator, name in APPLY.items():
        found[name] = (partial(apply, dictionary, operator), two, "BIGINT")
    for operator, name in COMPARE.items():
        found[name] = (partial(compare, dictionary, operator), two, "BOOLEAN")
    for function, name in AGGREGATE.items():
        found[name] = (partial(_aggregated, dictionary, function), ("BIGINT[]",), "BIGINT")
    found[WHOLE] = (partial(_whole, dictionary), ("VARCHAR",), "BIGINT")
    return found


def _aggregated(dictionary: Dictionary, function: str, codes: Sequence[int]) -> int | None:
    return aggregate(dictionary, function, [(code,) for code in codes])


def _whole(dictionary: Dictionary, digits: str) -> int:
    number = int(digits)
    if not -LARGEST - 1 <= number <= LARGEST:
        raise NumberTooLarge
    return dictionary.value(number)
