"""How far off may an input be? The usual low and high, for a founder to change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from retention.errors import InputError
from retention.planning.goal import RoiPlan
from retention.planning.uncertainty import Spread

USUAL: Final = (
    "target_rate",
    "arr_per_logo",
    "investment",
    "ramp_months",
    "gross_margin",
    "yearly_investment",
    "costs",
)
"""The inputs a founder is usually unsure of, in the order they are asked for."""

RATES: Final = ("target_rate", "gross_margin")
"""Those of them that are rates."""

GAIN_LOW, GAIN_HIGH = 0.5, 1.5
COST: Final = (0.9, 1.3)
SHARE: Final = {"arr_per_logo": (0.8, 1.2), "investment": COST, "yearly_investment": COST, "costs": COST}
MARGIN: Final = 0.05
LATER_MONTHS: Final = 6


@dataclass(frozen=True)
class Doubt:
    """One input of one plan with its usual range: segment (None where there is one plan), field, low, likely, high."""

    segment: str | None
    field: str
    low: float
    likely: float
    high: float

    def between(self, low: float, high: float) -> Spread:
        """The range as the draws take it, with a low and high of one's own.

        Raises:
            InputError: if the likely value lies outside.
        """
        # a billionth of air, so that the likely value itself may be an end
        air = 1e-9 * max(abs(self.likely), 1.0)
        if not low - air <= self.likely <= high + air:
            raise InputError("The low must lie at or below the likely value, and the high at or above it.")
        return Spread(field=self.field, low=min(low, self.likely), high=max(high, self.likely), segment=self.segment)


def usual_doubts(plans: Sequence[RoiPlan]) -> list[Doubt]:
    """The usual range of every input that these plans hang on: half to one and a half times the gain, a fifth of the
    value either way, costs a tenth lower to three tenths higher, half a year's delay, five points of margin.
    """
    return [
        doubt
        for field in USUAL
        for plan in plans
        if (doubt := _usual(plan, field, None if len(plans) == 1 else plan.segment)) is not None
    ]


def _usual(plan: RoiPlan, field: str, segment: str | None) -> Doubt | None:
    likely = sum(cost.amount for cost in plan.costs) if field == "costs" else float(getattr(plan, field))
    if field == "target_rate":
        gain = plan.target_rate - plan.current_rate
        low, high = plan.current_rate + GAIN_LOW * gain, min(plan.current_rate + GAIN_HIGH * gain, 1.0)
    elif field == "ramp_months":
        if plan.effect_by_month is not None:  # levers bring ramps of their own
            return None
        low, high = likely, likely + LATER_MONTHS
    elif field == "gross_margin":
        low, high = max(likely - MARGIN, 0.0), min(likely + MARGIN, 1.0)
    else:
        low, high = likely * SHARE[field][0], likely * SHARE[field][1]
    return Doubt(segment, field, low, likely, high) if low < high else None
