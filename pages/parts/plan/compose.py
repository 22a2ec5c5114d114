"""From the fields of the page to the plan in front, and the plans it could be instead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pages.parts.plan.front import FROM_LEVERS, FROM_SEGMENTS, Goal
from pages.parts.plan.inputs import is_typed, typed_values
from pages.parts.plan.money import Money
from pages.parts.plan.show import Planned
from pages.parts.shell.session import View
from retention.errors import InputError
from retention.planning.compose import (
    SegmentGoal,
    base_plans,
    opening_arr,
    plan_of,
    plans_by_segment,
    scenario_of_levers,
)
from retention.planning.costs import Cost
from retention.planning.goal import EVERYBODY, RoiPlan
from retention.planning.levers import Lever
from retention.planning.prefill import Start
from retention.planning.scenarios import Scenario

NAME = "Plan in front"


@dataclass(frozen=True)
class Composed:
    """Every plan the page can put in front; None where something is missing.

    Attributes:
        planned: the plan in front.
        by_segment: goals by segment.
        base: what levers start from.
        levers: the levers that work on a segment of the plan.
        problem: why there is no plan in front, where there is none.
    """

    planned: Planned | None
    by_segment: Scenario | None = None
    base: tuple[RoiPlan, ...] = ()
    levers: tuple[Lever, ...] = ()
    problem: str = ""


def compose(
    view: View,
    begin: Start,
    money: Money,
    goal: Goal,
    *,
    costs: Sequence[Cost],
    goals: Sequence[SegmentGoal],
    levers: Sequence[Lever],
    goal_from: int,
) -> Composed:
    """The plan in front: one goal for all, goals by segment, or levers; it carries every cost that was told."""
    every = tuple(costs)
    try:
        whole = _whole(money, goal, every)
        base = base_plans(goals, whole, money.terms)
        known = {plan.segment for plan in base}
        working = tuple(lever for lever in levers if lever.segment in known)
        by_segment = Scenario(NAME, plans_by_segment(goals, money.terms), shared_costs=every) if goals else None
        scenario = Scenario(NAME, (whole,)) if whole else None
        if goal_from == FROM_SEGMENTS:
            scenario = by_segment or scenario
        elif goal_from == FROM_LEVERS:
            scenario = scenario_of_levers(NAME, base, working, shared_costs=every) if base else None
    except InputError as refused:
        return Composed(None, problem=str(refused))
    return Composed(_planned(scenario, view, begin, money), by_segment, tuple(base), working)


def _planned(scenario: Scenario | None, view: View, begin: Start, money: Money) -> Planned | None:
    if scenario is None or money.logos is None:
        return None
    of_the_lost = money.method == "lost" and not is_typed("worth")
    return Planned(
        scenario=scenario.as_typed(typed_values()),
        view=view,
        opening_arr=opening_arr(begin, money.logos) if of_the_lost else None,
        of_the_book=bool(begin.share.starting) and not is_typed("logos"),
        segments=tuple(segment.segment for segment in begin.segments) or (EVERYBODY,),
    )


def _whole(money: Money, goal: Goal, costs: tuple[Cost, ...]) -> RoiPlan | None:
    if not money.logos or not goal.arr_per_logo or money.current_rate >= 1:
        return None
    return plan_of(
        logos=money.logos,
        current_rate=money.current_rate,
        target_rate=goal.target_rate,
        arr_per_logo=goal.arr_per_logo,
        costs=costs,
        terms=money.terms,
    )
