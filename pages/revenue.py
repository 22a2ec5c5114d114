import streamlit as st

from pages.parts.bands import show_bands
from pages.parts.revenue import choose_unit, show_by, show_movers, show_steps
from pages.parts.shell import cached
from pages.parts.show.exhibit import (
    seen,
    show_exhibit,
    show_figure,
    show_first_sentence,
    show_further,
    show_how_computed,
)
from pages.parts.show.offer import offer
from pages.parts.show.show import open_page, show_when_open, written
from retention import exhibits, labels
from retention.errors import RetentionError
from retention.exhibits.revenue import became_sentence, without_growth_sentence
from retention.exhibits.wording import window_name

view = open_page("Does the money agree?")
book, window = view.book, {"start": view.start, "end": view.end}
currency = view.style.currency
try:
    kept = seen(exhibits.revenue_kept, book, **window, currency=currency)
except RetentionError as error:
    st.info(written(error))
    st.stop()

row = kept.table.row(0, named=True)
left, middle, right = st.columns(3)
with left:
    show_figure(f"NRR, {window_name(view.start, view.end)}", kept, "nrr")
    st.caption(written(became_sentence(row, currency)))
with middle:
    show_figure("GRR", kept, "grr")
    st.caption(written(without_growth_sentence(row, currency)))
with right:
    show_figure("Logo retention", kept, "logo_retention")
    st.caption(written(f"{row['retained']:,} of {labels.customers(row['starting'])} stayed"))
show_first_sentence(kept)
offer(kept, key="kept")

trend = seen(exhibits.revenue_trend, book)
show_exhibit(trend, key="money")
show_further(kept)
unit = choose_unit()
walk = seen(exhibits.revenue_walk, book, **window, unit=unit, currency=currency)
clicked = show_exhibit(walk, key="revenue_walk", clickable=True)
st.markdown("**Who is behind each bar**")
behind = show_movers(view, unit, clicked=clicked)
largest = seen(exhibits.largest_accounts, book, **window, currency=currency)
st.markdown(written(largest.title))
offer(largest, key="largest")

shown = [kept, trend, walk, behind, largest]
if columns := cached.attributes_to_split_by(book):
    shown += show_by(view, unit, columns)

show_when_open("More: make a segment of a number", lambda: show_bands(view))
show_when_open("More: month by month, quarter by quarter", lambda: show_steps(view, unit))
show_when_open(
    "More: logos against revenue, over time",
    lambda: show_exhibit(seen(exhibits.logos_against_revenue, book), key="path"),
)
show_when_open(
    "More: did logos lead revenue?", lambda: show_exhibit(seen(exhibits.logos_before_revenue, book), key="lead")
)
show_how_computed(view, shown)
