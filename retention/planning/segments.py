"""Where is a point of retention cheapest, and what do the segments' plans bring together?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import polars as pl

from retention.errors import InputError
from retention.planning.costs import Cost
from retention.planning.flows import Flows, kept_at, root_of_rising, shared_spending
from retention.planning.goal import RoiPlan
from retention.planning.inputs import check_amount
from retention.planning.roi import BreakEven, Roi, retention_roi, roi_of_flows


@dataclass(frozen=True)
class SegmentedRoi:
    """The plans of several segments together, and one by one.

    Attributes:
        total: the figures of all of them; break-even is where all uplifts, changed in proportion, pay together.
        by_segment: one row per plan: segment, logos, current_rate, target_rate, points, logos_saved, arr_kept,
            margin_kept, invested, net, roi, break_even_logos, break_even_points, value_per_point (the margin one more
            point brings on its own within the horizon) and cost_per_point (invested / points; null without either).
    """

    total: Roi
    by_segment: pl.DataFrame

    @property
    def cheapest(self) -> str | None:
        """The segment whose point costs least for what it brings; None where no plan has a cost."""
        paid = self.by_segment.filter(pl.col("cost_per_point") > 0)
        if paid.is_empty():
            return None
        return str(paid.sort(pl.col("cost_per_point") / pl.col("value_per_point")).item(0, "segment"))


def segmented_roi(
    plans: Sequence[RoiPlan], *, shared_investment: float = 0.0, shared_costs: Sequence[Cost] = ()
) -> SegmentedRoi:
    """Gains of the segments' plans sum to the total; a cost they share is deducted once, from the total.

    Args:
        plans: one a segment, or one for everybody.
        shared_investment: spent once, at the start, for all of them.
        shared_costs: what else is spent for all of them, line by line.

    Raises:
        InputError: without plans, or if they differ in horizon or discount rate, or share a name.
    """
    check_together(plans, shared_investment)
    flows = flows_together(plans, shared_investment=shared_investment, shared_costs=shared_costs)
    break_even = _break_even(plans, float(flows.spent_to_date[-1]))
    return SegmentedRoi(
        total=roi_of_flows(flows, break_even=break_even, discount_rate=plans[0].discount_rate),
        by_segment=pl.DataFrame([_row(plan) for plan in plans], infer_schema_length=None),
    )


def flows_together(plans: Sequence[RoiPlan], *, shared_investment: float, shared_costs: Sequence[Cost] = ()) -> Flows:
    """The flows of several plans added up, with the costs they share."""
    first, *others = (Flows.of(plan) for plan in plans)
    added = sum(others, start=first)
    paid, decided = shared_spending(plans, shared_investment, shared_costs)
    return replace(added, spent_to_date=added.spent_to_date + paid, decided_to_date=added.decided_to_date + decided)


def _row(plan: RoiPlan) -> dict[str, str | float | None]:
    roi = retention_roi(plan)
    points = plan.target_rate - plan.current_rate
    return {
        "segment": plan.segment,
        "logos": float(plan.logos),
        "current_rate": plan.current_rate,
        "target_rate": plan.target_rate,
        "points": points,
        "logos_saved": roi.logos_saved,
        "arr_kept": roi.arr_kept,
        "margin_kept": roi.margin_kept,
        "invested": roi.invested,
        "net": roi.net,
        "roi": roi.roi,
        "break_even_logos": roi.break_even_logos,
        "break_even_points": roi.break_even_points,
        "value_per_point": _value_of_a_point(plan),
        "cost_per_point": roi.invested / (100 * points) if roi.invested and points else None,
    }


def _value_of_a_point(plan: RoiPlan) -> float:
    step = min(0.01, 1 - plan.current_rate)
    return kept_at(plan)(plan.current_rate + step)[1] * (0.01 / step) if step else 0.0


def _break_even(plans: Sequence[RoiPlan], spent: float) -> BreakEven | None:
    part = part_that_pays(plans, spent)
    if part is None:
        return None
    logos, reached = sum(plan.logos for plan in plans), targets_at(plans, part)
    return BreakEven(
        logos=sum(kept_at(plan)(target)[0] for plan, target in zip(plans, reached, strict=True)),
        rate=sum(plan.logos * target for plan, target in zip(plans, reached, strict=True)) / logos,
        current_rate=sum(plan.logos * plan.current_rate for plan in plans) / logos,
    )


def part_that_pays(plans: Sequence[RoiPlan], spent: float) -> float | None:
    """The multiple of the goals' uplifts at which the plans pay for what is spent; None if none does."""
    kept = [kept_at(plan) for plan in plans]

    def net(part: float) -> float:
        return sum(of_plan(target)[1] for of_plan, target in zip(kept, targets_at(plans, part), strict=True)) - spent

    return root_of_rising(net, furthest(plans))


def targets_at(plans: Sequence[RoiPlan], part: float) -> list[float]:
    """Every goal when all uplifts are so many times what they are; nobody can be kept beyond 100%."""
    return [min(plan.current_rate + part * up, 1.0) for plan, up in zip(plans, uplifts_of(plans), strict=True)]


def uplifts_of(plans: Sequence[RoiPlan]) -> list[float]:
    """How far each goal lies above today's rate; where none does, how far everybody does: all leavers alike."""
    uplifts = [plan.target_rate - plan.current_rate for plan in plans]
    return uplifts if any(uplifts) else [1 - plan.current_rate for plan in plans]


def furthest(plans: Sequence[RoiPlan]) -> float:
    """The multiple of the uplifts at which everybody is kept wherever a goal is set."""
    return max(
        ((1 - plan.current_rate) / up for plan, up in zip(plans, uplifts_of(plans), strict=True) if up), default=0.0
    )


def most_gained(plans: Sequence[RoiPlan]) -> float:
    """What comes in within the horizon, as a run rate, if everybody is kept wherever a goal is set."""
    return sum(kept_at(plan)(1.0)[1] for plan, up in zip(plans, uplifts_of(plans), strict=True) if up)


def check_together(plans: Sequence[RoiPlan], shared_investment: float) -> None:
    """Refuse plans that cannot be added up."""
    if not plans:
        raise InputError("plans is empty: give at least one segment's plan.")
    if len({plan.segment for plan in plans}) < len(plans):
        raise InputError("segment names must differ: two plans for the same segment would count it twice.")
    if len({(plan.horizon_years, plan.discount_rate) for plan in plans}) > 1:
        raise InputError("horizon_years and discount_rate must be the same for all segments, or their sum has no year.")
    check_amount("shared_investment", shared_investment)
