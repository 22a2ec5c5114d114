import streamlit as st

from pages.parts.retention import (
    show_earlier,
    show_findings,
    show_kpi_cards,
    show_other_definitions,
    show_steps,
    trend_of,
)
from pages.parts.shell import cached
from pages.parts.show.exhibit import (
    seen,
    show_exhibit,
    show_figure,
    show_how_computed,
    show_list,
    show_sentences,
)
from pages.parts.show.offer import offer
from pages.parts.show.show import open_page, show_when_open, written
from retention import exhibits
from retention.metrics.last_paid import with_last_mrr
from retention.metrics.logo import customers_behind

view = open_page("How many customers do we keep?")
book, start, end = view.book, view.start, view.end
rate = seen(exhibits.retention_rate, book, start=start, end=end)
trend = seen(exhibits.retention_trend, book, **trend_of(start, end))
walk = seen(exhibits.opening_to_closing, book, start=start, end=end)

left, right = st.columns([2, 3], gap="large")
with left:
    show_figure("Logo retention", rate)
    show_sentences(rate)
    offer(rate, key="rate")
    for warning in cached.doubts(book, start, end)[:1]:
        st.caption(written(f"A director will ask: {warning.sentence} More on Proof."))
with right:
    show_exhibit(trend, key="trend")

st.subheader("Customers gained and lost", anchor=False)
show_exhibit(walk, key="walk")

st.subheader("Things to look at", anchor=False)
show_findings(view)

st.subheader("Who left, largest first", anchor=False)
gone = seen(exhibits.who_left, book, start=start, end=end, hide_names=view.hide_names, currency=view.style.currency)
show_list(
    gone,
    everyone=lambda: with_last_mrr(book, customers_behind(book, "churned", start=start, end=end)),
    file_name="who_left.csv",
    key="gone",
)

show_when_open("More: step by step", lambda: show_steps(view))
show_when_open("More: the same window, earlier", lambda: show_earlier(view))
show_when_open("More: the same question under other definitions", lambda: show_other_definitions(view))
show_when_open("More: KPI cards, a figure each", lambda: show_kpi_cards(view))

show_how_computed(view, [rate, trend, walk, gone])
