"""Goal by segment: what is aimed at where, what a saved customer is worth there, and where a point is cheapest."""

from __future__ import annotations

import streamlit as st

from pages.parts.plan.front import Goal
from pages.parts.plan.inputs import amount, framed, heading, is_typed, percent, remark, side_by_side
from pages.parts.plan.money import Money
from pages.parts.plan.show import say, table, warn
from pages.parts.show.text import plain
from retention import labels
from retention.exhibits.plan import cheapest_sentence, value_sentence
from retention.planning.compose import SegmentGoal, goal_at, same_share_spared, worth_of_saved
from retention.planning.inputs import goal_problem
from retention.planning.prefill import SegmentStart, Start
from retention.planning.scenarios import Scenario
from retention.planning.segments import segmented_roi


def ask_segments(begin: Start, money: Money, goal: Goal) -> list[SegmentGoal]:
    """One line of fields a segment; a goal left empty keeps the same share of leavers as the goal in front."""
    if not begin.segments:
        st.info("This file has no segments to plan by (it takes 2 to 8); the goal in front is for the whole book.")
        return []
    st.caption(
        "A goal left empty keeps the same share of leavers in every segment, so that all of them reach the goal in "
        "front; a value left empty is what those lost there paid, or the one typed in front."
    )
    asked = [_ask(number, segment, begin, money, goal) for number, segment in enumerate(begin.segments)]
    return [segment for segment in asked if segment is not None]


def _ask(number: int, segment: SegmentStart, begin: Start, money: Money, goal: Goal) -> SegmentGoal | None:
    name, today = segment.segment, segment.share.rate or 0.0
    with framed():
        said, first, second, third = side_by_side(2, 2, 2, 2)
        counted = money.style.text(labels.share(segment.share.retained, segment.share.starting, today))
        with said:
            heading(f"**{plain(name)}**")
            remark(plain(counted))
        even = same_share_spared(today, overall_current=money.current_rate,
                                 overall_target=max(goal.target_rate, money.current_rate))  # fmt: skip
        with first:
            target = percent(f"goal.{number}", "Goal, %", own=even, problem=lambda rate: goal_problem(rate, today))
        usual = goal.arr_per_logo if is_typed("worth") else worth_of_saved(begin, money.method, segment)
        with second:
            worth = amount(f"worth.{number}", "ARR of a saved customer", step=1_000,
                           own=usual,
                           above_zero="without an ARR a saved customer has no value to count")  # fmt: skip
        with third:
            spent = amount(f"cost.{number}", "Invested here alone", standard=0, step=10_000) or 0.0
    if not worth:
        return None
    return SegmentGoal(segment=name, logos=segment.share.starting, current_rate=today,
                       target_rate=goal_at(target, today), arr_per_logo=worth, investment=spent)  # fmt: skip


def show_segments(scenario: Scenario | None, begin: Start, money: Money) -> None:
    """The segments beside each other, where a point is cheapest, and what the average of the book hides."""
    if begin.value is not None and begin.value.misleads:
        warn(value_sentence(begin.value, money.style.currency), money.style)
    if scenario is None:
        return
    roi, currency = segmented_roi(scenario.plans, shared_investment=scenario.shared_investment), money.style.currency
    say(cheapest_sentence(roi, currency), money.style)
    worth = {segment.segment: segment for segment in begin.segments}
    table(
        [
            {
                "Segment": row["segment"],
                "Today to goal": f"{labels.percent(row['current_rate'])} to {labels.percent(row['target_rate'])}",
                "Customers saved": labels.decimal(row["logos_saved"], 1),
                "Lost paid": labels.money(worth[row["segment"]].arr_per_lost or 0, currency),
                "All paid": labels.money(worth[row["segment"]].arr_per_logo or 0, currency),
                "Margin kept": labels.money_exact(row["margin_kept"], currency),
                "Invested here": labels.money_exact(row["invested"], currency),
                "A point brings": labels.money(row["value_per_point"], currency),
                "A point costs": labels.NOTHING
                if row["cost_per_point"] is None
                else labels.money(row["cost_per_point"], currency),
            }
            for row in roi.by_segment.iter_rows(named=True)
        ],
        alt="Goals by segment, with what a point brings and costs in each",
    )
