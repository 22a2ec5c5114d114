"""From what a founder types to a plan: one goal for the whole book, goals by segment, or levers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from retention.planning.costs import Cost
from retention.planning.goal import EVERYBODY, RoiPlan
from retention.planning.levers import Lever, with_levers
from retention.planning.prefill import SegmentStart, Start
from retention.planning.scenarios import Scenario

Method = Literal["lost", "blended"]
"""What a saved customer is worth: the average of those actually lost, or of the whole book."""


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What holds for every segment of a plan; each as in ``RoiPlan``."""

    gross_margin: float = 1.0
    ramp_months: int = 0
    horizon_years: int = 1
    discount_rate: float = 0.0
    programme_ends_month: int | None = None
    fade_months: int = 0
    survival: tuple[float, ...] | None = None


def worth_of_saved(start: Start, method: Method, segment: SegmentStart | None = None) -> float | None:
    """The ARR a saved customer keeps by a method; a segment that lost nobody takes its own average.

    None where the file has no ARR for it.
    """
    if start.value is None:
        return None
    if method == "blended":
        return start.value.arr_per_logo
    lost, everyone = (
        (start.value.arr_per_lost, start.value.arr_per_logo)
        if segment is None
        else (segment.arr_per_lost, segment.arr_per_logo)
    )
    return everyone if lost is None else lost


def opening_arr(start: Start, logos: float) -> float | None:
    """ARR of so many customers at the average of the opening; None where the file has no ARR."""
    return None if start.value is None else start.value.arr_per_logo * logos


def goal_at(rate: float, current_rate: float) -> float:
    """A goal typed or dragged; the nearest tenth of a point to today's rate means today's rate."""
    return current_rate if abs(rate - current_rate) <= 0.0005 else rate


def same_share_spared(current_rate: float, *, overall_current: float, overall_target: float) -> float:
    """The goal of a segment when the same share of leavers is kept everywhere: 1 - (1 - r) (1 - target) / (1 - today).

    Sums over segments to the overall goal.
    """
    if overall_current >= 1:
        return current_rate
    return 1 - (1 - current_rate) * (1 - overall_target) / (1 - overall_current)


def plan_of(
    *,
    logos: float,
    current_rate: float,
    target_rate: float,
    arr_per_logo: float,
    terms: Terms,
    investment: float = 0.0,
    costs: tuple[Cost, ...] = (),
    segment: str = EVERYBODY,
) -> RoiPlan:
    """One plan under the terms; a goal below today's rate counts as today's."""
    return RoiPlan(
        logos=logos,
        current_rate=current_rate,
        target_rate=max(target_rate, current_rate),
        arr_per_logo=arr_per_logo,
        investment=investment,
        costs=costs,
        segment=segment,
        **vars(terms),
    )


@dataclass(frozen=True, kw_only=True)
class SegmentGoal:
    """What is planned for one segment.

    Attributes:
        segment: as printed.
        logos: customers at the start.
        current_rate: yearly logo retention today.
        target_rate: the goal.
        arr_per_logo: ARR of a saved customer.
        investment: spent once, for this segment alone.
    """

    segment: str
    logos: float
    current_rate: float
    target_rate: float
    arr_per_logo: float
    investment: float = 0.0


def plans_by_segment(goals: Sequence[SegmentGoal], terms: Terms) -> tuple[RoiPlan, ...]:
    """One plan a segment."""
    return tuple(plan_of(**vars(goal), terms=terms) for goal in goals)


def scenario_of_levers(
    name: str, plans: Sequence[RoiPlan], levers: Sequence[Lever], *, shared_costs: tuple[Cost, ...] = ()
) -> Scenario:
    """The plans that levers amount to; a segment without one goes on as today and costs nothing of its own."""
    return Scenario(name, tuple(with_levers(plan, levers) for plan in plans), shared_costs=shared_costs)


def overall_rates(plans: Sequence[RoiPlan]) -> tuple[float, float]:
    """Today's rate and the goal of all plans together, weighted by customers."""
    logos = sum(plan.logos for plan in plans)
    return (
        sum(plan.logos * plan.current_rate for plan in plans) / logos,
        sum(plan.logos * plan.target_rate for plan in plans) / logos,
    )


def as_one(plans: Sequence[RoiPlan]) -> RoiPlan:
    """All plans as one of everybody, with the rates they come to together; its money is the first one's."""
    current, target = overall_rates(plans)
    logos = sum(plan.logos for plan in plans)
    return replace(plans[0], logos=logos, current_rate=current, target_rate=max(current, target), segment=EVERYBODY)


def base_plans(goals: Sequence[SegmentGoal], whole: RoiPlan | None, terms: Terms) -> list[RoiPlan]:
    """What levers start from: every segment (or the whole book) as today, with nothing spent."""
    if goals:
        as_today = [replace(goal, target_rate=goal.current_rate, investment=0.0) for goal in goals]
        return list(plans_by_segment(as_today, terms))
    if whole is None:
        return []
    return [replace(whole, target_rate=whole.current_rate, investment=0.0, costs=())]
