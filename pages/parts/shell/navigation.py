"""The pages in their order, three groups; a page without its data is left out."""

from __future__ import annotations

from typing import Final

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from retention.book import Book
from retention.metrics.renewal import knows_terms
from retention.risk.soundness import has_signals

Offered = dict[str, list[StreamlitPage]]
"""Pages by group."""


def left_out(offered: Offered, book: Book) -> dict[str, str]:
    """The pages that a book has nothing to say on -> what they need; none for a file without a calendar.

    Args:
        offered: the pages there are.
        book: the customers.
    """
    there = {page.title for group in offered.values() for page in group}
    return {} if book.clock == "tenure" else {title: need for title, need in NEEDS.items() if title not in there}


NEEDS: Final = {
    "Revenue": "revenue by month: one amount says nothing of how it moved",
    "At risk": "usage, tickets or reviews of each customer, or the terms of their contracts",
}


def pages(book: Book, *, signals: bool = False) -> Offered:
    """The pages by group that this book has something to say on.

    Args:
        book: the customers.
        signals: whether there is a file of health signals beside it.
    """
    if book.clock == "tenure":
        return {
            "What happened": [st.Page("pages/tenure.py", title="Tenure", default=True)],
            "Before the meeting": [st.Page("pages/proof.py", title="Proof")],
        }
    happened = [
        st.Page("pages/retention.py", title="Retention", default=True),
        st.Page("pages/cohorts.py", title="Cohorts"),
        st.Page("pages/segments.py", title="Segments"),
        st.Page("pages/benchmarks.py", title="Benchmarks"),
    ]
    if book.revenue_rows is not None:
        happened.append(st.Page("pages/revenue.py", title="Revenue"))
    one_by_one = not book.weighted and (signals or has_signals(book) or knows_terms(book))
    at_risk = [st.Page("pages/at_risk.py", title="At risk")] if one_by_one else []
    return {
        "What happened": happened,
        "What next": [*at_risk, st.Page("pages/plan.py", title="Plan")],
        "Before the meeting": [
            st.Page("pages/proof.py", title="Proof"),
            st.Page("pages/board_pack.py", title="Board pack"),
        ],
    }
