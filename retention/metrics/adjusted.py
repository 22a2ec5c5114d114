"""What does one trait do by itself? The effect of each value with all other attributes held as they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import erfc, sqrt

import numpy as np
from numpy.typing import NDArray

from retention.metrics.intervals import Z95

PENALTY = 1.0
"""How strongly effects are drawn towards none: as if each were known beforehand to lie within about 1 on the
log-odds scale. It keeps small and overlapping groups from claiming much."""
MOST_CUSTOMERS = 50_000
"""The model is fitted on a seeded sample of this many where there are more."""
SEED = 4_711

Numbers = NDArray[np.float64]
Codes = NDArray[np.int64]


@dataclass(frozen=True)
class Adjusted:
    """One value's effect: retention if everybody had it, less that if everybody had the others as they come.

    Attributes:
        effect: in the unit of a rate.
        low: lower end of its 95% range.
        high: upper end.
        p: how often luck alone would show an effect this far from none.
    """

    effect: float
    low: float
    high: float
    p: float


def adjusted_effects(codes: Codes, sizes: Sequence[int], stayed: NDArray[np.bool_]) -> list[list[Adjusted]]:
    """The effect of every value of every attribute on staying, the others as they are.

    A penalised logistic regression (scikit-learn, L2) on all attributes at once; effects are differences of mean
    predicted retention, their ranges from the curvature of the penalised likelihood (delta method).

    Args:
        codes: customers x attributes: the number of each customer's value.
        sizes: how many values each attribute has, two or more.
        stayed: who stayed; some did and some did not.

    Returns:
        Per attribute, one effect per value.
    """
    from threadpoolctl import threadpool_limits

    # Matrices this small lose more by sharing them out between threads than they gain.
    with threadpool_limits(1):
        return _adjusted(codes, sizes, stayed)


def _adjusted(codes: Codes, sizes: Sequence[int], stayed: NDArray[np.bool_]) -> list[list[Adjusted]]:
    from sklearn.linear_model import LogisticRegression

    codes, stayed = _sample(codes, stayed)
    first = np.concatenate([[0], np.cumsum(sizes)])
    design = np.zeros((len(codes), first[-1]))
    for column, place in enumerate(first[:-1]):
        design[np.arange(len(codes)), place + codes[:, column]] = 1.0
    model = LogisticRegression(C=1 / PENALTY, solver="newton-cholesky", tol=1e-8, max_iter=200).fit(design, stayed)
    weights, scores = model.coef_[0], model.decision_function(design)
    spread = _spread(design, _slope(scores))
    found = []
    for column, size in enumerate(sizes):
        values = slice(int(first[column]), int(first[column + 1]))
        without = scores - weights[values][codes[:, column]]
        rates, slopes = zip(
            *(_everybody(design, values, without, weights, value) for value in range(size)), strict=True
        )
        counts = np.bincount(codes[:, column], minlength=size).astype(np.float64)
        found.append([_contrast(np.array(rates), np.array(slopes), counts, value, spread) for value in range(size)])
    return found


def _sample(codes: Codes, stayed: NDArray[np.bool_]) -> tuple[Codes, NDArray[np.bool_]]:
    if len(codes) <= MOST_CUSTOMERS:
        return codes, stayed
    chosen = np.random.default_rng(SEED).choice(len(codes), MOST_CUSTOMERS, replace=False)
    return codes[chosen], stayed[chosen]


def _spread(design: Numbers, slope: Numbers) -> Numbers:
    """How uncertain the weights are, the intercept first: the inverse of the penalised curvature."""
    full = np.column_stack([np.ones(len(design)), design])
    curvature = full.T @ (full * slope[:, None])
    curvature[np.arange(1, len(curvature)), np.arange(1, len(curvature))] += PENALTY
    return np.asarray(np.linalg.inv(curvature), dtype=np.float64)


def _slope(scores: Numbers) -> Numbers:
    rate = 1 / (1 + np.exp(-scores))
    return rate * (1 - rate)


def _everybody(design: Numbers, values: slice, without: Numbers, weights: Numbers, value: int) -> tuple[float, Numbers]:
    """Mean retention if every customer had one value of an attribute, and how it moves with the weights."""
    place = values.start + value
    scores = without + weights[place]
    slope = _slope(scores)
    moves = np.concatenate([[slope.mean()], design.T @ slope / len(design)])
    moves[1 + values.start : 1 + values.stop] = 0.0
    moves[1 + place] = slope.mean()
    return float((1 / (1 + np.exp(-scores))).mean()), moves


def _contrast(rates: Numbers, slopes: Numbers, counts: Numbers, value: int, spread: Numbers) -> Adjusted:
    others = counts.copy()
    others[value] = 0.0
    against = np.eye(len(counts))[value] - others / others.sum()
    effect, moves = float(against @ rates), against @ slopes
    error = sqrt(float(moves @ spread @ moves))
    p = erfc(abs(effect) / error / sqrt(2)) if error else 1.0
    return Adjusted(effect, max(-1.0, effect - Z95 * error), min(1.0, effect + Z95 * error), p)
