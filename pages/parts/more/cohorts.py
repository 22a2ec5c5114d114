"""Further down on Cohorts: how long customers stay on three clocks, when they leave, and how the curve goes on."""

from __future__ import annotations

import streamlit as st

from pages.parts.shell import cached
from pages.parts.shell.session import View
from pages.parts.show.show import frame_of, show_board_table, show_chart, written
from pages.parts.show.text import plain
from retention import charts, labels
from retention.errors import InputError
from retention.exhibits.wording import heading
from retention.metrics.leaving import when_they_leave
from retention.metrics.projection import fit_sbg, hold_out, lifetime_value
from retention.metrics.renewal import knows_terms
from retention.metrics.survival import Clock
from retention.pseudonyms import without_names
from retention.takeaways.cohort import (
    groups_sentence,
    leaving_sentence,
    lifetime_sentence,
    projected_rows,
    projection_sentence,
    survival_sentence,
    survival_title,
)

CLOCKS: dict[Clock, str] = {"months": "Months", "renewals": "Renewals", "days": "Days"}
AGES = [12, 24, 36, 48, 60]


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
    curve, summary, test = cached.survival(view.book, by, clock)
    whole = summary.row(0, named=True)
    title = survival_title(curve, whole, clock=clock) if by is None else f"How long customers stay, by {names[by]}"
    show_chart(
        charts.survival_curves(
            without_names(curve, hide=view.hide_names),
            by=by,
            clock=clock,
            **frame_of(view, title, f"Share still customers by {clock} since the start"),
        ),
        key=f"survival.{clock}.{by}",
    )
    if by is None:
        st.markdown(written(survival_sentence(whole)))
    else:
        st.markdown(written(groups_sentence(test, by=names[by], groups=summary.height)))


def show_leaving(view: View) -> None:
    """When they leave, by stage of their time as a customer."""
    curve, _, _ = cached.survival(view.book, None, "months")
    stages = when_they_leave(curve)
    st.markdown(written(leaving_sentence(stages)))
    show_board_table(
        [
            {
                "Stage": row["stage"],
                "Months": f"{row['from_age']} to {row['to_age']}",
                "Customer-months": labels.count(row["at_risk"]),
                "Left": labels.count(row["churned"]),
                "Leave a month": labels.percent(row["hazard"], 2),
                "Luck alone, 95%": labels.percent_range(row["low"], row["high"], 2),
            }
            for row in stages.iter_rows(named=True)
        ],
        alt="How fast customers leave at each stage",
    )


def show_projection(view: View) -> None:
    """How the curve goes on, how well that was foretold so far, and what a customer is worth to a horizon."""
    curve, _, _ = cached.survival(view.book, None, "months")
    try:
        fitted = fit_sbg(curve)
    except InputError as error:
        st.markdown(plain(error))
        return
    st.markdown(written(projection_sentence(hold_out(curve))))
    show_board_table(projected_rows(curve, fitted, AGES), alt="Seen and projected share still customers")
    left, right = st.columns(2)
    monthly = left.number_input("Monthly revenue of a customer", 1.0, None, 1_000.0, 100.0, key="ltv.mrr")
    margin = right.slider("Gross margin, in %", 0, 100, 80, key="ltv.margin")
    worth = lifetime_value(curve, mrr=monthly, gross_margin=margin / 100)
    st.markdown(written(lifetime_sentence(worth, view.style.currency)))
