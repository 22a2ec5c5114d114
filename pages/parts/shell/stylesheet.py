"""The one stylesheet of the frame: a file that never changes while the app runs."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

STYLESHEET = Path(__file__).with_name("frame.css")


def put_on_stylesheet() -> None:
    """Give the pages the looks that no option of Streamlit gives; no text passes through here."""
    st.html(STYLESHEET)
