"""The frame: page order, the sidebar, and the page that was asked for."""

import streamlit as st

from pages.parts.frame import frame

st.set_page_config(page_title="Retention notebook", page_icon="📘", layout="wide")

page = st.navigation(
    {
        "What happened": [
            st.Page("pages/retention.py", title="Retention", icon="📈", default=True),
            st.Page("pages/cohorts.py", title="Cohorts", icon="🗓️"),
            st.Page("pages/segments.py", title="Segments", icon="🧩"),
            st.Page("pages/benchmarks.py", title="Benchmarks", icon="📏"),
        ],
        "What next": [st.Page("pages/plan.py", title="Plan", icon="🎯")],
        "Before the meeting": [st.Page("pages/proof.py", title="Proof", icon="🔎")],
    }
)
frame()
page.run()
