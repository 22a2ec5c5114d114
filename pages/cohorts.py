from typing import Literal

import streamlit as st

from pages.parts.cohorts import choose_cell, show_members
from pages.parts.show.exhibit import seen, show_exhibit, show_figure, show_how_computed, show_rows, show_sentences
from pages.parts.show.show import open_page, show_when_open
from pages.parts.survival import show_leaving, show_projection, show_survival
from retention import exhibits
from retention.metrics.cohorts import Cohort

AGES = (12, 24, 36)
LENGTHS: tuple[Cohort, ...] = ("month", "quarter", "year")
CELLS: tuple[Literal["percent", "count"], ...] = ("percent", "count")

view = open_page("Do newer customers stay longer?")
first, second, third = st.columns([2, 2, 2])
length = first.segmented_control("Cohorts by", LENGTHS, default="quarter", key="cohort",
                                 required=True, bind="query-params", format_func=str.capitalize)  # fmt: skip
age = second.segmented_control("At age, in months", AGES, default=12, key="age", required=True, bind="query-params",
                               format_func=str)  # fmt: skip
cells = third.segmented_control("In the cells", CELLS, default="percent", key="cells", required=True,
                                bind="query-params", format_func=str.capitalize)  # fmt: skip

cohorts = seen(exhibits.cohort_map, view.book, cohort=length, age=age, cells=cells)
show_figure(f"Still customers after {age} months", cohorts)
show_sentences(cohorts)
if cohorts.table.is_empty():
    st.info("No cohort to show: no customer of this book started on or before the as-of date.")
    st.stop()

heat, table, curves = st.tabs(["Heatmap", "Board table", "Curves"], key="cohort.tab", on_change="rerun")
shown, event = [cohorts], None
if heat.open:
    with heat:
        event = show_exhibit(cohorts, key=f"heatmap.{length}", clickable=True, sentences=False)
if table.open:
    with table:
        shown.append(seen(exhibits.cohort_table, view.book, cohort=length, ages=AGES))
        show_rows(shown[-1])
if curves.open:
    with curves:
        shown.append(seen(exhibits.cohort_lines, view.book, cohort=length, age=age))
        show_exhibit(shown[-1], key="curves", sentences=False)

st.subheader("Who is in a cell", anchor=False)
show_members(view, length, *choose_cell(cohorts.table, length, age, clicked=event))

show_when_open("More: how long customers stay", lambda: show_survival(view))
show_when_open("More: when they leave", lambda: show_leaving(view))
show_when_open("More: how the curve goes on, and what a customer is worth", lambda: show_projection(view))
show_how_computed(view, shown)
