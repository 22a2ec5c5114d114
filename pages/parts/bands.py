"""Further down on Segments: a number column made a segment, by edges that can be edited."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from pages.parts.shell import cached
from pages.parts.shell.session import View, build_book, selection_in_use, source_in_use
from pages.parts.show.text import plain
from retention import labels
from retention.book.bands import edges_from
from retention.errors import InputError
from retention.exhibits.wording import heading
from retention.selection import Bands


def show_bands(view: View) -> None:
    """Which number is a segment, and where its bands begin and end."""
    book = build_book(source_in_use())
    used = {column: edges for column, edges, _ in selection_in_use().bands}
    days = {column: on for column, _, on in selection_in_use().bands}
    column = st.selectbox("Number", cached.number_columns(book), format_func=lambda name: heading(book, name),
                          key="bands.column")  # fmt: skip
    usual = ", ".join(f"{edge:.10g}" for edge in used.get(column, ()))
    text = st.text_input("A new band begins at", usual, placeholder="10000, 50000", key=f"bands.edges.{column}",
                         help="Each edge belongs to the band above it.")  # fmt: skip
    if (made_on := days.get(column)) is not None and made_on != view.start:
        now = f"Its bands are those of {labels.day(made_on)}; made again they are those of this window's opening."
        st.caption(plain(now))
    st.caption(plain(f"At the opening of the window, {labels.day(view.start)}, where the file says it by month."))
    make, remove = st.columns(2)
    if column in used and remove.button("Remove this segment", key="bands.remove"):
        st.session_state.selection = replace(selection_in_use(), bands=_others(column))
        st.rerun()
    if make.button("Make it a segment", key="bands.make"):
        try:
            edges = edges_from(text)
            book.banded(column, edges, on=view.start)
        except InputError as error:
            st.error(plain(error))
            return
        bands = (*_others(column), (column, edges, view.start))
        st.session_state.selection = replace(selection_in_use(), bands=bands)
        st.rerun()


def _others(column: str) -> Bands:
    """The bands in use of other numbers."""
    return tuple(band for band in selection_in_use().bands if band[0] != column)
