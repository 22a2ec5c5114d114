"""How many of today's customers are left, month by month, at one yearly rate or another.

The book's own survival gives the shape (which years and months lose most); the rate of the first year gives the size.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from retention.errors import InputError

FloatArray = npt.NDArray[np.float64]


def monthly_hazards(rate: float, *, months: int, survival: Sequence[float] | None = None) -> FloatArray:
    """The share of those still there that leaves in each month, when the first year keeps ``rate``.

    The loss of every year of ``survival`` is multiplied by one factor, so that the first year loses 1 - rate; a
    second rate therefore multiplies every year's loss by (1 - second) / (1 - first). Within a year the losses fall
    on its months as they do in ``survival``. Without it, every year loses the same share at an even pace.

    Args:
        rate: yearly retention of the first year.
        months: how far to go; whole years.
        survival: share of the customers still there 0, 1, 2, … months on, from 1.

    Returns:
        One hazard per month, 1 to ``months``.

    Raises:
        InputError: if ``survival`` is too short, no survival curve, or loses nobody in the first year.
    """
    years = months // 12
    curve = _even_curve(rate, months) if survival is None else _checked(survival, months)
    opening, left = curve[:-12:12], curve[12::12]
    lost = np.divide(opening - left, opening, out=np.zeros(years), where=opening > 0)
    if rate < 1 and not lost[0]:
        raise InputError("survival loses nobody in its first year, so it cannot be fitted to a rate below 100%.")
    scaled = np.minimum(lost * ((1 - rate) / lost[0] if rate < 1 else 0.0), 1.0)
    by_month = np.lib.stride_tricks.sliding_window_view(curve, 13)[::12]
    drop = opening - left
    pace = np.divide(
        opening[:, None] - by_month, drop[:, None], out=np.tile(np.arange(13) / 12, (years, 1)), where=drop[:, None] > 0
    )
    remaining = 1 - scaled[:, None] * pace
    before, after = remaining[:, :-1].ravel(), remaining[:, 1:].ravel()
    kept: FloatArray = np.divide(after, before, out=np.zeros_like(after), where=before > 0)
    return 1 - kept


def programme_effect(
    *, months: int, ramp_months: int = 0, ends_after: int | None = None, fade_months: int = 0
) -> FloatArray:
    """How much of its full effect a programme has in each month, 0-1.

    It grows in a straight line from nothing at the start to everything after ``ramp_months``, and after its last
    month ``ends_after`` falls in a straight line to nothing within ``fade_months``. A month counts its middle.
    """
    middle = np.arange(months, dtype=np.float64) + 0.5
    grown = _ramp(middle, ramp_months)
    if ends_after is None:
        return grown
    reached = float(_ramp(np.array([float(ends_after)]), ramp_months)[0])
    fading = reached * np.clip(1 - (middle - ends_after) / fade_months, 0, 1) if fade_months else np.zeros(months)
    return np.where(middle < ends_after, grown, fading)


def survivors(hazards: FloatArray) -> FloatArray:
    """The share still there at the end of months 0, 1, 2, …, for hazards of months 1, 2, …; 1 at the start."""
    return np.concatenate([[1.0], np.cumprod(1 - hazards)])


def _ramp(months: FloatArray, ramp_months: int) -> FloatArray:
    return np.minimum(months / ramp_months, 1.0) if ramp_months else np.ones_like(months)


def _even_curve(rate: float, months: int) -> FloatArray:
    return np.power(rate, np.arange(months + 1) / 12)


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
