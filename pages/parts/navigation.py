"""The pages in their order, three groups."""

from __future__ import annotations

import streamlit as st
from streamlit.navigation.page import StreamlitPage


def pages() -> dict[str, list[StreamlitPage]]:
    """The pages by group."""
    return {
        "What happened": [
            st.Page("pages/retention.py", title="Retention", icon="📈", default=True),
            st.Page("pages/cohorts.py", title="Cohorts", icon="🗓️"),
            st.Page("pages/segments.py", title="Segments", icon="🧩"),
            st.Page("pages/benchmarks.py", title="Benchmarks", icon="📏"),
        ],
        "What next": [st.Page("pages/plan.py", title="Plan", icon="🎯")],
        "Before the meeting": [st.Page("pages/proof.py", title="Proof", icon="🔎")],
    }
