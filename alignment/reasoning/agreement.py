"""How far answers agree with an answer key: the figures of a confusion table, and how sure they are.

Figures are computed from counts alone: `[..., i, j]` is how often the key says label i where the answer is
label j, and the last column, `[..., i, k]`, how often there is no one answer. Leading axes are tables of their
own, so that the resampled tables of an interval are computed at once. A figure that is not defined is NaN.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from alignment.records import frozen

if TYPE_CHECKING:
    from numpy.typing import NDArray

Counts: TypeAlias = "NDArray[Any]"
Values: TypeAlias = "NDArray[np.float64]"

RESAMPLES = 2000
"""Tables drawn for an interval: enough for the second decimal of a 95% bound."""

LEVEL = 0.95


@frozen
class Figure:
    """A figure with its interval; None where it is not defined, as a recall of nothing."""

    value: float | None
    low: float | None = None
    high: float | None = None


@frozen
class Confusion:
    """How often each label of the key (row) met each label of the answers (column), or no one answer."""

    labels: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]
    unanswered: tuple[int, ...]

    @property
    def total(self) -> int:
        """The number of entities compared."""
        return sum(map(sum, self.counts)) + sum(self.unanswered)

    def array(self) -> Counts:
        """The counts with the unanswered as the last column, shape (k, k + 1)."""
        rows = [[*row, missed] for row, missed in zip(self.counts, self.unanswered, strict=True)]
        return np.array(rows, dtype=np.int64).reshape(len(self.labels), len(self.labels) + 1)

    def collapsed(self, class_of: Mapping[str, str]) -> Confusion:
        """The table of classes, in the order in which their labels come first."""
        classes = tuple(dict.fromkeys(class_of[label] for label in self.labels))
        place = [classes.index(class_of[label]) for label in self.labels]
        merged = [[0] * (len(classes) + 1) for _ in classes]
        for i, row in enumerate(self.counts):
            for j, count in enumerate(row):
                merged[place[i]][place[j]] += count
            merged[place[i]][-1] += self.unanswered[i]
        return Confusion(classes, tuple(tuple(row[:-1]) for row in merged), tuple(row[-1] for row in merged))


@frozen
class Agreement:
    """A confusion table with its figures. `weighted_kappa` is None where labels have no order."""

    confusion: Confusion
    accuracy: Figure
    recalls: tuple[Figure, ...] = field(repr=False)
    macro_recall: Figure
    kappa: Figure
    weighted_kappa: Figure | None


def confusion(labels: Sequence[str], pairs: Sequence[tuple[str, str | None]]) -> Confusion:
    """The table of pairs of what the key says and what is answered (None: nothing, or several things)."""
    place = {label: i for i, label in enumerate(labels)}
    counts = [[0] * (len(labels) + 1) for _ in labels]
    for expected, given in pairs:
        counts[place[expected]][-1 if given is None else place[given]] += 1
    return Confusion(tuple(labels), tuple(tuple(row[:-1]) for row in counts), tuple(row[-1] for row in counts))


def agreement(table: Confusion, *, ordered: bool, seed: int = 0, resamples: int = RESAMPLES) -> Agreement:
    """The figures of a table with their intervals; without resamples, without intervals."""
    counts = table.array()
    drawn = resampled(counts, seed, resamples) if resamples and table.total else None

    def figure(value: Values, values: Values | None) -> Figure:
        low, high = (None, None) if values is None else percentile_interval(values)
        return Figure(_number(value), low, high)

    recall = recalls(counts)
    recall_drawn = None if drawn is None else recalls(drawn)
    return Agreement(
        table,
        figure(accuracy(counts), None if drawn is None else accuracy(drawn)),
        tuple(
            figure(recall[i], None if recall_drawn is None else recall_drawn[:, i]) for i in range(len(table.labels))
        ),
        figure(mean_defined(recall), None if recall_drawn is None else mean_defined(recall_drawn)),
        figure(kappa(counts), None if drawn is None else kappa(drawn)),
        figure(weighted_kappa(counts), None if drawn is None else weighted_kappa(drawn)) if ordered else None,
    )


def accuracy(counts: Counts) -> Values:
    """The share of all entities that are answered as the key says; no answer is a wrong one."""
    return _ratio(_hits(counts).sum(axis=-1), counts.sum(axis=(-2, -1)))


def recalls(counts: Counts) -> Values:
    """For each label the share of what the key gives it that is answered so, shape (..., k)."""
    return _ratio(_hits(counts), counts.sum(axis=-1))


def mean_defined(values: Values) -> Values:
    """The mean over the last axis of what is defined: of recalls, the macro recall (balanced accuracy)."""
    defined = ~np.isnan(values)
    return _ratio(np.where(defined, values, 0.0).sum(axis=-1), defined.sum(axis=-1))


def kappa(counts: Counts) -> Values:
    """Cohen's kappa (Cohen 1960): agreement beyond what the margins give by chance, as a share of what is possible.

    Of the entities that both have a label for, as the kappas are about two raters of the same things.
    """
    return _chance_corrected(counts, 1.0 - np.eye(counts.shape[-2]))


def weighted_kappa(counts: Counts) -> Values:
    """Kappa with disagreement weighed by the square of its distance in the order of labels (Cohen 1968)."""
    place = np.arange(counts.shape[-2], dtype=np.float64)
    return _chance_corrected(counts, (place[:, None] - place[None, :]) ** 2)


def resampled(counts: Counts, seed: int, resamples: int) -> Counts:
    """Tables of as many entities each, drawn with replacement from those of a table (bootstrap, Efron 1979).

    To draw entities is to draw cells with the frequencies they have: a multinomial sample.
    """
    cells = counts.ravel()
    draws = np.random.default_rng(seed).multinomial(cells.sum(), cells / cells.sum(), size=resamples)
    return draws.reshape(resamples, *counts.shape)


def percentile_interval(values: Values) -> tuple[float | None, float | None]:
    """The interval that holds the middle 95% of resampled values, those not defined left out (Efron 1979)."""
    defined = values[~np.isnan(values)]
    if not defined.size:
        return None, None
    low, high = np.quantile(defined, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return float(low), float(high)


def _chance_corrected(counts: Counts, distances: Values) -> Values:
    """1 - observed / expected disagreement, where expected is what independent raters of these margins give."""
    answered = counts[..., :-1]
    total = answered.sum(axis=(-2, -1))
    observed = (distances * answered).sum(axis=(-2, -1))
    chance = answered.sum(axis=-1)[..., :, None] * answered.sum(axis=-2)[..., None, :]
    return 1.0 - _ratio(observed * total, (distances * chance).sum(axis=(-2, -1)))


def _hits(counts: Counts) -> Counts:
    return np.diagonal(counts[..., :-1], axis1=-2, axis2=-1)


def _ratio(part: Counts, whole: Counts) -> Values:
    """The quotient, NaN where there is nothing to divide by."""
    nothing = np.asarray(whole) == 0
    return np.where(nothing, np.nan, np.asarray(part) / np.where(nothing, 1, whole))


def _number(value: Values) -> float | None:
    return None if np.isnan(value) else float(value)
