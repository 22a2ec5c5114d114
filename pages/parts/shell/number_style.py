"""How numbers and money are written: chosen once in the sidebar, for every page, and kept in the address."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from pages.parts.shell.links import from_link, into_link
from retention.number_styles import CURRENCIES, FORMATS, NumberStyle


def choose_style() -> NumberStyle:
    """The currency sign and the separators in use."""
    with st.popover("Money and numbers", width="stretch"):
        currency = CURRENCIES[_one("currency", "Currency sign", [sign.strip() for sign in CURRENCIES])]
        separators = list(FORMATS.values())[_one("numbers", "Numbers written", list(FORMATS))]
        st.caption("A sign only: amounts are never converted.")
    return NumberStyle(currency, *separators)


def _one(key: str, label: str, names: Sequence[str]) -> int:
    from_link(key, [0], len(names), lambda numbers: numbers[0])
    if st.session_state[key] not in range(len(names)):
        st.session_state[key] = 0
    picked: int = st.selectbox(label, list(range(len(names))), format_func=names.__getitem__, key=key,
                               persist_state="session")  # fmt: skip
    into_link(key, [picked], [0])
    return picked
