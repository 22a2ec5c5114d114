"""The pages in their order, three groups; a page without its data is left out."""

from __future__ import annotations

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from retention.book import Book


def pages(book: Book) -> dict[str, list[StreamlitPage]]:
    """The pages by group that this book has something to say on."""
    if book.clock == "tenure":
        return {
            "What happened": [st.Page("pages/tenure.py", title="Tenure", icon="⏳", default=True)],
            "Before the meeting": [st.Page("pages/proof.py", title="Proof", icon="🔎")],
        }
    happened = [
        st.Page("pages/retention.py", title="Retention", icon="📈", default=True),
        st.Page("pages/cohorts.py", title="Cohorts", icon="🗓️"),
        st.Page("pages/segments.py", title="Segments", icon="🧩"),
        st.Page("pages/benchmarks.py", title="Benchmarks", icon="📏"),
    ]
    if book.facts.revenue is not None:
        happened.append(st.Page("pages/revenue.py", title="Revenue", icon="💶"))
    return {
        "What happened": happened,
        "What next": [st.Page("pages/plan.py", title="Plan", icon="🎯")],
        "Before the meeting": [st.Page("pages/proof.py", title="Proof", icon="🔎")],
    }
