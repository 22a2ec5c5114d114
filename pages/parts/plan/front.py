"""In front: the goal; whether it is worth it, with the result; and the plan as a table."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from pages.parts.plan.inputs import back_to_book, goal_field, is_typed, one_of, typed
from pages.parts.plan.money import Money, worth_field
from pages.parts.plan.show import Planned, as_lines, say, small, table
from pages.parts.show.exhibit import seen, show_exhibit
from pages.parts.show.offer import offer
from pages.parts.show.text import plain
from retention import exhibits, labels
from retention.exhibits.plan.sentences import above_today, earned_words, run_rate_words, worth_sentences
from retention.metrics.last_paid import has_only_history
from retention.planning.compose import goal_at, worth_of_saved
from retention.planning.first_year import first_year
from retention.planning.hires import Hires
from retention.planning.prefill import Accounts, Start

GOAL_FROM = ("The goal above", "Goals by segment", "The levers", "Customers to a manager")
FROM_SEGMENTS, FROM_LEVERS, FROM_LOAD = 1, 2, 3
SET_MARGIN = "Set it under Money, numbers, dates."
"""Where the one gross margin of the app is set."""


@dataclass(frozen=True)
class Goal:
    """What was set in front; a part that is missing is None."""

    target_rate: float
    arr_per_logo: float | None


def ask_goal_from() -> int:
    """Where the goal of the plan comes from."""
    return one_of("made", "Where the goal comes from", GOAL_FROM)


def ask_worth(begin: Start, money: Money) -> float | None:
    """What a saved customer is worth: the book's own value, or a field in front where the file has no ARR."""
    return worth_field(begin, money) if begin.value is None else money.worth


def arr_today(accounts: Accounts, money: Money, worth: float | None) -> float | None:
    """ARR at the close; where the file has none, what its customers come to at what a saved one is worth."""
    return accounts.arr if accounts.arr is not None else (worth * money.logos if worth and money.logos else None)


def ask_goal(money: Money, worth: float | None, goal_from: int, load: Hires | None) -> Goal:
    """The goal, or what takes its place, and how far it lies above today's rate."""
    target = money.current_rate
    if goal_from == FROM_LOAD:
        points = (load.points if load else None) or 0.0
        target = min(money.current_rate + max(points, 0.0), 1.0)
        small(f"The goal is {labels.percent(target)}, from customers to a manager below.", money.style)
    elif goal_from == FROM_LEVERS:
        small("The goal comes from the levers below.", money.style)
    elif money.current_rate < 1:
        typed_goal = goal_field("target", "Goal for yearly logo retention, %", money.current_rate)
        target = goal_at(typed_goal, money.current_rate)
        small(above_today(money.current_rate, target, typed=is_typed("target")), money.style)
    return Goal(target, worth)


def show_numbers(planned: Planned, begin: Start, money: Money) -> None:
    """Whether it is worth it; earned in the first twelve months and the run rate; and what that counts on."""
    style, currency = planned.style, planned.style.currency
    shown = seen(exhibits.plan_table, planned.view.book, **planned.given, **planned.opening)
    verdict, kept, paid_back, *basis = shown.sentences
    year = first_year(planned.scenario.plans, shared_costs=planned.scenario.shared_costs)
    st.markdown(f"**{plain(style.text(verdict))}**")
    st.metric("Net, earned in the first twelve months", style.text(labels.money(year.net_earned, currency)))
    small(f"{earned_words(year, currency)}.", style)
    st.metric("Net, as a run rate from then on", style.text(labels.money(year.net_run_rate, currency)))
    small(f"{run_rate_words(year, currency)}.", style)
    say(f"{kept} {paid_back}", style)
    own = money.worth is not None and money.worth == worth_of_saved(begin, money.method)
    worth = (
        worth_sentences(begin, money.method, from_months=has_only_history(planned.view.book), currency=currency)
        if own
        else []
    )
    small(" ".join([*basis, SET_MARGIN, *worth]), style)


def show_curve(planned: Planned) -> None:
    """Net by the rate reached."""
    show_exhibit(seen(exhibits.plan_by_rate, planned.view.book, **planned.given), key="roi")


def show_table(planned: Planned) -> None:
    """Today, with the plan, and the improvement: the published layout."""
    shown = seen(exhibits.plan_table, planned.view.book, **planned.given, **planned.opening)
    with st.container(key="plan_lines"):
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
