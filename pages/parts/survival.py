"""Further down on Cohorts and Tenure: how long customers stay, when they leave, and how the curve goes on."""

from __future__ import annotations

import streamlit as st

from pages.parts.shell import cached
from pages.parts.shell.session import View
from pages.parts.show.exhibit import seen, show_exhibit, show_sentences
from pages.parts.show.offer import offer
from pages.parts.show.show import written
from retention import exhibits, labels
from retention.errors import InputError
from retention.exhibits.wording import heading
from retention.metrics.renewal import knows_terms
from retention.metrics.survival import Clock

CLOCKS: dict[Clock, str] = {"months": "Months", "renewals": "Renewals", "days": "Days"}


def show_survival(view: View) -> None:
    """How long customers stay, for the book or by group, with how many are still followed."""
    left, right = st.columns(2)
    clocks: list[Clock] = [clock for clock in CLOCKS if clock != "renewals" or knows_terms(view.book)]
    if view.book.clock != "calendar":
        clocks = ["months"]
    clock = left.segmented_control("Counted in", clocks, format_func=CLOCKS.__getitem__, default="months",
                                   required=True, key="clock", bind="query-params")  # fmt: skip
    names = {None: "the whole book"} | {
        name: heading(view.book, name) for name in cached.attributes_to_split_by(view.book)
    }
    by = right.selectbox("For", list(names), format_func=names.__getitem__, key="clock.by")
    stay = seen(exhibits.how_long_they_stay, view.book, by=by, clock=clock, hide_names=view.hide_names)
    show_exhibit(stay, key=f"survival.{clock}.{by}")


def show_leaving(view: View) -> None:
    """When they leave, by stage of their time as a customer."""
    show_exhibit(seen(exhibits.when_customers_leave, view.book), key="leaving", table=True)


def show_projection(view: View) -> None:
    """How the curve goes on, how well that was foretold so far, and what a customer is worth to a horizon."""
    try:
        projected = seen(exhibits.how_the_curve_goes_on, view.book)
    except InputError as error:
        st.markdown(written(error))
        return
    show_exhibit(projected, key="projection", table=True)
    left, right = st.columns(2, vertical_alignment="bottom")
    known = cached.average_mrr(view.book) is not None
    monthly = left.number_input(
        "Monthly revenue of a customer", 0.01, None, None, 10.0, key="ltv.mrr",
        placeholder="The file’s average" if known else "An example",
    )  # fmt: skip
    margin = labels.percent(view.gross_margin, 0)
    right.caption(f"At a gross margin of {margin}, which is asked once, under Money, numbers, dates at the side.")
    worth = seen(
        exhibits.what_a_customer_is_worth, view.book, mrr=monthly, gross_margin=view.gross_margin,
        currency=view.style.currency,
    )  # fmt: skip
    st.markdown(written(worth.title))
    show_sentences(worth)
    offer(worth, key="worth")
