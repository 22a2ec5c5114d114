import streamlit as st

from pages.parts.bands import show_bands
from pages.parts.segments import show_drivers, show_managers, show_mix, show_reasons
from pages.parts.shell import cached
from pages.parts.show.exhibit import seen, show_exhibit, show_how_computed, show_rows
from pages.parts.show.show import open_page, show_when_open
from retention import exhibits
from retention.exhibits.wording import heading

view = open_page("Where do we lose them?")
columns = cached.attributes_to_split_by(view.book)
if not columns:
    show_when_open("More: make a segment of a number", lambda: show_bands(view))
    st.info(
        "This file has no column with 2 to 40 different values to split by: a segment, plan, region or CSM would do."
    )
    st.stop()

by = st.selectbox("Split by", columns, format_func=lambda name: heading(view.book, name), key="by", bind="query-params")
board = seen(exhibits.retention_by, view.book, start=view.start, end=view.end, by=by, hide_names=view.hide_names)
show_exhibit(board, key="ranges")
show_rows(board)

show_when_open("More: make a segment of a number", lambda: show_bands(view))
show_when_open("More: why the rate moved", lambda: show_mix(view, by))
show_when_open("More: what sets stayers apart", lambda: show_drivers(view))
if "csm" in view.book.attributes:
    show_when_open("More: managers against what their mix predicts", lambda: show_managers(view, "csm"))
show_when_open("More: the reasons they gave", lambda: show_reasons(view))
show_how_computed(view, [board])
