"""Cohorts: what of them is looked at (customers or revenue), which are compared, and who is in a cell of the map."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Literal

import polars as pl
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.parts.bands import show_bands
from pages.parts.shell import cached
from pages.parts.shell.session import View
from pages.parts.show.exhibit import seen, show_list, show_rows, show_sentences
from pages.parts.show.offer import offer
from pages.parts.show.show import written
from retention import exhibits, labels
from retention.exhibits import Exhibit
from retention.exhibits.revenue_cohorts import Kept
from retention.exhibits.wording import heading
from retention.metrics.cohorts import Cohort, cohort_customers, latest_reached
from retention.metrics.revenue_cohorts import revenue_cohort_customers

Counted = Literal["customers", "revenue"]
Cells = Literal["percent", "count"]
LENGTHS: Final[dict[Cohort, str]] = {"month": "Month", "quarter": "Quarter", "half_year": "Half-year", "year": "Year"}
CELLS: Final[tuple[Cells, ...]] = ("percent", "count")
KEPT: Final[tuple[Kept, ...]] = ("nrr", "grr")
MOST_COMPARED: Final = 6


@dataclass(frozen=True)
class Look:
    """What of cohorts is looked at: customers, or their revenue with or without growth."""

    view: View
    length: Cohort
    age: int
    cells: Cells = "percent"
    kept: Kept | None = None

    @classmethod
    def choose(cls, place: DeltaGenerator, view: View, counted: Counted, length: Cohort, age: int) -> Look:
        """What stands in a cell, by a choice of the reader."""
        if counted == "revenue":
            kept: Kept = place.segmented_control("Share of revenue", KEPT, default="nrr", key="kept", required=True,
                                                 bind="query-params", format_func=str.upper)  # fmt: skip
            return cls(view, length, age, kept=kept)
        cells: Cells = place.segmented_control("In the cells", CELLS, default="percent", key="cells", required=True,
                                               bind="query-params", format_func=str.capitalize)  # fmt: skip
        return cls(view, length, age, cells)

    @property
    def key(self) -> str:
        """A name for the widgets of the map."""
        return f"{self.length}.{self.kept}" if self.kept else self.length

    @property
    def label(self) -> str:
        """What the page's figure is."""
        return (
            f"{self.kept.upper()} after {self.age} months" if self.kept else f"Still customers after {self.age} months"
        )

    @property
    def nothing(self) -> str:
        """Why there is no cohort."""
        if self.kept:
            return "No cohort to show: nobody is known to have paid for the first time inside the months of this file."
        return "No cohort to show: no customer of this book started on or before the as-of date."

    def map(self) -> Exhibit:
        """The map of cohorts by age."""
        if self.kept is None:
            return seen(exhibits.cohort_map, self.view.book, cohort=self.length, age=self.age, cells=self.cells)
        return seen(exhibits.revenue_cohort_map, self.view.book, cohort=self.length, age=self.age, show=self.kept,
                    currency=self.view.style.currency)  # fmt: skip

    def table(self, ages: Sequence[int]) -> Exhibit:
        """Cohorts at the ages a board asks for."""
        if self.kept is None:
            return seen(exhibits.cohort_table, self.view.book, cohort=self.length, ages=ages)
        return seen(exhibits.revenue_cohort_table, self.view.book, cohort=self.length, ages=ages, show=self.kept,
                    currency=self.view.style.currency)  # fmt: skip

    def one_age(self) -> Exhibit:
        """One age across all cohorts."""
        return seen(exhibits.one_age_trend, self.view.book, age=self.age, cohort=self.length,
                    counted=self.kept or "customers", currency=self.view.style.currency)  # fmt: skip

    def curves(self, chosen: Sequence[date]) -> Exhibit:
        """Cohorts as curves, those chosen over each other."""
        if self.kept is None:
            return seen(exhibits.cohort_lines, self.view.book, cohort=self.length, age=self.age, chosen=chosen)
        return seen(exhibits.revenue_cohort_lines, self.view.book, cohort=self.length, age=self.age, show=self.kept,
                    chosen=chosen, currency=self.view.style.currency)  # fmt: skip

    def members(self, first_day: date, age: int) -> Exhibit:
        """Who is in a cohort, and what became of them by an age."""
        build = exhibits.revenue_cohort_members if self.kept else exhibits.cohort_members
        return seen(build, self.view.book, cohort=self.length, first_day=first_day, age=age,
                    hide_names=self.view.hide_names, currency=self.view.style.currency)  # fmt: skip


def choose_compared(cohorts: pl.DataFrame, length: Cohort) -> tuple[date, ...]:
    """The cohorts that are compared, oldest first; none for the newest in front of all others."""
    starts = cohorts.get_column("cohort").unique().sort(descending=True).to_list()
    chosen = st.multiselect(
        "Cohorts to compare", starts, format_func=lambda day: labels.cohort(day, length), key=f"compared.{length}",
        max_selections=MOST_COMPARED, placeholder="Choose two or more; the newest stand in front until then",
    )  # fmt: skip
    return tuple(sorted(chosen))


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


def show_cohorts_by(look: Look) -> None:
    """Cohorts of customers by an attribute at the age looked at, and a number made one by its bands.

    Bands of one day are no way to split cohorts: who left before it has none, so those who have one all stayed.
    """
    of_a_day = look.view.book.bands_of_a_day
    if of_a_day:
        st.caption("Bands made on one day are left out here: who left before that day has none. Make them again below.")
    if columns := [name for name in cached.attributes_to_split_by(look.view.book) if name not in of_a_day]:
        by = st.selectbox("Split by", columns, format_func=lambda name: heading(look.view.book, name), key="cohorts.by")
        split = seen(exhibits.cohorts_by, look.view.book, by=by, cohort=look.length, age=look.age,
                     hide_names=look.view.hide_names)  # fmt: skip
        st.markdown(f"**{written(split.title)}**")
        show_sentences(split)
        show_rows(split)
        offer(split, key="cohorts.split")
    show_bands(look.view, at_start=True)


def show_members(view: View, look: Look, first_day: date, age: int) -> None:
    """The members of a cohort, with what became of them by an age."""
    everyone = revenue_cohort_customers if look.kept else cohort_customers
    show_list(
        look.members(first_day, age),
        everyone=lambda: everyone(view.book, cohort=look.length, first_day=first_day, age=age),
        file_name="cohort.csv",
        key="members",
    )
