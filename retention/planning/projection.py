"""How many of today's customers are left, month by month, at one yearly rate or another.

The book's own survival gives the shape (which years and months lose most); the rate of the first year gives the size.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from retention.errors import InputError

FloatArray = npt.NDArray[np.float64]


def monthly_hazards(rate: float | FloatArray, *, months: int, survival: Sequence[float] | None = None) -> FloatArray:
    """The share of those still there that leaves in each month, when the first year keeps ``rate``.

    The loss of every year of ``survival`` is multiplied by one factor, so that the first year loses 1 - rate; a
    second rate therefore multiplies every year's loss by (1 - second) / (1 - first). Within a year the losses fall
    on its months as they do in ``survival``. Without it, every year loses the same share at an even pace.

    Args:
        rate: yearly retention of the first year; several at once as an array.
        months: how far to go; whole years.
        survival: share of the customers still there 0, 1, 2, … months on, from 1.

    Returns:
        Hazards of months 1 to ``months`` along the last axis, for each rate.

    Raises:
        InputError: if ``survival`` is too short, no survival curve, or loses nobody in the first year.
    """
    rates = np.asarray(rate, dtype=np.float64)[..., None]
    if survival is None:
        return np.repeat(1 - rates ** (1 / 12), months, axis=-1)
    curve = _checked(survival, months)
    opening, drop = curve[:-12:12], curve[:-12:12] - curve[12::12]
    lost = np.divide(drop, opening, out=np.zeros(len(drop)), where=opening > 0)
    if not lost[0] and (rates < 1).any():
        raise InputError("survival loses nobody in its first year, so it cannot be fitted to a rate below 100%.")
    factor = (1 - rates) / lost[0] if lost[0] else np.zeros_like(rates)
    by_month = np.lib.stride_tricks.sliding_window_view(curve, 13)[::12]
    even = np.tile(np.arange(13) / 12, (len(drop), 1))
    pace = np.divide(opening[:, None] - by_month, drop[:, None], out=even, where=drop[:, None] > 0)
    remaining = 1 - np.minimum(lost * factor, 1.0)[..., None] * pace
    before, after = remaining[..., :-1], remaining[..., 1:]
    kept: FloatArray = np.divide(after, before, out=np.zeros_like(after), where=before > 0)
    return 1 - kept.reshape(*rates.shape[:-1], months)


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
    """
    middle = np.arange(months, dtype=np.float64) + 0.5
    ramp = np.asarray(ramp_months, dtype=np.float64)[..., None]
    grown = _grown(middle, ramp)
    if ends_after is None:
        return grown
    end = np.asarray(ends_after, dtype=np.float64)[..., None]
    fade = np.asarray(fade_months, dtype=np.float64)[..., None]
    left = np.clip(1 - _over(middle - end, fade), 0, 1)
    return np.where(middle < end, grown, _grown(end, ramp) * left)


def survivors(hazards: FloatArray) -> FloatArray:
    """The share still there at the end of months 0, 1, 2, …, for hazards of months 1, 2, …; 1 at the start."""
    return np.concatenate([[1.0], np.cumprod(1 - hazards)])


def _grown(months: FloatArray, ramp: FloatArray) -> FloatArray:
    return np.minimum(_over(months, ramp), 1.0)


def _over(months: FloatArray, length: FloatArray) -> FloatArray:
    """Months as a share of a length; of no length, everything is past."""
    months, length = np.broadcast_arrays(months, length)
    return np.divide(months, length, out=np.ones(months.shape), where=length > 0)


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
