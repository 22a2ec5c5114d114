from typing import Literal

import streamlit as st

from pages.parts.more.cohorts import show_leaving, show_projection, show_survival
from pages.parts.shell import cached
from pages.parts.show.show import (
    frame_of,
    open_page,
    show_board_table,
    show_chart,
    show_customers,
    show_method,
    show_rate,
    show_when_open,
)
from pages.parts.show.text import plain
from retention import charts, labels
from retention.exhibits.wording import rate_sentence, share_cell
from retention.metrics.cohorts import (
    Cohort,
    board_cohorts,
    cohort_customers,
    latest_reached,
    newest,
)
from retention.metrics.compare import newer_against_older, pooled_share
from retention.takeaways.rates import cohorts_sentence

CODE = """cohorts = rt.cohort_retention(book, cohort={cohort!r})
print(cohorts, rt.pooled_cohorts(cohorts))"""
AGES = (12, 24, 36)
MOST_COHORTS = 20
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

cohorts = cached.cohort_retention(view.book, cohort=length)
pooled = cached.pooled(view.book, length)
sentence = cohorts_sentence(pooled, newer_against_older(cohorts, age=age), age=age)
share = pooled_share(pooled, age=age)

show_rate(f"Still customers after {age} months", share, sentence)
if "left_truncated" in view.book.notes:
    st.caption(plain(view.book.notes["left_truncated"]))

if cohorts.is_empty():
    st.info("No cohort to show: no customer of this book started on or before the as-of date.")
    st.stop()

heat, table, curves = st.tabs(["Heatmap", "Board table", "Curves"], key="cohort.tab", on_change="rerun")
words = f"Share of each {length} of start still customers at each age; dashed cells are not over yet"
title = f"{labels.percent(share.rate)} are still customers after {age} months" if share.rate is not None else words
framed = frame_of(view, title, words, share.starting or None)
event = None
if heat.open:
    with heat:
        spec = cached.cohort_heatmap(view.book, length, cells, MOST_COHORTS, **framed)
        event = show_chart(spec, key=f"heatmap.{length}", clickable=True)
if table.open:
    with table:
        rows = [
            {
                "Cohort": labels.cohort(row["cohort"], length),
                "Customers": labels.count(row["customers"]),
                **{f"{at} months": labels.cohort_cell(row["cells"].get(at)) for at in AGES},
            }
            for row in board_cohorts(cohorts, ages=AGES)
        ]
        total = {f"{at} months": share_cell(pooled_share(pooled, age=at)) for at in AGES}
        together = {"Cohort": "All complete cohorts", "Customers": "", **total}
        show_board_table([*rows, together], alt="Retention at 12, 24 and 36 months")
if curves.open:
    with curves:
        shown = newest(cohorts, most=MOST_COHORTS)
        show_chart(charts.cohort_curves(shown, pooled, length=length, **framed), key="curves")

st.subheader("Who is in a cell", anchor=False)
picked = (event or {}).get("selection", {}).get("cell") or []
starts = cohorts.get_column("cohort").unique().sort(descending=True).to_list()
ages = sorted(cohorts.get_column("age_months").unique().to_list())
names = {day.isoformat(): labels.cohort(day, length) for day in starts}
clicked = picked[0] if picked else {}
if clicked and clicked != st.session_state.get("cell.clicked"):
    st.session_state["cell.clicked"] = clicked
    st.session_state["cell.cohort"], st.session_state["cell.age"] = clicked["cohort"], clicked["age_months"]
left, right = st.columns(2)
reached = latest_reached(cohorts, age=age)
chosen = left.selectbox("Cohort", list(names), list(names).index(reached.isoformat()) if reached else 0,
                        format_func=names.__getitem__, key="cell.cohort")  # fmt: skip
at = right.selectbox("Age in months", ages, ages.index(age) if age in ages else 0, key="cell.age")
first_day = next(day for day in starts if day.isoformat() == chosen)
outcomes, largest = cached.members(view.book, length, first_day, at)
started = int(outcomes.get_column("customers").sum())
st.markdown(
    f"{labels.customers(started)} started in {names[chosen]}; at {at} months: "
    + ", ".join(f"{count:,} {outcome}" for outcome, count in outcomes.rows())
    + "."
)
show_customers(
    view,
    largest,
    of=started,
    everyone=lambda: cohort_customers(view.book, cohort=length, first_day=first_day, age=at),
    file_name="cohort.csv",
    key="members",
    columns={"customer_id": "Customer", "name": "Name", "segment": "Segment", "arr": "ARR",
             "first_started_on": "Started", "outcome": f"At {at} months", "churned_on": "Left on"},
)  # fmt: skip

show_when_open("More: how long customers stay", lambda: show_survival(view))
show_when_open("More: when they leave", lambda: show_leaving(view))
show_when_open("More: how the curve goes on, and what a customer is worth", lambda: show_projection(view))

show_method(
    view,
    [
        "cohort_retention",
        "cohort",
        "age",
        "eligible",
        "complete",
        "pooled_average",
        "left_truncated",
        "survival",
        "sbg",
    ],
    CODE.format(cohort=length),
    [{"Age": f"{at} months", "Complete cohorts": rate_sentence(pooled_share(pooled, age=at))} for at in AGES],
)
