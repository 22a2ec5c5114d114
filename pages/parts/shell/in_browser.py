"""What the browser is given besides text: one stylesheet and one script, files that never change while the app runs."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import streamlit as st

STYLESHEET: Final = Path(__file__).with_name("frame.css")
SCRIPT: Final = f"<script>{Path(__file__).with_name('frame.js').read_text(encoding='utf-8')}</script>"
"""Watches for files dragged over the page; the server's policy lets it run by its hash, and nothing like it."""


def dress_the_frame() -> None:
    """Give the pages the looks and the one behaviour that no option of Streamlit gives; no text passes through here."""
    st.html(STYLESHEET)
    with st.container(key="frame_script"):
        st.html(SCRIPT, unsafe_allow_javascript=True)
