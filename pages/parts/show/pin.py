"""Where a page offers to pin an exhibit to the board pack."""

from __future__ import annotations

import streamlit as st

from retention.exhibits import Exhibit

OFFER = "offer_pin"


def offer_pin(exhibit: Exhibit, *, key: str) -> None:
    """The button beside an exhibit, drawn by whatever the session holds for it; nothing where there is no board pack.

    Args:
        exhibit: what would be pinned: its name and arguments make it again.
        key: a name for the widget.
    """
    offer = st.session_state.get(OFFER)
    if offer is not None:
        offer(exhibit, key=f"pin.{key}")
