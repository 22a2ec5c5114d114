import streamlit as st

from pages.parts.cohorts import LENGTHS, Counted, Look, choose_cell, choose_compared, show_cohorts_by, show_members
from pages.parts.show.exhibit import (
    show_exhibit,
    show_figure,
    show_first_sentence,
    show_further,
    show_how_computed,
    show_rows,
)
from pages.parts.show.offer import offer
from pages.parts.show.show import open_page, show_when_open, written
from pages.parts.survival import show_leaving, show_projection, show_survival
from retention.errors import RetentionError

AGES = (12, 24, 36)
KINDS: tuple[Counted, ...] = ("customers", "revenue")

view = open_page("Do newer customers stay longer?")
has_revenue = view.book.revenue is not None and view.book.clock == "calendar"
choices = st.container(horizontal=True)
counted: Counted = "customers"
if has_revenue:
    counted = choices.segmented_control("Of their", KINDS, default="customers", key="counted", required=True,
                                      bind="query-params", format_func=str.capitalize)  # fmt: skip
length = choices.segmented_control("Cohorts by", list(LENGTHS), default="quarter", key="cohort", required=True,
                                 bind="query-params", format_func=LENGTHS.__getitem__)  # fmt: skip
age = choices.segmented_control("At age, in months", AGES, default=12, key="age", required=True, bind="query-params",
                               format_func=str)  # fmt: skip
look = Look.choose(choices, view, counted, length, age)

try:
    cohorts = look.map()
except RetentionError as error:
    st.info(written(error))
    st.stop()
left, right = st.columns([2, 3], gap="large", vertical_alignment="center")
with left:
    show_figure(look.label, cohorts)
with right:
    show_first_sentence(cohorts)
if cohorts.table.is_empty():
    show_further(cohorts)
    st.info(look.nothing)
    st.stop()

heat, table, one_age, curves = st.tabs(
    ["Heatmap", "Board table", "One age", "Compare"], key="cohort.tab", on_change="rerun"
)
shown, event = [cohorts], None
if heat.open:
    with heat:
        event = show_exhibit(cohorts, key=f"heatmap.{look.key}", clickable=True, sentences=False)
if table.open:
    with table:
        shown.append(look.table(AGES))
        show_rows(shown[-1])
        offer(shown[-1], key="cohort.table")
if one_age.open:
    with one_age:
        shown.append(look.one_age())
        show_exhibit(shown[-1], key="one_age", sentences=False)
if curves.open:
    with curves:
        chosen = choose_compared(cohorts.table, length)
        shown.append(look.curves(chosen))
        show_exhibit(shown[-1], key="curves", sentences=bool(chosen))

show_further(cohorts)

st.subheader("Who is in a cell", anchor=False)
show_members(view, look, *choose_cell(cohorts.table, length, age, clicked=event))

show_when_open("More: by segment, or by bands of a number", lambda: show_cohorts_by(look))
show_when_open("More: how long customers stay", lambda: show_survival(view))
show_when_open("More: when they leave", lambda: show_leaving(view))
show_when_open("More: how the curve goes on, and what a customer is worth", lambda: show_projection(view))
show_how_computed(view, shown)
