"""Further down on Cohorts: which cell of the map is looked at, and who is in it."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import streamlit as st

from pages.parts.shell.session import View
from pages.parts.show.exhibit import seen, show_list
from retention import exhibits, labels
from retention.metrics.cohorts import Cohort, cohort_customers, latest_reached


def choose_cell(cohorts: pl.DataFrame, length: Cohort, age: int, *, clicked: Any) -> tuple[date, int]:
    """The cohort and the age that are looked at: as picked from two lists, or as clicked on the map."""
    starts = cohorts.get_column("cohort").unique().sort(descending=True).to_list()
    ages = sorted(cohorts.get_column("age_months").unique().to_list())
    names = {day.isoformat(): labels.cohort(day, length) for day in starts}
    cells = (clicked or {}).get("selection", {}).get("cell") or []
    cell = cells[0] if cells else {}
    if cell and cell != st.session_state.get("cell.clicked"):
        st.session_state["cell.clicked"] = cell
        st.session_state["cell.cohort"], st.session_state["cell.age"] = cell["cohort"], cell["age_months"]
    left, right = st.columns(2)
    reached = latest_reached(cohorts, age=age)
    chosen = left.selectbox("Cohort", list(names), list(names).index(reached.isoformat()) if reached else 0,
                            format_func=names.__getitem__, key="cell.cohort")  # fmt: skip
    at = right.selectbox("Age in months", ages, ages.index(age) if age in ages else 0, key="cell.age")
    return next(day for day in starts if day.isoformat() == chosen), at


def show_members(view: View, length: Cohort, first_day: date, age: int) -> None:
    """The members of a cohort, with what became of them by an age."""
    members = seen(
        exhibits.cohort_members, view.book, cohort=length, first_day=first_day, age=age, hide_names=view.hide_names,
        currency=view.style.currency,
    )  # fmt: skip
    show_list(
        members,
        everyone=lambda: cohort_customers(view.book, cohort=length, first_day=first_day, age=age),
        file_name="cohort.csv",
        key="members",
    )
