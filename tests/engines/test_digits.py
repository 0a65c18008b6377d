"""Sorted by digits: as NumPy sorts, however many there are and however large they are."""

from __future__ import annotations

import numpy as np
import pytest

from alignment.engines.relational import digits


@pytest.mark.parametrize("largest", [1, 2**16 - 1, 2**16, 2**31, 2**47, 2**62])
@pytest.mark.parametrize("number", [0, 1, 100, 5000])
def test_keys_are_sorted(largest: int, number: int) -> None:
    """With many equal ones, and such as differ in one digit alone."""
    keys = np.random.default_rng(1).integers(0, largest, number, endpoint=True)
    keys[: number // 3] = keys[: number // 3] & 0xFFFF
    assert (digits.in_order(keys) == np.sort(keys)).all()
    assert (digits.order(keys) == np.argsort(keys, kind="stable")).all()


def test_where_digits_pay_nothing_is_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    """The other way is taken for few keys, and where many have many digits."""
    compared: list[int] = []
    sort = np.sort
    monkeypatch.setattr(np, "sort", lambda keys: compared.append(len(keys)) or sort(keys))
    monkeypatch.setattr(digits, "_MANY", 30_000)
    keys = np.random.default_rng(2).integers(2**40, 2**41, 20_000)
    for some in keys[:100], keys[:10_000], keys[:9_999] << 20, keys, keys & 0xFFFF:
        digits.in_order(some)
    assert compared == [100, 9_999, 20_000]
