"""A regularised logistic regression over the signals: what they are as numbers, and the chance they give."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

import numpy as np
import polars as pl

from retention.risk.factors import days_to_renewal
from retention.risk.ranking import Flags, Numbers

STRENGTH: Final = 0.1
"""scikit-learn's C: how far effects may leave zero. Fixed, so that nothing is tuned on what it is judged by."""


@dataclass(frozen=True)
class Model:
    """A fitted regression over the features of ``features``.

    Attributes:
        names: the features, in order.
        centre: their means over the training accounts where known.
        scale: their standard deviations; a feature that never varies has infinity and so counts nothing.
        effects: what one standard deviation adds to the log-odds of leaving.
        base: the log-odds of an average account.
    """

    names: tuple[str, ...]
    centre: Numbers = field(repr=False)
    scale: Numbers = field(repr=False)
    effects: Numbers
    base: float

    def parts(self, found: pl.DataFrame) -> Numbers:
        """What each feature adds to each account's log-odds; what is not known adds nothing."""
        parts: Numbers = np.nan_to_num((_matrix(found) - self.centre) / self.scale) * self.effects
        return parts

    def chances(self, found: pl.DataFrame) -> Numbers:
        """Each account's chance to leave."""
        chances: Numbers = 1 / (1 + np.exp(-(self.base + self.parts(found).sum(axis=1))))
        return chances


def features(observed: pl.DataFrame, day: date) -> pl.DataFrame:
    """The signals as numbers, one column per feature; not known is null."""
    trend = pl.col("engagement_trend").cast(pl.String)
    last = (pl.lit(day) - pl.col("last_review_on")).dt.total_days()
    scheduled = (pl.col("next_review_on") >= day).fill_null(value=False)
    reviewed = pl.col("last_review_on").is_not_null() | pl.col("next_review_on").is_not_null()
    return observed.select(
        usage=pl.col("usage_share"),
        engagement_declining=(trend == "declining").cast(pl.Float64),
        engagement_increasing=(trend == "increasing").cast(pl.Float64),
        tickets=pl.col("tickets_per_month").log1p(),
        renewal_days=days_to_renewal(day).clip(0, 365).cast(pl.Float64),
        renewal_near=(days_to_renewal(day) < 90).cast(pl.Float64),
        executive_days=pl.when(last >= 0).then(last.clip(0, 365)).cast(pl.Float64),
        executive_scheduled=pl.when(reviewed).then(scheduled).cast(pl.Float64),
        adoption=pl.col("active_features").clip(0, 10),
    )


def fit(outcomes: Sequence[tuple[pl.DataFrame, Flags]]) -> Model:
    """The regression of who left on the signals, the accounts of several days together.

    Args:
        outcomes: per day the features of its customers, in an order of their own (by id), and who of them left.
    """
    from sklearn.linear_model import LogisticRegression

    known = _matrix(pl.concat([found for found, _ in outcomes]))
    left = np.concatenate([gone for _, gone in outcomes])
    held = ~np.isnan(known)
    counted = np.maximum(held.sum(axis=0), 1)
    centre = np.where(held, known, 0.0).sum(axis=0) / counted
    spread = np.sqrt(np.where(held, (known - centre) ** 2, 0.0).sum(axis=0) / counted)
    scale = np.where(spread > 0, spread, np.inf)
    regression = LogisticRegression(C=STRENGTH, max_iter=1000).fit(np.nan_to_num((known - centre) / scale), left)
    return Model(
        names=tuple(outcomes[0][0].columns),
        centre=centre,
        scale=scale,
        effects=regression.coef_[0],
        base=float(regression.intercept_[0]),
    )


def _matrix(found: pl.DataFrame) -> Numbers:
    return found.cast(pl.Float64).fill_null(float("nan")).to_numpy()
