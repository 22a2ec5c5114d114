"""In front: the goal, the managers to hire and what one costs; the result beside; and the plan as a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from pages.parts.plan.inputs import amount, back_to_book, goal_slider, one_of, typed
from pages.parts.plan.money import Money, worth_field
from pages.parts.plan.show import Planned, as_lines, say, small, table
from pages.parts.show.exhibit import seen, show_exhibit
from pages.parts.show.offer import offer
from retention import exhibits, labels
from retention.exhibits.plan.sentences import earned_words, run_rate_words, worth_sentences
from retention.metrics.last_paid import has_only_history
from retention.planning.compose import goal_at, worth_of_saved
from retention.planning.costs import Cost, cost_of_hires
from retention.planning.first_year import first_year
from retention.planning.hires import Hires
from retention.planning.prefill import Start

GOAL_FROM = ("The goal above", "Goals by segment", "The levers", "Customers to a manager")
FROM_SEGMENTS, FROM_LEVERS, FROM_LOAD = 1, 2, 3
USUAL_HIRES, USUAL_COST = 2, 120_000


@dataclass(frozen=True)
class Goal:
    """What was set in front; a part that is missing is None."""

    target_rate: float
    arr_per_logo: float | None


def ask_goal_from() -> int:
    """Where the goal of the plan comes from."""
    return one_of("made", "Where the goal comes from", GOAL_FROM)


def ask_hires() -> float:
    """How many managers are hired."""
    return amount("hires", "Managers to hire", standard=USUAL_HIRES, step=1) or 0.0


def ask_cost_of_one() -> float:
    """What a manager costs a year."""
    return amount("hire.cost", "Cost of one, a year", standard=USUAL_COST, step=5_000) or 0.0


def costs_of_plan(hires: float, each: float, lines: Sequence[Cost]) -> list[Cost]:
    """The managers as one line of the investment, and the others below it."""
    return [*([cost_of_hires(hires, each)] if hires and each else []), *lines]


def ask_goal(begin: Start, money: Money, goal_from: int, load: Hires | None) -> Goal:
    """The slider, or what takes its place; the value of a saved customer where the file has no ARR."""
    target = money.current_rate
    if goal_from == FROM_LOAD:
        points = (load.points if load else None) or 0.0
        target = min(money.current_rate + max(points, 0.0), 1.0)
        small(f"The goal is {labels.percent(target)}, from customers to a manager below.", money.style)
    elif goal_from == FROM_LEVERS:
        small("The goal comes from the levers below.", money.style)
    elif money.current_rate < 1:
        target = goal_at(
            goal_slider("target", "Goal for yearly logo retention", money.current_rate), money.current_rate
        )
    return Goal(target, worth_field(begin, money) if begin.value is None else money.worth)


def show_numbers(planned: Planned, begin: Start, money: Money) -> None:
    """What it is assumed to keep; earned in the first twelve months and the run rate, each with its counts."""
    style, currency = planned.style, planned.style.currency
    kept, paid_back = seen(exhibits.plan_table, planned.view.book, **planned.given, **planned.opening).sentences
    year = first_year(planned.scenario.plans, shared_costs=planned.scenario.shared_costs)
    say(kept, style)
    if money.worth is not None and money.worth == worth_of_saved(begin, money.method):
        for sentence in worth_sentences(
            begin, money.method, from_months=has_only_history(planned.view.book), currency=currency
        ):
            small(sentence, style)
    st.metric("Net, earned in the first twelve months", style.text(labels.money(year.net_earned, currency)))
    small(f"{earned_words(year, currency)}.", style)
    st.metric("Net, as a run rate from then on", style.text(labels.money(year.net_run_rate, currency)))
    small(f"{run_rate_words(year, currency)}.", style)
    say(paid_back, style)


def show_curve(planned: Planned) -> None:
    """Net by the rate reached."""
    show_exhibit(seen(exhibits.plan_by_rate, planned.view.book, **planned.given), key="roi")


def show_table(planned: Planned) -> None:
    """Today, with the plan, and the improvement: the published layout."""
    shown = seen(exhibits.plan_table, planned.view.book, **planned.given, **planned.opening)
    table(as_lines(shown), alt="The plan: today, with the plan, and the improvement")
    offer(shown, key="plan.table")


def show_way_back() -> None:
    """What differs from the book's own values, and one click back to them."""
    changed = typed()
    if changed:
        said, back = st.columns([5, 1], vertical_alignment="center")
        said.markdown(f":orange-badge[{len(changed)} of the page's inputs changed]")
        back.button("Back to the book", on_click=back_to_book, width="stretch", key="plan.back",
                    help="Every input of this page shows the book's own or its standard value again.")  # fmt: skip
