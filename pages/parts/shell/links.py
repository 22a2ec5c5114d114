"""Choices that stand in the address as numbers: their names may come from a file, or change."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st


def from_link(key: str, standard: list[int], most: int, read: Callable[[list[int]], object]) -> None:
    """The first time, what the URL says, if it says something that exists."""
    if key in st.session_state:
        return
    linked = st.query_params.get(key, "")
    numbers = [int(part) for part in linked.split(",") if part.isascii() and part.isdigit()]
    known = [number for number in numbers if number < most]
    st.session_state[key] = read(known or standard)


def into_link(key: str, picked: Sequence[int], standard: Sequence[int]) -> None:
    """The address names what was picked, and says nothing where it is the standard."""
    said = ",".join(map(str, picked))
    if list(picked) == list(standard):
        if key in st.query_params:
            del st.query_params[key]
    elif st.query_params.get(key) != said:
        st.query_params[key] = said
