"""What a page offers beside an exhibit: a place in the board pack, and the exhibit as a file by itself."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import polars as pl
import streamlit as st

from pages.parts.board.tiles import pin
from pages.parts.shell.session import View, current_view
from retention.exhibits import Exhibit
from retention.pack.single import KINDS, TABLES, file_name, kinds_of, written
from retention.pseudonyms import with_same_names, without_names


def offer(exhibit: Exhibit, *, key: str, everyone: Callable[[], pl.DataFrame] | None = None) -> None:
    """The button that puts an exhibit into the board pack, and the menu that takes it away, both as it is looked at.

    An exhibit without a name, such as one of two books, cannot be made again and is not pinned.

    Args:
        exhibit: what is offered.
        key: a name for the widgets.
        everyone: gives the whole table, where the exhibit holds the first of its rows only.
    """
    with st.container(horizontal=True, gap="small"):
        if exhibit.name and st.button("Pin to board pack", key=f"pin.{key}", type="tertiary"):
            st.toast(pin(current_view(), exhibit))
        offer_files(exhibit, key=key, everyone=everyone)


def offer_files(exhibit: Exhibit, *, key: str, everyone: Callable[[], pl.DataFrame] | None = None) -> None:
    """The menu that takes an exhibit away: its chart as a picture, its table as data; built when it is clicked."""
    menu = st.popover("Download", key=f"take.{key}", type="tertiary", on_change="rerun")
    if not menu.open:
        return
    view = current_view()
    for ending in kinds_of(exhibit):
        label, mime = KINDS[ending]
        menu.download_button(
            label,
            data=with_same_names(partial(_file, exhibit, ending, everyone, view)),
            file_name=file_name(exhibit, view.book, view.name, ending),
            mime=mime,
            key=f"take.{key}{ending}",
            on_click="ignore",
            width="stretch",
        )


def _file(exhibit: Exhibit, ending: str, everyone: Callable[[], pl.DataFrame] | None, view: View) -> bytes:
    rows = None if everyone is None or ending not in TABLES else without_names(everyone(), hide=view.hide_names)
    return written(exhibit, ending, rows=rows, sample=view.sample, style=view.style)
