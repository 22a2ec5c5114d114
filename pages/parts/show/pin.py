"""Where a page offers to pin an exhibit to the board pack."""

from __future__ import annotations

import streamlit as st

from pages.parts.board.tiles import pin
from pages.parts.shell.session import current_view
from retention.exhibits import Exhibit


def offer_pin(exhibit: Exhibit, *, key: str) -> None:
    """The button that puts an exhibit into the board pack, with the settings it is looked at with.

    An exhibit without a name, such as one of two books, cannot be made again and has no button.

    Args:
        exhibit: what is pinned: its name and arguments make it again.
        key: a name for the widget.
    """
    if exhibit.name and st.button("Pin to board pack", key=f"pin.{key}", type="tertiary"):
        pin(current_view(), exhibit)
        st.toast("Pinned: it stands last on Board pack.")
