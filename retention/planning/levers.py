"""What would it take? Levers, each an assumption of yours, and what they bring together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import polars as pl

from retention.errors import InputError
from retention.planning.goal import RoiPlan
from retention.planning.inputs import check_amount, check_rate, check_whole
from retention.planning.projection import programme_effect
from retention.planning.roi import retention_roi


@dataclass(frozen=True, kw_only=True)
class Lever:
    """One thing to do for retention, as assumed.

    Attributes:
        name: as printed.
        segment: the segment it works on.
        points: yearly retention it is assumed to add there, alone and in full: 0.01 is one point.
        investment: spent once, at the start.
        yearly_investment: spent evenly while it runs.
        ramp_months: months until its full effect.
        overlap: share of its points that stronger levers of the segment bring anyway.
    """

    name: str
    segment: str
    points: float
    investment: float = 0.0
    yearly_investment: float = 0.0
    ramp_months: int = 6
    overlap: float = 0.0

    def __post_init__(self) -> None:
        check_rate("points", self.points)
        check_rate("overlap", self.overlap)
        check_amount("investment", self.investment)
        check_amount("yearly_investment", self.yearly_investment)
        check_whole("ramp_months", self.ramp_months, 0, 120)


LEVER_NAMES: Final = (
    "Onboarding and activation",
    "Proactive success",
    "Adoption",
    "Executive contact",
    "Ideal-customer focus",
)
"""The usual levers; what each brings and costs is yours to say."""


def counted_points(levers: Sequence[Lever]) -> dict[str, float]:
    """What each lever of one segment adds to the others, by name.

    The strongest counts in full; of every other only what the stronger ones do not bring anyway.
    """
    strongest = max(levers, key=lambda lever: lever.points, default=None)
    return {lever.name: lever.points if lever is strongest else lever.points * (1 - lever.overlap) for lever in levers}


def with_levers(plan: RoiPlan, levers: Sequence[Lever]) -> RoiPlan:
    """The plan a set of levers amounts to: points added without their overlap, costs summed, each with its own ramp.

    Levers of other segments are left out. Together they cannot keep more than everybody.

    Raises:
        InputError: if two levers of the segment share a name.
    """
    own = _own(plan, levers)
    counted = counted_points(own)
    added = min(sum(counted.values()), 1 - plan.current_rate)
    effects = [
        counted[lever.name]
        * programme_effect(
            months=plan.months,
            ramp_months=lever.ramp_months,
            ends_after=plan.programme_ends_month,
            fade_months=plan.fade_months,
        )
        for lever in own
    ]
    weight = sum(counted.values())
    together = np.sum(effects, axis=0) / weight if weight else None
    return replace(
        plan,
        target_rate=plan.current_rate + added,
        investment=sum(lever.investment for lever in own),
        yearly_investment=sum(lever.yearly_investment for lever in own),
        effect_by_month=None if together is None else tuple(float(share) for share in np.clip(together, 0, 1)),
    )


def lever_table(plans: Sequence[RoiPlan], levers: Sequence[Lever]) -> pl.DataFrame:
    """Each lever alone and in company.

    Returns:
        One row per lever: segment, lever, points (assumed, alone), counted_points (beside the others), invested,
        logos_saved, margin_kept, net and roi of the lever alone.

    Raises:
        InputError: if a lever works on a segment that has no plan.
    """
    plan_by_segment = {plan.segment: plan for plan in plans}
    _check_segments(levers, plan_by_segment)
    counted = {segment: counted_points(_own(plan, levers)) for segment, plan in plan_by_segment.items()}
    rows = []
    for lever in levers:
        alone = retention_roi(with_levers(plan_by_segment[lever.segment], [lever]))
        rows.append(
            {
                "segment": lever.segment,
                "lever": lever.name,
                "points": lever.points,
                "counted_points": counted[lever.segment][lever.name],
                "invested": alone.invested,
                "logos_saved": alone.logos_saved,
                "margin_kept": alone.margin_kept,
                "net": alone.net,
                "roi": alone.roi,
            }
        )
    return pl.DataFrame(rows, schema=_TABLE)


_TABLE: Final = {
    "segment": pl.String, "lever": pl.String, "points": pl.Float64, "counted_points": pl.Float64,
    "invested": pl.Float64, "logos_saved": pl.Float64, "margin_kept": pl.Float64, "net": pl.Float64,
    "roi": pl.Float64,
}  # fmt: skip


def _own(plan: RoiPlan, levers: Sequence[Lever]) -> list[Lever]:
    own = [lever for lever in levers if lever.segment == plan.segment]
    if len({lever.name for lever in own}) < len(own):
        raise InputError(f"{plan.segment} has two levers of the same name; name them apart.")
    return own


def _check_segments(levers: Sequence[Lever], plan_by_segment: dict[str, RoiPlan]) -> None:
    unknown = sorted({lever.segment for lever in levers} - set(plan_by_segment))
    if unknown:
        raise InputError(f"segment {', '.join(unknown)} has no plan; these have: {', '.join(plan_by_segment)}.")
