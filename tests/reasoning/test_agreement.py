"""The figures of an agreement: published examples, tables small enough to work out by hand, and intervals."""

from __future__ import annotations

import numpy as np
import pytest

from alignment.problems import AlignmentError
from alignment.reasoning.agreement import (
    Confusion,
    accuracy,
    agreement,
    confusion,
    kappa,
    mean_defined,
    recalls,
    weighted_kappa,
)
from alignment.reasoning.comparison import Scale, compared, ordered_labels

STANCES = ("supports", "leans", "neutral", "leans_against", "opposes")


def counts(*rows: list[int]) -> np.ndarray:
    """A table in which everything has an answer."""
    return np.array([[*row, 0] for row in rows])


COHEN = counts([88, 14, 18], [10, 40, 10], [2, 6, 12])
"""200 diagnoses of two psychiatrists (Cohen 1960 and 1968)."""

BOYD = counts([21, 12, 0, 0], [4, 17, 1, 0], [3, 9, 15, 2], [0, 0, 0, 1])
"""85 mammograms read by two radiologists (Boyd and others 1982), an example of the manual of Stata."""


def test_cohens_own_example():
    """Of 200 diagnoses 140 agree where 82 would by chance: kappa is .29 / .59 (Cohen 1960)."""
    assert accuracy(COHEN) == pytest.approx(0.70)
    assert kappa(COHEN) == pytest.approx(0.29 / 0.59)
    assert round(float(kappa(COHEN)), 3) == 0.492


def test_weighted_kappa_of_a_published_example():
    """The manual of Stata gives 0.4728, and 0.6714 with quadratic weights."""
    assert round(float(kappa(BOYD)), 4) == 0.4728
    assert round(float(weighted_kappa(BOYD)), 4) == 0.6714


def test_a_table_by_hand():
    """Of 4 that the key calls a 3 are right; of 1 that it calls b it is not answered."""
    table = confusion(("a", "b"), [("a", "a"), ("a", "a"), ("a", "a"), ("a", "b"), ("b", None)])
    assert table == Confusion(("a", "b"), ((3, 1), (0, 0)), (0, 1))
    array = table.array()
    assert accuracy(array) == pytest.approx(3 / 5)
    assert recalls(array) == pytest.approx([3 / 4, 0])
    assert mean_defined(recalls(array)) == pytest.approx(3 / 8)


def test_a_kappa_is_of_what_both_have_a_label_for():
    """What is not answered lowers accuracy and recall, and says nothing of agreement between raters."""
    answered = confusion(("a", "b"), [("a", "a"), ("a", "b"), ("b", "b")])
    more = confusion(("a", "b"), [("a", "a"), ("a", "b"), ("b", "b"), ("b", None)])
    assert accuracy(more.array()) < accuracy(answered.array())
    assert kappa(more.array()) == kappa(answered.array())


def test_the_square_of_the_distance_counts():
    """Two steps off weigh four times as much as one: observed 4, by chance 26 / 4, worked out by hand."""
    pairs = [("a", "a"), ("b", "b"), ("c", "c"), ("a", "c")]
    # rows 2, 1, 1 and columns 1, 1, 2: (2*1*1 + 2*2*4 + 1*1*1 + 1*2*1 + 1*1*4 + 1*1*1) / 4
    assert weighted_kappa(confusion(("a", "b", "c"), pairs).array()) == pytest.approx(1 - 4 / (26 / 4))
    nearer = [*pairs[:3], ("a", "b")]
    # rows 2, 1, 1 and columns 1, 2, 1: (2*2*1 + 2*1*4 + 1*1*1 + 1*1*1 + 1*1*4 + 1*2*1) / 4
    assert weighted_kappa(confusion(("a", "b", "c"), nearer).array()) == pytest.approx(1 - 1 / (20 / 4))


def test_what_is_not_defined_is_nothing():
    """A recall of a label that the key does not use, and a kappa where all have one label."""
    found = agreement(confusion(("a", "b"), [("a", "a"), ("a", "a")]), ordered=True)
    assert (found.accuracy.value, found.macro_recall.value) == (1.0, 1.0)
    assert found.recalls[1].value is None
    assert found.kappa.value is None
    assert found.weighted_kappa is not None
    assert found.weighted_kappa.value is None


