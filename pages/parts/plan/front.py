"""In front: one goal, one slider to break-even, one number, one chart, one sentence."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from pages.parts.plan.inputs import amount, back_to_book, beside, goal_slider, is_typed, one_of, typed
from pages.parts.plan.money import Money, worth_field
from pages.parts.plan.show import Planned, frame_of, say, small
from pages.parts.show.show import show_chart
from retention import charts, labels
from retention.exhibits.plan import (
    invested_sentence,
    plan_sentence,
    plan_title,
    point_sentence,
    without_arr_sentence,
    worth_sentence,
)
from retention.planning.compose import goal_at
from retention.planning.compounding import one_point
from retention.planning.curve import net_by_rate
from retention.planning.prefill import Start
from retention.planning.roi import Roi

MADE_OF = ("One goal for all", "Goals by segment", "Levers and CSMs")
FROM_LEVERS = 2
USUAL_INVESTMENT = 375_000


@dataclass(frozen=True)
class Goal:
    """What was typed in front; a part that is missing is None."""

    target_rate: float
    investment: float
    arr_per_logo: float | None


def ask_made_of() -> int:
    """What the plan in front is made of."""
    return one_of("made", "The plan in front is made of", MADE_OF)


def ask_goal(begin: Start, money: Money, made_of: int) -> Goal:
    """The slider and the two fields beside it; a plan made of levers has its goal and its cost from them."""
    target, from_levers = money.current_rate, made_of == FROM_LEVERS
    if not from_levers and money.current_rate < 1:
        target = goal_at(
            goal_slider("target", "Goal for yearly logo retention", money.current_rate), money.current_rate
        )
    left, right = st.columns(2)
    with left:
        investment = (
            0.0
            if from_levers
            else amount("invest", "Invested once, at the start", standard=USUAL_INVESTMENT, step=25_000) or 0.0
        )
        if from_levers:
            st.caption("The goal and its cost come from the levers below.")
    with right:
        worth = worth_field(begin, money)
    if begin.value is not None and not is_typed("worth"):
        small(worth_sentence(begin.value, money.method, money.style.currency), money.style)
    if begin.without_arr and begin.value is not None:
        small(without_arr_sentence(begin.without_arr), money.style)
    return Goal(target, investment, worth)


def show_number(planned: Planned, roi: Roi) -> None:
    """The number and its sentence."""
    style, plans = planned.style, planned.scenario.plans
    st.metric(f"Net gain {planned.period}, assumed", style.text(labels.money(roi.net, style.currency)))
    say(plan_sentence(plans, roi, style.currency), style)
    if len(plans) == 1:
        customers = one_point(logos=plans[0].logos, arr_per_logo=1)
        arr = one_point(logos=plans[0].logos, arr_per_logo=plans[0].arr_per_logo)
        small(point_sentence(customers, arr, style.currency), style)
    if not roi.invested:
        beside(invested_sentence())


def show_curve(planned: Planned, roi: Roi) -> None:
    """Net by the rate reached."""
    style, plans = planned.style, planned.scenario.plans
    curve = net_by_rate(plans, shared_investment=planned.scenario.shared_investment)
    goal = curve.filter("planned").get_column("target_rate").to_list()
    show_chart(
        charts.roi_curve(
            curve.select("target_rate", "net"),
            break_even_rate=roi.break_even_rate if roi.invested else None,
            target_rate=goal[0] if goal else None,
            currency=style.currency,
            **frame_of(
                planned.view,
                plan_title(roi),
                "Net gain by the rate reached, with the rate that pays for itself and the rate aimed at",
                planned.customers,
            ),
        ),
        key="roi",
    )


def show_way_back() -> None:
    """What differs from the book's own values, and one click back to them."""
    changed = typed()
    if changed:
        said, back = st.columns([5, 1], vertical_alignment="center")
        said.markdown(f":orange-badge[{len(changed)} of the page's inputs changed]")
        back.button("Back to the book", on_click=back_to_book, width="stretch", key="plan.back",
                    help="Every input of this page shows the book's own or its standard value again.")  # fmt: skip
