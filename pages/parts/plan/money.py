"""Time and money: what the plan depends on besides its goal, each left empty for the book's own value."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from pages.parts.plan import cached
from pages.parts.plan.inputs import amount, choice, offer_value, percent, remark, side_by_side, switch, whole
from pages.parts.shell.session import View
from retention import labels
from retention.number_styles import NumberStyle
from retention.planning.compose import Method, Terms, worth_of_saved
from retention.planning.goal import LONGEST_HORIZON
from retention.planning.prefill import Accounts, Start

METHODS: tuple[Method, ...] = ("lost", "blended")
METHOD_NAMES = ("Those actually lost", "The whole book (published method)")


@dataclass(frozen=True)
class Money:
    """What was typed about the book, its time and its money.

    Attributes:
        logos: customers at the start, or None where there are none.
        current_rate: yearly retention today.
        method: what a saved customer is worth.
        worth: the ARR of a saved customer; None where the file has none.
        terms: what holds for every segment.
        style: the currency and how numbers are written.
    """

    logos: float | None
    current_rate: float
    method: Method
    worth: float | None
    terms: Terms
    style: NumberStyle


def ask_money(view: View, begin: Start, accounts: Accounts) -> Money:
    """The fields of the fold."""
    margin = labels.percent(view.gross_margin, 0)
    remark(f"A field left empty takes the book's own value, shown in grey. Gross margin is {margin}: it is asked once, "
           "under Money, numbers, dates at the side.")  # fmt: skip
    columns = side_by_side(2, 2, 2, 2)
    with columns[0]:
        logos = amount("logos", "Customers at the start", own=begin.share.starting, step=1,
                       above_zero="there must be customers to keep")  # fmt: skip
        if begin.share.starting and accounts.customers not in (0, begin.share.starting):
            offer_value(f"Plan on the {accounts.customers:,} of {view.style.text(labels.day(view.end))}", "logos",
                        float(accounts.customers))  # fmt: skip
        horizon = whole("years", "Horizon, years", standard=1, least=1, most=LONGEST_HORIZON) or 1
        ramp = whole("ramp", "Ramp, months", standard=0, least=0, most=120,
                     note="Months until the programme has its full effect, growing evenly.") or 0  # fmt: skip
    with columns[1]:
        rate = percent(
            "rate", "Today's yearly retention, %", own=begin.yearly(begin.share.rate) or 0.0, least=0, most=100
        )
        discount = percent("discount", "Discount rate a year, %", standard=0.0, step=1.0)
        ends = whole("ends", "Programme's last month", standard=None, least=1, most=12 * LONGEST_HORIZON,
                     empty="goes on", note="Left empty it goes on to the horizon.")  # fmt: skip
    with columns[2]:
        fade = whole("fade", "Decay after its end, months", standard=0, least=0, most=120,
                     note="Months until the effect is gone after the last month.") or 0  # fmt: skip
    with columns[3]:
        method = METHODS[choice("method", "A saved customer pays like", METHOD_NAMES)]
        worth = None if begin.value is None else _worth(begin, method)
    aged = switch("aged", "From the second year on, customers leave as the book's own survival has it", standard=True,
                  note="Switched off, every year loses the same share.")  # fmt: skip
    curve = (
        cached.ageing(view.book, start=view.start, end=view.end)
        if aged and horizon > 1 and begin.share.starting
        else None
    )
    if horizon > 1:
        st.caption(_ageing_said(curve, aged))
    terms = Terms(
        gross_margin=view.gross_margin,
        ramp_months=ramp,
        horizon_years=horizon,
        discount_rate=discount,
        programme_ends_month=ends,
        fade_months=fade,
        survival=curve,
    )
    return Money(logos, rate, method, worth, terms, view.style)


def _ageing_said(curve: tuple[float, ...] | None, aged: bool) -> str:
    if curve is None:
        return (
            "Every year loses the same share."
            if not aged
            else ("The book is too young to show how its customers age: every year loses the same share.")
        )
    years = ", ".join(f"{labels.percent(curve[12 * year], 0)} after {year}" for year in range(1, LONGEST_HORIZON + 1))
    return f"Of today's customers the book's own survival keeps {years} years; fitted to today's rate in the first."


def worth_field(begin: Start, money: Money) -> float | None:
    """The value of a saved customer where the file has no ARR: it stands in front, for without it there is no plan."""
    return _worth(begin, money.method)


def _worth(begin: Start, method: Method) -> float | None:
    return amount("worth", "ARR of a saved customer", own=worth_of_saved(begin, method), step=1_000,
                  above_zero="without an ARR a saved customer has no value to count", may_be_unknown=True,
                  note="Left empty: the average of those a saved customer pays like.")  # fmt: skip