def test_intervals_can_be_drawn_again():
    """The same seed gives the same interval, another another; it holds the value and narrows with size."""
    table = confusion(("a", "b"), [("a", "a")] * 30 + [("a", "b")] * 10 + [("b", "b")] * 20)
    once, again = (agreement(table, ordered=False, seed=7) for _ in range(2))
    assert once == again
    assert agreement(table, ordered=False, seed=8).accuracy != once.accuracy
    larger = agreement(table.__class__(table.labels, ((300, 100), (0, 200)), (0, 0)), ordered=False, seed=7)
    widths = [one.accuracy.high - one.accuracy.low for one in (once, larger)]
    assert once.accuracy.low < once.accuracy.value < once.accuracy.high
    assert widths[0] / widths[1] == pytest.approx(10**0.5, rel=0.1)


def test_an_interval_is_that_of_the_binomial():
    """For 40 right of 50 the middle 95% are 0.68 to 0.90, as the binomial distribution has it."""
    table = confusion(("a", "b"), [("a", "a")] * 40 + [("a", "b")] * 10)
    found = agreement(table, ordered=False, resamples=20_000).accuracy
    assert (found.low, found.high) == (pytest.approx(0.68, abs=0.011), pytest.approx(0.90, abs=0.011))


def test_stances_are_ordered_as_they_are_declared():
    """A scale goes from the first stance that is used to the last, steps between them included."""
    scale = Scale(stances=STANCES)
    assert ordered_labels(["opposes", "leans"], scale) == (("leans", "neutral", "leans_against", "opposes"), True)
    assert ordered_labels(["10", "9"], scale) == (("9", "10"), True)
    assert ordered_labels(["west", "east", "leans"], scale) == (("east", "leans", "west"), False)
    assert ordered_labels(["b"], Scale(order=("c", "b", "a"))) == (("c", "b", "a"), True)


def test_an_order_must_have_every_label():
    """A label that the order does not know has no place in it."""
    with pytest.raises(AlignmentError, match="where 'west' stands"):
        ordered_labels(["west"], Scale(order=("a", "b")))


def test_classes_on_both_sides_of_neutral():
    """Five stances fall into for, neutral and against; a near miss within a class is none."""
    key = {"a": "supports", "b": "neutral", "c": "opposes", "d": "leans_against"}
    answers = {"a": ("leans",), "b": ("neutral",), "c": ("leans_against",), "d": ("leans_against",)}
    found = compared(key, answers, Scale(stances=STANCES))
    assert found.agreement.accuracy.value == 0.5
    assert found.collapsed is not None
    assert found.collapsed.confusion.labels == ("for", "neutral", "against")
    assert found.collapsed.accuracy.value == 1.0
    assert found.collapsed.weighted_kappa is not None


def test_classes_as_asked_for():
    """Labels that no class names are classes of their own; classes that are no runs have no order."""
    key = {"a": "supports", "b": "neutral", "c": "opposes"}
    scale = Scale(stances=STANCES, classes=(("firm", ("supports", "opposes")),))
    found = compared(key, {name: (label,) for name, label in key.items()}, scale)
    assert found.collapsed is not None
    assert found.collapsed.confusion.labels == ("firm", "leans", "neutral", "leans_against")
    assert found.collapsed.weighted_kappa is None
    with pytest.raises(AlignmentError, match="no label 'west'"):
        compared(key, {}, Scale(stances=STANCES, classes=(("x", ("west",)),)))


def test_two_answers_are_no_answer():
    """An entity with two labels agrees with none, and is among the disagreements."""
    found = compared({"a": "x", "b": "y"}, {"a": ("x", "y"), "b": ("y",)}, Scale())
    assert found.agreement.confusion.unanswered == (1, 0)
    assert [case.entity for case in found.disagreements] == ["a"]


def test_yes_and_no():
    """Where a goal has no label, what it finds is yes and the rest of the key no."""
    found = compared({"a": "yes", "b": "0", "c": "true"}, {"a": ("yes",), "d": ("yes",)}, Scale(), yes_or_no=True)
    assert [(case.entity, case.expected, case.label) for case in found.cases] == [
        ("a", "yes", "yes"), ("b", "no", "no"), ("c", "yes", "no"),
    ]  # fmt: skip
    assert list(found.beyond) == ["d"]
