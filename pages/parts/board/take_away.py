"""The pack as files: each built when it is asked for, named after the file it was made from and the day."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import streamlit as st

from pages.parts.board.tiles import told_tiles
from pages.parts.plan.inputs import typed_plain
from pages.parts.plan.scenarios import kept_plain
from pages.parts.shell.next_steps import next_steps
from pages.parts.shell.session import View, source_in_use
from retention.pack.analysis import saved
from retention.pack.tiles import BoardPack

KINDS = {
    ".pptx": ("PowerPoint", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
    ".xlsx": ("Excel, live formulas", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ".pdf": ("PDF", "application/pdf"),
    ".html": ("Web page", "text/html"),
    ".ipynb": ("Notebook", "application/x-ipynb+json"),
    ".py": ("Python script", "text/x-python"),
}


def show_take_away(view: View, pack: BoardPack) -> None:
    """A button a kind of file, and one that saves the whole analysis."""
    customers = st.toggle(
        "With the customers' rows in the Excel file", key="pack.customers",
        help="Off: no customer's row enters any file but those of the lists you pinned yourself.",
    )  # fmt: skip
    asked = replace(pack, customers=customers)
    with st.container(horizontal=True):
        for ending, (kind, mime) in KINDS.items():
            st.download_button(
                kind,
                data=partial(asked.written, ending),
                file_name=f"{pack.file_name}{ending}",
                mime=mime,
                key=f"pack.take{ending}",
                on_click="ignore",
            )
    st.caption("Each file is built when you ask for it, on this machine; the first takes some seconds.")
    aside = st.toggle("Keep the values of rows that were set aside in a saved analysis", key="pack.aside")
    st.download_button(
        "Save analysis",
        # Built when it is clicked, where there is no session to ask: everything it needs goes with it.
        data=partial(
            saved,
            source_in_use(),
            view.selection,
            told_tiles(view),
            scenarios=kept_plain(),
            next_steps=next_steps(),
            gross_margin=view.gross_margin,
            plan=typed_plain(),
            set_aside=aside,
        ),
        file_name=f"{pack.file_name}.retention",
        mime="application/octet-stream",
        key="pack.save",
        on_click="ignore",
        help="One file that gives the same numbers again: data, columns, answers, rules, this pack, plans, next steps.",
    )
