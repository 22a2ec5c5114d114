"""What changed since the analysis before: the figures then and now, and the customers who are told differently."""

from __future__ import annotations

import streamlit as st

from pages.parts.board.since import compared
from pages.parts.shell.session import View
from pages.parts.show.exhibit import seen, show_rows, show_sentences
from pages.parts.show.show import written
from pages.parts.show.table import show_table
from retention import exhibits
from retention.errors import RetentionError
from retention.pack.analysis import Analysis
from retention.pseudonyms import without_names


def show_changes(view: View, earlier: Analysis) -> None:
    """Everything that differs from the analysis before, with the customers by name, who stand in no tile."""
    try:
        found, before = compared(view, earlier)
    except RetentionError as problem:
        st.info(written(str(problem)))
        return
    for shown in (
        seen(exhibits.what_changed, view.book, before=before),
        seen(exhibits.definitions_used, view.book, before=before),
    ):
        st.markdown(f"**{written(shown.title)}**")
        show_sentences(shown)
        show_rows(shown)
    if found.restated.height:
        st.markdown("**Customers whose past is told differently now**")
        show_table(without_names(found.restated, hide=view.hide_names), key="changes.restated")
