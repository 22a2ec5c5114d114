"""From the fields of the page to the plan in front, and the plans it could be instead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pages.parts.plan.csms import Csms, levers_of_csms
from pages.parts.plan.front import Goal
from pages.parts.plan.money import Money
from pages.parts.plan.show import Planned
from pages.parts.shell.session import View
from retention.errors import InputError
from retention.planning.compose import (
    SegmentGoal,
    base_plans,
    plan_of,
    plans_by_segment,
    scenario_of_levers,
)
from retention.planning.goal import EVERYBODY, RoiPlan
from retention.planning.levers import Lever
from retention.planning.prefill import Start
from retention.planning.roi import Roi, retention_roi
from retention.planning.scenarios import Scenario
from retention.planning.segments import segmented_roi

NAME = "Plan in front"


@dataclass(frozen=True)
class Composed:
    """Every plan the page can put in front; None where something is missing.

    Attributes:
        planned: the plan in front.
        roi: its figures.
        by_segment: goals by segment.
        base: what levers start from.
        levers: the levers chosen, the hires among them.
        by_levers: what they amount to.
        problem: why there is no plan in front, where there is none.
    """

    planned: Planned | None
    roi: Roi | None
    by_segment: Scenario | None
    base: list[RoiPlan]
    levers: list[Lever]
    by_levers: Scenario | None
    problem: str = ""


def compose(
    view: View,
    begin: Start,
    money: Money,
    goal: Goal,
    *,
    goals: Sequence[SegmentGoal],
    levers: Sequence[Lever],
    csms: Csms,
    made_of: int,
) -> Composed:
    """The plan in front: one goal for all, goals by segment, or levers."""
    try:
        whole = _whole(money, goal)
        base = base_plans(goals, whole, money.terms)
        known = {plan.segment for plan in base}
        all_levers = [lever for lever in [*levers, *levers_of_csms(csms, base, money.terms.ramp_months)]
                      if lever.segment in known]  # fmt: skip
        by_segment = Scenario(NAME, plans_by_segment(goals, money.terms), goal.investment) if goals else None
        by_levers = scenario_of_levers(NAME, base, all_levers) if base else None
        single = Scenario(NAME, (whole,)) if whole else None
        scenario = (single, by_segment or single, by_levers)[made_of]
        if scenario is None:
            return Composed(None, None, by_segment, base, all_levers, by_levers)
        return Composed(
            planned=Planned(
                scenario=scenario,
                view=view,
                style=money.style,
                customers=begin.share.starting,
                segments=tuple(segment.segment for segment in begin.segments) or (EVERYBODY,),
            ),
            roi=_roi(scenario),
            by_segment=by_segment,
            base=base,
            levers=all_levers,
            by_levers=by_levers,
        )
    except InputError as refused:
        return Composed(None, None, None, [], [], None, str(refused))


def _whole(money: Money, goal: Goal) -> RoiPlan | None:
    if not money.logos or not goal.arr_per_logo or money.current_rate >= 1:
        return None
    return plan_of(
        logos=money.logos,
        current_rate=money.current_rate,
        target_rate=goal.target_rate,
        arr_per_logo=goal.arr_per_logo,
        investment=goal.investment,
        terms=money.terms,
    )


def _roi(scenario: Scenario) -> Roi:
    if len(scenario.plans) == 1 and not scenario.shared_investment:
        return retention_roi(scenario.plans[0])
    return segmented_roi(scenario.plans, shared_investment=scenario.shared_investment).total
