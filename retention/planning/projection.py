"""How many of today's customers are left, month by month, at one yearly rate or another.

The book's own survival gives the shape (which years and months lose most); the rate of the first year gives the size.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from retention.errors import InputError

FloatArray = npt.NDArray[np.floating[Any]]


@dataclass(frozen=True)
class Ageing:
    """How a book of customers thins out over whole years, apart from how fast.

    Attributes:
        months: how far it goes.
        yearly_loss: the loss of every year against that of the first.
        pace: one row per year: the share of the year's losses gone by the end of its months 0 to 12; None where
            every month loses the same share.
    """

    months: int
    yearly_loss: FloatArray
    pace: FloatArray | None

    @staticmethod
    def of(survival: Sequence[float] | None, *, months: int) -> Ageing:
        """The ageing of a survival curve by months, from 1; without one, every year loses the same share evenly.

        Raises:
            InputError: if the curve is too short or no survival curve.
        """
        if survival is None:
            return Ageing(months, np.ones(months // 12), None)
        curve = _checked(survival, months)
        opening, drop = curve[:-12:12], curve[:-12:12] - curve[12::12]
        lost = np.divide(drop, opening, out=np.zeros(len(drop)), where=opening > 0)
        by_month = np.lib.stride_tricks.sliding_window_view(curve, 13)[::12]
        even = np.tile(np.arange(13) / 12, (len(drop), 1))
        pace = np.divide(opening[:, None] - by_month, drop[:, None], out=even, where=drop[:, None] > 0)
        return Ageing(months, lost / lost[0] if lost[0] else np.full(len(lost), np.nan), pace)

    def hazards(self, rate: float | FloatArray) -> FloatArray:
        """The share of those still there that leaves in each month, when the first year keeps ``rate``.

        Every year's loss grows or shrinks with the first's: a second rate multiplies it by
        (1 - second) / (1 - first).

        Returns:
            One row per month from the first; for an array of rates, one column each.

        Raises:
            InputError: if nobody leaves in the curve's first year, but somebody does at this rate.
        """
        rates = np.asarray(rate, dtype=getattr(rate, "dtype", np.float64))
        shape = (self.months, *rates.shape)
        if self.pace is None:
            return np.broadcast_to(1 - rates ** (1 / 12), shape)
        if np.isnan(self.yearly_loss[0]):
            if (rates < 1).any():
                raise InputError("survival loses nobody in its first year, so it cannot be fitted to a rate below 1.")
            return np.zeros(shape)
        alone = (1,) * rates.ndim
        yearly = np.minimum(self.yearly_loss.astype(rates.dtype).reshape(-1, 1, *alone) * (1 - rates), 1)
        pace = self.pace.astype(rates.dtype).reshape(*self.pace.shape, *alone)
        # where nobody is left, 0 of them leave: the smallest number keeps that from being 0 / 0
        still_there = np.maximum(1 - yearly * pace[:, :-1], np.finfo(rates.dtype).tiny)
        hazards: FloatArray = yearly * np.diff(pace, axis=1) / still_there
        return hazards.reshape(shape)


def programme_effect(
    *,
    months: int,
    ramp_months: float | FloatArray = 0,
    ends_after: float | FloatArray | None = None,
    fade_months: float | FloatArray = 0,
) -> FloatArray:
    """How much of its full effect a programme has in each month, 0-1.

    It grows in a straight line from nothing at the start to everything after ``ramp_months``, and after its last
    month ``ends_after`` falls in a straight line to nothing within ``fade_months``. A month counts its middle.

    Returns:
        One row per month from the first; for arrays, one column each.
    """
    several = (ramp_months, fade_months, 0 if ends_after is None else ends_after)
    middle = (np.arange(months, dtype=np.float64) + 0.5).reshape(-1, *(1,) * max(map(np.ndim, several)))
    grown = _grown(middle, ramp_months)
    if ends_after is None:
        return grown
    left = np.clip(1 - _over(middle - ends_after, fade_months), 0, 1)
    effect: FloatArray = np.where(middle < ends_after, grown, _grown(ends_after, ramp_months) * left)
    return effect


def survivors(hazards: FloatArray) -> FloatArray:
    """The share still there at the end of months 0, 1, 2, … (rows), for hazards of months 1, 2, …; 1 at the start."""
    return np.concatenate([np.ones((1, *hazards.shape[1:])), np.cumprod(1 - hazards, axis=0)])


def _grown(months: float | FloatArray, ramp: float | FloatArray) -> FloatArray:
    return np.minimum(_over(months, ramp), 1.0)


def _over(months: float | FloatArray, length: float | FloatArray) -> FloatArray:
    """Months as a share of a length; of no length, everything is past."""
    part, whole = np.broadcast_arrays(np.asarray(months, dtype=np.float64), np.asarray(length, dtype=np.float64))
    share: FloatArray = np.divide(part, whole, out=np.ones(part.shape), where=whole > 0)
    return share


def _checked(survival: Sequence[float], months: int) -> FloatArray:
    curve = np.asarray(survival, dtype=np.float64)
    if len(curve) <= months:
        raise InputError(
            f"survival reaches {len(curve) - 1} months and this plan looks {months} months ahead: "
            "project it that far first."
        )
    if not np.isfinite(curve).all() or curve[0] != 1 or (np.diff(curve) > 0).any() or curve[-1] < 0:
        raise InputError("survival must start at 1 and never rise or fall below 0.")
    return curve[: months + 1]
