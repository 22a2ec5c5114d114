"""The few results that cost over 50 ms on a large book, kept for the session under the book's key."""

from __future__ import annotations

from operator import attrgetter
from typing import Any

import streamlit as st

from retention.book import Book

session_cache: Any = st.cache_resource(
    scope="session", max_entries=32, show_spinner=False, hash_funcs={Book: attrgetter("key")}
)
"""Decorator: one entry per book key and arguments, seen by one session only."""
