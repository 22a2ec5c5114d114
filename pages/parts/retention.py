"""Further down on Retention: things to look at, the walk step by step, earlier windows, other definitions."""

from __future__ import annotations

import itertools
from datetime import date
from typing import Any

import streamlit as st

from pages.parts.shell.session import View
from pages.parts.show.exhibit import seen, show_exhibit, show_list, show_rows
from pages.parts.show.offer import offer
from pages.parts.show.show import written
from retention import exhibits, labels
from retention.errors import RetentionError
from retention.exhibits.findings import look_for_findings
from retention.exhibits.kpi_cards import MONEY
from retention.kpi_texts import KPI_TEXTS
from retention.metrics.logo import Moved, customers_behind
from retention.metrics.walk import walk_days
from retention.periods import months_between

EVERY = {"1mo": "Month by month", "1q": "Quarter by quarter", "1y": "Year by year"}
MOVES: dict[Moved, str] = {"churned": "Left", "new": "New", "reactivated": "Came back", "retained": "Stayed"}


def trend_of(start: date, end: date) -> dict[str, Any]:
    """The settings of a trend of windows as long as the one looked at; of a year where that is no whole months."""
    months = months_between(start, end)
    if months in (None, 12):
        return {}
    return {"months": months, "every": "1mo" if months == 1 else "1q"}


def show_findings(view: View) -> None:
    """Up to three things to look at, each with the customers behind it; that nothing stands out is an answer too."""
    window = {"start": view.start, "end": view.end}
    found = seen(exhibits.findings, view.book, **window, hide_names=view.hide_names)
    if not found.sentences:
        st.markdown(written(f"{found.title}."))
        offer(found, key="findings")
        return
    for place, sentence in enumerate(found.sentences):
        st.markdown(f"{place + 1}. {written(sentence)}")
    offer(found, key="findings")
    names = found.table.get_column("what").to_list()
    chosen = st.segmented_control(
        "Show the customers of", range(len(names)), format_func=lambda place: written(names[place]), key="finding"
    )
    if chosen is None or chosen >= len(names):
        return
    show_list(
        seen(
            exhibits.customers_of_finding, view.book, **window, place=chosen, hide_names=view.hide_names,
            currency=view.style.currency,
        ),
        everyone=lambda: look_for_findings(view.book, **window)[chosen].customers,
        file_name="to_look_at.csv",
        key="finding.customers",
    )  # fmt: skip


def show_steps(view: View) -> None:
    """Opening, left, new, came back, closing by step, with the customers behind any of them."""
    every = st.segmented_control(
        "Steps", list(EVERY), format_func=EVERY.__getitem__, default="1mo", required=True, key="every",
        bind="query-params", label_visibility="collapsed",
    )  # fmt: skip
    show_exhibit(
        seen(exhibits.walk_by_step, view.book, start=view.start, end=view.end, every=every), key="steps", table=True
    )
    days = walk_days(view.start, view.end, every)
    steps = list(itertools.pairwise(days))
    left, right = st.columns(2)
    step = left.selectbox(
        "Whose step", range(len(steps)), len(steps) - 1, key=f"step.{every}.{len(steps)}",
        format_func=lambda place: f"{labels.day(steps[place][0])} to {labels.day(steps[place][1])}",
    )  # fmt: skip
    moved = right.selectbox("Which customers", list(MOVES), format_func=MOVES.__getitem__, key="moved")
    start, end = steps[step]
    behind = seen(
        exhibits.customers_who, view.book, moved=moved, start=start, end=end, hide_names=view.hide_names,
        currency=view.style.currency,
    )  # fmt: skip
    show_list(
        behind,
        everyone=lambda: customers_behind(view.book, moved, start=start, end=end),
        file_name=f"{moved}.csv",
        key="step",
    )


def show_earlier(view: View) -> None:
    """The window and the equally long ones before it, each as a walk."""
    earlier = seen(exhibits.earlier_windows, view.book, start=view.start, end=view.end)
    show_rows(earlier)
    st.caption(earlier.sentences[0])
    offer(earlier, key="earlier")


def show_other_definitions(view: View) -> None:
    """Renewals where terms are known, the first year of cohorts, and the money where the file has revenue by month."""
    show_exhibit(
        seen(exhibits.other_definitions, view.book, start=view.start, end=view.end), key="definitions", table=True
    )
    if view.book.revenue is None:
        return
    try:
        money = seen(exhibits.revenue_kept, view.book, start=view.start, end=view.end, currency=view.style.currency)
    except RetentionError as error:
        st.caption(written(error))
        return
    st.markdown(written(f"The money: {money.title}."))


def show_kpi_cards(view: View) -> None:
    """A card a figure: logos, and the money where the file has revenue by month."""
    for kpi in KPI_TEXTS:
        if kpi in MONEY and view.book.revenue is None:
            continue
        try:
            card = seen(exhibits.kpi_card, view.book, kpi=kpi, start=view.start, end=view.end,
                        currency=view.style.currency)  # fmt: skip
        except RetentionError as error:
            st.caption(written(error))
            continue
        show_exhibit(card, key=f"kpi.{kpi}", table=True)
