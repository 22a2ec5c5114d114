"""Goal by segment: what is aimed at where, what a saved customer is worth there, and where a point is cheapest."""

from __future__ import annotations

from pages.parts.plan.front import Goal
from pages.parts.plan.inputs import amount, framed, heading, is_typed, percent, remark, side_by_side
from pages.parts.plan.money import Money
from pages.parts.plan.show import as_given, show_whole, warn
from pages.parts.shell.session import View
from pages.parts.show.exhibit import seen
from pages.parts.show.text import plain
from retention import exhibits, labels
from retention.exhibits.plan.sentences import value_sentence
from retention.planning.compose import SegmentGoal, goal_at, same_share_spared, worth_of_saved
from retention.planning.inputs import goal_problem
from retention.planning.prefill import SegmentStart, Start
from retention.planning.scenarios import Scenario


def ask_segments(begin: Start, money: Money, goal: Goal) -> list[SegmentGoal]:
    """One line of fields a segment; a goal left empty keeps the same share of leavers as the goal in front."""
    if not begin.segments:
        remark("This file has no segments to plan by (it takes 2 to 8); the goal above is for the whole book.")
        return []
    remark(
        "A goal left empty keeps the same share of leavers in every segment, so that all of them reach the goal "
        "above; a value left empty is what those lost there paid, or the one you typed for all."
    )
    asked = [_ask(number, segment, begin, money, goal) for number, segment in enumerate(begin.segments)]
    return [segment for segment in asked if segment is not None]


def _ask(number: int, segment: SegmentStart, begin: Start, money: Money, goal: Goal) -> SegmentGoal | None:
    name, today = segment.segment, begin.yearly(segment.share.rate) or 0.0
    with framed():
        said, first, second, third = side_by_side(2, 2, 2, 2)
        counted = money.style.text(labels.share(segment.share.retained, segment.share.starting, segment.share.rate))
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


def show_segments(scenario: Scenario | None, begin: Start, view: View) -> None:
    """The segments beside each other, where a point is cheapest, and what the average of the book hides."""
    if begin.value is not None and begin.value.misleads:
        warn(value_sentence(begin.value, view.style.currency), view.style)
    if scenario is not None:
        shown = seen(exhibits.plan_by_segment, view.book, **as_given(scenario), start=view.start,
                     currency=view.style.currency)  # fmt: skip
        show_whole(shown, key="segments")
