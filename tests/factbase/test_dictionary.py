"""Constants are told apart, and come back as they were."""

import datetime
import threading

from alignment.factbase.dictionary import Dictionary


def test_constants_that_look_alike_are_four() -> None:
    """1, 1.0, the symbol one and the text "one" have integers of their own, and so has True's look-alike 1."""
    dictionary = Dictionary()
    ids = [dictionary.value(1), dictionary.value(1.0), dictionary.symbol("1"), dictionary.value("1", text=True)]
    assert len(set(ids)) == 4
    assert [type(dictionary.decode(i)) for i in ids] == [int, float, str, str]


def test_listing_order() -> None:
    """Numbers by value, then dates, then names without regard to case."""
    dictionary = Dictionary()
    values = ["Zoe", "anna", 2.5, datetime.date(2024, 1, 1), 10, 2]
    ids = sorted((dictionary.value(value) for value in values), key=dictionary.sort_key)
    assert [dictionary.decode(i) for i in ids] == [2, 2.5, 10, datetime.date(2024, 1, 1), "anna", "Zoe"]


def test_threads_agree_on_integers() -> None:
    """Eight threads that encode the same names at once get the same integers."""
    dictionary = Dictionary()
    names = [f"a_name_{i}" for i in range(2000)]
    seen: list[list[int]] = []
    threads = [threading.Thread(target=lambda: seen.append(dictionary.symbols(names))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(ids == seen[0] for ids in seen)
    assert len(dictionary) == 2000


def test_many_symbols_are_numbered_as_one_by_one() -> None:
    """Those known already keep their codes."""
    one, many = Dictionary(), Dictionary()
    for names in (["b", "a_long_name", "b"], ["another_one", "d"], ["d", "e", "a_long_name", "a_third_one"], []):
        assert list(many.symbols(names)) == [one.symbol(name) for name in names]
    assert list(many.own()) == list(one.own())
