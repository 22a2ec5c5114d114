"""Proof: what a director will ask about the file, each with its effect on the rate and a way to act on it."""

from __future__ import annotations

import streamlit as st

from pages.parts.shell import cached
from pages.parts.shell.session import View, build_book, files_in_use, selection_in_use
from pages.parts.show.show import written
from pages.parts.show.text import plain
from retention import labels


def show_doubts(view: View) -> None:
    """One line a doubt: what stands in the file, what it may mean, what leaving it out would do."""
    found = cached.doubts(view.book, view.start, view.end)
    files = files_in_use()
    book = build_book(files.source)
    if files.last is not None:
        unlike = cached.unlike_last_time(book, files.source.rules_in_use, files.last)
        found = [*([unlike] if unlike else ()), *found]
    if not found:
        st.markdown(
            "Nothing in the file asks for an explanation: no clean-up day, no survivors only, no thin last month."
        )
    for doubt in found:
        said, act = st.columns([5, 1], vertical_alignment="center")
        effect = "" if doubt.effect is None else f"Without them the rate moves by {labels.points(doubt.effect)}."
        said.markdown(f"**{written(doubt.sentence)}** {plain(doubt.explain)} {written(effect)}")
        if doubt.keep is not None and act.button("Leave them out", key=f"doubt.{doubt.key}", width="stretch"):
            gone = book.customers.filter(~doubt.keep.fill_null(value=False)).select("customer_id").collect().to_series()
            why = doubt.key.replace("_", " ")
            st.session_state.selection = selection_in_use().without(gone.to_list(), why)
            st.rerun()
